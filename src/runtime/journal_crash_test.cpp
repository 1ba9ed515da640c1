#include "runtime/journal_testing.h"
#include "runtime/planted.h"

namespace trade {
namespace {

using namespace journal_testing;

constexpr std::size_t longest = 200;

// One journal through many lives on a disk that loses what it may. Nothing at or below a synced mark may ever be missing or another.
class Lives {
 public:
  explicit Lives(std::uint64_t seed) : random_(seed), disk_(seed * 31 + 7) {}

  // What went wrong, empty when nothing did.
  std::string run(int lives) {
    for (int life = 0; life < lives && violation_.empty(); ++life) live();
    return violation_;
  }
  std::uint64_t kept_tails = 0, cut_tails = 0, crashes_in_start = 0;

 private:
  std::uint64_t draw(std::uint64_t below) { return mix64(random_ += 0x9E3779B97F4A7C15ull) % below; }

  void live() {
    (void)disk_.make_dir(dir).ok();
    const auto scan = check();
    if (disk_.is_off()) {
      violation_.clear();
      disk_.crash();
      return;
    }
    if (!scan) return;
    if (draw(3) == 0) disk_.power_off_at(disk_.counts().operations + 1 + draw(60));
    auto started = JournalWriter::start(disk_, dir, {1000 + draw(4000), 64}, identity(), *scan);
    if (!started) ++crashes_in_start;
    else work(**started);
    if (draw(4) == 0 && !disk_.is_off()) disk_.kill();
    else disk_.crash();
  }

  void work(JournalWriter& w) {
    acknowledged_ = std::max(acknowledged_, w.synced_mark());
    for (auto steps = draw(40); steps > 0; --steps) {
      if (draw(2) == 0) append_places(w, draw(8), longest);
      epochs_.resize(w.last_appended() + 1, w.epoch());
      if (!w.step().ok()) break;
      acknowledged_ = std::max(acknowledged_, w.synced_mark());
    }
    if (draw(10) == 0) (void)w.close().ok();
    acknowledged_ = std::max(acknowledged_, w.synced_mark());
  }

  std::optional<Scan> check() {
    auto reader = JournalReader::open(disk_, dir);
    if (!reader) return fail(reader.error().text());
    std::vector<std::uint32_t> epochs{0};
    Record r;
    for (;;) {
      const auto more = reader->next(r);
      if (!more) return fail(more.error().text());
      if (!*more) break;
      if (!as_made(r, longest)) return fail("place " + std::to_string(r.place) + " is not what was written");
      if (r.place <= acknowledged_ && r.epoch != epochs_[r.place]) return fail("place " + std::to_string(r.place) + " is an older record");
      epochs.push_back(r.epoch);
    }
    const auto& scan = reader->scan();
    if (scan.end < acknowledged_) return fail("ends at " + std::to_string(scan.end) + " of " + std::to_string(acknowledged_));
    if (scan.end + 1 != epochs.size()) return fail("the scan's end is not the last record");
    (scan.end > scan.mark.place ? kept_tails : cut_tails) += scan.end > scan.mark.place || scan.cut_bytes != 0;
    epochs_ = std::move(epochs);
    return reader->take_scan();
  }

  std::optional<Scan> fail(std::string what) {
    violation_ = std::move(what);
    return std::nullopt;
  }

  std::uint64_t random_;
  SimulatedDisk disk_;
  Place acknowledged_ = 0;
  std::vector<std::uint32_t> epochs_{0};  // in which each place was written
  std::string violation_;
};

TEST(JournalCrash, NothingBelowASyncedMarkIsEverLost) {
  std::uint64_t kept = 0, cut = 0, in_start = 0;
  for (std::uint64_t seed = 0; seed < 6000; ++seed) {
    Lives lives(seed);
    ASSERT_EQ(lives.run(12), "") << "seed " << seed;
    kept += lives.kept_tails;
    cut += lives.cut_tails;
    in_start += lives.crashes_in_start;
  }
  EXPECT_GT(kept, 500u) << "the runs must meet what they are for";
  EXPECT_GT(cut, 500u);
  EXPECT_GT(in_start, 200u);
}

#ifdef TRADE_PLANTED_BUGS
struct Planted : testing::TestWithParam<Bug> {};
TEST_P(Planted, IsCaught) {
  planted_bug = GetParam();
  std::string violation;
  for (std::uint64_t seed = 0; seed < 1000 && violation.empty(); ++seed) violation = Lives(seed).run(12);
  planted_bug = Bug::none;
  EXPECT_NE(violation, "");
}
INSTANTIATE_TEST_SUITE_P(Journal, Planted, testing::Values(Bug::mark_first, Bug::crc_skipped, Bug::stale_tail, Bug::no_resync),
                         [](const auto& p) { return std::string(name_of(p.param)); });
#endif

TEST(JournalCrash, AFailureAtEveryOperationStopsBeforeTheNextAcknowledgement) {
  for (std::uint64_t nth = 1; nth < 120; ++nth) {
    SimulatedDisk disk(nth);
    disk.fail_at(nth, SimulatedDisk::Fault::io);
    if (!disk.make_dir(dir).ok()) continue;
    Place acknowledged = 0;
    for (int life = 0; life < 3; ++life) {
      const auto scan = scan_journal(disk, dir);
      if (!scan) {
        ASSERT_EQ(scan.error().kind, Failure::resource) << scan.error().text();
        break;
      }
      ASSERT_GE(scan->end, acknowledged);
      auto w = JournalWriter::start(disk, dir, {2000, 64}, identity(), *scan);
      if (!w) break;
      bool failed = false;
      for (int i = 0; i < 12; ++i) {
        append_places(**w, 5);
        const auto before = (*w)->synced_mark();
        failed = failed || !(*w)->drain().ok();
        if (failed) ASSERT_EQ((*w)->drain().ok(), false);
        else ASSERT_GT((*w)->synced_mark(), before);
      }
      acknowledged = (*w)->synced_mark();
      disk.crash();
    }
    disk.crash();
    const auto scan = scan_journal(disk, dir);
    ASSERT_TRUE(scan.ok() && scan->end >= acknowledged) << nth;
  }
}

// A disk that lies about syncs can lose what was acknowledged; the mark makes sure that this is seen.
TEST(JournalCrash, ALyingDiskIsFoundOutOrHarmless) {
  int found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    SimulatedDisk disk(seed);
    auto w = continue_journal(disk, {4000, 64});
    append_places(*w, 20);
    ASSERT_TRUE(w->drain().ok());
    disk.lie_about_syncs(true);
    append_places(*w, 60);
    ASSERT_TRUE(w->drain().ok());
    disk.crash();
    const auto scan = scan_journal(disk, dir);
    if (scan.ok()) ASSERT_GE(scan->end, 20u);
    else ASSERT_EQ(scan.error().kind, Failure::corruption);
    found += !scan.ok();
  }
  EXPECT_GT(found, 30);
}

}  // namespace
}  // namespace trade
