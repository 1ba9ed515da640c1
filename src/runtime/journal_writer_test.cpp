#include "runtime/journal_writer.h"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runtime/journal_report.h"
#include "runtime/journal_testing.h"

namespace trade {
namespace {

using namespace journal_testing;

constexpr JournalOptions small{8192, 4096};

std::vector<Place> places_read(Files& files, std::size_t longest = 60) {
  std::vector<Place> places;
  auto reader = JournalReader::open(files, dir);
  EXPECT_TRUE(reader.ok()) << reader.error().text();
  Record r;
  for (;;) {
    const auto more = reader->next(r);
    EXPECT_TRUE(more.ok()) << more.error().text();
    if (!more.ok() || !*more) return places;
    EXPECT_TRUE(as_made(r, longest)) << r.place;
    places.push_back(r.place);
  }
}

std::vector<Place> up_to(Place n) {
  std::vector<Place> places;
  for (Place p = 1; p <= n; ++p) places.push_back(p);
  return places;
}

TEST(JournalRecord, RoundTrip) {
  std::uint64_t seed = 1;
  for (int i = 0; i < 5000; ++i) {
    const auto draw = [&] { return mix64(seed += 0x9E3779B97F4A7C15ull); };
    const std::string payload = payload_of(draw(), 300);
    Record r;
    r.place = draw();
    r.kind = static_cast<RecordKind>(draw() % 9);
    r.loop = static_cast<std::uint8_t>(draw());
    r.lane = static_cast<std::uint8_t>(draw());
    r.epoch = static_cast<std::uint32_t>(draw());
    r.origin = {static_cast<std::uint8_t>(draw()), draw(), static_cast<std::uint32_t>(draw())};
    r.time.ns = static_cast<std::int64_t>(draw());
    r.payload = payload;
    std::string bytes(record_bytes(r), '\0');
    ASSERT_EQ(encode_record(r, bytes.data()), bytes.size());
    const auto p = parse_record(bytes);
    ASSERT_EQ(p.is, ParsedRecord::Is::good);
    EXPECT_EQ(p.record.place, r.place);
    EXPECT_EQ(p.record.kind, r.kind);
    EXPECT_EQ(p.record.loop, r.loop);
    EXPECT_EQ(p.record.lane, r.lane);
    EXPECT_EQ(p.record.epoch, r.epoch);
    EXPECT_EQ(p.record.origin, r.origin);
    EXPECT_EQ(p.record.time, r.time);
    EXPECT_EQ(p.record.payload, r.payload);
  }
}

TEST(JournalRecord, PayloadsOfTheWrongSizeAreNamed) {
  Record r;
  r.place = 7;
  r.kind = RecordKind::row;
  r.payload = "123456789";
  EXPECT_NE(row_payload(r).error().text().find("place 7"), std::string::npos);
  EXPECT_FALSE(timer_payload(r).ok());
  EXPECT_FALSE(digest_payload(r).ok());
  EXPECT_FALSE(epoch_payload(r).ok());
  r.payload = "123";
  EXPECT_FALSE(message_payload(r).ok());
}

TEST(JournalWriter, ANewJournalIsEmpty) {
  SimulatedDisk disk;
  const auto before = scan_journal(disk, dir);
  ASSERT_TRUE(before.ok());
  EXPECT_FALSE(before->has_mark_file);
  EXPECT_EQ(stat_journal(disk, dir).error().kind, Failure::not_found);
  auto w = continue_journal(disk, small);
  EXPECT_EQ(w->epoch(), 1u);
  EXPECT_EQ(w->synced_mark(), 0u);
  const auto scan = scan_journal(disk, dir);
  ASSERT_TRUE(scan.ok());
  EXPECT_EQ(scan->end, 0u);
  EXPECT_EQ(scan->identity, identity());
  EXPECT_EQ(scan->origin, w->origin());
}

TEST(JournalWriter, RecordsComeBackOverManySegmentsAndBlocks) {
  for (const std::size_t longest : {60u, 5000u, 200'000u}) {
    SimulatedDisk disk;
    const JournalOptions options{longest == 60 ? 8192u : longest == 5000 ? 150'000u : 300'000u, 4096};
    auto w = continue_journal(disk, options);
    append_places(*w, 700, longest);
    ASSERT_TRUE(w->drain().ok());
    EXPECT_EQ(w->synced_mark(), 700u);
    EXPECT_EQ(places_read(disk, longest), up_to(700));
    const auto stat = verify_journal(disk, dir);
    ASSERT_TRUE(stat.ok()) << stat.error().text();
    EXPECT_GT(stat->segments.size(), 2u);
    EXPECT_EQ(stat->last, 700u);
    EXPECT_EQ(stat->mark, 700u);
    EXPECT_EQ(stat->cut, "");
  }
}

TEST(JournalWriter, StepsGoWriteSyncMarkSync) {
  using Step = JournalWriter::Step;
  SimulatedDisk disk;
  auto w = continue_journal(disk, small);
  EXPECT_EQ(*w->step(), Step::idle);
  append_places(*w, 3);
  EXPECT_EQ(*w->step(), Step::wrote);
  append_places(*w, 2);  // staged while the first group is on its way
  EXPECT_EQ(*w->step(), Step::synced);
  EXPECT_EQ(*w->step(), Step::marked);
  EXPECT_EQ(w->synced_mark(), 0u);
  EXPECT_EQ(*w->step(), Step::covered);
  EXPECT_EQ(w->synced_mark(), 3u);
  ASSERT_TRUE(w->drain().ok());
  EXPECT_EQ(w->synced_mark(), 5u);
}

TEST(JournalWriter, BytesDependOnTheRecordsNotOnTheirGroups) {
  std::map<std::string, std::string> first;
  for (std::uint64_t run = 0; run < 8; ++run) {
    SimulatedDisk disk;
    auto w = continue_journal(disk, {100'000, run % 2 == 0 ? 64u : 1u << 20});
    std::uint64_t seed = run;
    while (w->last_appended() < 3000) {
      append_places(*w, 1, 2000);
      if (run != 0 && mix64(seed += 77) % (run * run * 10) == 0) {
        ASSERT_TRUE(w->step().ok());
      }
    }
    ASSERT_TRUE(w->close().ok());
    if (run == 0) first = files_of(disk);
    else EXPECT_EQ(files_of(disk), first) << "run " << run;
    EXPECT_EQ(places_read(disk, 2000), up_to(3000));
  }
}

TEST(JournalWriter, ContinuesAfterCloseAndAfterKill) {
  SimulatedDisk disk;
  for (std::uint32_t epoch = 1; epoch <= 6; ++epoch) {
    auto w = continue_journal(disk, small);
    EXPECT_EQ(w->epoch(), epoch);
    append_places(*w, 50);
    if (epoch % 2 == 0) {
      ASSERT_TRUE(w->close().ok());
      EXPECT_FALSE(w->step().ok());
    } else {
      while (*w->step() != JournalWriter::Step::wrote) {}  // the tail is written, not marked
      disk.kill();
    }
    EXPECT_EQ(places_read(disk), up_to(epoch * 50));
  }
  EXPECT_TRUE(verify_journal(disk, dir).ok());
}

TEST(JournalWriter, FilesOfCrashedStartsDoNotPileUp) {
  SimulatedDisk disk;
  append_places(*continue_journal(disk, small), 5);
  for (int i = 0; i < 10; ++i) {
    auto w = continue_journal(disk, small);
    append_places(*w, 1);
    ASSERT_TRUE(w->drain().ok());
    append_places(*w, 1);
    disk.kill();
  }
  std::uint64_t bytes = 0;
  for (const auto& [name, content] : files_of(disk)) bytes += content.size();
  EXPECT_LT(bytes, 2 * 8192u + 12 * 700u) << "only the last segment keeps its reserve";
}

TEST(JournalWriter, AFailedOperationIsFinal) {
  for (std::uint64_t nth = 1; nth < 20; ++nth) {
    for (const auto fault : {SimulatedDisk::Fault::io, SimulatedDisk::Fault::full}) {
      SimulatedDisk disk(nth);
      auto w = continue_journal(disk, small);
      append_places(*w, 20);
      ASSERT_TRUE(w->drain().ok());
      disk.fail_at(disk.counts().operations + nth, fault);
      append_places(*w, 100);
      const auto drained = w->drain();
      if (disk.counts().operations < nth) continue;
      if (drained.ok()) continue;  // fewer operations than nth
      const auto mark = w->synced_mark();
      EXPECT_FALSE(w->step().ok());
      EXPECT_EQ(w->step().error().text(), drained.error().text());
      EXPECT_NE(drained.error().where.find("data"), std::string::npos) << "names the file";
      disk.crash();
      const auto scan = scan_journal(disk, dir);
      ASSERT_TRUE(scan.ok()) << scan.error().text();
      EXPECT_GE(scan->end, mark);
    }
  }
}

TEST(JournalWriter, AFullDiskIsNamedAndLosesNothing) {
  SimulatedDisk disk;
  disk.set_capacity(3 * 8192);
  auto w = continue_journal(disk, small);
  Result<void> drained;
  while (drained.ok()) {
    append_places(*w, 10);
    drained = w->drain();
  }
  EXPECT_EQ(drained.error().kind, Failure::resource);
  EXPECT_NE(drained.error().text().find("No space left"), std::string::npos);
  EXPECT_NE(drained.error().where.find(".seg"), std::string::npos);
  const auto acknowledged = w->synced_mark();
  EXPECT_GT(acknowledged, 100u);
  disk.kill();
  EXPECT_GE(scan_journal(disk, dir)->end, acknowledged);
  disk.set_capacity(UINT64_MAX);
  w = continue_journal(disk, small);
  append_places(*w, 10);
  EXPECT_TRUE(w->close().ok());
}

TEST(JournalReader, UnknownKindsAndVersionsHaltWithTheirPlace) {
  for (const std::size_t at : {8u, 9u}) {  // the version byte, the kind byte
    SimulatedDisk disk;
    auto w = continue_journal(disk, small);
    append_places(*w, 10);
    ASSERT_TRUE(w->close().ok());
    Record r = record_of(11, 1, "1234567890");
    std::string bytes(record_bytes(r), '\0');
    encode_record(r, bytes.data());
    bytes[at] = 77;
    const auto crc = crc32c(bytes.data() + 8, bytes.size() - 8, crc32c(bytes.data(), 4));
    std::memcpy(bytes.data() + 4, &crc, 4);
    const auto path = dir + "/" + print(SegmentName{1, 1});
    disk.plant(path, *disk.read_all(path) + bytes);
    const auto scan = scan_journal(disk, dir);
    ASSERT_FALSE(scan.ok()) << "a whole record of a later program is not a torn tail";
    EXPECT_NE(scan.error().text().find("place 11"), std::string::npos) << scan.error().text();
    EXPECT_NE(scan.error().text().find(print(SegmentName{1, 1})), std::string::npos);
  }
}

TEST(JournalReport, StatAndDump) {
  SimulatedDisk disk;
  auto w = continue_journal(disk, small);
  append_places(*w, 20);
  ASSERT_TRUE(w->drain().ok());
  append_places(*w, 1);
  while (*w->step() != JournalWriter::Step::synced) {}
  const auto stat = stat_journal(disk, dir);
  ASSERT_TRUE(stat.ok());
  EXPECT_EQ(stat->records, 22u);
  EXPECT_EQ(stat->mark, 20u);
  EXPECT_EQ(stat->last, 21u);
  EXPECT_EQ(stat->tail_records, 1u);
  EXPECT_EQ(stat->kinds.front().name, "opened");
  EXPECT_EQ(stat->sources.size(), 2u);
  std::vector<std::string> lines;
  const auto keep = [&](std::string_view line) { lines.emplace_back(line); };
  ASSERT_TRUE(dump_journal(disk, dir, 3, 5, {}, keep).ok());
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_TRUE(lines[0].starts_with("{\"place\":3,\"kind\":\"")) << lines[0];
  lines.clear();
  ASSERT_TRUE(dump_journal(disk, dir, 0, UINT64_MAX, {}, keep).ok());
  EXPECT_EQ(lines.size(), 22u);
  EXPECT_NE(lines[0].find("btcusdt.gz"), std::string::npos);
}

// The bytes of a small journal never change: released journals stay readable. TRADE_WRITE_GOLDEN=1 writes them anew.
TEST(JournalGolden, BytesAreThoseOfTheFirstRelease) {
  SimulatedDisk disk;
  const JournalOptions options{600, 64};
  auto w = continue_journal(disk, options);
  const auto add = [&](RecordKind kind, std::string_view payload) {
    auto r = record_of(w->last_appended() + 1, w->epoch(), payload);
    r.kind = kind;
    w->append(r);
  };
  using namespace std::string_view_literals;
  add(RecordKind::recovered, "\1\0\0\0"sv);
  add(RecordKind::row, "\0\0\7\0\0\0\0\0\0\0"sv);
  add(RecordKind::command, "\1\2\3\4body"sv);
  add(RecordKind::ring, "12345678"sv);
  ASSERT_TRUE(w->drain().ok());
  disk.kill();
  w = continue_journal(disk, options);
  add(RecordKind::timer, "\1\0\0\0\0\0\0\0\2\3\0\0\0\0\0\0\0"sv);
  add(RecordKind::answer, "\4\3\2\1"sv);
  add(RecordKind::digest, "abcdefgh"sv);
  ASSERT_TRUE(w->close().ok());
  const std::string golden = TRADE_SOURCE_DIR "/tests/data/journal_v1/";
  for (const auto& [name, bytes] : files_of(disk)) {
    if (std::getenv("TRADE_WRITE_GOLDEN") != nullptr) std::ofstream(golden + name, std::ios::binary) << bytes;
    std::ifstream in(golden + name, std::ios::binary);
    std::stringstream read;
    read << in.rdbuf();
    EXPECT_EQ(read.str(), bytes) << name;
    disk.plant(dir + "/" + name, read.str());
  }
  const auto stat = verify_journal(disk, dir);
  ASSERT_TRUE(stat.ok()) << stat.error().text();
  EXPECT_EQ(stat->last, 7u);
}

}  // namespace
}  // namespace trade
