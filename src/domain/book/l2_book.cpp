#include "domain/book/l2_book.h"

#include <algorithm>

#include "core/check.h"

namespace trade {
namespace {

// A side is kept by rank: rank(price) rises from the worst price to the best.
template <Side side>
bool worse(Price a, Price b) {
  return side == Side::buy ? a < b : a > b;
}

// One pass over the side pays when the changes come in price order, are at least this many, and at least one for so many levels
// (measured on recorded USD-M, coin-M and spot diffs).
constexpr std::size_t merge_from = 64, merge_share = 32;

// The first level that is not worse than `price`, searched outwards from `from` in doubling steps: changes of one diff lie close together.
template <Side side>
std::size_t find_level(const std::vector<Level>& levels, Price price, std::size_t from) {
  std::size_t low = 0, high = levels.size(), step = 1;
  if (from < high && worse<side>(levels[from].price, price)) {
    low = from + 1;
    for (; low + step < high && worse<side>(levels[low + step].price, price); step *= 2) low += step + 1;
    high = std::min(high, low + step);
  } else {
    high = std::min(from, high);
    for (; high >= step && !worse<side>(levels[high - step].price, price); step *= 2) high -= step;
    if (high >= step) low = high - step + 1;
  }
  const auto at = [&](std::size_t i) { return levels.begin() + static_cast<std::ptrdiff_t>(i); };
  const auto found = std::lower_bound(at(low), at(high), price, [](const Level& l, Price p) { return worse<side>(l.price, p); });
  return static_cast<std::size_t>(found - levels.begin());
}

// Makes one change; gives the place where the next search begins.
template <Side side>
std::size_t set_level(std::vector<Level>& levels, const Level& change, std::size_t from) {
  const auto i = find_level<side>(levels, change.price, from);
  const auto at = levels.begin() + static_cast<std::ptrdiff_t>(i);
  const bool there = i != levels.size() && at->price == change.price;
  if (change.quantity.units == 0) {
    if (there) levels.erase(at);
  } else if (there) {
    at->quantity = change.quantity;
  } else {
    levels.insert(at, change);
  }
  return i;
}

// +1: every change is strictly better than the one before, -1: strictly worse, 0: neither.
template <Side side>
int direction(std::span<const Level> changes) {
  const bool rising = worse<side>(changes[0].price, changes[1].price);
  for (std::size_t i = 1; i < changes.size(); ++i) {
    const auto a = changes[i - 1].price, b = changes[i].price;
    if (rising ? !worse<side>(a, b) : !worse<side>(b, a)) return 0;
  }
  return rising ? 1 : -1;
}

// One pass over the side; `change_at(i)` gives the changes from worst to best.
template <Side side, class F>
void merge(std::vector<Level>& levels, std::vector<Level>& merged, std::size_t changes, F change_at) {
  merged.clear();
  merged.reserve(levels.size() + changes);
  std::size_t i = 0;
  for (std::size_t c = 0; c < changes; ++c) {
    const Level& change = change_at(c);
    while (i < levels.size() && worse<side>(levels[i].price, change.price)) merged.push_back(levels[i++]);
    if (i < levels.size() && levels[i].price == change.price) ++i;
    if (change.quantity.units != 0) merged.push_back(change);
  }
  merged.insert(merged.end(), levels.begin() + static_cast<std::ptrdiff_t>(i), levels.end());
  levels.swap(merged);
}

template <Side side>
void apply_side(std::vector<Level>& levels, std::vector<Level>& merged, std::span<const Level> changes) {
  for (const auto& c : changes) CHECK(c.quantity.units >= 0, "negative quantity in a book change");
  const bool many = changes.size() >= merge_from && changes.size() * merge_share >= levels.size();
  const int way = many ? direction<side>(changes) : 0;
  if (way == 0) {
    std::size_t from = levels.size();
    for (const auto& c : changes) from = set_level<side>(levels, c, from);
  } else if (way > 0) merge<side>(levels, merged, changes.size(), [&](std::size_t i) -> const Level& { return changes[i]; });
  else merge<side>(levels, merged, changes.size(), [&](std::size_t i) -> const Level& { return changes[changes.size() - 1 - i]; });
}

void save_side(ByteWriter& w, const std::vector<Level>& levels) {
  w.put(static_cast<std::uint32_t>(levels.size()));
  for (auto l = levels.rbegin(); l != levels.rend(); ++l) {
    w.put(l->price.units);
    w.put(l->quantity.units);
  }
}

template <Side side>
void load_side(ByteReader& r, std::vector<Level>& levels) {
  levels.clear();
  const auto n = r.get<std::uint32_t>();
  if (!r.ok() || n > r.left() / 16) return r.fail();
  levels.resize(n);
  for (std::size_t i = n; i-- > 0;) {
    levels[i].price.units = r.get<std::int64_t>();
    levels[i].quantity.units = r.get<std::int64_t>();
    if (levels[i].quantity.units <= 0 || (i + 1 < n && !worse<side>(levels[i].price, levels[i + 1].price))) {
      levels.clear();
      return r.fail();
    }
  }
}

bool same_levels(std::span<const Level> a, std::span<const Level> b) {
  return std::ranges::equal(a, b, [](const Level& x, const Level& y) { return x.price == y.price && x.quantity == y.quantity; });
}

}  // namespace

void L2Book::assign(std::span<const Level> bids, std::span<const Level> asks) {
  clear();
  apply(bids, asks);
}

void L2Book::apply(std::span<const Level> bids, std::span<const Level> asks) {
  apply_side<Side::buy>(bids_, merged_, bids);
  apply_side<Side::sell>(asks_, merged_, asks);
}

void L2Book::clear() {
  bids_.clear();
  asks_.clear();
}

Quantity L2Book::quantity_at(Side side, Price price) const {
  const auto& levels = of(side);
  const auto at = std::lower_bound(levels.begin(), levels.end(), price, [side](const Level& l, Price p) {
    return side == Side::buy ? worse<Side::buy>(l.price, p) : worse<Side::sell>(l.price, p);
  });
  return at != levels.end() && at->price == price ? at->quantity : Quantity{};
}

void L2Book::save(ByteWriter& w) const {
  save_side(w, bids_);
  save_side(w, asks_);
}

void L2Book::load(ByteReader& r) {
  load_side<Side::buy>(r, bids_);
  load_side<Side::sell>(r, asks_);
}

bool operator==(const L2Book& a, const L2Book& b) { return same_levels(a.bids_, b.bids_) && same_levels(a.asks_, b.asks_); }

}  // namespace trade
