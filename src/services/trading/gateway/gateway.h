#pragma once
#include "core/map.h"
#include "domain/book/book_sync.h"
#include "messages/facts.h"
#include "messages/market.h"
#include "messages/queries.h"
#include "messages/reference.h"
#include "runtime/service.h"

namespace trade {

// The ids lately seen of a numbered stream: the highest, and which of the 64 below it. Id 0 means the venue gives none.
struct SeenIds {
  std::uint64_t highest{};
  std::uint64_t below{};  // bit k: highest - 1 - k was seen

  enum class Step : std::uint8_t { next, late, duplicate, too_late };
  // Notes the id. late: below the highest, for the first time; too_late: too far below to tell.
  Step note(std::uint64_t id);
  FIELDS(SeenIds, highest, below)
};

// Market data in: rows of a venue in, checked facts out. Keeps one synchronised L2 book per instrument and venue; never invents a price.
class Gateway {
 public:
  struct Config {
    std::uint32_t buffer_limit = BookSync::default_limit;  // diffs held while a book waits for its snapshot
    Duration stale_after;              // of silence while the exchange is open a stream is stale; 0: never
    Duration max_skew = seconds(10);   // a venue's stamp further from local time is counted; 0: none is
    FIELDS(Config, buffer_limit, stale_after, max_skew)
  };
  using Key = std::pair<InstrumentId, VenueId>;
  struct Stream {
    BookSync sync;
    FeedState status{};
    bool announced{};   // a status was published
    bool has_book{};    // the venue sends depth
    bool has_quotes{};  // the venue sends its best bid and ask, so the book's are not published as quotes
    SeenIds trades;
    std::uint64_t last_quote{};
    bool quote_crossed{};
    Time last_bar{INT64_MIN};
    Duration last_interval{};
    Quote top{};  // the last quote made from the book
    Time last_heard;
    FIELDS(Stream, sync, status, announced, has_book, has_quotes, trades, last_quote, quote_crossed, last_bar, last_interval, top,
           last_heard)
  };
  struct State {
    Map<Key, Stream> streams;
    FeedStatistics statistics;
    Calendars calendars;
    Map<InstrumentId, std::uint32_t> trades_by;  // place of the calendar an instrument names
    Time armed{INT64_MAX};                       // the one timer that counts
    FIELDS(State, streams, statistics, calendars, trades_by, armed)
  };
  using In = Consumes<VenueDepth, VenueSnapshot, VenueTrade, VenueQuote, VenueBar, VenueFault, VenueCorrection, FeedEnded, CalendarListed,
                      InstrumentListed, TimerFired>;
  using Out = Emits<Trade, TradeCorrected, Quote, BookChanged, MarketStatus, Bar>;
  using Queries = Answers<FeedStatisticsQuery, BookQuery>;
  using Routes = TypeList<Route<"GET", "/orderbook/{instrument}", BookQuery>, Route<"GET", "/statistics", FeedStatisticsQuery>>;
  static constexpr std::size_t faults_kept = 16;

  explicit Gateway(const Config& config) : config_(config) {}
  static Result<void> validate(const Config& config);

  void on(const VenueDepth& m, Context<Out>& context);
  void on(const VenueSnapshot& m, Context<Out>& context);
  void on(const VenueTrade& m, Context<Out>& context);
  void on(const VenueQuote& m, Context<Out>& context);
  void on(const VenueBar& m, Context<Out>& context);
  void on(const VenueFault& m, Context<Out>& context);
  void on(const VenueCorrection& m, Context<Out>& context);
  void on(const FeedEnded& m, Context<Out>& context);
  void on(const CalendarListed& m, Context<Out>& context);
  void on(const InstrumentListed& m, Context<Out>& context);
  void on(const TimerFired& m, Context<Out>& context);

  FeedStatistics answer(const FeedStatisticsQuery& q) const;
  // Best levels first; nothing when the book is not known.
  BookLevels answer(const BookQuery& q) const;

  State state;

 private:
  void note_skew(Time venue_time, Time now);
  // The stream of a row, which is heard now: no longer stale.
  Stream& stream_of(const Key& key, Context<Out>& context);
  // When it will have been silent too long, the exchange being open.
  Time stale_at(const Key& key, const Stream& s, Time now) const;
  void arm(Time due, Context<Out>& context);
  // A stream without depth is live as soon as it speaks.
  void heard(const Key& key, Stream& s, Context<Out>& context);
  void set_status(const Key& key, Stream& s, FeedState status, Context<Out>& context);
  // Publishes what the book's new top means: crossed or live, and a quote where the venue sends none.
  void judge_book(const Key& key, Stream& s, Context<Out>& context);
  void publish_whole(const Key& key, const Stream& s, Context<Out>& context);

  Config config_;
  std::vector<Level> bids_, asks_;  // room to turn a book best first
};

}  // namespace trade
