#pragma once
#include "core/map.h"
#include "messages/orders.h"
#include "runtime/catalogue.h"
#include "services/market_data/config/config.h"
#include "services/trading/exeq/exeq.h"
#include "services/trading/oms/oms.h"
#include "services/trading/ptrc/ptrc.h"
#include "services/trading/risk/risk.h"
#include "sim/sim_process.h"

// The product's services as the simulator runs them: in the product's order, but without wps, so that what goes to a venue leaves the
// process. The oracles look straight at the states of some; a witness at the end of the trading loop writes down what was published.
namespace trade::sim {

template <class S>
inline constexpr std::string_view peek_name{};
template <>
inline constexpr std::string_view peek_name<ConfigService> = "sim.peek.config";
template <>
inline constexpr std::string_view peek_name<Oms> = "sim.peek.oms";
template <>
inline constexpr std::string_view peek_name<Risk> = "sim.peek.risk";
template <>
inline constexpr std::string_view peek_name<Exeq> = "sim.peek.exeq";
template <>
inline constexpr std::string_view peek_name<Ptrc> = "sim.peek.ptrc";

// Answered with the service's own state; valid until its loop's next input.
template <class S>
struct Peek {
  static constexpr std::string_view name = peek_name<S>;
  using Answer = const typename S::State*;
};

// Follows every order and every answer, and holds both against what must never happen (TRUST I3, I4, I5). Written apart from oms: its
// table of transitions is its own.
class Witness {
 public:
  struct Config {
    FIELDS(Config)
  };
  struct Seen {
    VenueState state{};
    Pending pending{};
    Quantity quantity, filled;
    Quantity standing;       // of its fills, less those taken back
    bool reversed = false;   // one was taken back since the last word on the order
    bool emptied = false;    // all of them were, once: then it may still be called rejected
    FIELDS(Seen, state, pending, quantity, filled, standing, reversed, emptied)
  };
  struct Answer {
    CommandAnswered said;
    std::uint64_t number{};  // among all answers
    OrderId last_order;      // that had been admitted by then
    FIELDS(Answer, said, number, last_order)
  };
  struct State {
    Map<OrderId, Seen> orders;
    Map<std::pair<AccountId, ClientId>, Answer> answers;
    Map<std::pair<VenueId, ExecutionId>, FillId> executions;
    std::vector<Fill> fills;
    Map<FillId, bool> reversed;
    std::uint64_t reversed_ended{};  // of orders that had ended
    OrderId last_order;
    std::uint64_t resolved{};  // orders no longer unknown
    Text<95> broken;           // the first rule that was
    FIELDS(State, orders, answers, executions, fills, reversed, reversed_ended, last_order, resolved, broken)
  };
  using In = Consumes<OrderChanged, Fill, FillReversed, CommandAnswered>;
  using Out = Emits<>;
  using Queries = Answers<Peek<Witness>>;

  explicit Witness(const Config&) {}
  void on(const OrderChanged& m, Context<Out>& context);
  void on(const Fill& m, Context<Out>& context);
  void on(const FillReversed& m, Context<Out>& context);
  void on(const CommandAnswered& m, Context<Out>& context);
  const State* answer(const Peek<Witness>&) const { return &state; }

  State state;

 private:
  void broke(std::string_view rule, std::uint64_t id);
};
template <>
inline constexpr std::string_view peek_name<Witness> = "sim.peek.witness";

inline constexpr std::size_t guard_loop = 0, trading_loop = 1, books_loop = 2, loop_count = 3;

const Catalogue& trading_catalogue();
Document trading_config();

// The limits that trading_config sets, for the oracles.
inline constexpr Quantity max_position{12 * decimal_one};
inline constexpr std::int64_t max_exposure_usdt = 2'000, max_exposure_btc = 1;

template <class S>
const typename S::State& peek(const Machine& machine) {
  const typename S::State* state = nullptr;
  CHECK(machine.kernel().ask(Peek<S>{}, state));
  return *state;
}

// Quotes and trades of three instruments at two venues, all derived from the seed: the same rows whenever it is opened.
std::unique_ptr<RowSource> generated_rows(std::uint64_t seed);

}  // namespace trade::sim
