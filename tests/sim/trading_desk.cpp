#include "sim/trading_desk.h"

#include <algorithm>
#include <string>

namespace trade::sim {
namespace {

template <class M>
Posted posted(const M& m, Time now) {
  Posted p;
  p.time = now;
  p.type = &describe<M>();
  p.message = FlatMessage(p.type->flat_size(&m));
  p.type->flatten(&m, p.message.data());
  return p;
}

Posted posted(const GroupBody& b, Time now) {
  return posted(PlaceGroup{b.id, b.account, b.kind, std::span<const GroupLeg>(b.legs)}, now);
}

const PlaceOrder* place_of(const Asked& a) { return std::get_if<PlaceOrder>(&a.body); }

// Another command that a client might send under an id it has used already.
template <class M>
M altered(M m) {
  if constexpr (requires { m.legs; }) m.legs[0].terms.quantity += quantity_of(1);
  else if constexpr (requires { m.scope; }) m.scope.one_side = !m.scope.one_side;
  else if constexpr (requires { m.terms; }) m.terms.quantity += quantity_of(1);
  else if constexpr (requires { m.quantity; }) m.quantity += quantity_of(1);
  else if constexpr (requires { m.killed; }) m.killed = !m.killed;
  else m.target = ClientId("nothing");
  return m;
}

}  // namespace

template <class M>
void Desk::add(M m, AccountId account) {
  Asked a;
  a.account = account;
  a.id = m.id;
  a.body = m;
  by_id_[{account, m.id}] = asked_.size();
  asked_.push_back(a);
}

Price Desk::some_price() { return Price{price_of(98).units + static_cast<std::int64_t>(draw_.below(41)) * decimal_one / 10}; }

Quantity Desk::some_quantity(InstrumentId instrument) {
  if (instrument.value == 3) return quantity_of(static_cast<std::int64_t>(1 + draw_.below(5)));
  return Quantity{static_cast<std::int64_t>(1 + draw_.below(5000)) * (decimal_one / 1000)};
}

// By an algorithm, some of which lack what they need.
void Desk::work_off(OrderTerms& t, Time now) {
  t.algo = static_cast<Algo>(1 + draw_.below(6));
  if (t.tif == TimeInForce::ioc || t.tif == TimeInForce::fok) t.tif = TimeInForce::gtc;
  const bool timed = t.algo == Algo::twap || t.algo == Algo::vwap || t.algo == Algo::shortfall;
  if (!timed || draw_.chance(90)) t.end = now + milliseconds(static_cast<std::int64_t>(100 + draw_.below(3000)));
  else if (t.tif == TimeInForce::day) t.tif = TimeInForce::gtc;  // else it would end at midnight
  if (t.algo == Algo::iceberg) t.display = Quantity{1 + t.quantity.units / static_cast<std::int64_t>(1 + draw_.below(4))};
  if (t.algo == Algo::pov || t.algo == Algo::shortfall) t.participation = Ratio{decimal_one / 2};
}

OrderTerms Desk::some_terms(AccountId account, Time now) {
  OrderTerms t;
  t.account = account;
  t.instrument = InstrumentId{account.value == 3 ? 3 : static_cast<std::uint32_t>(1 + draw_.below(2))};
  if (draw_.chance(40)) t.venue = VenueId{static_cast<std::uint16_t>(1 + draw_.below(2))};
  t.side = draw_.chance(t.instrument.value == 2 ? 65 : 50) ? Side::buy : Side::sell;
  t.quantity = some_quantity(t.instrument);
  const auto kind = draw_.below(10);
  t.type = kind < 6 ? OrderType::limit : kind < 8 ? OrderType::market : kind == 8 ? OrderType::stop : OrderType::stop_limit;
  if (t.type == OrderType::limit || t.type == OrderType::stop_limit) t.limit = some_price();
  if (t.type == OrderType::stop || t.type == OrderType::stop_limit) t.stop = some_price();
  t.tif = static_cast<TimeInForce>(draw_.below(t.type == OrderType::market ? 4 : 5));
  if (t.tif == TimeInForce::gtd) t.expire = now + milliseconds(static_cast<std::int64_t>(100 + draw_.below(3000)));
  return t;
}

void Desk::place(AccountId account, Time now) {
  PlaceOrder m{new_id('p'), some_terms(account, now)};
  auto& t = m.terms;
  if (draw_.chance(8) && (t.type == OrderType::limit || t.type == OrderType::market)) work_off(t, now);
  if (draw_.chance(4)) t.limit.units += 1;                          // off the tick, or a price where none belongs
  if (draw_.chance(2)) t.instrument = InstrumentId{9};
  if (draw_.chance(2)) t.quantity = {};
  wanted_[{account, m.id}] = t;
  add(m, account);
}

void Desk::group(AccountId account, Time now) {
  GroupBody g{new_id('g'), account, static_cast<GroupKind>(1 + draw_.below(4)), {}};
  const bool shared = g.kind == GroupKind::oco || g.kind == GroupKind::bracket;
  const auto n = 2 + draw_.below(2);
  for (std::uint64_t i = 0; i < n; ++i) {
    OrderTerms t = some_terms(account, now);
    if (i != 0 && shared) {
      const OrderTerms& first = g.legs[0].terms;
      t.instrument = first.instrument;
      t.quantity = first.quantity;
      if (g.kind == GroupKind::bracket) t.side = opposite(first.side);
      if (draw_.chance(4)) t.quantity = some_quantity(t.instrument);  // another one: refused
    }
    const ClientId id(std::string(g.id.view()) + static_cast<char>('a' + i));
    wanted_[{account, id}] = t;
    legs_[{account, id}];
    g.legs.push_back({id, t});
  }
  add(g, account);
}

void Desk::cancel_many(AccountId account) {
  CancelOrders m;
  m.id = new_id('m');
  m.scope.account = account;
  m.scope.one_side = draw_.chance(50);
  m.scope.side = draw_.chance(50) ? Side::buy : Side::sell;
  if (draw_.chance(30)) m.scope.instrument = InstrumentId{static_cast<std::uint32_t>(1 + draw_.below(3))};
  add(m, account);
}

std::optional<Desk::Target> Desk::some_target(AccountId account) {
  std::vector<Target> targets;
  for (auto a = asked_.rbegin(); a != asked_.rend() && targets.size() < 6; ++a) {
    if (a->account != account) continue;
    if (const auto* p = place_of(*a)) targets.push_back({p->id, p->terms});
    if (const auto* g = std::get_if<GroupBody>(&a->body))
      for (const auto& l : g->legs) targets.push_back({l.id, l.terms});
  }
  if (targets.empty()) return std::nullopt;
  return targets[draw_.below(targets.size())];
}

void Desk::invent(Time now) {
  const AccountId account{static_cast<std::uint32_t>(1 + draw_.below(3))};
  const auto what = draw_.below(12);
  if (what == 10) return group(account, now);
  if (what == 11 && draw_.chance(20)) return cancel_many(account);
  const auto target = what < 6 || what > 9 ? std::nullopt : some_target(account);
  if (!target) return place(account, now);
  if (what < 8) return add(CancelOrder{new_id('c'), account, target->id}, account);
  const bool has_limit = target->terms.type == OrderType::limit || target->terms.type == OrderType::stop_limit;
  add(ReplaceOrder{new_id('r'), account, target->id, some_quantity(target->terms.instrument), has_limit ? some_price() : Price{}}, account);
}

std::optional<CommandAnswered>* Desk::leg(AccountId account, const ClientId& id) {
  const auto at = legs_.find({account, id});
  return at == legs_.end() ? nullptr : &at->second;
}

const OrderTerms* Desk::terms_of(AccountId account, const ClientId& id) const {
  const auto at = wanted_.find({account, id});
  return at == wanted_.end() ? nullptr : &at->second;
}

std::optional<AccountId> Desk::kill() {
  const auto lifted = killed_;
  killed_ = lifted ? std::nullopt : std::optional(AccountId{static_cast<std::uint32_t>(draw_.below(4))});
  const AccountId account = lifted ? *lifted : *killed_;
  add(SetKill{new_id('k'), account, !lifted}, account);
  return lifted;
}

std::vector<Asked*> Desk::unheard() {
  std::vector<Asked*> all;
  for (auto& a : asked_)
    if (!a.heard) all.push_back(&a);
  return all;
}

Asked* Desk::pick(bool idle) {
  if (idle) return asked_.empty() ? nullptr : &asked_[draw_.below(asked_.size())];
  const auto waiting = unheard();
  return waiting.empty() ? nullptr : waiting[draw_.below(waiting.size())];
}

Posted Desk::post(Asked& a, Time now, bool other_body) {
  ++a.times;
  a.other_body = a.other_body || other_body;
  return std::visit([&](const auto& m) { return posted(other_body ? altered(m) : m, now); }, a.body);
}

Asked* Desk::find(AccountId account, const ClientId& id) {
  const auto at = by_id_.find({account, id});
  return at == by_id_.end() ? nullptr : &asked_[at->second];
}

Quantity Desk::most_of(AccountId account, const ClientId& place) const {
  const auto* wanted = terms_of(account, place);
  Quantity most = wanted == nullptr ? Quantity{} : wanted->quantity;
  for (const auto& a : asked_) {
    if (a.account != account) continue;
    if (const auto* r = std::get_if<ReplaceOrder>(&a.body); r != nullptr && r->target == place) most = max(most, r->quantity);
  }
  return most;
}

bool Desk::may_have_limit(AccountId account, const ClientId& place, Price limit) const {
  if (const auto* wanted = terms_of(account, place); wanted != nullptr && wanted->limit == limit) return true;
  return std::any_of(asked_.begin(), asked_.end(), [&](const Asked& a) {
    if (a.account != account) return false;
    const auto* r = std::get_if<ReplaceOrder>(&a.body);
    return r != nullptr && r->target == place && r->limit == limit;
  });
}

}  // namespace trade::sim
