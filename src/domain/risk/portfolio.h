#pragma once
#include "core/map.h"
#include "domain/facts/corporate_action.h"
#include "domain/risk/checks.h"
#include "domain/risk/exposure.h"
#include "domain/risk/margin.h"
#include "domain/risk/pace.h"
#include "domain/risk/rights.h"
#include "domain/routing/pacing.h"

namespace trade {

// How much of an order's total may fill, and how dearly.
struct Bound {
  Quantity total;  // filled part included
  Price limit;     // as stated in its terms
  Price worst;
  bool operator==(const Bound&) const = default;
  FIELDS(Bound, total, limit, worst)
};

// What is held back for an approved order, from approval until it is proven that nothing more of it can fill.
struct Reservation {
  AccountId account;
  InstrumentId instrument;
  std::uint32_t line{}, sleeve{};  // in Portfolio::lines; in Portfolio::sleeves, counted from 1: 0 is none
  Side side{};
  Quantity filled;     // by the fills seen
  Bound now, next;     // while a replace is under way the larger quantity at the worse price counts
  Price counted;       // the price it is counted at in the open orders
  bool replacing{};
  bool in_doubt{};     // the replace was asked and the answer lost: the old bound on its own proves nothing
  bool ended{};        // the order is over, but fills it told of are still to come
  bool unknown{};      // the venue's state is not known
  FIELDS(Reservation, account, instrument, line, sleeve, side, filled, now, next, counted, replacing, in_doubt, ended, unknown)
};

// What oms says of an order, as far as risk needs it.
struct OrderStanding {
  VenueState state{};
  Pending pending{};
  Quantity quantity, filled;
  Price limit;
};

// What an order is held against: resolved for its account and instrument, its account alone, its strategy, the firm, its venue.
struct LimitSet {
  const Limits* own;
  const Limits* account;
  const GroupLimits* strategy;  // null: it has none
  const GroupLimits* firm;
  const Pace* venue;            // null: no venue of its own, or not limited
  const Rights* rights;
  const std::vector<RegisteredAlgo>* algos;
};

// What was decided, by which of the 28 checks (0: none refused), and which soft ones an override let pass (a bit each).
struct Verdict {
  Reason reason{};
  std::uint8_t check{};
  std::uint32_t overridden{};
  Price limit;  // a market order is to go out as a limit order at this price; 0: as it is
};

// A person's word that the next order alike may pass a soft check; used once.
struct Override {
  AccountId account;
  InstrumentId instrument;
  Side side{};
  Quantity quantity;
  Reason check{};   // the refusal it is for
  Time until;
  FIELDS(Override, account, instrument, side, quantity, check, until)
};

// Whom a kill or release is for. desk: a group of accounts.
enum class KillScope : std::uint8_t { firm, desk, account, strategy, venue, instrument };
NAMES(KillScope, firm, desk, account, strategy, venue, instrument)

struct Judged;

// Everything pre-trade risk knows: reference data, positions by the fills, reservations by the approvals. Fails closed: what it does
// not know it refuses. Amounts are in units of Money in the currency of the account's cash unless said otherwise.
struct Portfolio {
  // Sums of an instrument over all accounts, in units of Quantity.
  struct Market {
    Instrument instrument;
    Reference reference;
    Price mark;
    bool killed{}, restricted{};
    std::vector<std::uint32_t> lines;   // that have traded or reserved in it
    std::vector<VenueMarket> venues;
    MoveWindow moves;
    Duration move_window{};             // watched when > 0
    VolumeDays volume;
    int128 position{}, buys{}, sells{}, gross{};
    FIELDS(Market, instrument, reference, mark, killed, restricted, lines, venues, moves, move_window, volume, position, buys, sells,
           gross)
  };
  // What a line adds to the sums above it.
  struct Counted {
    int128 position{}, buys{}, sells{}, gross{};       // quantities
    int128 worst{}, needed{}, open_value{}, var{};     // values
    int128 held{}, bought{}, sold{};                   // values: signed position, open buys, open sells
    FIELDS(Counted, position, buys, sells, gross, worst, needed, open_value, var, held, bought, sold)
  };
  // An account in an instrument.
  struct Line {
    AccountId account;
    InstrumentId instrument;
    std::uint32_t funds{}, market{}, sector{}, underlying{};
    bool settles{};       // in the currency of the account's cash: only then its values count
    Exposure exposure;
    int128 unrealised{};  // at the last mark
    Ratio margin;         // asked of its worst-case value
    MarginModel model{};
    Amount step;
    Counted counted;
    Ratio marginal;       // value at risk a unit of value adds
    int128 since{};       // value of fills since the vector, bought minus sold
    Quantity located;
    bool restricted{};
    SizeHistory sizes;
    PeakUse peak;         // worst-case quantity, the larger side
    FIELDS(Line, account, instrument, funds, market, sector, underlying, settles, exposure, unrealised, margin, model, step,
           counted, marginal, since, located, restricted, sizes, peak)
  };
  // Sums over lines of one sector, or of one base currency.
  struct Group {
    Text<15> name;
    int128 worst{}, held{}, bought{}, sold{};
    FIELDS(Group, name, worst, held, bought, sold)
  };
  struct Funds {
    Account account;
    std::uint32_t desk{}, owner{};  // accounts of one owner are linked; 0: of nobody else
    std::uint32_t purse{};
    bool killed{}, desk_killed{}, on_hold{}, unreconciled{};
    Reason stopped{};               // a loss or drawdown stop that has latched
    Amount max_loss, max_drawdown;  // as last told
    PaceBucket messages;
    RecentOrders recent;
    int128 cash{};                            // opening cash, closed gains of derivatives, spot cash paid and got, fees
    int128 realised{}, fees{}, unrealised{};  // since the start
    int128 losses_open{};                     // unrealised of derivatives alone, which weighs on free cash when negative
    int128 peak{};                            // the best gain
    int128 worst{}, needed{}, open_value{}, var_open{};  // sums over its lines
    std::vector<Group> sectors, underlyings;
    int128 var{};
    Time var_at;
    bool var_known{};
    std::int64_t day{};                       // of the counts below, UTC
    std::uint32_t sent{}, fills{};
    int128 turnover{};
    std::uint32_t unknown{};
    OrderId basket;                           // the last told, and its worst value so far
    int128 basket_value{};
    PeakUse peak_worst, peak_open;
    FIELDS(Funds, account, desk, owner, purse, killed, desk_killed, on_hold, unreconciled, stopped, max_loss, max_drawdown, messages,
           recent, cash, realised, fees, unrealised, losses_open, peak, worst, needed, open_value, var_open, sectors, underlyings, var,
           var_at, var_known, day, sent, fills, turnover, unknown, basket, basket_value, peak_worst, peak_open)
  };
  // A strategy over all accounts; amounts by purse.
  struct Strategy {
    bool killed{}, off{};  // off: executed too often, until a person releases it
    PaceBucket messages;
    Throttle executions;
    BuildHash build;       // attested
    std::vector<int128> worst;
    FIELDS(Strategy, killed, off, messages, executions, build, worst)
  };
  // A strategy in an instrument.
  struct Sleeve {
    StrategyId strategy;
    std::uint32_t market{}, purse{};
    Exposure exposure;
    int128 worst{};
    FIELDS(Sleeve, strategy, market, purse, exposure, worst)
  };
  // All accounts' amounts in one currency, and what a unit of it is worth in the base currency; 0: nobody knows.
  struct Purse {
    Currency currency;
    Ratio rate;
    int128 worst{};
    FIELDS(Purse, currency, rate, worst)
  };
  struct Place {
    Venue venue;
    bool killed{}, down{};
    PaceBucket messages;
    FIELDS(Place, venue, killed, down, messages)
  };
  std::vector<Market> markets;
  std::vector<Funds> funds;
  std::vector<Line> lines;
  std::vector<Sleeve> sleeves;
  std::vector<Purse> purses;
  std::vector<Override> overrides;
  std::vector<std::uint32_t> stopped;  // accounts whose stop has latched and of whom nobody has been told yet: places in funds
  Map<InstrumentId, std::uint32_t> market_at;
  Map<AccountId, std::uint32_t> funds_at;
  Map<std::pair<AccountId, InstrumentId>, std::uint32_t> line_at;
  Map<std::pair<StrategyId, InstrumentId>, std::uint32_t> sleeve_at;
  Map<StrategyId, Strategy> strategies;
  Map<VenueId, Place> venues;
  Map<OrderId, Reservation> reservations;
  Currency base;         // of firm-wide amounts
  Ratio worst_fee;       // the dearest of all venues, at least 0
  bool firm_killed{};
  std::uint32_t restricted_version{};
  FillId last_fill;
  FIELDS(Portfolio, markets, funds, lines, sleeves, purses, overrides, stopped, market_at, funds_at, line_at, sleeve_at, strategies, venues,
         reservations, base, worst_fee, firm_killed, restricted_version, last_fill)

  // Reference data.
  void list(const Instrument& i);
  void list(const Venue& v);
  // Books the cash when the account is first seen.
  void open(const Account& a);
  // What firm-wide amounts are reckoned in; told before anything is listed, and the same at every start.
  void use_base(Currency currency);
  // Its desk, and the owner it shares with linked accounts; 0: none.
  void belongs(AccountId account, std::uint32_t desk, std::uint32_t owner);
  // What latches without an order: told whenever limits may have changed.
  void watch(AccountId account, Amount max_loss, Amount max_drawdown);
  void watch(InstrumentId instrument, Duration move_window);

  // A corporate action takes effect: marks, references and positions change with it, once; an unsound one changes nothing. Open orders are
  // oms's to cancel.
  void act(const CorporateAction& a);

  // The market. A price that is not positive is ignored.
  void refer(InstrumentId i, Price price, Time now);
  void mark(InstrumentId i, Price price);
  void phase(InstrumentId i, VenueId v, TradingPhase phase);
  void feed(InstrumentId i, VenueId v, bool live);
  void volume(InstrumentId i, Duration interval, Time open_time, Quantity q);

  // Latches or releases a kill; `id` 0 with any other scope than firm, and what nobody knows: false. A release of an account also lets go
  // of its loss stop, of a strategy of its being off.
  bool kill(KillScope scope, std::uint32_t id, bool killed);
  // What people say of accounts, venues and instruments; false: nobody knows it.
  bool hold(AccountId account, bool on);
  bool reconcile(AccountId account, bool reconciled);
  bool venue_down(VenueId venue, bool down);
  // account 0: for everybody.
  bool restrict(AccountId account, InstrumentId instrument, bool on, std::uint32_t version);
  bool locate(AccountId account, InstrumentId instrument, Quantity quantity);
  void attest(StrategyId strategy, const BuildHash& build);
  // At most 1 000 at once: false beyond.
  bool allow(const Override& o);
  // The value at risk of an account's positions, and what a unit of value adds in each of its instruments, as of `now`.
  struct Marginal {
    InstrumentId instrument;
    Ratio var;  // signed: of a long unit
    FIELDS(Marginal, instrument, var)
  };
  template <class List>
  bool value_at_risk(AccountId account, int128 amount, const List& marginals, Time now) {
    if (!begin_vector(account, amount, now)) return false;
    for (const auto& m : marginals) set_marginal(account, m.instrument, m.var);
    return true;
  }

  // Judges an order, or the replace of one that has a reservation, by every check, cheap ones first. On none its worst case is reserved;
  // on any other reason nothing has changed but message counts and used overrides.
  // `group`: of a basket's legs, told one by one.
  Verdict assess(OrderId order, bool replace, const OrderTerms& t, const LimitSet& limits, Time now, OrderId group = {});
  // A cancel was sent: counted, never refused.
  void sent_cancel(OrderId order, const Limits& account, Time now);
  // Takes in what oms says of an order: releases on proof, settles a replace, keeps what is in doubt.
  void settle(OrderId order, const OrderStanding& s);
  // Turns reservation into position. Each fill id once; others, and fills of unknown accounts or instruments, change nothing. True: the
  // strategy was switched off by it.
  struct FillFacts {
    FillId fill;
    OrderId order;
    AccountId account;
    InstrumentId instrument;
    Side side{};
    Quantity quantity;
    Money value, fee;
    StrategyId strategy{};
  };
  bool book(const FillFacts& f, const GroupLimits* strategy = nullptr, Time now = {});
  // A booked fill never happened: the position and cash go back by it, and its order is for so much less; what is still open of it stays.
  void reverse(const FillFacts& f, Time now = {});

  // A person's word lets the order pass the soft check; the word is used up.
  bool overrides_use(const OrderTerms& t, Reason check, Time now);
  // The line of an account in an instrument, made when both are known.
  Line* line_of(AccountId account, InstrumentId instrument);
  const Line* find_line(AccountId account, InstrumentId instrument) const;
  Funds* find_funds(AccountId account);
  const Funds* find_funds(AccountId account) const;
  Market* find_market(InstrumentId instrument);
  int128 gain(const Funds& f) const { return f.realised + f.unrealised - f.fees; }
  // An amount of all purses in the base currency; nothing when one has no rate.
  std::optional<int128> in_base(int128 amount, std::uint32_t purse) const;
  std::optional<int128> firm_worst() const;
  std::optional<int128> strategy_worst(const Strategy& s) const;

 private:
  bool begin_vector(AccountId account, int128 amount, Time now);
  void set_marginal(AccountId account, InstrumentId instrument, Ratio var);
  Reason not_judged(OrderId order, bool replace, const OrderTerms& t) const;
  Verdict judge(Judged& j);
  void reserve(Judged& j, std::optional<Reservation>& before);
  void take_back(Judged& j, const std::optional<Reservation>& before);
  void approve(Judged& j);
  void forget_new(const Judged& j);
  void first_of_day(Funds& f, Time now);
  void latch(Funds& f);
  // Brings the counted open orders in line with the reservation, and the sums with the line.
  void count(OrderId order, Reservation& r, Quantity remaining);
  void release(OrderId order, Reservation& r);
  void recount(Line& l);
  void recount(Sleeve& s);
  void revalue(Line& l);
  void act_on_line(const CorporateAction& a, std::uint32_t at, std::uint32_t to);
  void act_on_sleeve(const CorporateAction& a, std::size_t at);
  void move(const FillFacts& f, Side side, Line& l);
  std::uint32_t purse_of(Currency c);
  Sleeve* sleeve_of(StrategyId strategy, std::uint32_t line);
};

}  // namespace trade
