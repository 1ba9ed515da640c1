#pragma once
#include <array>

#include "domain/risk/portfolio.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The gate before every venue: judges each intended order and replace, reserves its worst case on approval, and lets go on proof only.
class Risk {
 public:
  struct Config {
    Limits limits;
    std::vector<LimitOverride> overrides;
    std::uint32_t max_ids = 100'000;  // kill commands remembered
    FIELDS(Config, limits, overrides, max_ids)
  };
  using CommandKey = std::pair<AccountId, ClientId>;
  struct Answered {
    bool killed{};
    bool accepted{};
    Reason reason{};
    FIELDS(Answered, killed, accepted, reason)
  };
  struct State {
    Portfolio portfolio;
    Map<CommandKey, Answered> commands;
    std::uint64_t approved{}, blocked{};
    std::array<std::uint64_t, enum_names(Reason{}).size()> reasons{};
    FIELDS(State, portfolio, commands, approved, blocked, reasons)
  };
  using In = Consumes<OrderIntended, OrderChanged, Fill, FillReversed, Mark, Quote, Trade, Bar, SetKill, AccountOpened, InstrumentListed,
                      VenueListed>;
  using Out = Emits<OrderApproved, OrderBlocked, CancelsRequested, CommandAnswered>;
  using Queries = Answers<RiskQuery>;
  using Routes = TypeList<Route<"POST", "/kill", SetKill>, Route<"GET", "/portfolio", RiskQuery>>;

  explicit Risk(const Config& config) : config_(config) {}
  // Refuses negative limits and overrides that cannot apply; the error's `where` is the field's path.
  static Result<void> validate(const Config& config);

  void on(const InstrumentListed& m, Context<Out>&) { state.portfolio.list(m.instrument); }
  void on(const VenueListed& m, Context<Out>&) { state.portfolio.list(m.venue); }
  void on(const AccountOpened& m, Context<Out>&) { state.portfolio.open(m.account); }
  // References: the last trade, the close of a bar with trades in it, the middle of a two-sided quote, whichever came last.
  void on(const Trade& m, Context<Out>& context) { state.portfolio.refer(m.instrument, m.price, context.now()); }
  void on(const Bar& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const Mark& m, Context<Out>&) { state.portfolio.mark(m.instrument, m.price); }
  void on(const OrderIntended& m, Context<Out>& context);
  void on(const OrderChanged& m, Context<Out>&);
  void on(const Fill& m, Context<Out>&);
  void on(const FillReversed& m, Context<Out>&);
  void on(const SetKill& m, Context<Out>& context);

  RiskSummary answer(const RiskQuery&) const;

  State state;

 private:
  // Resolved once per pair from the configuration, which is no state.
  const LimitPair& limits_of(AccountId account, InstrumentId instrument);

  Config config_;
  Map<std::pair<AccountId, InstrumentId>, LimitPair> limits_;
};

}  // namespace trade
