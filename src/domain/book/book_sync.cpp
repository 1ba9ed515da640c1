#include "domain/book/book_sync.h"

#include <algorithm>

namespace trade {

SyncStep BookSync::hold(const DiffIds& ids, std::span<const Level> bids, std::span<const Level> asks, std::uint32_t limit, SyncStep step) {
  if (buffer_.size() >= std::max(limit, 2u))
    buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(buffer_.size() / 2));
  buffer_.push_back({ids, {bids.begin(), bids.end()}, {asks.begin(), asks.end()}});
  return step;
}

SyncStep BookSync::on_diff(const DiffIds& ids, std::span<const Level> bids, std::span<const Level> asks, std::uint32_t limit) {
  if (state_ != SyncState::live) {
    if (!buffer_.empty() && buffer_.back().ids.last == ids.last) return SyncStep::duplicate;
    return hold(ids, bids, asks, limit, SyncStep::buffered);
  }
  if (fresh_ ? bridges(ids, last_id_) && !older(ids, last_id_) : follows(ids, last_id_)) {
    book_.apply(bids, asks);
    last_id_ = ids.last;
    fresh_ = false;
    return SyncStep::applied;
  }
  if (fresh_ && older(ids, last_id_)) return SyncStep::stale;
  if (ids.last == last_id_) return SyncStep::duplicate;
  if (ids.last < last_id_) return SyncStep::stale;
  state_ = SyncState::gap;
  return hold(ids, bids, asks, limit, SyncStep::gap);
}

SyncStep BookSync::on_snapshot(std::uint64_t last_id, std::span<const Level> bids, std::span<const Level> asks) {
  dropped_ = 0;
  if (state_ == SyncState::live && last_id < last_id_) return SyncStep::stale;
  const auto reached = std::ranges::find_if(buffer_, [&](const Buffered& b) { return !older(b.ids, last_id); });
  if (reached != buffer_.end() && !bridges(reached->ids, last_id)) return SyncStep::too_old;
  dropped_ = static_cast<std::uint32_t>(reached - buffer_.begin());
  buffer_.erase(buffer_.begin(), reached);
  book_.assign(bids, asks);
  last_id_ = last_id;
  state_ = SyncState::live;
  fresh_ = true;
  drain();
  return SyncStep::synced;
}

// Applies what was held, in order; at the first break the rest stays held for the next snapshot.
void BookSync::drain() {
  std::size_t done = 0;
  for (; done < buffer_.size(); ++done) {
    const auto& b = buffer_[done];
    if (!fresh_ && !follows(b.ids, last_id_)) {
      state_ = SyncState::gap;
      break;
    }
    book_.apply(b.bids, b.asks);
    last_id_ = b.ids.last;
    fresh_ = false;
  }
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(done));
}

namespace {

void save_levels(ByteWriter& w, const std::vector<Level>& levels) {
  w.put(static_cast<std::uint32_t>(levels.size()));
  for (const auto& l : levels) {
    w.put(l.price.units);
    w.put(l.quantity.units);
  }
}
void load_levels(ByteReader& r, std::vector<Level>& levels) {
  const auto n = r.get<std::uint32_t>();
  if (!r.ok() || n > r.left() / 16) return r.fail();
  levels.resize(n);
  for (auto& l : levels) {
    l.price.units = r.get<std::int64_t>();
    l.quantity.units = r.get<std::int64_t>();
    if (l.quantity.units < 0) return r.fail();
  }
}

}  // namespace

void BookSync::save(ByteWriter& w) const {
  book_.save(w);
  w.put(static_cast<std::uint8_t>(state_));
  w.put(fresh_);
  w.put(last_id_);
  w.put(static_cast<std::uint32_t>(buffer_.size()));
  for (const auto& b : buffer_) {
    w.put(b.ids.first);
    w.put(b.ids.last);
    w.put(b.ids.previous);
    save_levels(w, b.bids);
    save_levels(w, b.asks);
  }
}

void BookSync::load(ByteReader& r) {
  *this = BookSync{};
  book_.load(r);
  const auto state = r.get<std::uint8_t>();
  if (state > static_cast<std::uint8_t>(SyncState::gap)) return r.fail();
  state_ = static_cast<SyncState>(state);
  fresh_ = r.get<bool>();
  last_id_ = r.get<std::uint64_t>();
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    auto& b = buffer_.emplace_back();
    b.ids.first = r.get<std::uint64_t>();
    b.ids.last = r.get<std::uint64_t>();
    b.ids.previous = r.get<std::uint64_t>();
    load_levels(r, b.bids);
    load_levels(r, b.asks);
  }
}

}  // namespace trade
