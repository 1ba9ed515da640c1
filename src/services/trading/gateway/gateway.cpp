#include "services/trading/gateway/gateway.h"

#include <algorithm>

#include "runtime/define_service.h"

namespace trade {
namespace {

Level level_or_none(const Level* l) { return l != nullptr ? *l : Level{}; }
std::span<const Level> span_of(const Many<Level>& m) { return {m.data, m.count}; }

}  // namespace

SeenIds::Step SeenIds::note(std::uint64_t id) {
  if (id > highest) {
    const auto by = id - highest;
    below = by > 64 ? 0 : (by == 64 ? 0 : below << by) | (highest == 0 ? 0 : std::uint64_t{1} << (by - 1));
    highest = id;
    return Step::next;
  }
  if (id == highest) return Step::duplicate;
  const auto back = highest - 1 - id;
  if (back >= 64) return Step::too_late;
  const auto bit = std::uint64_t{1} << back;
  if ((below & bit) != 0) return Step::duplicate;
  below |= bit;
  return Step::late;
}

Result<void> Gateway::validate(const Config& config) {
  for (const auto& [field, d] : {std::pair{"stale_after", config.stale_after}, {"max_skew", config.max_skew}})
    if (d.ns < 0) return Error{Failure::config, field, "is negative", "0s for none"};
  if (config.buffer_limit >= 2 && config.buffer_limit <= 65'536) return {};
  return Error{Failure::config, "gateway.buffer_limit", "is not within 2 to 65536", "leave it out for the default"};
}

void Gateway::note_skew(Time venue_time, Time now) {
  if (venue_time.ns == 0) return;
  const auto apart = venue_time > now ? venue_time - now : now - venue_time;
  state.statistics.max_skew = std::max(state.statistics.max_skew, apart);
  state.statistics.skewed += config_.max_skew.ns != 0 && apart > config_.max_skew;
}

void Gateway::set_status(const Key& key, Stream& s, FeedState status, Context<Out>& context) {
  if (s.announced && s.status == status) return;
  s.announced = true;
  s.status = status;
  if (status == FeedState::crossed) ++state.statistics.crossed;
  context.publish(MarketStatus{key.first, key.second, status});
}

Gateway::Stream& Gateway::stream_of(const Key& key, Context<Out>& context) {
  auto& s = state.streams[key];
  if (config_.stale_after.ns == 0) return s;
  s.last_heard = context.now();
  if (s.announced && s.status == FeedState::stale) {
    const auto book = s.sync.state();
    const bool broken = s.has_book && book != SyncState::live;
    set_status(key, s, broken ? book == SyncState::gap ? FeedState::gap : FeedState::syncing
                       : s.has_book && s.sync.book().crossed() ? FeedState::crossed : FeedState::live, context);
  }
  arm(stale_at(key, s, context.now()), context);
  return s;
}

Time Gateway::stale_at(const Key& key, const Stream& s, Time now) const {
  const auto* place = state.trades_by.find(key.first);
  const Time silent = s.last_heard + config_.stale_after;
  if (place == nullptr) return silent;
  const auto& calendar = state.calendars[*place];
  if (calendar.is_open(std::max(now, silent), Hours::extended)) return std::max(silent, now);
  return calendar.next_open(std::max(now, silent), Hours::extended) + config_.stale_after;
}

void Gateway::arm(Time due, Context<Out>& context) {
  if (due >= state.armed) return;
  state.armed = due;
  context.set_timer(due, static_cast<std::uint64_t>(due.ns));
}

void Gateway::on(const CalendarListed& m, Context<Out>&) { state.calendars.add(calendar_of(m)); }

void Gateway::on(const InstrumentListed& m, Context<Out>&) {
  if (m.instrument.calendar.empty() && !state.trades_by.contains(m.instrument.id)) return;
  state.trades_by[m.instrument.id] = static_cast<std::uint32_t>(state.calendars.place_of(m.instrument.calendar));
}

void Gateway::on(const TimerFired& m, Context<Out>& context) {
  if (m.token != static_cast<std::uint64_t>(state.armed.ns)) return;
  state.armed = {INT64_MAX};
  Time next = state.armed;
  for (auto& e : state.streams) {
    auto& s = e.value;
    if (!s.announced || s.status == FeedState::ended || s.status == FeedState::stale) continue;
    const Time due = stale_at(e.key, s, context.now());
    if (due > context.now()) {
      next = std::min(next, due);
      continue;
    }
    ++state.statistics.silences;
    set_status(e.key, s, FeedState::stale, context);
  }
  arm(next, context);
}

void Gateway::heard(const Key& key, Stream& s, Context<Out>& context) {
  if (!s.has_book) set_status(key, s, FeedState::live, context);
}

void Gateway::judge_book(const Key& key, Stream& s, Context<Out>& context) {
  const auto& book = s.sync.book();
  if (!s.has_quotes) {
    const auto bid = level_or_none(book.best(Side::buy)), ask = level_or_none(book.best(Side::sell));
    const Quote q{key.first, key.second, bid.price, bid.quantity, ask.price, ask.quantity};
    if (q.bid != s.top.bid || q.bid_quantity != s.top.bid_quantity || q.ask != s.top.ask || q.ask_quantity != s.top.ask_quantity) {
      s.top = q;
      context.publish(q);
    }
  }
  set_status(key, s, book.crossed() ? FeedState::crossed : FeedState::live, context);
}

void Gateway::publish_whole(const Key& key, const Stream& s, Context<Out>& context) {
  const auto bids = s.sync.book().levels(Side::buy), asks = s.sync.book().levels(Side::sell);
  bids_.assign(bids.rbegin(), bids.rend());
  asks_.assign(asks.rbegin(), asks.rend());
  context.publish(BookChanged{key.first, key.second, true, s.sync.last_id(), std::span<const Level>(bids_), std::span<const Level>(asks_)});
}

void Gateway::on(const VenueDepth& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.depth;
  note_skew(m.venue_time, context.now());
  const Key key{m.instrument, m.venue};
  auto& s = stream_of(key, context);
  s.has_book = true;
  switch (s.sync.on_diff({m.first_id, m.last_id, m.previous_id}, span_of(m.bids), span_of(m.asks), config_.buffer_limit)) {
    case SyncStep::applied:
      context.publish(BookChanged{m.instrument, m.venue, false, m.last_id, m.bids, m.asks});
      return judge_book(key, s, context);
    case SyncStep::gap:
      ++state.statistics.gaps;
      ++state.statistics.buffered;
      return set_status(key, s, FeedState::gap, context);
    case SyncStep::buffered:
      ++state.statistics.buffered;
      return set_status(key, s, s.sync.state() == SyncState::gap ? FeedState::gap : FeedState::syncing, context);
    case SyncStep::duplicate: ++state.statistics.duplicates; return;
    default: ++state.statistics.stale;
  }
}

void Gateway::on(const VenueSnapshot& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.snapshots;
  note_skew(m.venue_time, context.now());
  const Key key{m.instrument, m.venue};
  auto& s = stream_of(key, context);
  s.has_book = true;
  if (s.sync.on_snapshot(m.last_id, span_of(m.bids), span_of(m.asks)) != SyncStep::synced) {
    ++state.statistics.out_of_order;
    return;
  }
  state.statistics.stale += s.sync.dropped();
  if (s.sync.state() == SyncState::gap) {
    ++state.statistics.gaps;
    return set_status(key, s, FeedState::gap, context);
  }
  publish_whole(key, s, context);
  judge_book(key, s, context);
}

void Gateway::on(const VenueTrade& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.trades;
  note_skew(m.venue_time, context.now());
  const Key key{m.instrument, m.venue};
  auto& s = stream_of(key, context);
  const auto step = m.trade_id == 0 ? SeenIds::Step::next : s.trades.note(m.trade_id);
  state.statistics.duplicates += step == SeenIds::Step::duplicate;
  state.statistics.out_of_order += step == SeenIds::Step::late || step == SeenIds::Step::too_late;
  if (step == SeenIds::Step::duplicate || step == SeenIds::Step::too_late) return;
  heard(key, s, context);
  context.publish(Trade{m.instrument, m.venue, m.venue_time, m.trade_id, m.price, m.quantity, m.aggressor});
}

void Gateway::on(const VenueQuote& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.quotes;
  note_skew(m.venue_time, context.now());
  const Key key{m.instrument, m.venue};
  auto& s = stream_of(key, context);
  if (m.update_id != 0) {
    state.statistics.duplicates += m.update_id == s.last_quote;
    state.statistics.out_of_order += m.update_id < s.last_quote;
    if (m.update_id <= s.last_quote) return;
    s.last_quote = m.update_id;
  }
  const bool crossed = m.bid.units != 0 && m.ask.units != 0 && m.bid >= m.ask;
  state.statistics.crossed += crossed && !s.quote_crossed;
  s.quote_crossed = crossed;
  s.has_quotes = true;
  heard(key, s, context);
  context.publish(Quote{m.instrument, m.venue, m.bid, m.bid_quantity, m.ask, m.ask_quantity});
}

void Gateway::on(const VenueBar& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.bars;
  const Key key{m.instrument, m.venue};
  auto& s = stream_of(key, context);
  if (m.interval == s.last_interval && m.open_time <= s.last_bar) {
    ++(m.open_time == s.last_bar ? state.statistics.duplicates : state.statistics.out_of_order);
    return;
  }
  s.last_interval = m.interval;
  s.last_bar = m.open_time;
  heard(key, s, context);
  context.publish(Bar{m.instrument, m.venue, m.open_time, m.interval, m.open, m.high, m.low, m.close, m.volume, 0, false});
}

void Gateway::on(const VenueFault& m, Context<Out>&) {
  ++state.statistics.messages;
  ++state.statistics.faults;
  state.statistics.out_of_order += m.fault == FeedFault::out_of_order;
  if (state.statistics.first_faults.size() < faults_kept) state.statistics.first_faults.push_back(m);
}

void Gateway::on(const VenueCorrection& m, Context<Out>& context) {
  ++state.statistics.messages;
  ++state.statistics.corrections;
  note_skew(m.venue_time, context.now());
  context.publish(TradeCorrected{m.instrument, m.venue, m.trade_id, m.price, m.quantity});
}

void Gateway::on(const FeedEnded& m, Context<Out>& context) {
  for (auto& e : state.streams)
    if (e.key.second == m.venue) set_status(e.key, e.value, FeedState::ended, context);
}

FeedStatistics Gateway::answer(const FeedStatisticsQuery&) const { return state.statistics; }

BookLevels Gateway::answer(const BookQuery& q) const {
  BookLevels out;
  const auto* s = state.streams.find({q.instrument, q.venue});
  if (s == nullptr) return out;
  const auto take = [&](Side side, auto& levels) {
    const auto all = s->sync.book().levels(side);
    const auto n = q.depth == 0 ? all.size() : std::min<std::size_t>(all.size(), q.depth);
    for (std::size_t i = 0; i < n; ++i) levels.emplace_back(all[all.size() - 1 - i].price, all[all.size() - 1 - i].quantity);
  };
  take(Side::buy, out.bids);
  take(Side::sell, out.asks);
  out.last_id = s->sync.last_id();
  out.live = s->sync.state() == SyncState::live && !s->sync.book().crossed();
  return out;
}

extern const ServiceType gateway_service;
const ServiceType gateway_service = service_type<Gateway>();

}  // namespace trade
