#include "sim/trading_truth.h"

#include <algorithm>

namespace trade::sim {
namespace {

constexpr std::uint32_t spot = 2, inverse = 3;  // instruments of trading_config

SlowBooks::Kind kind_of(InstrumentId i) {
  return i.value == inverse ? SlowBooks::Kind::inverse : i.value == spot ? SlowBooks::Kind::spot : SlowBooks::Kind::linear;
}
std::int64_t multiplier_of(InstrumentId i) { return i.value == inverse ? 10 * decimal_one : decimal_one; }
std::int64_t fee_of(VenueId v, Liquidity l) {
  const bool maker = l == Liquidity::maker;
  return v.value == 1 ? (maker ? 21'000 : 53'000) : (maker ? -10'000 : 40'000);
}
Currency settle_of(InstrumentId i) { return i.value == inverse ? Currency("BTC") : Currency("USDT"); }

// In 1e-16, rounded down.
int128 value_of(InstrumentId i, Price p, Quantity q) {
  if (i.value != inverse) return static_cast<int128>(p.units) * q.units;
  return static_cast<int128>(q.units) * multiplier_of(i) * decimal_one / p.units;
}

std::string order_name(OrderId o) { return "order " + std::to_string(o.value); }

}  // namespace

std::string Truth::sent(const VenuePlace& m, OrderId order) {
  if (!children_.emplace(m.child, Child{order, m, true, false, {}}).second) return "child " + std::to_string(m.child.value) + " left twice";
  return {};
}

void Truth::lost(const VenuePlace& m) {
  auto& c = children_.at(m.child);
  c.on_wire = false;
  c.lost = held(c) == nullptr;
}

void Truth::over(const VenueReplace& m) {
  if (!knows(m.child)) return;
  auto& waiting = children_.at(m.child).replaces;
  const auto same = [&](const VenueReplace& r) { return r.quantity == m.quantity && r.limit == m.limit; };
  const auto at = std::find_if(waiting.begin(), waiting.end(), same);
  if (at != waiting.end()) waiting.erase(at);
}

const ModelVenue::Held* Truth::held(const Child& c) const {
  const auto& all = venue(c.place.venue).held();
  const auto at = all.find(c.place.child);
  return at == all.end() ? nullptr : &at->second;
}

Quantity Truth::filled(const Child& c) const {
  const auto* h = held(c);
  return h == nullptr ? Quantity{} : h->filled;
}

Quantity Truth::remaining(const Child& c) const {
  const auto* h = held(c);
  if (h == nullptr ? c.lost : !h->open) return {};
  Quantity most = h == nullptr ? c.place.terms.quantity : h->order.terms.quantity;
  for (const auto& r : c.replaces) most = max(most, r.quantity);
  return most - filled(c);
}

bool Truth::any_open() const {
  return std::any_of(children_.begin(), children_.end(), [this](const auto& e) { return remaining(e.second).units > 0; });
}

std::size_t Truth::split_orders() const {
  std::map<OrderId, int> pieces;
  for (const auto& [id, c] : children_) ++pieces[c.order];
  return static_cast<std::size_t>(std::count_if(pieces.begin(), pieces.end(), [](const auto& p) { return p.second > 1; }));
}

std::string Truth::family(OrderId order, Quantity most) const {
  Quantity sum;
  for (const auto& [id, c] : children_)
    if (c.order == order) sum += filled(c) + remaining(c);
  return sum <= most ? "" : "I5: the children exceed their parent, " + order_name(order) + ": " + print(sum) + " of " + print(most);
}

// Executions that oms has not applied yet may still change the position; orders may still trade in full.
std::vector<Truth::MayTrade> Truth::may_trade(AccountId account, const Witness::State& seen) const {
  std::vector<MayTrade> all;
  for (const auto& [id, c] : children_) {
    const auto& p = c.place.terms;
    const Quantity left = remaining(c);
    if (p.account != account || left.units == 0) continue;
    const auto* h = held(c);
    const bool has_limit = p.type == OrderType::limit || p.type == OrderType::stop_limit;
    const Price least = price_of(p.instrument.value == inverse ? 102 : 98);
    all.push_back({p.instrument, p.side, left, !has_limit ? least : h == nullptr ? p.limit : h->order.terms.limit});
  }
  for (const auto& v : venues_)
    for (const auto& [id, e] : v.executions()) {
      const auto& p = children_.at(e.child).place.terms;
      if (p.account == account && e.stands && !seen.executions.contains({v.id(), id}))
        all.push_back({p.instrument, p.side, e.quantity, e.price});
    }
  return all;
}

// The fills that stand, in the order in which the platform came to know of them.
SlowBooks Truth::books(const Witness::State& seen) const {
  SlowBooks books;
  for (const auto& f : seen.fills) {
    const auto& e = venue(f.venue).executions().at(f.execution);
    const auto& p = children_.at(e.child).place.terms;
    const SlowBooks::Key key{p.account.value, p.instrument.value};
    books.know(key);
    if (seen.reversed.contains(f.fill)) continue;
    books.fill(key, kind_of(p.instrument), p.side == Side::buy, f.price.units, f.quantity.units,
               multiplier_of(p.instrument), fee_of(f.venue, e.liquidity));
  }
  return books;
}

// Who has had a fill taken back: what was approved in the meantime was approved on it, and nobody can say what it would have been.
bool Truth::taken_back(AccountId account) const {
  for (const auto& v : venues_)
    for (const auto& [id, e] : v.executions())
      if (e.changed != Time{} && children_.at(e.child).place.terms.account == account) return true;
  return false;
}

std::string Truth::exposure(AccountId account, const Witness::State& seen) const {
  if (taken_back(account)) return {};
  const auto open = may_trade(account, seen);
  const auto known = books(seen);
  int128 worst = 0;
  for (std::uint32_t i = 1; i <= 3; ++i) {
    const auto at = known.lines().find({account.value, i});
    const std::int64_t position = at == known.lines().end() ? 0 : at->second.quantity;
    const int128 cost = at == known.lines().end() ? 0 : at->second.cost * decimal_one;
    int128 most = 0;
    for (const Side side : {Side::buy, Side::sell}) {
      const std::int64_t had = position * sign(side);
      std::int64_t quantity = had;
      std::vector<std::pair<int128, std::int64_t>> per_unit;  // what a whole unit costs, and how many
      for (const auto& m : open) {
        if (m.instrument.value != i || m.side != side) continue;
        quantity += m.quantity.units;
        per_unit.emplace_back(value_of(m.instrument, m.price, quantity_of(1)), m.quantity.units);
      }
      const std::string where = ": account " + std::to_string(account.value) + ", instrument " + std::to_string(i) + ", " +
                                std::string(name_of(side)) + " " + print_decimal(quantity);
      if (quantity > max_position.units) return "I8: the position may pass its limit" + where;
      if (i == spot && side == Side::sell && quantity > 0) return "I8: more may be sold than is held" + where;
      std::sort(per_unit.rbegin(), per_unit.rend());
      int128 value = had > 0 ? cost : 0;
      std::int64_t left = quantity - std::max<std::int64_t>(had, 0);
      for (const auto& [unit, many] : per_unit) {
        const auto part = std::min(left, many);
        if (part <= 0) break;
        value += unit * part / decimal_one;
        left -= part;
      }
      most = std::max(most, value);
    }
    worst += most;
  }
  // An inverse position's booked cost is rounded once a fill.
  const int128 rounding = static_cast<int128>(seen.fills.size()) * decimal_one;
  const int128 limit = static_cast<int128>(account.value == 3 ? max_exposure_btc : max_exposure_usdt) * money_one;
  if (worst <= limit + (account.value == 3 ? rounding : 0)) return {};
  return "I8: the exposure may pass its limit: account " + std::to_string(account.value) + ", " + print_decimal(worst, 16);
}

std::string Truth::groups(const Oms::State& oms) {
  for (const auto& e : oms.groups) {
    const auto& g = e.value;
    const Order& first = oms.orders.at(g.members.front());
    for (const OrderId id : g.members) {
      const Order& o = oms.orders.at(id);
      if (is_terminal(o.state)) continue;
      const bool follows = id != first.id && (g.kind == GroupKind::oto || g.kind == GroupKind::bracket);
      if (follows && !is_terminal(first.state)) {
        if (o.state != VenueState::none || o.pending != Pending::none)
          return "a later order went out before the first had ended: " + order_name(id);
        continue;
      }
      Quantity total = g.kind == GroupKind::bracket && follows ? first.filled : o.placed;
      for (const OrderId other : g.members)
        if (other != id && (g.kind == GroupKind::oco || (follows && g.kind == GroupKind::bracket && other != first.id)))
          total -= oms.orders.at(other).filled;
      if (follows && g.kind == GroupKind::oto && first.filled < first.placed) continue;  // in proportion, in lots: domain/orders tests it
      const bool stays = o.refused_total == total && total > o.terms.quantity;  // asked for more, and refused
      if (o.terms.quantity != total && !stays)
        return order_name(id) + " of a group is for " + print(o.terms.quantity) + " instead of " + print(total);
    }
  }
  return {};
}

std::string Truth::order_agrees(const Order& o) const {
  Quantity done, open;
  for (const auto& [id, c] : children_) {
    if (c.order != o.id) continue;
    done += filled(c);
    open += remaining(c);
  }
  const std::string ours = std::string(name_of(o.state)) + ", " + std::string(name_of(o.pending)) + ", filled " + print(o.filled) + " of " +
                           print(o.terms.quantity);
  const std::string name = order_name(o.id) + " (" + ours + "; at venues " + print(done) + " and " + print(open) + " open)";
  if (o.broken != Reason::none) return "an honest venue is called a liar: " + name;
  if (trade::held(o)) return {};  // it waits for another one of its group
  if (o.pending != Pending::none || o.state == VenueState::unknown || o.state == VenueState::none) return "I18: not resolved: " + name;
  if (done != o.filled) return "I5: filled otherwise than at the venues: " + name;
  // Of an order in several pieces some may have ended early: the order lives on until the last one has.
  const bool whole = std::count_if(children_.begin(), children_.end(), [&](const auto& e) { return e.second.order == o.id; }) == 1;
  const bool agree = whole ? leaves(o) == open : leaves(o) >= open && (leaves(o).units > 0) == (open.units > 0);
  if (!agree) return "I5: open otherwise than at the venues: " + name;
  return {};
}

std::string Truth::books_agree(const Machine& machine) const {
  const auto& seen = peek<Witness>(machine);
  const auto& ptrc = peek<Ptrc>(machine);
  const auto& risk = peek<Risk>(machine).portfolio;
  const auto slow = books(seen);
  std::map<std::pair<std::uint32_t, Currency>, int128> cash{{{1, "USDT"}, 100'000 * static_cast<int128>(decimal_one)},
                                                           {{2, "USDT"}, 100'000 * static_cast<int128>(decimal_one)},
                                                           {{3, "BTC"}, 50 * static_cast<int128>(decimal_one)}};
  if (!ptrc.books.ledger().balanced()) return "I6: debits are not credits";
  if (ptrc.missing != 0 || ptrc.fills != seen.fills.size()) return "I6: fills are missing in the ledger";
  if (ptrc.books.holdings().size() != slow.lines().size()) return "I6: the ledger has other positions than the venues' fills";
  for (const auto& [key, line] : slow.lines()) {
    const std::pair at{AccountId{key.first}, InstrumentId{key.second}};
    const std::string where = " of account " + std::to_string(key.first) + " in instrument " + std::to_string(key.second);
    const auto* h = ptrc.books.holding(at.first, at.second);
    if (h == nullptr) return "I6: no holding" + where;
    if (h->position.quantity.units != line.quantity) return "I6: another position" + where;
    if (h->position.cost.units != line.cost * booked_unit) return "I6: another cost" + where;
    if (h->realised.units != line.realised * booked_unit) return "I6: another gain" + where;
    if (h->fees.units != line.fees * booked_unit) return "I6: other fees" + where;
    if (risk.find_line(at.first, at.second)->exposure.position.quantity.units != line.quantity)
      return "I7: risk knows another position" + where;
    cash[{key.first, settle_of(at.second)}] += line.cash;
  }
  for (const auto& [key, units] : cash)
    if (ptrc.books.ledger().balance(AccountId{key.first}, key.second, Book::cash).units != units * booked_unit)
      return "I6: other cash of account " + std::to_string(key.first);
  return {};
}

std::string Truth::agrees(const Machine& machine) const {
  const auto& oms = peek<Oms>(machine);
  const auto& seen = peek<Witness>(machine);
  std::size_t executions = 0, open = 0;
  for (const auto& v : venues_)
    for (const auto& [id, e] : v.executions()) {
      executions += e.stands;
      const FillId* fill = seen.executions.find({v.id(), id});
      const std::string name = "I5: execution " + std::to_string(id.value) + " of venue " + std::to_string(v.id().value);
      if ((fill != nullptr) != e.stands) return name + (e.stands ? " was never applied" : " was never taken back");
      if (fill == nullptr) continue;
      const Fill& f = seen.fills.at(fill->value - 1);
      if (f.price != e.price || f.quantity != e.quantity) return name + " is booked otherwise";
    }
  if (executions + seen.reversed.size() != seen.fills.size()) return "I5: fills that no venue has made";
  for (const auto& e : oms.orders) {
    if (auto wrong = order_agrees(e.value); !wrong.empty()) return wrong;
    open += !is_terminal(e.value.state) && !trade::held(e.value);
  }
  if (peek<Risk>(machine).portfolio.reservations.size() != open) return "I8: not one reservation for each open order";
  return books_agree(machine);
}

}  // namespace trade::sim
