#include "services/data/normalizer/normalizer.h"

#include "runtime/define_service.h"

namespace trade {
namespace {

using Ctx = Context<Normalizer::Out>;

void publish_mark(Normalizer::Series& s, Ctx& context) {
  s.marked = s.last;
  s.mark_due = never;
  context.publish(Mark{s.instrument, s.venue, s.last});
}

Time next_due(const Normalizer::Series& s) { return std::min(next_close(s.bars), s.mark_due); }

}  // namespace

// Publishes a finished bar, and keeps it where it may have to be mended.
auto Normalizer::publisher(Series& s, Ctx& context) {
  return [this, &s, &context](const ClosedBar& b) {
    const auto& c = b.candle;
    context.publish(Bar{s.instrument, s.venue, b.open_time, b.interval, c.open, c.high, c.low, c.close, c.volume, c.trades, b.filled});
    if (config_.correct_within.ns != 0 && s.source.ns == 0 && b.interval == plan_.intervals[0])
      s.history.keep(plan_, s.bars.base, config_.correct_within);
  };
}

Result<void> Normalizer::validate(const Config& config) {
  if (config.mark_interval.ns <= 0) return Error{Failure::config, "mark_interval", "is not a positive length", "for example 1s"};
  if (config.correct_within.ns < 0)
    return Error{Failure::config, "correct_within", "is negative", "for example 10m; 0s: bars are never mended"};
  for (std::size_t i = 0; i < config.quoted.size(); ++i)
    for (std::size_t k = 0; k < i; ++k)
      if (config.quoted[k].instrument == config.quoted[i].instrument)
        return Error{Failure::config, "quoted[" + std::to_string(i) + "].instrument", "is listed twice", "list an instrument once"};
  for (std::size_t i = 0; i < config.activity.size(); ++i)
    if (auto good = check_activity(config.activity[i]); !good) {
      auto error = good.error();
      error.where = "activity[" + std::to_string(i) + "]." + error.where;
      return error;
    }
  return check_plan({config.intervals, config.gaps});
}

Normalizer::Series& Normalizer::series_of(InstrumentId instrument, VenueId venue, Duration source) {
  if (const auto* place = state.places.find({instrument, venue})) return state.series[*place];
  state.places[{instrument, venue}] = static_cast<std::uint32_t>(state.series.size());
  auto& s = state.series.emplace_back();
  s.instrument = instrument;
  s.venue = venue;
  s.source = source;
  if (const auto* calendar = state.trades_by.find(instrument)) s.calendar = *calendar;
  s.activity.resize(config_.activity.size());
  return s;
}

const BarPlan& Normalizer::plan_of(const Series& s) {
  plan_.calendar = s.calendar == 0 ? nullptr : &state.calendars[s.calendar];
  return plan_;
}

void Normalizer::add_activity(Series& s, Price price, Quantity quantity, Ctx& context) {
  ActivityBar b;
  for (std::size_t i = 0; i < s.activity.size(); ++i) {
    if (!s.activity[i].add(config_.activity[i], context.now(), price, quantity, b)) continue;
    const auto& c = b.candle;
    context.publish(ActivityBarClosed{s.instrument, s.venue, config_.activity[i].kind, static_cast<std::uint32_t>(i), b.open_time,
                                      b.close_time, c.open, c.high, c.low, c.close, b.vwap(), c.volume, c.trades});
  }
}

void Normalizer::arm(Time due, Ctx& context) {
  if (due >= state.armed) return;
  state.armed = due;
  context.set_timer(due, static_cast<std::uint64_t>(due.ns));
}

void Normalizer::on(const CalendarListed& m, Ctx&) { state.calendars.add(calendar_of(m)); }

void Normalizer::on(const InstrumentListed& m, Ctx&) {
  if (m.instrument.calendar.empty() && !state.trades_by.contains(m.instrument.id)) return;
  const auto place = static_cast<std::uint32_t>(state.calendars.place_of(m.instrument.calendar));
  state.trades_by[m.instrument.id] = place;
  for (auto& s : state.series)
    if (s.instrument == m.instrument.id) s.calendar = place;
}

const Normalizer::Quoted* Normalizer::quoted(InstrumentId instrument) const {
  for (const auto& q : config_.quoted)
    if (q.instrument == instrument) return &q;
  return nullptr;
}

void Normalizer::add_tick(Series& s, std::uint64_t id, Price price, Quantity quantity, Ctx& context) {
  s.last = price;
  if (s.source.ns != 0) return;
  s.live = true;
  const Time now = context.now();
  if (s.marked.units == 0) publish_mark(s, context);
  else if (price != s.marked && s.mark_due == never) s.mark_due = floor_to(now, config_.mark_interval) + config_.mark_interval;
  add_activity(s, price, quantity, context);
  const auto left_out = s.bars.outside;
  add_trade(s.bars, plan_of(s), now, price, quantity, publisher(s, context));
  if (config_.correct_within.ns != 0 && s.bars.outside == left_out) s.history.log(now, id, price, quantity);
  arm(next_due(s), context);
}

void Normalizer::on(const Trade& m, Ctx& context) {
  if (!config_.quoted.empty() && quoted(m.instrument) != nullptr) return;
  add_tick(series_of(m.instrument, m.venue, {}), m.trade_id, m.price, m.quantity, context);
}

void Normalizer::on(const TradeCorrected& m, Ctx& context) {
  const auto* place = state.places.find({m.instrument, m.venue});
  if (place == nullptr || config_.correct_within.ns == 0) return;
  auto& s = state.series[*place];
  for (const auto& b : s.history.correct(s.bars, plan_of(s), m.trade_id, m.price, m.quantity)) {
    const auto& c = b.candle;
    context.publish(BarCorrected{s.instrument, s.venue, b.open_time, b.interval, c.open, c.high, c.low, c.close, c.volume, c.trades});
  }
}

void Normalizer::on(const Quote& m, Ctx& context) {
  if (config_.quoted.empty()) return;
  const auto* q = quoted(m.instrument);
  if (q == nullptr) return;
  const bool bid = q->price != QuotePrice::ask, ask = q->price != QuotePrice::bid;
  if ((bid && m.bid.units == 0) || (ask && m.ask.units == 0)) return;  // a side that is empty has no price
  const Price price = bid && ask ? Price{m.bid.units + (m.ask - m.bid).units / 2} : bid ? m.bid : m.ask;
  add_tick(series_of(m.instrument, m.venue, {}), 0, price, {}, context);
}

void Normalizer::on(const Bar& m, Ctx& context) {
  auto& s = series_of(m.instrument, m.venue, m.interval);
  if (m.interval != s.source) return;
  s.last = m.close;
  publish_mark(s, context);
  add_source_bar(s.bars, plan_of(s), m.open_time, m.interval, {m.open, m.high, m.low, m.close, m.volume, m.trades}, publisher(s, context));
}

void Normalizer::on(const FeedEnded& m, Ctx& context) {
  for (auto& s : state.series) {
    if (s.venue != m.venue) continue;
    s.live = false;
    publish_mark(s, context);
  }
}

void Normalizer::on(const TimerFired& m, Ctx& context) {
  if (state.armed == never || m.token != static_cast<std::uint64_t>(state.armed.ns)) return;
  state.armed = never;
  Time next = never;
  for (auto& s : state.series) {
    if (!s.live) continue;
    if (s.mark_due <= context.now()) publish_mark(s, context);
    close_bars(s.bars, plan_of(s), context.now(), publisher(s, context));
    next = std::min(next, next_due(s));
  }
  arm(next, context);
}

extern const ServiceType normalizer_service;
const ServiceType normalizer_service = service_type<Normalizer>();

}  // namespace trade
