#pragma once
#include <cstring>
#include <string>
#include <string_view>

#include "core/digest.h"
#include "core/fields.h"
#include "core/result.h"
#include "core/time.h"
#include "runtime/service.h"

namespace trade {

// What a record stands for, and its payload (integers little endian):
//   opened     first record of a segment: Opened (journal_segment.h)
//   row        source u16, row u64: market data by reference
//   command    message type id u32, canonical bytes
//   ring       u64 digest of a message of another loop, which the fold makes again
//   timer      timer id u64, service u8, token u64
//   answer     message type id u32, canonical bytes
//   recovered  epoch u32
//   digest     u64 running digest of what the loop has emitted
//   chain      SHA-256 over (chain before, 64 KiB block of the segment)
// opened and chain have no place of their own: they carry the last one before them.
enum class RecordKind : std::uint8_t { opened, row, command, ring, timer, answer, recovered, digest, chain };
NAMES(RecordKind, opened, row, command, ring, timer, answer, recovered, digest, chain)
constexpr bool has_place(RecordKind k) { return k != RecordKind::opened && k != RecordKind::chain; }

struct Record {
  Place place{};
  RecordKind kind{};
  std::uint8_t loop{}, lane{};
  std::uint32_t epoch{};
  Origin origin;
  Time time;
  std::string_view payload;  // not owned
};

// On disk: length u32 (of the whole record), CRC-32C u32 (over the length and all behind the CRC), version u8, kind u8, loop u8,
// lane u8, epoch u32, place u64, origin (loop u8, place u64, index u32), time i64, payload. Equal records are equal bytes.
inline constexpr std::uint8_t record_version = 1;
inline constexpr std::size_t record_header_bytes = 45;
inline constexpr std::size_t record_bytes(const Record& r) { return record_header_bytes + r.payload.size(); }

// Writes the record at `to`, which has room for record_bytes(r); returns that size. No allocation.
inline std::size_t encode_record(const Record& r, char* to) {
  const auto length = static_cast<std::uint32_t>(record_bytes(r));
  char* at = to + 8;
  const auto put = [&at](auto v) {
    std::memcpy(at, &v, sizeof v);
    at += sizeof v;
  };
  put(record_version);
  put(r.kind);
  put(r.loop);
  put(r.lane);
  put(r.epoch);
  put(r.place);
  put(r.origin.loop);
  put(r.origin.place);
  put(r.origin.index);
  put(r.time.ns);
  if (!r.payload.empty()) std::memcpy(at, r.payload.data(), r.payload.size());
  std::memcpy(to, &length, 4);
  const std::uint32_t crc = crc32c(to + 8, length - 8, crc32c(to, 4));
  std::memcpy(to + 4, &crc, 4);
  return length;
}

// What the bytes at a place of a segment are.
//   good            `record` holds it (its payload points into the bytes), `bytes` its length
//   end             nothing was written here: zeros, or the bytes stop
//   bad             not a whole record: `rule` says which rule it breaks
//   unknown         a whole record of a version or kind this program does not know
struct ParsedRecord {
  enum class Is : std::uint8_t { good, end, bad, unknown } is{};
  Record record;
  std::uint32_t bytes = 0, crc = 0;
  std::string_view rule;
};
ParsedRecord parse_record(std::string_view bytes);

struct RowPayload {
  std::uint16_t source{};
  std::uint64_t row{};
};
struct TimerPayload {
  std::uint64_t id{};
  std::uint8_t service{};
  std::uint64_t token{};
};
struct MessagePayload {
  std::uint32_t type_id{};
  std::string_view bytes;
};
// Read a record's payload; failures are corruption and name the record's place.
Result<RowPayload> row_payload(const Record& r);
Result<TimerPayload> timer_payload(const Record& r);
Result<MessagePayload> message_payload(const Record& r);        // of command and answer
Result<std::uint64_t> digest_payload(const Record& r);          // of ring and digest
Result<std::uint32_t> epoch_payload(const Record& r);           // of recovered

}  // namespace trade
