#pragma once
#include <optional>

#include "core/map.h"
#include "domain/calendar/calendar.h"
#include "domain/orders/executions.h"
#include "domain/orders/group.h"
#include "domain/orders/order.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "messages/signals.h"
#include "runtime/service.h"

namespace trade {

// Owns every order's life, from a client's command or a strategy's signal to its end (DESIGN 6): nothing reaches exeq without the gates'
// approval, a command repeated under its id is answered word for word, a fill is applied once, and what is not known stays unknown until
// the venue has answered.
class Oms {
 public:
  struct Config {
    Duration ack_timeout = seconds(5);            // how long a venue may owe us a word before the order is in doubt
    std::uint32_t max_live_orders = 100;          // per account
    Price max_order_value = price_of(1'000'000);  // of an account's live orders, at the prices they name, in its currency; 0: no limit
    std::uint32_t max_group = 50;                 // orders that belong together
    std::uint64_t max_ids = 10'000'000;           // command ids remembered
    std::uint64_t max_executions = 10'000'000;    // execution ids remembered
    std::uint64_t max_closed = 100'000;           // ended orders kept for late truth and questions
    std::uint32_t max_early_cancels = 1'000;      // cancels remembered for orders still to come
    FIELDS(Config, ack_timeout, max_live_orders, max_order_value, max_group, max_ids, max_executions, max_closed, max_early_cancels)
  };
  using CommandKey = std::pair<AccountId, ClientId>;
  enum class CommandKind : std::uint8_t { place, cancel, replace, group, cancel_scope };
  friend constexpr auto enum_names(CommandKind) {
    return std::to_array<std::string_view>({"place", "cancel", "replace", "group", "cancel_scope"});
  }
  // What was said to a command, and to which one.
  struct Answered {
    CommandKind kind{};
    std::uint64_t body{};  // fingerprint
    OrderId order;
    bool known = false;    // false: the gates have not decided yet
    bool accepted = false;
    Reason reason{};
    FIELDS(Answered, kind, body, order, known, accepted, reason)
  };
  struct Counts {
    std::uint64_t orders{}, rejected{}, fills{}, cancels{}, expired{}, replaced{}, duplicate_fills{}, late{}, reversed{};
    FIELDS(Counts, orders, rejected, fills, cancels, expired, replaced, duplicate_fills, late, reversed)
  };
  // What an open account has alive.
  struct Standing {
    std::uint32_t orders{};
    int128 worth{};  // in units of Money of its currency
    Currency currency;
    FIELDS(Standing, orders, worth, currency)
  };
  // Orders that belong together; it lasts until all have ended. `together`: none goes out before the gates have passed all; `broken`: they
  // have not. The command or the signal that made it.
  struct Group {
    GroupKind kind{};
    bool together = false, broken = false;
    std::vector<OrderId> members;
    ClientId command;
    StrategyId strategy;
    std::uint64_t signal{};
    FIELDS(Group, kind, together, broken, members, command, strategy, signal)
  };
  struct State {
    Map<InstrumentId, Instrument> instruments;
    Map<VenueId, Venue> venues;
    Calendars calendars;
    Map<AccountId, Standing> live;
    Map<OrderId, Group> groups;                    // by their first order
    Map<std::pair<StrategyId, std::uint64_t>, OrderId> signal_groups;  // by the signal that opened them
    Map<OrderId, Order> orders;
    Map<CommandKey, Answered> commands;
    Map<CommandKey, bool> early_cancels;           // by the client id of the order to come
    Map<std::pair<StrategyId, std::uint64_t>, OrderId> signals;  // of live orders
    Executions executions;
    Map<InstrumentId, Reason> stopped;             // a venue's lie was quarantined: no new order in it
    std::uint64_t last_order = 0, last_fill = 0, live_orders = 0;
    Counts counts;
    FIELDS(State, instruments, venues, calendars, live, groups, signal_groups, orders, commands, early_cancels, signals, executions,
           stopped, last_order, last_fill, live_orders, counts)
  };
  using In = Consumes<SignalRaised, PlaceOrder, PlaceGroup, CancelOrder, CancelOrders, ReplaceOrder, CancelsRequested, OrderApproved,
                      OrderBlocked, Execution, CalendarListed, InstrumentListed, VenueListed, AccountOpened, CorporateActionDue, TimerFired,
                      Recovered>;
  using Out = Emits<OrderIntended, OrderAccepted, OrderRejected, CancelRequested, ReplaceRequested, OrderQueried, OrderChanged, Fill,
                    FillReversed, CommandAnswered>;
  using Queries = Answers<OrderStatisticsQuery, OrderQuery>;
  using Routes = TypeList<Route<"POST", "/orders", PlaceOrder>, Route<"POST", "/orders/groups", PlaceGroup>,
                          Route<"POST", "/orders/cancel", CancelOrders>, Route<"DELETE", "/orders/{id}", CancelOrder>,
                          Route<"PATCH", "/orders/{id}", ReplaceOrder>, Route<"GET", "/orders/{id}", OrderQuery>,
                          Route<"GET", "/orders/statistics", OrderStatisticsQuery>>;

  explicit Oms(const Config& config) : config_(config) {}

  void on(const InstrumentListed& m, Context<Out>&) { state.instruments[m.instrument.id] = m.instrument; }
  void on(const VenueListed& m, Context<Out>&) { state.venues[m.venue.id] = m.venue; }
  void on(const AccountOpened& m, Context<Out>&) { state.live[m.account.id].currency = m.account.cash.currency; }
  void on(const CalendarListed& m, Context<Out>&) { state.calendars.add(calendar_of(m)); }

  void on(const PlaceOrder& m, Context<Out>& context);
  void on(const PlaceGroup& m, Context<Out>& context);
  void on(const CancelOrder& m, Context<Out>& context);
  void on(const CancelOrders& m, Context<Out>& context);
  void on(const CancelsRequested& m, Context<Out>& context) { cancel_all(m.scope, context); }
  // Open orders were priced and sized for what the instrument was: all but a rename cancels them; whoever wants them places them anew.
  void on(const CorporateActionDue& m, Context<Out>& context);
  void on(const ReplaceOrder& m, Context<Out>& context);
  void on(const SignalRaised& m, Context<Out>& context);
  void on(const OrderApproved& m, Context<Out>& context);
  void on(const OrderBlocked& m, Context<Out>& context);
  void on(const Execution& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);
  void on(const Recovered& m, Context<Out>& context);

  OrderStatistics answer(const OrderStatisticsQuery&) const;
  OrderView answer(const OrderQuery& q) const;

  State state;

 private:
  using Ctx = Context<Out>;
  // Timers are named by their order: plain ones watch what a venue owes, these its end.
  static constexpr std::uint64_t expiry_token = std::uint64_t{1} << 55, overdue_token = std::uint64_t{1} << 54;

  // Commands (commands.cpp).
  bool repeated(const CommandKey& key, CommandKind kind, std::uint64_t body, Ctx& context);
  void settle_command(const CommandKey& key, OrderId order, Reason refused, Ctx& context);
  void settle_place(const Order& order, Reason refused, Ctx& context);
  std::optional<CommandKey> replace_at_gates(const Order& order) const;
  Order& make(Order order, Ctx& context);
  void count_in(Order& order);
  void recount(Order& order);
  void block(Order& order, Reason reason, Ctx& context);
  void intend(Order& order, Ctx& context);
  void withdraw(Order& order, Reason reason, Ctx& context);
  void admit(Order order, Reason refused, Ctx& context);
  std::optional<int128> worth_of(const OrderTerms& terms) const;
  Reason shape_refusal(const OrderTerms& terms, Time now) const;
  Reason limit_refusal(AccountId account, std::span<const OrderTerms> terms) const;
  Reason refusal(const OrderTerms& terms, Time now) const;
  Reason replace_refusal(const Order* order, const ReplaceOrder& m) const;
  bool market_open(const OrderTerms& terms, Time now) const;
  Time expiry(const OrderTerms& terms, Time now) const;
  void cancel_all(const OrderScope& scope, Ctx& context);
  Order* order_of(const CommandKey& target);
  void forget_old();

  // Orders that belong together (groups.cpp).
  Reason group_refusal(const PlaceGroup& m, std::span<const OrderTerms> terms, Time now) const;
  void join(const SignalRaised& m, Order order, Ctx& context);
  bool all_cleared(const Group& group) const;
  void pass_together(Group& group, Ctx& context);
  void break_group(Group& group, const Order& but, Reason reason, Ctx& context);
  void settle_group(const Order& order, Reason refused, Ctx& context);
  void steer(OrderId group, Ctx& context);
  void steer(Order& order, Quantity total, bool waits, Ctx& context);
  void resize(Order& order, Quantity total, Ctx& context);

  // The order and its venue (oms.cpp).
  void approved(Order& order, Ctx& context);
  void ask_to_replace(Order& order, Quantity quantity, Price limit, Ctx& context);
  void request_cancel(Order& order, Ctx& context);
  void request_replace(Order& order, Ctx& context);
  void ask_venue(Order& order, Ctx& context);
  void ended_short(Order& order, Ctx& context);
  void doubt(Order& order, OrderEvent why, Ctx& context);
  void doubt_pending_orders(Ctx& context);
  void expire(Order& order, bool overdue, Ctx& context);
  void hear(Order& order, const Execution& m, Ctx& context);
  void replaced(Order& order, const Execution& m, Ctx& context);
  void venue_said(Order& order, OrderEvent event, const Execution& m, Ctx& context);
  void apply_wishes(Order& order, Ctx& context);
  Executions::Verdict seen_before(const Execution& m);
  void fill(Order& order, const Execution& m, Ctx& context);
  void take_fill(Order& order, const Execution& m, Ctx& context);
  void quarantine(Order& order, Reason reason, Ctx& context);
  void publish_fill(const Order& order, const Execution& m, Ctx& context);
  void publish_reversal(const Order& order, const Execution& m, const Booked& was, Ctx& context);
  void unheard(Order& order, Quantity quantity, Ctx& context);
  void amend(Order& order, const Execution& m, Ctx& context);
  // Counts what ended (or began) and publishes OrderChanged; `was` is the state before.
  void changed(Order& order, VenueState was, Reason reason, Ctx& context);

  Config config_;
};

}  // namespace trade
