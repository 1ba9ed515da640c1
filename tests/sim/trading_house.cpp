#include "sim/trading_house.h"

#include <string>

#include "adapters/system/yaml.h"
#include "domain/facts/market.h"
#include "messages/facts.h"
#include "runtime/define_service.h"

namespace trade {
extern const ServiceType gateway_service;
extern const ServiceType normalizer_service;
extern const ServiceType pnl_service;
}  // namespace trade

namespace trade::sim {
namespace {

// A service whose state can be looked at; the same otherwise.
template <class S>
struct Open : S {
  using S::S;
  using Queries = Answers<Peek<S>>;
  const typename S::State* answer(const Peek<S>&) const { return &this->state; }
};

bool ended(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}

// Where an order may go from `was`; the platform has not lied when every step is one of these (I4).
bool legal(const Witness::Seen& was, const OrderChanged& m) {
  const auto to = m.state;
  switch (was.state) {
    case VenueState::none: return true;
    case VenueState::working: return to != VenueState::none && (to != VenueState::rejected || was.emptied);
    case VenueState::partly_filled:
      return to != VenueState::none && (to != VenueState::working || was.reversed) &&
             (to != VenueState::rejected || was.emptied);
    case VenueState::unknown: return to != VenueState::none;
    default:
      if (was.reversed) return ended(to);
      return to == was.state || (to == VenueState::filled && m.filled > was.filled);
  }
}

// The product's own table, as far as it goes without quantities: from any of its cells any other that some few events lead to.
class Reach {
 public:
  Reach() {
    for (std::size_t e = 0; e < life::event_count; ++e)
      for (std::size_t s = 0; s < life::state_count; ++s)
        for (std::size_t p = 0; p < life::pending_count; ++p)
          if (const auto& t = life::table[e][s][p]; t.legal) add(s, p, t.state, t.pending);
    // What fills decide: life.h leaves these to the order.
    for (std::size_t p = 0; p < life::pending_count; ++p) {
      const auto partly = static_cast<std::size_t>(VenueState::partly_filled), working = static_cast<std::size_t>(VenueState::working);
      add(working, p, VenueState::partly_filled, static_cast<Pending>(p));
      add(partly, p, VenueState::working, static_cast<Pending>(p));
      add(partly, p, VenueState::filled, Pending::none);
    }
    add(static_cast<std::size_t>(VenueState::filled), 0, VenueState::cancelled, Pending::none);
    for (const auto s : {VenueState::cancelled, VenueState::expired})
      add(static_cast<std::size_t>(s), 0, VenueState::filled, Pending::none);
    for (std::size_t c = 0; c < cells; ++c) to_[c][c] = true;
    for (int more = 0; more < 2; ++more)  // a word on an order may come after up to four events
      for (auto before = to_; auto& from : to_)
        for (std::size_t via = 0; via < cells; ++via)
          if (before[static_cast<std::size_t>(&from - to_.data())][via])
            for (std::size_t c = 0; c < cells; ++c) from[c] = from[c] || before[via][c];
  }
  bool leads(VenueState s, Pending p, VenueState to, Pending asked) const { return to_[cell(s, p)][cell(to, asked)]; }

 private:
  static constexpr std::size_t cells = life::state_count * life::pending_count;
  static std::size_t cell(VenueState s, Pending p) {
    return static_cast<std::size_t>(s) * life::pending_count + static_cast<std::size_t>(p);
  }
  void add(std::size_t s, std::size_t p, VenueState to, Pending asked) { to_[s * life::pending_count + p][cell(to, asked)] = true; }

  std::array<std::array<bool, cells>, cells> to_{};
};

constexpr std::string_view config_text = R"(
config:
  instruments:
    - {id: 1, symbol: PERP, contract: linear, base: BTC, quote: USDT, tick: 0.1, lot: 0.001}
    - {id: 2, symbol: SPOT, contract: spot, base: ETH, quote: USDT, tick: 0.1, lot: 0.001}
    - {id: 3, symbol: COIN, contract: inverse, base: BTC, quote: USD, tick: 0.1, lot: 1, multiplier: 10}
  venues:
    - {id: 1, name: north, maker_fee: 0.00021, taker_fee: 0.00053}
    - {id: 2, name: south, maker_fee: -0.0001, taker_fee: 0.0004}
  accounts:
    - {id: 1, name: alpha, cash: 100000 USDT}
    - {id: 2, name: beta, cash: 100000 USDT}
    - {id: 3, name: gamma, cash: 50 BTC}
normalizer: {intervals: [1s], mark_interval: 100ms}
oms: {ack_timeout: 500ms}
exeq: {ack_timeout: 500ms, slice: 100ms}
risk:
  limits: {collar: 0.2, duplicates: 0, max_position: 12, max_exposure: 2000, market_slippage: 0.06}
  overrides:
    - {account: 3, max_exposure: 1}
pnl: {curve_interval: 1s, curve_points: 64}
)";

class GeneratedRows final : public RowSource {
 public:
  explicit GeneratedRows(std::uint64_t seed) : seed_(seed) {}
  Result<bool> next(Row& row) override {
    row.row = at_;
    row.time = Time{static_cast<std::int64_t>(at_)};
    make(at_++, row);
    return true;
  }
  Result<void> seek(std::uint64_t row) override {
    at_ = row;
    return {};
  }
  std::string name() const override { return "generated"; }
  Digest digest() const override { return {}; }

 private:
  // 98.0 .. 102.0 in steps of 0.1, for every instrument.
  void make(std::uint64_t n, Row& row) {
    Draw draw(seed_ * 0x10001 + n);
    const InstrumentId instrument{static_cast<std::uint32_t>(1 + n % 3)};
    const VenueId venue{static_cast<std::uint16_t>(1 + n / 3 % 2)};
    const auto tick = decimal_one / 10;
    const Price price{price_of(98).units + static_cast<std::int64_t>(draw.below(39) + 1) * tick};
    const auto shown = [&] { return quantity_of(static_cast<std::int64_t>(1 + draw.below(3))); };
    if (draw.chance(30)) {
      const auto side = draw.chance(50) ? Side::buy : Side::sell;
      trade_ = {instrument, venue, Time{}, n + 1, price, shown(), side};
      row.type = &describe<VenueTrade>();
      row.message = &trade_;
      return;
    }
    const auto bids = shown(), asks = shown();
    quote_ = {instrument, venue, Time{}, n + 1, Price{price.units - tick}, bids, Price{price.units + tick}, asks};
    row.type = &describe<VenueQuote>();
    row.message = &quote_;
  }

  std::uint64_t seed_, at_ = 0;
  VenueTrade trade_;
  VenueQuote quote_;
};

}  // namespace

void Witness::broke(std::string_view rule, std::uint64_t id) {
  if (state.broken.empty()) state.broken = Text<95>(std::string(rule) + ": " + std::to_string(id));
}

void Witness::on(const OrderChanged& m, Context<Out>&) {
  if (m.order > state.last_order) state.last_order = m.order;
  Seen& s = state.orders[m.order];
  if (!legal(s, m)) broke("I4: an illegal step to " + std::string(name_of(m.state)) + " of order", m.order.value);
  static const Reach reach;
  if (!reach.leads(s.state, s.pending, m.state, m.pending)) broke("I4: no events lead there: order", m.order.value);
  if (m.filled != s.standing) broke("I5: filled otherwise than the fills that stand, of order", m.order.value);
  if (m.filled > m.quantity) broke("I5: more filled than ordered of order", m.order.value);
  const bool whole = m.quantity.units > 0 && m.filled == m.quantity;
  if ((m.state == VenueState::filled) != whole) broke("I5: filled but not whole, or whole but not filled: order", m.order.value);
  const bool accused = m.reason == Reason::venue_overfill || m.reason == Reason::venue_mismatch;
  if (accused) broke("an honest venue is called a liar over order", m.order.value);
  if (ended(m.state) && m.pending != Pending::none) broke("I4: something is asked of an ended order", m.order.value);
  state.resolved += s.state == VenueState::unknown && m.state != VenueState::unknown;
  s = {m.state, m.pending, m.quantity, m.filled, s.standing, false, s.emptied};
}

void Witness::on(const Fill& m, Context<Out>&) {
  if (!state.executions.insert({m.venue, m.execution}, m.fill)) broke("I5: applied twice: execution", m.execution.value);
  if (m.fill.value != state.fills.size() + 1) broke("fill ids are not dense:", m.fill.value);
  state.fills.push_back(m);
  state.orders[m.order].standing += m.quantity;
}

// Word for word what was booked, and once.
void Witness::on(const FillReversed& m, Context<Out>&) {
  const Fill& f = m.fill;
  const auto* standing = state.executions.find({f.venue, f.execution});
  if (standing == nullptr || *standing != f.fill) return broke("I5: taken back, but not booked: fill", f.fill.value);
  const Fill& was = state.fills.at(f.fill.value - 1);
  const bool same = was.order == f.order && was.account == f.account && was.instrument == f.instrument && was.side == f.side &&
                    was.price == f.price && was.quantity == f.quantity && was.value == f.value && was.fee == f.fee &&
                    was.strategy == f.strategy && was.liquidity == f.liquidity && was.venue_time == f.venue_time;
  if (!same) broke("I5: taken back otherwise than booked: fill", f.fill.value);
  state.executions.erase({f.venue, f.execution});
  state.reversed.insert(f.fill, true);
  Seen& s = state.orders[f.order];
  s.standing -= f.quantity;
  s.reversed = true;
  s.emptied = s.emptied || s.standing == Quantity{};
  state.reversed_ended += ended(s.state);
}

void Witness::on(const CommandAnswered& m, Context<Out>&) {
  if (m.reason == Reason::order_duplicate_id) return;  // to another body under the id
  const std::pair key{m.account, m.id};
  if (const Answer* before = state.answers.find(key)) {
    const auto& b = before->said;
    if (b.order != m.order || b.accepted != m.accepted || b.reason != m.reason) broke("I3: answered differently, order", m.order.value);
    return;
  }
  state.answers.insert(key, {m, state.answers.size() + 1, state.last_order});
}

const Catalogue& trading_catalogue() {
  static const ServiceType config = service_type<Open<ConfigService>>(), oms = service_type<Open<Oms>>(), risk = service_type<Open<Risk>>(),
                           exeq = service_type<Open<Exeq>>(), ptrc = service_type<Open<Ptrc>>(), witness = service_type<Witness>();
  static const Catalogue catalogue{{"guard", "trading", "books"}, {
    {"config", "market_data", 1, Lane::backend, 1, "guard", &config, {}, 0},
    {"gateway", "trading", 1, Lane::lowlatency, 2, "trading", &gateway_service, {}, 0},
    {"normalizer", "data", 1, Lane::backend, 3, "trading", &normalizer_service, {}, 0},
    {"oms", "trading", 1, Lane::lowlatency, 4, "trading", &oms, {}, 0},
    {"risk", "trading", 1, Lane::lowlatency, 5, "trading", &risk, {}, 0},
    {"exeq", "trading", 1, Lane::lowlatency, 6, "trading", &exeq, {}, 0},
    {"witness", "observability", 1, Lane::backend, 7, "trading", &witness, {}, 0},
    {"ptrc", "trading", 2, Lane::backend, 8, "books", &ptrc, {}, 0},
    {"pnl", "trading", 2, Lane::backend, 9, "books", &pnl_service, {}, 0},
  }};
  return catalogue;
}

Document trading_config() {
  auto read = read_yaml(config_text, "trading_config");
  CHECK(read.ok(), read.ok() ? "" : read.error().text());
  return std::move(read).value();
}

std::unique_ptr<RowSource> generated_rows(std::uint64_t seed) { return std::make_unique<GeneratedRows>(seed); }

}  // namespace trade::sim
