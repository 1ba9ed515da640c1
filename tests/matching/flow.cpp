#include "matching/flow.h"

#include <algorithm>

namespace trade::matching_test {
namespace {

std::string number(std::int64_t n) { return " " + std::to_string(n); }

}  // namespace

std::string print(const Event& e) {
  std::string s = std::string(name_of(e.kind)) + " " + std::to_string(e.id);
  if (e.kind == Event::trade) s += " taker " + std::to_string(e.taker);
  if (e.kind == Event::phase) return "phase " + std::string(name_of(e.now));
  s += number(e.price) + " x" + number(e.lots);
  if (e.reason != Reason::none) s += " " + std::string(name_of(e.reason));
  if (e.kind == Event::indicated) s += " imbalance" + number(e.imbalance) + " " + std::string(name_of(e.side));
  return s;
}

std::string print(const Input& in) {
  const Terms& t = in.order;
  const std::string kind(name_of(in.kind));
  switch (in.kind) {
    case Input::place: {
      auto s = kind + " " + std::to_string(t.id) + " owner " + std::to_string(t.owner) + " " + std::string(name_of(t.side)) + " " +
               std::string(name_of(t.type)) + " " + std::string(name_of(t.tif)) + number(t.quantity) + " @" + number(t.limit);
      if (t.stop) s += " stop" + number(t.stop);
      if (t.display) s += " display" + number(t.display);
      if (t.minimum) s += " minimum" + number(t.minimum);
      if (t.offset) s += " offset" + number(t.offset);
      if (t.type == OrderType::pegged) s += " " + std::string(name_of(t.peg));
      if (t.self_match != SelfMatch::allow) s += " " + std::string(name_of(t.self_match));
      return t.post_only ? s + " post_only" : s;
    }
    case Input::cancel:
    case Input::expire: return kind + " " + std::to_string(in.id);
    case Input::replace: return kind + " " + std::to_string(in.id) + " @" + number(in.a) + " x" + number(in.b);
    case Input::mass_cancel: return kind + " owner " + std::to_string(t.owner);
    case Input::mass_cancel_side: return kind + " owner " + std::to_string(t.owner) + " " + std::string(name_of(t.side));
    case Input::phase: return kind + " " + std::string(name_of(in.to));
    case Input::band: return kind + number(in.a) + number(in.b);
    case Input::reference: return kind + number(in.a);
  }
  return kind;
}

Terms Flow::order() {
  Terms t;
  t.id = ++ids_;
  t.owner = static_cast<std::uint32_t>(below(4));
  t.side = chance(50) ? Side::buy : Side::sell;
  constexpr OrderType types[] = {OrderType::limit,         OrderType::limit,           OrderType::limit, OrderType::limit,
                                 OrderType::market,        OrderType::market_to_limit, OrderType::stop,  OrderType::stop_limit,
                                 OrderType::trailing_stop, OrderType::pegged};
  t.type = types[below(std::size(types))];
  constexpr TimeInForce lives[] = {TimeInForce::gtc, TimeInForce::gtc, TimeInForce::day, TimeInForce::gtd};
  t.tif = lives[below(std::size(lives))];
  if (chance(15)) t.tif = static_cast<TimeInForce>(below(enum_names(TimeInForce{}).size()));
  t.quantity = 1 + static_cast<std::int64_t>(below(chance(20) ? 60 : 12));
  const std::int64_t lean = t.side == Side::buy ? -2 : 2;
  t.limit = near(6) + lean;
  if (t.type == OrderType::pegged && chance(60)) t.limit = 0;
  t.stop = near(8) - 2 * lean;
  if (t.type == OrderType::trailing_stop && chance(50)) t.stop = 0;
  t.offset = t.type == OrderType::pegged ? static_cast<std::int64_t>(below(5)) - 2 : 1 + static_cast<std::int64_t>(below(6));
  t.peg = static_cast<Peg>(below(3));
  t.self_match = static_cast<SelfMatch>(below(5));
  const bool rests =
      t.type == OrderType::limit || t.type == OrderType::pegged || t.type == OrderType::stop_limit || t.type == OrderType::market_to_limit;
  if (rests && chance(20)) t.display = 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(t.quantity)));
  else if (chance(15)) t.minimum = 1 + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(t.quantity)));
  t.post_only = (t.type == OrderType::limit || t.type == OrderType::pegged) && chance(12);
  return t;
}

// One number or combination that a rule of admission refuses.
void Flow::spoil(Terms& t) {
  constexpr std::int64_t far = (std::int64_t{1} << 60) + 1;
  switch (below(14)) {
    case 0: t.quantity = -static_cast<std::int64_t>(below(2)); return;
    case 1: t.limit = -static_cast<std::int64_t>(below(2)); return;
    case 2: t.stop = -static_cast<std::int64_t>(below(2)); return;
    case 3: t.offset = -static_cast<std::int64_t>(below(2)); return;
    case 4: t.display = t.quantity + 1; return;
    case 5: t.minimum = t.quantity + 1; return;
    case 6: t.display = t.minimum = 1; return;
    case 7: t.post_only = true; return;
    case 8: t.tif = chance(50) ? TimeInForce::ioc : TimeInForce::fok; return;
    case 9: t.tif = chance(50) ? TimeInForce::at_open : TimeInForce::at_close; return;
    case 10: (chance(50) ? t.display : t.minimum) = -1; return;
    case 11: (chance(50) ? t.limit : t.stop) = far; return;
    case 12: t.offset = chance(50) ? far : -far; return;
    default: t.quantity = far; return;
  }
}

Input Flow::change_phase() {
  Input in;
  in.kind = Input::phase;
  // Mostly back to continuous trading, so that every phase is left again.
  in.to = phase_ != TradingPhase::continuous && chance(60) ? TradingPhase::continuous
                                                           : static_cast<TradingPhase>(below(enum_names(TradingPhase{}).size()));
  phase_ = in.to;
  return in;
}

Input Flow::next() {
  Input in;
  if (chance(2)) middle_ = std::max<std::int64_t>(20, near(3));
  const auto what = below(1000);
  // Auctions, halts and closures are short: most messages meet continuous trading.
  if (phase_ != TradingPhase::continuous ? what < 60 : what < 4) return change_phase();
  if (what < 640) {
    in.order = order();
    if (chance(6)) spoil(in.order);
    return in;
  }
  in.id = ids_ <= 40 || chance(5) ? 1 + below(ids_ + 1) : ids_ - below(40);
  if (what < 780) in.kind = Input::cancel;
  else if (what < 800) in.kind = Input::expire;
  else if (what < 960) {
    in.kind = Input::replace;
    in.a = chance(20) ? 0 : near(6);
    in.b = chance(4) ? -1 : static_cast<std::int64_t>(below(20));
  } else if (what < 964) {
    in.kind = chance(60) ? Input::mass_cancel_side : Input::mass_cancel;
    in.order.owner = static_cast<std::uint32_t>(1 + below(3));
    in.order.side = chance(50) ? Side::buy : Side::sell;
    if (chance(5)) in.kind = Input::mass_cancel, in.order.owner = 0;
  } else if (what < 970) {
    in.kind = Input::band;
    const bool wide = chance(60);
    in.a = wide ? 1 : std::max<std::int64_t>(1, middle_ - 4 - static_cast<std::int64_t>(below(8)));
    in.b = wide ? 1'000'000 : middle_ + 4 + static_cast<std::int64_t>(below(8));
  } else {
    in.kind = Input::reference;
    in.a = std::max<std::int64_t>(1, near(7));
  }
  return in;
}

}  // namespace trade::matching_test
