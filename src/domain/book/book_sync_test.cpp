#include "domain/book/book_sync.h"

#include <gtest/gtest.h>

#include <map>

namespace trade {
namespace {

struct Random {
  std::uint64_t seed;
  std::uint64_t below(std::uint64_t n) {
    std::uint64_t x = seed += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return (x ^ (x >> 31)) % n;
  }
};

struct Diff {
  DiffIds ids;
  std::vector<Level> bids, asks;
};
using Sides = std::pair<std::map<std::int64_t, std::int64_t>, std::map<std::int64_t, std::int64_t>>;

// A venue that knows its true book at every update id; diffs cover id ranges, spot densely, futures with holes and `previous`.
struct Venue {
  bool futures;
  Random random;
  std::uint64_t id = 1000;
  std::uint64_t last_diff = 1000;
  Sides sides;
  std::map<std::uint64_t, Sides> truth{{1000, {}}};

  Diff diff() {
    Diff d;
    d.ids.previous = futures ? last_diff : 0;
    if (futures) id += random.below(4);  // ids that other books used
    for (std::uint64_t k = id; k > last_diff; --k) truth[k] = sides;
    d.ids.first = id + 1;
    std::map<std::int64_t, std::int64_t> bids, asks;
    for (auto n = 1 + random.below(4); n > 0; --n) {
      const auto price = static_cast<std::int64_t>(random.below(12));
      const auto quantity = random.below(3) == 0 ? 0 : static_cast<std::int64_t>(1 + random.below(9));
      const bool bid = random.below(2) == 0;
      set(bid ? sides.first : sides.second, price, quantity);
      (bid ? bids : asks)[price] = quantity;
      truth[++id] = sides;
    }
    for (const auto& [p, q] : bids) d.bids.push_back({Price{p}, Quantity{q}});
    for (const auto& [p, q] : asks) d.asks.push_back({Price{p}, Quantity{q}});
    d.ids.last = last_diff = id;
    return d;
  }
  static void set(std::map<std::int64_t, std::int64_t>& side, std::int64_t price, std::int64_t quantity) {
    if (quantity == 0) side.erase(price);
    else side[price] = quantity;
  }
};

std::vector<Level> levels_of(const std::map<std::int64_t, std::int64_t>& side) {
  std::vector<Level> v;
  for (const auto& [p, q] : side) v.push_back({Price{p}, Quantity{q}});
  return v;
}
Sides sides_of(const L2Book& book) {
  Sides s;
  for (const auto& l : book.levels(Side::buy)) s.first[l.price.units] = l.quantity.units;
  for (const auto& l : book.levels(Side::sell)) s.second[l.price.units] = l.quantity.units;
  return s;
}
SyncStep give(BookSync& sync, const Diff& d, std::uint32_t limit = BookSync::default_limit) {
  return sync.on_diff(d.ids, d.bids, d.asks, limit);
}
SyncStep snapshot(BookSync& sync, const Venue& venue, std::uint64_t id) {
  const auto& s = venue.truth.at(id);
  return sync.on_snapshot(id, levels_of(s.first), levels_of(s.second));
}

// Diffs lost, doubled and swapped, snapshots of any age: whenever the book says live it is the venue's book of that id, and a feed
// without loss never shows a gap.
TEST(BookSync, ALiveBookIsTheVenuesBookWhateverHappensToTheFeed) {
  std::uint64_t lives = 0, gaps = 0, too_old = 0;
  for (std::uint64_t seed = 1; seed <= 600; ++seed) {
    Venue venue{seed % 2 == 0, {seed * 77}, 1000, 1000, {}, {{1000, {}}}};
    const bool lossless = seed % 5 == 0;
    BookSync sync;
    std::vector<Diff> swapped;
    for (int step = 0; step < 80; ++step) {
      const auto d = venue.diff();
      const auto luck = lossless ? 9 : venue.random.below(40);
      if (luck == 0) continue;  // lost
      if (luck == 1) swapped.push_back(d);
      else gaps += give(sync, d) == SyncStep::gap;
      if (luck == 2) { EXPECT_NE(give(sync, d), SyncStep::applied); }
      if (luck > 1 && !swapped.empty()) {
        gaps += give(sync, swapped.back()) == SyncStep::gap;
        swapped.pop_back();
      }
      if (venue.random.below(9) == 0) {
        const auto back = venue.random.below(std::min<std::uint64_t>(venue.id - 1000, 20) + 1);
        too_old += snapshot(sync, venue, venue.id - back) == SyncStep::too_old;
      }
      if (lossless) { ASSERT_NE(sync.state(), SyncState::gap) << "seed " << seed; }
      if (sync.state() == SyncState::live) {
        ++lives;
        ASSERT_EQ(sides_of(sync.book()), venue.truth.at(sync.last_id())) << "seed " << seed << " step " << step;
      }
      ByteWriter w;
      sync.save(w);
      BookSync again;
      ByteReader r(w.bytes());
      again.load(r);
      ASSERT_TRUE(r.at_end());
      ByteWriter w2;
      again.save(w2);
      ASSERT_EQ(w.bytes(), w2.bytes());
      if (step % 7 == 0) sync = again;  // a restart changes nothing
    }
  }
  EXPECT_GT(lives, 10'000u);
  EXPECT_GT(gaps, 100u);
  EXPECT_GT(too_old, 10u);
}

const std::vector<Level> one{{Price{1}, Quantity{1}}};

TEST(BookSync, FollowsTheFuturesRuleToTheLetter) {
  BookSync s;
  EXPECT_EQ(s.on_diff({90, 95, 80}, one, {}), SyncStep::buffered);
  EXPECT_EQ(s.on_diff({96, 100, 95}, one, {}), SyncStep::buffered);
  EXPECT_EQ(s.on_diff({96, 100, 95}, one, {}), SyncStep::duplicate);
  EXPECT_EQ(s.on_snapshot(98, {}, {}), SyncStep::synced);
  EXPECT_EQ(s.dropped(), 1u);
  EXPECT_EQ(s.last_id(), 100u);
  EXPECT_EQ(s.on_diff({107, 110, 100}, {}, {}), SyncStep::applied);
  EXPECT_EQ(s.on_diff({107, 110, 100}, {}, {}), SyncStep::duplicate);
  EXPECT_EQ(s.on_diff({96, 100, 95}, {}, {}), SyncStep::stale);
  EXPECT_EQ(s.on_diff({115, 120, 111}, {}, {}), SyncStep::gap);
  EXPECT_EQ(s.state(), SyncState::gap);
  EXPECT_EQ(s.on_diff({121, 130, 120}, one, one), SyncStep::buffered);
  EXPECT_EQ(s.on_snapshot(110, {}, {}), SyncStep::too_old);
  EXPECT_EQ(s.on_snapshot(119, {}, {}), SyncStep::synced);
  EXPECT_EQ(s.last_id(), 130u);
  EXPECT_EQ(s.book().depth(Side::sell), 1u);
}

TEST(BookSync, FollowsTheSpotRuleToTheLetter) {
  BookSync s;
  EXPECT_EQ(s.on_snapshot(100, one, {}), SyncStep::synced);
  EXPECT_EQ(s.on_diff({90, 100, 0}, {}, one), SyncStep::stale);
  EXPECT_EQ(s.on_diff({95, 104, 0}, {}, one), SyncStep::applied);
  EXPECT_EQ(s.on_diff({105, 105, 0}, {}, {}), SyncStep::applied);
  EXPECT_EQ(s.on_diff({105, 109, 0}, {}, {}), SyncStep::gap);  // overlaps: not what the rule allows after the first
  BookSync late;
  EXPECT_EQ(late.on_snapshot(100, {}, {}), SyncStep::synced);
  EXPECT_EQ(late.on_diff({102, 104, 0}, {}, {}), SyncStep::gap);
}

TEST(BookSync, TheBufferIsBounded) {
  Venue venue{true, {5}, 1000, 1000, {}, {{1000, {}}}};
  BookSync s;
  for (int i = 0; i < 1000; ++i) {
    give(s, venue.diff(), 16);
    ASSERT_LE(s.buffered(), 16u);
  }
  EXPECT_EQ(snapshot(s, venue, 1001), SyncStep::too_old);
  EXPECT_EQ(snapshot(s, venue, venue.id), SyncStep::synced);
  EXPECT_EQ(sides_of(s.book()), venue.truth.at(venue.id));
}

TEST(BookSync, ABreakAmongBufferedDiffsIsAGap) {
  BookSync s;
  EXPECT_EQ(s.on_diff({1, 10, 0}, one, {}), SyncStep::buffered);
  EXPECT_EQ(s.on_diff({12, 20, 0}, {}, one), SyncStep::buffered);
  EXPECT_EQ(s.on_snapshot(5, {}, {}), SyncStep::synced);
  EXPECT_EQ(s.state(), SyncState::gap);
  EXPECT_EQ(s.buffered(), 1u);
  EXPECT_EQ(s.on_snapshot(11, {}, {}), SyncStep::synced);
  EXPECT_EQ(s.state(), SyncState::live);
  EXPECT_EQ(s.last_id(), 20u);
}

}  // namespace
}  // namespace trade
