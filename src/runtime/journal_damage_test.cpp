#include <algorithm>
#include <cstdlib>

#include "runtime/journal_report.h"
#include "runtime/journal_testing.h"

namespace trade {
namespace {

using namespace journal_testing;

constexpr std::size_t longest = 90;

struct RecordAt {
  std::string file;
  std::uint64_t offset;
  Place place;  // last place once this record is read
};

// A journal whose first segment is closed, whose second holds the mark, and some good records behind it.
struct Damaged {
  SimulatedDisk disk;
  std::string first, second, mark_path = dir + "/journal.mark";
  std::uint64_t first_used = 0, mark_offset = 0, second_used = 0;
  Place mark = 0, end = 0;
  std::vector<RecordAt> records;  // of the second segment

  Damaged(std::uint64_t segment_bytes, std::uint64_t total, Place tail) {
    auto w = continue_journal(disk, {segment_bytes, 4096});
    while (w->last_appended() == 0 || scan_journal(disk, dir)->at_end.position + tail * 80 < total) {
      append_places(*w, 20, longest);
      EXPECT_TRUE(w->drain().ok());
    }
    append_places(*w, tail, longest);
    while (*w->step() != JournalWriter::Step::synced) {}
    auto reader = JournalReader::open(disk, dir);
    Record r;
    for (;;) {
      const auto more = reader->next_of_any_kind(r);
      if (!more || !*more) break;
      if (print(reader->segment()) == print(reader->scan().mark.segment))
        records.push_back({dir + "/" + print(reader->segment()), reader->offset(), r.place});
    }
    const auto& scan = reader->scan();
    EXPECT_EQ(scan.segments.size(), 2u);
    first = dir + "/" + print(scan.segments[0].name);
    second = dir + "/" + print(scan.segments[1].name);
    first_used = scan.segments[0].bytes;
    second_used = scan.segments[1].bytes;
    mark_offset = scan.mark.offset;
    mark = scan.mark.place;
    end = scan.end;
    EXPECT_EQ(end, mark + tail);
  }

  // Last place before the record of the second segment that holds byte `at`.
  Place place_before(std::uint64_t at) const {
    Place place = 0;
    for (std::size_t i = 0; i < records.size() && records[i].offset <= at; ++i) place = i == 0 ? 0 : records[i - 1].place;
    return at >= second_used ? end : place;
  }
};

// Reads everything. The error, or the last place; a record that differs from what was written fails the test.
struct Outcome {
  std::string error;
  Failure kind{};
  Place end = 0;
  bool cut = false, warned = false;
};
Outcome read(SimulatedDisk& disk) {
  Outcome o;
  const auto failed = [&](const Error& e) {
    o.error = e.text();
    o.kind = e.kind;
    return o;
  };
  auto reader = JournalReader::open(disk, dir);
  if (!reader) return failed(reader.error());
  Record r;
  for (;;) {
    const auto more = reader->next_of_any_kind(r);
    if (!more) return failed(more.error());
    if (!*more) break;
  }
  const auto& scan = reader->scan();
  o.end = scan.end;
  o.cut = scan.cut_bytes != 0 || !scan.cut.empty();
  o.warned = !scan.warnings.empty();
  return o;
}

bool names(const std::string& error, const std::string& file) { return error.find(file) != std::string::npos; }

// No flipped bit leaves a record good: every bit of every record of a segment, from the state the reader has there.
void flip_in_every_record(SimulatedDisk& disk, const std::string& path, std::uint64_t used) {
  std::string bytes = *disk.read_all(path);
  SegmentCursor at(*parse_segment_name(std::string_view(path).substr(dir.size() + 1)), bytes), trial = at;
  while (at.offset() < used) {
    const auto from = at.offset();
    const auto before = at;
    ASSERT_EQ(at.next(), ParsedRecord::Is::good);
    for (std::uint64_t bit = from * 8; bit < at.offset() * 8; ++bit) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
      trial = before;
      ASSERT_EQ(trial.next(), ParsedRecord::Is::bad) << path << " bit " << bit;
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
    }
  }
}

// Reads the whole journal with one bit flipped, for bits all over the file, and checks what comes of it.
void flip_all(Damaged& d, const std::string& path, std::uint64_t bits, std::uint64_t stride) {
  for (std::uint64_t bit = 0; bit < bits; bit += stride) {
    d.disk.flip_bit(path, bit);
    const auto o = read(d.disk);
    d.disk.flip_bit(path, bit);
    const bool covered = path == d.first || bit / 8 < d.mark_offset;
    if (covered) {
      ASSERT_TRUE(o.kind == Failure::corruption && names(o.error, path) && names(o.error, "place"))
          << path << " bit " << bit << ": " << o.error;
    } else {
      ASSERT_EQ(o.error, "") << "bit " << bit;
      ASSERT_EQ(o.end, d.place_before(bit / 8)) << "bit " << bit;
      ASSERT_GE(o.end, d.mark);
      ASSERT_TRUE(o.cut) << "bit " << bit << ": what is cut is reported";
    }
  }
}

TEST(JournalDamage, EveryBitOf64KiB) {
  Damaged d(40 * 1024, 64 * 1024, 30);
  ASSERT_EQ(read(d.disk).end, d.end);
  flip_in_every_record(d.disk, d.first, d.first_used);
  flip_in_every_record(d.disk, d.second, d.second_used);
  // One bit of each byte, in turn, unless all are asked for.
  const std::uint64_t stride = std::getenv("TRADE_EVERY_BIT") != nullptr ? 1 : 9;
  flip_all(d, d.first, 40 * 1024 * 8, stride);
  flip_all(d, d.second, 40 * 1024 * 8, stride);
}

TEST(JournalDamage, BitsOfAChainedJournal) {
  Damaged d(70 * 1024, 80 * 1024, 30);
  flip_all(d, d.first, 70 * 1024 * 8, 631);
}

TEST(JournalDamage, EveryBitOfTheMarkFile) {
  Damaged d(40 * 1024, 64 * 1024, 30);
  for (std::uint64_t bit = 0; bit < 1024 * 8; ++bit) {
    d.disk.flip_bit(d.mark_path, bit);
    const auto o = read(d.disk);
    const auto verified = verify_journal(d.disk, dir);
    d.disk.flip_bit(d.mark_path, bit);
    ASSERT_EQ(o.error, "");
    ASSERT_EQ(o.end, d.end) << "the other slot serves; bit " << bit;
    ASSERT_TRUE(o.warned);
    ASSERT_FALSE(verified.ok());
    ASSERT_TRUE(names(verified.error().text(), "journal.mark: slot")) << verified.error().text();
  }
  d.disk.flip_bit(d.mark_path, 100);
  d.disk.flip_bit(d.mark_path, 512 * 8 + 100);
  const auto o = read(d.disk);
  EXPECT_EQ(o.kind, Failure::corruption);
  EXPECT_TRUE(names(o.error, "journal.mark")) << o.error;
}

TEST(JournalDamage, EveryPrefix) {
  Damaged d(40 * 1024, 64 * 1024, 30);
  for (const auto& path : {d.first, d.second}) {
    const auto whole = *d.disk.read_all(path);
    const auto covered = path == d.first ? d.first_used : d.mark_offset;
    for (std::size_t n = 0; n <= whole.size(); ++n) {
      ASSERT_TRUE((*d.disk.open(path))->truncate(n).ok());
      const auto o = read(d.disk);
      ASSERT_TRUE((*d.disk.open(path))->pwrite(n, std::string_view(whole).substr(n)).ok());
      if (n < covered) {
        ASSERT_TRUE(o.kind == Failure::corruption && names(o.error, path)) << n << o.error;
      } else {
        ASSERT_EQ(o.error, "") << n;
        ASSERT_EQ(o.end, path == d.first ? d.end : d.place_before(n)) << n;
      }
    }
  }
  const auto whole = *d.disk.read_all(d.mark_path);
  for (std::size_t n = 0; n < whole.size(); ++n) {
    d.disk.plant(d.mark_path, whole.substr(0, n));
    const auto o = read(d.disk);
    if (n < 512) ASSERT_TRUE(o.kind == Failure::corruption && names(o.error, "journal.mark")) << n;
    else ASSERT_TRUE(o.error.empty() && o.end == d.end && o.warned) << n << o.error;
  }
}

TEST(JournalDamage, AMissingFileIsNamed) {
  for (int which = 0; which < 3; ++which) {
    Damaged d(16 * 1024, 24 * 1024, 5);
    const auto path = which == 0 ? d.first : which == 1 ? d.second : d.mark_path;
    ASSERT_TRUE(d.disk.remove(path).ok());
    const auto o = read(d.disk);
    EXPECT_EQ(o.kind, Failure::corruption);
    EXPECT_TRUE(names(o.error, path)) << o.error;
    EXPECT_TRUE(names(o.error, "missing")) << o.error;
  }
}

TEST(JournalDamage, SwappedSegmentsAreNamed) {
  Damaged d(16 * 1024, 24 * 1024, 5);
  const auto a = *d.disk.read_all(d.first), b = *d.disk.read_all(d.second);
  d.disk.plant(d.first, b);
  d.disk.plant(d.second, a);
  const auto o = read(d.disk);
  EXPECT_EQ(o.kind, Failure::corruption);
  EXPECT_TRUE(names(o.error, "first place and epoch are those of its file name")) << o.error;
}

// The same records under another configuration, or other records under the same: every segment is whole, but not of this journal.
TEST(JournalDamage, AForeignSegmentIsNamed) {
  for (int which = 0; which < 4; ++which) {
    const auto build = [](const std::string& config, std::int64_t shift) {
      auto disk = std::make_unique<SimulatedDisk>();
      auto w = continue_journal(*disk, {16 * 1024, 4096}, identity(config));
      for (Place p = 1; p <= 300; ++p) {
        auto r = record_of(p, 1, "1234567890");
        r.time.ns += shift;
        w->append(r);
      }
      EXPECT_TRUE(w->close().ok());
      return disk;
    };
    auto ours = build("{\"run\":1}", 0);
    auto other = which < 2 ? build("{\"run\":2}", 0) : build("{\"run\":1}", 1);
    const auto scan = scan_journal(*ours, dir);
    ASSERT_EQ(scan->segments.size(), 2u);
    const auto path = dir + "/" + print(scan->segments[which % 2].name);
    ours->plant(path, *other->read_all(path));
    const auto o = read(*ours);
    EXPECT_EQ(o.kind, Failure::corruption) << which;
    EXPECT_TRUE(names(o.error, which % 2 == 0 ? ".seg" : path)) << o.error;
  }
}

TEST(JournalDamage, AnOlderCopyOfTheLastSegmentIsNamed) {
  SimulatedDisk disk;
  auto w = continue_journal(disk, {16 * 1024, 4096});
  append_places(*w, 20);
  ASSERT_TRUE(w->drain().ok());
  const auto path = dir + "/" + print(SegmentName{1, 1});
  const auto old = *disk.read_all(path);
  append_places(*w, 20);
  ASSERT_TRUE(w->close().ok());
  disk.plant(path, old);
  const auto o = read(disk);
  EXPECT_EQ(o.kind, Failure::corruption);
  EXPECT_TRUE(names(o.error, "after place 20")) << o.error;
}

TEST(JournalDamage, ALaterEpochBelowTheMarkIsForeign) {
  Damaged d(16 * 1024, 24 * 1024, 5);
  const auto path = dir + "/" + print(SegmentName{9, 3});
  d.disk.plant(path, "x");
  const auto o = read(d.disk);
  EXPECT_EQ(o.kind, Failure::corruption);
  EXPECT_TRUE(names(o.error, path) && names(o.error, "foreign")) << o.error;
}

TEST(JournalDamage, AStartMendsADamagedSlot) {
  Damaged d(16 * 1024, 24 * 1024, 5);
  d.disk.flip_bit(d.mark_path, 100);
  EXPECT_FALSE(verify_journal(d.disk, dir).ok());
  auto w = continue_journal(d.disk, {16 * 1024, 4096});
  EXPECT_EQ(w->last_appended(), d.end) << "the good tail is kept";
  ASSERT_TRUE(w->close().ok());
  EXPECT_TRUE(verify_journal(d.disk, dir).ok());
}

}  // namespace
}  // namespace trade
