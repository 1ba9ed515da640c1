#include "runtime/journal_record.h"

#include "core/bytes.h"
#include "runtime/planted.h"

namespace trade {
namespace {

ParsedRecord not_a_record(std::string_view rule) {
  ParsedRecord p;
  p.is = ParsedRecord::Is::bad;
  p.rule = rule;
  return p;
}

Error wrong_payload(const Record& r) {
  return {Failure::corruption, "place " + std::to_string(r.place),
          "a " + std::string(name_of(r.kind)) + " record with a payload of " + std::to_string(r.payload.size()) + " bytes", {}};
}

template <class T, class F>
Result<T> read_payload(const Record& r, F&& read) {
  ByteReader in(r.payload);
  T v{};
  read(in, v);
  if (!in.at_end()) return wrong_payload(r);
  return v;
}

}  // namespace

ParsedRecord parse_record(std::string_view bytes) {
  ParsedRecord p;
  ByteReader in(bytes);
  const auto length = in.get<std::uint32_t>();
  p.crc = in.get<std::uint32_t>();
  if (bytes.size() < 8 || (length == 0 && p.crc == 0)) {
    p.is = bytes.substr(0, 8).find_first_not_of('\0') < 8 ? ParsedRecord::Is::bad : ParsedRecord::Is::end;
    p.rule = "a record is cut short";
    return p;
  }
  if (length < record_header_bytes) return not_a_record("a record is at least 45 bytes long");
  if (length > bytes.size()) return not_a_record("a record ends inside its segment");
  if (!planted(Bug::crc_skipped) && crc32c(bytes.data() + 8, length - 8, crc32c(bytes.data(), 4)) != p.crc)
    return not_a_record("a record's CRC-32C matches its bytes");
  const auto version = in.get<std::uint8_t>();
  const auto kind = in.get<std::uint8_t>();
  auto& r = p.record;
  r.kind = static_cast<RecordKind>(kind);
  r.loop = in.get<std::uint8_t>();
  r.lane = in.get<std::uint8_t>();
  r.epoch = in.get<std::uint32_t>();
  r.place = in.get<std::uint64_t>();
  r.origin.loop = in.get<std::uint8_t>();
  r.origin.place = in.get<std::uint64_t>();
  r.origin.index = in.get<std::uint32_t>();
  r.time.ns = in.get<std::int64_t>();
  r.payload = bytes.substr(record_header_bytes, length - record_header_bytes);
  p.bytes = length;
  const bool known = version == record_version && kind < enum_names(RecordKind{}).size();
  p.is = known ? ParsedRecord::Is::good : ParsedRecord::Is::unknown;
  p.rule = known ? "" : version != record_version ? "the record's version is known" : "the record's kind is known";
  return p;
}

Result<RowPayload> row_payload(const Record& r) {
  return read_payload<RowPayload>(r, [](ByteReader& in, RowPayload& v) {
    v.source = in.get<std::uint16_t>();
    v.row = in.get<std::uint64_t>();
  });
}

Result<TimerPayload> timer_payload(const Record& r) {
  return read_payload<TimerPayload>(r, [](ByteReader& in, TimerPayload& v) {
    v.id = in.get<std::uint64_t>();
    v.service = in.get<std::uint8_t>();
    v.token = in.get<std::uint64_t>();
  });
}

Result<MessagePayload> message_payload(const Record& r) {
  return read_payload<MessagePayload>(r, [](ByteReader& in, MessagePayload& v) {
    v.type_id = in.get<std::uint32_t>();
    v.bytes = in.view(in.left());
  });
}

Result<std::uint64_t> digest_payload(const Record& r) {
  return read_payload<std::uint64_t>(r, [](ByteReader& in, std::uint64_t& v) { v = in.get<std::uint64_t>(); });
}

Result<std::uint32_t> epoch_payload(const Record& r) {
  return read_payload<std::uint32_t>(r, [](ByteReader& in, std::uint32_t& v) { v = in.get<std::uint32_t>(); });
}

}  // namespace trade
