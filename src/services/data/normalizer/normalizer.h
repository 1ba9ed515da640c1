#pragma once
#include "core/map.h"
#include "domain/bars/activity_bars.h"
#include "domain/bars/bar_history.h"
#include "messages/market.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// Trades into bars and marks, per instrument and venue, in local time. A series takes what comes first: trades, or finished bars of one
// interval; of the latter it publishes only larger ones, so that its own bars, which it hears as well, are never taken for source bars.
class Normalizer {
 public:
  // An instrument whose bars are made of its quotes, trades being rare or not told: each is a trade of quantity 0 at this price.
  enum class QuotePrice : std::uint8_t { mid, bid, ask };
  friend constexpr auto enum_names(QuotePrice) { return std::to_array<std::string_view>({"mid", "bid", "ask"}); }
  struct Quoted {
    InstrumentId instrument;
    QuotePrice price{};
    FIELDS(Quoted, instrument, price)
  };
  struct Config {
    std::vector<Duration> intervals{seconds(1), seconds(60), seconds(300), seconds(900), seconds(3600), seconds(86'400)};
    Gaps gaps{};
    Duration mark_interval = seconds(1);
    Hours hours = Hours::extended;       // of instruments with a calendar: which trades bars hold
    std::vector<ActivityPlan> activity;  // bars that end by what was traded, of every instrument
    std::vector<Quoted> quoted;
    Duration correct_within;             // how long a trade may be corrected and its bars mended; 0: not at all
    FIELDS(Config, intervals, gaps, mark_interval, hours, activity, quoted, correct_within)
  };
  struct Series {
    InstrumentId instrument;
    VenueId venue;
    Duration source;       // interval of its source bars; 0: made from trades
    BarSeries bars;
    Price last, marked;    // last price seen, last price published as a mark
    Time mark_due = never;
    bool live{};           // since its last trade the feed has not ended
    std::uint32_t calendar{};  // place in `calendars`; 0: none
    std::vector<ActivitySeries> activity;
    BarHistory history;
    FIELDS(Series, instrument, venue, source, bars, last, marked, mark_due, live, calendar, activity, history)
  };
  struct State {
    Map<std::pair<InstrumentId, VenueId>, std::uint32_t> places;  // in `series`
    std::vector<Series> series;
    Time armed = never;    // the one timer that counts; older ones are stale
    Calendars calendars;
    Map<InstrumentId, std::uint32_t> trades_by;  // place of the calendar an instrument names
    FIELDS(State, places, series, armed, calendars, trades_by)
  };
  using In = Consumes<CalendarListed, InstrumentListed, Trade, TradeCorrected, Quote, Bar, FeedEnded, TimerFired>;
  using Out = Emits<Bar, BarCorrected, ActivityBarClosed, Mark>;

  explicit Normalizer(const Config& config) : config_(config), plan_{config.intervals, config.gaps, nullptr, config.hours} {}
  static Result<void> validate(const Config& config);

  void on(const CalendarListed& m, Context<Out>& context);
  void on(const InstrumentListed& m, Context<Out>& context);
  void on(const Trade& m, Context<Out>& context);
  void on(const TradeCorrected& m, Context<Out>& context);
  void on(const Quote& m, Context<Out>& context);
  void on(const Bar& m, Context<Out>& context);
  void on(const FeedEnded& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);

  State state;

 private:
  Series& series_of(InstrumentId instrument, VenueId venue, Duration source);
  const BarPlan& plan_of(const Series& s);
  const Quoted* quoted(InstrumentId instrument) const;
  void add_tick(Series& s, std::uint64_t id, Price price, Quantity quantity, Context<Out>& context);
  auto publisher(Series& s, Context<Out>& context);
  void add_activity(Series& s, Price price, Quantity quantity, Context<Out>& context);
  void arm(Time due, Context<Out>& context);

  Config config_;
  BarPlan plan_;  // its calendar is that of the series last worked on
};

}  // namespace trade
