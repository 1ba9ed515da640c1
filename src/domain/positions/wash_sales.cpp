#include "domain/positions/wash_sales.h"

#include <map>

namespace trade {
namespace {

constexpr std::int64_t window_days = 30;

std::int64_t day_of(Time t) { return floor_to(t, seconds(86'400)).ns / seconds(86'400).ns; }

// What a purchase opened, and what has become of it.
struct Purchase {
  std::int64_t day;
  Quantity opened, held, replaces;  // held: not sold yet; replaces: how many of those are counted against a loss
};

class WashRule {
 public:
  explicit WashRule(bool pooled) : pooled_(pooled) {}

  void add(const WashFill& f) {
    if (f.side == Side::sell) sell(f);
    const Quantity opened = f.quantity - f.closed;
    if (f.side == Side::buy && opened.units > 0) purchases_[f.fill] = {day_of(f.time), opened, opened, {}};
  }

  // Matches a loss against what was bought before and, in `later`, after it.
  Quantity match(const WashFill& sale, std::map<FillId, Purchase>& later) {
    Quantity need = sale.closed;
    const auto take = [&](Purchase& p, Quantity most) {
      const std::int64_t apart = p.day - day_of(sale.time);
      if (apart < -window_days || apart > window_days || most.units <= 0) return;
      const Quantity taken = min(need, most);
      p.replaces += taken;
      need -= taken;
    };
    for (auto& [fill, p] : purchases_) take(p, p.held - p.replaces);
    for (auto& [fill, p] : later) take(p, p.opened - p.replaces);
    return sale.closed - need;
  }
  Purchase* find(FillId fill) {
    const auto at = purchases_.find(fill);
    return at == purchases_.end() ? nullptr : &at->second;
  }

 private:
  void sell(const WashFill& f) {
    if (!pooled_) {
      for (const auto& lot : f.lots)
        if (Purchase* p = find(lot.fill)) sell_from(*p, lot.quantity);
      return;
    }
    Quantity left = f.closed;
    for (auto& [fill, p] : purchases_) {
      const Quantity taken = min(left, p.held);
      sell_from(p, taken);
      left -= taken;
    }
  }
  // Of one purchase the units that replace others go first.
  static void sell_from(Purchase& p, Quantity quantity) {
    p.held -= min(quantity, p.held);
    p.replaces -= min(quantity, p.replaces);
  }

  bool pooled_;
  std::map<FillId, Purchase> purchases_;
};

}  // namespace

std::vector<WashSale> wash_sales(std::span<const WashFill> fills, bool pooled) {
  std::vector<WashSale> found;
  WashRule rule(pooled);
  std::map<FillId, Quantity> used;  // of purchases that have not come yet, by losses before them
  for (std::size_t n = 0; n < fills.size(); ++n) {
    const WashFill& f = fills[n];
    rule.add(f);
    if (const auto at = used.find(f.fill); at != used.end())
      if (Purchase* p = rule.find(f.fill)) p->replaces = at->second;
    if (f.side != Side::sell || f.closed.units == 0 || f.realised.units >= 0) continue;
    std::map<FillId, Purchase> later;
    for (std::size_t k = n + 1; k < fills.size() && day_of(fills[k].time) - day_of(f.time) <= window_days; ++k) {
      const Quantity opened = fills[k].quantity - fills[k].closed;
      if (fills[k].side == Side::sell || opened.units == 0) continue;
      later[fills[k].fill] = {day_of(fills[k].time), opened, opened, used[fills[k].fill]};
    }
    const Quantity washed = rule.match(f, later);
    for (const auto& [fill, p] : later) used[fill] = p.replaces;
    const Money loss = -f.realised;
    if (washed.units > 0) found.push_back({f.fill, washed, washed == f.closed ? loss : floor_share(loss, washed, f.closed)});
  }
  return found;
}

}  // namespace trade
