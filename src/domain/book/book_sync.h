#pragma once
#include <span>
#include <vector>

#include "domain/book/l2_book.h"

namespace trade {

// syncing: no whole book yet. live: the book is the venue's. gap: update ids were missed; the book is what it was before, for looking only.
enum class SyncState : std::uint8_t { syncing, live, gap };
NAMES(SyncState, syncing, live, gap)

// What a diff or a snapshot did.
//   buffered   held until a snapshot comes
//   applied    the book moved by this diff
//   stale      older than the book, by the venue's rule nothing to do: before the snapshot, or a snapshot older than a live book
//   duplicate  the same last id as the diff applied before
//   gap        ids were missed: the book stands still until the next snapshot; this diff is buffered
//   synced     the book is whole, buffered diffs applied: publish all of it
//   too_old    the snapshot does not reach the buffered diffs; another one is needed
enum class SyncStep : std::uint8_t { buffered, applied, stale, duplicate, gap, synced, too_old };

// The ids of a diff as the venue numbers them; previous 0: the venue states none.
struct DiffIds {
  std::uint64_t first{}, last{}, previous{};
  FIELDS(DiffIds, first, last, previous)
};

// Does a diff continue a book that stands at `at`? The venue's rule: Binance "How to manage a local order book correctly".
// Futures state the diff before (pu): it must be the last one. Spot: ids are dense, so first = at + 1.
constexpr bool follows(const DiffIds& d, std::uint64_t at) { return d.previous != 0 ? d.previous == at : d.first == at + 1; }
// The same for the first diff after a snapshot, which may begin before it: spot wants first <= at + 1, futures that no diff lies between
// the one before (pu) and the snapshot. Diffs that older() names are to be dropped before.
constexpr bool bridges(const DiffIds& d, std::uint64_t at) { return d.previous != 0 ? d.previous <= at : d.first <= at + 1; }
constexpr bool older(const DiffIds& d, std::uint64_t at) { return d.previous != 0 ? d.last < at : d.last <= at; }

// Keeps one venue book in step: snapshot, buffered diffs, continuity, gap, resync. Pure; all of it is state.
class BookSync {
 public:
  // Holds at most `limit` >= 2 diffs for a snapshot; when full, the older half is let go.
  static constexpr std::uint32_t default_limit = 1024;

  SyncStep on_diff(const DiffIds& ids, std::span<const Level> bids, std::span<const Level> asks, std::uint32_t limit = default_limit);
  // After `synced`, dropped() more diffs were stale, and state() is gap when a buffered one did not continue the others.
  SyncStep on_snapshot(std::uint64_t last_id, std::span<const Level> bids, std::span<const Level> asks);

  const L2Book& book() const { return book_; }
  SyncState state() const { return state_; }
  std::uint64_t last_id() const { return last_id_; }  // of the last diff or snapshot the book holds
  std::size_t buffered() const { return buffer_.size(); }
  // Stale diffs let go by the last snapshot.
  std::uint32_t dropped() const { return dropped_; }

  void save(ByteWriter& w) const;
  void load(ByteReader& r);

 private:
  struct Buffered {
    DiffIds ids;
    std::vector<Level> bids, asks;
  };
  SyncStep hold(const DiffIds& ids, std::span<const Level> bids, std::span<const Level> asks, std::uint32_t limit, SyncStep step);
  void drain();

  L2Book book_;
  SyncState state_ = SyncState::syncing;
  bool fresh_ = false;  // no diff applied since the snapshot
  std::uint64_t last_id_ = 0;
  std::uint32_t dropped_ = 0;
  std::vector<Buffered> buffer_;
};

}  // namespace trade
