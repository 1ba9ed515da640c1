#include <algorithm>

#include "domain/risk/check_table.h"

// Judging an order: reserve its worst case, look, keep it or take it back.
namespace trade {
namespace {

// The price an order may trade against one of ours at; 0: any.
Price meeting_price(const OrderTerms& t, Price sent_limit) {
  if (has_limit(t.type) || t.type == OrderType::pegged) return t.limit;
  return sent_limit;
}

}  // namespace

// What cannot be judged at all.
Reason Portfolio::not_judged(OrderId order, bool replace, const OrderTerms& t) const {
  const std::uint32_t* f = funds_at.find(t.account);
  if (f == nullptr) return Reason::order_unknown_account;
  const std::uint32_t* m = market_at.find(t.instrument);
  if (m == nullptr) return Reason::order_unknown_instrument;
  if (markets[*m].instrument.settle != funds[*f].account.cash.currency) return Reason::risk_cash;  // no rate between the two
  if (t.venue && !venues.contains(t.venue)) return Reason::order_unknown_venue;
  const Reservation* held = reservations.find(order);
  if (replace && (held == nullptr || held->ended || held->replacing)) return Reason::order_not_open;
  return !replace && held != nullptr ? Reason::order_duplicate_id : Reason::none;
}

Verdict Portfolio::assess(OrderId order, bool replace, const OrderTerms& t, const LimitSet& limits, Time now, OrderId group) {
  // The usual case in one look: both are known because they have a line.
  const std::uint32_t* at = line_at.find({t.account, t.instrument});
  Reservation* held = reservations.find(order);
  Place* place = t.venue ? venues.find(t.venue) : nullptr;
  const bool usual = at != nullptr && (held == nullptr) != replace && (place != nullptr) == static_cast<bool>(t.venue) &&
                     (held == nullptr || (!held->ended && !held->replacing));
  if (!usual || !lines[*at].settles)
    if (const Reason r = not_judged(order, replace, t); r != Reason::none) return {r, 0, 0, {}};
  Line* line = at != nullptr ? &lines[*at] : line_of(t.account, t.instrument);
  Judged j{*this, t, limits, now, order, group, held, line, &markets[line->market], &funds[line->funds], nullptr, nullptr, place};
  j.new_line = at == nullptr;
  if (t.strategy) {
    const auto strategies_before = strategies.size();
    const auto sleeves_before = sleeves.size();
    j.sleeve = sleeve_of(t.strategy, static_cast<std::uint32_t>(line - lines.data()));
    j.strategy = strategies.find(t.strategy);
    j.new_strategy = strategies.size() != strategies_before;
    j.new_sleeve = sleeves.size() != sleeves_before;
  }
  first_of_day(*j.funds, now);
  if (const Limits& l = *limits.account; l.max_loss != j.funds->max_loss || l.max_drawdown != j.funds->max_drawdown)
    watch(t.account, l.max_loss, l.max_drawdown);
  const Verdict v = judge(j);
  if (v.reason != Reason::none) forget_new(j);
  return v;
}

Verdict Portfolio::judge(Judged& j) {
  if (const Verdict v = judge_order(j); v.reason != Reason::none) return v;
  std::optional<Reservation> before;  // of a replace
  reserve(j, before);
  Verdict v = judge_worst_case(j);
  if (v.reason != Reason::none) take_back(j, before);
  else approve(j);
  v.limit = v.reason == Reason::none ? j.sent_limit : Price{};
  return v;
}

// Counts the order: what may still fill of it stands in the sums from here on.
void Portfolio::reserve(Judged& j, std::optional<Reservation>& before) {
  Line& l = *j.line;
  j.margin = l.margin;
  j.model = l.model;
  j.step = l.step;
  l.margin = j.limits.own->initial_margin;
  l.model = j.limits.account->margin_model;
  l.step = j.limits.own->margin_step;
  const Bound bound{j.t.quantity, meeting_price(j.t, j.sent_limit), j.worst};
  if (j.held != nullptr) {
    Reservation& r = *j.held;
    before = r;
    const Instrument& i = j.market->instrument;
    const bool no_dearer = i.contract == Contract::inverse ? bound.worst >= r.now.worst : bound.worst <= r.now.worst;
    j.shrinks = bound.total <= r.now.total && no_dearer;
    r.next = bound;
    r.replacing = true;
    count(j.order, r, max(max(r.now.total, r.next.total) - r.filled, Quantity{}));
  } else {
    const OpenOrder open{j.order, j.t.quantity, j.worst, bound.limit, j.value};
    add_open(l.exposure, j.market->instrument, j.t.side, open);
    recount(l);
    if (j.sleeve != nullptr) {
      add_open(j.sleeve->exposure, j.market->instrument, j.t.side, open);
      recount(*j.sleeve);
    }
  }
  j.reducing = worst_quantity(l.exposure, j.t.side) == 0;
  j.sleeve_reducing = j.sleeve != nullptr && worst_quantity(j.sleeve->exposure, j.t.side) == 0;
}

void Portfolio::take_back(Judged& j, const std::optional<Reservation>& before) {
  j.line->margin = j.margin;
  j.line->model = j.model;
  j.line->step = j.step;
  if (j.held != nullptr) {
    Reservation& r = *j.held;
    const Price counted = r.counted;
    r = *before;
    r.counted = counted;
    return count(j.order, r, max(r.now.total - r.filled, Quantity{}));
  }
  const OpenOrder gone{j.order, {}, j.worst, {}, 0};
  set_open(j.line->exposure, j.market->instrument, j.t.side, gone, j.worst);
  recount(*j.line);
  if (j.sleeve == nullptr) return;
  set_open(j.sleeve->exposure, j.market->instrument, j.t.side, gone, j.worst);
  recount(*j.sleeve);
}

void Portfolio::approve(Judged& j) {
  Funds& f = *j.funds;
  ++f.sent;
  if (j.group) {
    f.basket_value = j.value + (f.basket == j.group ? f.basket_value : 0);
    f.basket = j.group;
  }
  const Limits& l = *j.limits.own;
  if (j.held == nullptr) {
    const auto line = static_cast<std::uint32_t>(j.line - lines.data());
    const auto sleeve = j.sleeve == nullptr ? 0u : static_cast<std::uint32_t>(j.sleeve - sleeves.data()) + 1;
    const Bound bound{j.t.quantity, meeting_price(j.t, j.sent_limit), j.worst};
    reservations.insert(j.order, {j.t.account, j.t.instrument, line, sleeve, j.t.side, {}, bound, bound, j.worst, false, false, false,
                                  false});
    f.recent.add(j.t, j.now, l);
    if (l.size_multiple.units > 0) j.line->sizes.add(j.t.quantity, j.now);
  }
  j.line->peak.see(j.line->counted.gross, j.now);
  f.peak_worst.see(f.worst, j.now);
  f.peak_open.see(f.open_value, j.now);
}

// A refused order leaves no trace but counts of messages: what was made to judge it goes again.
void Portfolio::forget_new(const Judged& j) {
  if (j.new_sleeve) {
    sleeve_at.erase({j.t.strategy, j.t.instrument});
    sleeves.pop_back();
  }
  if (j.new_strategy && j.strategy->messages.full == Time{}) strategies.erase(j.t.strategy);
  if (!j.new_line) return;
  Funds& f = *j.funds;
  const auto last_of = [](std::vector<Group>& groups, std::uint32_t at, const auto& used) {
    if (at + 1 == groups.size() && !used(at)) groups.pop_back();
  };
  const auto at = static_cast<std::uint32_t>(lines.size() - 1);
  const auto others = [&](auto member) {
    return [this, at, member](std::uint32_t group) {
      return std::any_of(lines.begin(), lines.begin() + at,
                         [&](const Line& l) { return l.funds == lines[at].funds && l.*member == group; });
    };
  };
  last_of(f.sectors, j.line->sector, others(&Line::sector));
  last_of(f.underlyings, j.line->underlying, others(&Line::underlying));
  j.market->lines.pop_back();
  line_at.erase({j.t.account, j.t.instrument});
  lines.pop_back();
}

void Portfolio::sent_cancel(OrderId order, const Limits& l, Time now) {
  const Reservation* r = reservations.find(order);
  if (r == nullptr) return;
  Funds& f = funds[lines[r->line].funds];
  first_of_day(f, now);
  ++f.sent;
  take_token(f.messages, {l.rate, std::max(l.burst, l.cancel_reserve + 1), l.cancel_reserve}, now);
}

bool Portfolio::overrides_use(const OrderTerms& t, Reason check, Time now) {
  std::erase_if(overrides, [now](const Override& o) { return o.until < now; });
  const auto at = std::find_if(overrides.begin(), overrides.end(), [&](const Override& o) {
    return o.check == check && o.account == t.account && o.instrument == t.instrument && o.side == t.side && o.quantity == t.quantity;
  });
  if (at == overrides.end()) return false;
  overrides.erase(at);
  return true;
}

}  // namespace trade
