#pragma once
#include <array>

#include "domain/risk/check_table.h"
#include "domain/risk/governance.h"
#include "messages/limits.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "messages/risk.h"
#include "messages/risk_queries.h"
#include "runtime/service.h"
#include "services/trading/risk/figures.h"

namespace trade {

// The gate before every venue: judges each intended order and replace, reserves its worst case on approval, and lets go on proof only.
class Risk {
 public:
  struct StrategyLimits {
    StrategyId strategy;
    GroupLimits limits;
    FIELDS(StrategyLimits, strategy, limits)
  };
  struct VenuePace {
    VenueId venue;
    Pace pace;
    FIELDS(VenuePace, venue, pace)
  };
  struct Desk {
    std::uint32_t desk{};
    std::vector<AccountId> accounts;
    FIELDS(Desk, desk, accounts)
  };
  // Accounts of one owner are linked: their orders may not meet where self-matches are forbidden.
  struct Owner {
    std::vector<AccountId> accounts;
    FIELDS(Owner, accounts)
  };
  // What becomes of open orders that stand over a limit that was tightened.
  enum class WhenOver : std::uint8_t { flag, cancel };
  friend constexpr auto enum_names(WhenOver) { return std::to_array<std::string_view>({"flag", "cancel"}); }
  struct Config {
    Limits limits;
    std::vector<LimitOverride> overrides;
    GroupLimits strategy;                     // of every strategy that `strategies` does not name
    std::vector<StrategyLimits> strategies;
    GroupLimits firm;                         // max_exposure alone: capital
    std::vector<VenuePace> venues;
    Currency base_currency;                   // of firm-wide and strategies' amounts
    std::vector<Desk> desks;
    std::vector<Owner> owners;
    std::vector<Entitlement> entitlements;    // none: everybody may everything
    std::vector<RegisteredAlgo> algos;        // none: every strategy may send orders
    bool release_by_two = false;              // a kill is let go of by two people
    WhenOver when_over{};
    FigureRule figures;                       // value at risk, worked out outside the loop
    std::uint32_t max_ids = 100'000;          // commands remembered
    FIELDS(Config, limits, overrides, strategy, strategies, firm, venues, base_currency, desks, owners, entitlements, algos, release_by_two,
           when_over, figures, max_ids)
  };
  using CommandKey = std::pair<AccountId, ClientId>;
  struct Answered {
    std::uint64_t body{};  // digest of the command
    bool accepted{};
    Reason reason{};
    FIELDS(Answered, body, accepted, reason)
  };
  // A release that waits for another person.
  struct Release {
    KillScope scope{};
    std::uint32_t id{};
    Person by;
    FIELDS(Release, scope, id, by)
  };
  struct State {
    Portfolio portfolio;
    LimitBook book;
    Map<CommandKey, Answered> commands;
    std::vector<Release> releases;
    FigureState figures;
    std::uint64_t approved{}, blocked{}, overridden{};
    std::array<std::uint64_t, enum_names(Reason{}).size()> reasons{};
    FIELDS(State, portfolio, book, commands, releases, figures, approved, blocked, overridden, reasons)
  };
  using In = Consumes<OrderIntended, OrderChanged, Fill, FillReversed, CancelRequested, Mark, Quote, Trade, Bar, PhaseChanged, MarketStatus,
                      SetKill, SetCondition, GrantLocate, AttestBuild, OverrideCheck, SetValueAtRisk, ProposeLimit, ApproveLimit,
                      RevokeLimit, AccountOpened, InstrumentListed, VenueListed, CorporateActionDue, TimerFired, RiskFigured>;
  using Out = Emits<OrderApproved, OrderBlocked, CancelsRequested, CommandAnswered, RiskAlert, RiskLimitChanged, FigureRisk>;
  using Queries = Answers<RiskQuery, LimitsQuery, OverridesQuery, RiskFiguresQuery>;
  using Routes =
      TypeList<Route<"POST", "/kill", SetKill>, Route<"GET", "/portfolio", RiskQuery>, Route<"GET", "/limits", LimitsQuery>,
               Route<"PUT", "/limits", ProposeLimit>, Route<"POST", "/limits/approve", ApproveLimit>,
               Route<"POST", "/limits/revoke", RevokeLimit>, Route<"POST", "/conditions", SetCondition>,
               Route<"POST", "/locates", GrantLocate>, Route<"POST", "/builds", AttestBuild>, Route<"POST", "/overrides", OverrideCheck>,
               Route<"PUT", "/var/vector", SetValueAtRisk>, Route<"GET", "/var", RiskFiguresQuery>>;

  explicit Risk(const Config& config);
  // Refuses negative limits and overrides that cannot apply; the error's `where` is the field's path.
  static Result<void> validate(const Config& config);

  void on(const InstrumentListed& m, Context<Out>&);
  void on(const VenueListed& m, Context<Out>&) { state.portfolio.list(m.venue); }
  void on(const AccountOpened& m, Context<Out>&);
  // References: the last trade, the close of a bar with trades in it, the middle of a two-sided quote, whichever came last.
  void on(const Trade& m, Context<Out>& context) { state.portfolio.refer(m.instrument, m.price, context.now()); }
  void on(const Bar& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const Mark& m, Context<Out>& context);
  void on(const CorporateActionDue& m, Context<Out>&) { state.portfolio.act(m.action); }
  void on(const PhaseChanged& m, Context<Out>&) { state.portfolio.phase(m.instrument, m.venue, m.phase); }
  void on(const MarketStatus& m, Context<Out>&) { state.portfolio.feed(m.instrument, m.venue, m.state == FeedState::live); }
  void on(const OrderIntended& m, Context<Out>& context);
  void on(const OrderChanged& m, Context<Out>&);
  void on(const CancelRequested& m, Context<Out>& context);
  void on(const Fill& m, Context<Out>& context);
  void on(const FillReversed& m, Context<Out>& context);
  // People's commands (commands.cpp). A command said again is answered again but not done again: a late repeat must not undo what was
  // decided since.
  void on(const SetKill& m, Context<Out>& context);
  void on(const SetCondition& m, Context<Out>& context);
  void on(const GrantLocate& m, Context<Out>& context);
  void on(const AttestBuild& m, Context<Out>& context);
  void on(const OverrideCheck& m, Context<Out>& context);
  void on(const SetValueAtRisk& m, Context<Out>& context);
  // Limits (governance.cpp).
  void on(const ProposeLimit& m, Context<Out>& context);
  void on(const ApproveLimit& m, Context<Out>& context);
  void on(const RevokeLimit& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);
  // Risk figures: asked of every account that holds something, by the clock.
  void on(const RiskFigured& m, Context<Out>& context);

  RiskSummary answer(const RiskQuery&) const;
  LimitsInForce answer(const LimitsQuery& q) const;
  OverridesGiven answer(const OverridesQuery&) const;
  RiskFiguresView answer(const RiskFiguresQuery&) const;

  State state;

 private:
  using Ctx = Context<Out>;
  // What an account in an instrument is held against.
  struct Resolved {
    Limits own, account;
    Rights rights;
  };
  const Resolved& limits_of(AccountId account, InstrumentId instrument);
  const GroupLimits& limits_of(StrategyId strategy);
  Limits in_force(AccountId account, InstrumentId instrument, std::uint64_t but = 0) const;
  GroupLimits in_force(StrategyId strategy, bool firm, std::uint64_t but = 0) const;
  std::optional<LimitValueUnits> value_in_force(const LimitScope& scope, std::string_view limit, std::uint64_t but = 0) const;
  void read_limits_anew();
  void ask_figures(Ctx& context);
  void watch(AccountId account);
  void watch(InstrumentId instrument);
  void cancel_open(KillScope scope, std::uint32_t id, Ctx& context);
  Reason release(KillScope scope, std::uint32_t id, const Person& by);
  void alert_stopped(Ctx& context);
  void limit_stepped(const LimitChange& c, LimitStep step, LimitValueUnits before, const Person& by, Ctx& context);
  void limit_took_effect(const LimitChange& c, Ctx& context);
  void retest(const LimitScope& scope, Ctx& context);
  // Answers the command once: done() says none or why not.
  template <class M, class F>
  void once(const M& m, Ctx& context, F&& done);

  Config config_;
  // Resolved once from configuration and limits in force, which is no state of their own.
  Map<std::pair<AccountId, InstrumentId>, Resolved> limits_;
  Map<StrategyId, GroupLimits> strategies_;
  GroupLimits firm_;
  Map<VenueId, Pace> venues_;
};

}  // namespace trade
