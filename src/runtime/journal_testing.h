#pragma once
#include <gtest/gtest.h>

#include "adapters/embedded/simulated_disk.h"
#include "runtime/journal_writer.h"

// Journals for tests: records that any place determines, and a disk to keep them on.
namespace trade::journal_testing {

inline const std::string dir = "data";
inline JournalIdentity identity(const std::string& config = "{\"run\":1}") {
  return {config, {{"btcusdt.gz", sha256("btcusdt")}, {"ethusdt.gz", sha256("ethusdt")}}, sha256("catalogue")};
}

// The payload of a place: row records mostly, now and then a command of any size up to `longest`.
inline std::string payload_of(Place place, std::size_t longest) {
  const auto h = mix64(place * 0x9E3779B97F4A7C15ull);
  std::string s(h % 4 != 0 ? 10 : 4 + (h >> 8) % longest, '\0');
  for (std::size_t i = 0; i < s.size(); ++i) s[i] = static_cast<char>(mix64(h + i));
  return s;
}
inline Record record_of(Place place, std::uint32_t epoch, std::string_view payload) {
  const auto h = mix64(place * 31);
  Record r;
  r.place = place;
  r.kind = payload.size() == 10 ? RecordKind::row : RecordKind::command;
  r.loop = static_cast<std::uint8_t>(h % 3);
  r.lane = static_cast<std::uint8_t>(h >> 8 & 1);
  r.epoch = epoch;
  r.origin = {static_cast<std::uint8_t>(h >> 16 & 3), place / 2, static_cast<std::uint32_t>(h >> 32 & 7)};
  r.time = {static_cast<std::int64_t>(1'700'000'000'000'000'000 + place * 1000)};
  r.payload = payload;
  return r;
}
inline void append_places(JournalWriter& w, std::size_t n, std::size_t longest = 60) {
  for (std::size_t i = 0; i < n; ++i) {
    const Place place = w.last_appended() + 1;
    w.append(record_of(place, w.epoch(), payload_of(place, longest)));
  }
}

// Opens what is there (nothing: a new journal) for appending. The scan must succeed.
inline std::unique_ptr<JournalWriter> continue_journal(Files& files, const JournalOptions& options,
                                                       const JournalIdentity& id = identity()) {
  EXPECT_TRUE(files.make_dir(dir).ok());
  const auto scan = scan_journal(files, dir);
  EXPECT_TRUE(scan.ok()) << scan.error().text();
  auto w = JournalWriter::start(files, dir, options, id, *scan);
  EXPECT_TRUE(w.ok()) << w.error().text();
  return std::move(*w);
}

// Every file of the journal with its bytes.
inline std::map<std::string, std::string> files_of(Files& files) {
  std::map<std::string, std::string> all;
  const auto names = files.list(dir);
  for (const auto& n : *names) all[n] = *files.read_all(dir + "/" + n);
  return all;
}

// The payload and epoch-free head of each record with a place must be what append_places() made for it.
inline bool as_made(const Record& r, std::size_t longest) {
  const auto payload = payload_of(r.place, longest);
  const auto made = record_of(r.place, r.epoch, payload);
  return r.kind == made.kind && r.loop == made.loop && r.lane == made.lane && r.origin == made.origin && r.time == made.time &&
         r.payload == payload;
}

}  // namespace trade::journal_testing
