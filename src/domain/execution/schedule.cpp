#include "domain/execution/schedule.h"

#include <algorithm>

#include "core/int128.h"

namespace trade {
namespace {

constexpr bool timed(Algo a) { return a == Algo::twap || a == Algo::vwap || a == Algo::shortfall; }

Time end_of(const OrderTerms& t, Time start) {
  if (t.end != Time{}) return t.end;
  if (t.tif == TimeInForce::day) return floor_to(start, day_length) + day_length;
  return t.tif == TimeInForce::gtd && t.expire != Time{} ? t.expire : no_end;
}

// The instant at which slice k of n begins.
Time slice_begin(const WorkSchedule& s, std::size_t k) {
  const int128 span = static_cast<int128>((s.end - s.start).ns) * static_cast<std::int64_t>(k);
  return s.start + Duration{static_cast<std::int64_t>(span / static_cast<std::int64_t>(s.done_by.size()))};
}

// The slice `now` lies in; start <= now < end.
std::size_t slice_of(const WorkSchedule& s, Time now) {
  const auto n = s.done_by.size();
  auto k = static_cast<std::size_t>(static_cast<int128>((now - s.start).ns) * static_cast<std::int64_t>(n) / (s.end - s.start).ns);
  while (k + 1 < n && slice_begin(s, k + 1) <= now) ++k;
  return k;
}

Quantity share_of(Quantity total, int128 share, int128 whole) {
  return Quantity{static_cast<std::int64_t>(static_cast<int128>(total.units) * share / whole)};
}

// Shares are rounded down: with the last digit added a third of 60 is 20, not 19.
Quantity done_by(const WorkSchedule& s, Quantity total, Time now) {
  return share_of(total, std::min<int128>(s.done_by[slice_of(s, now)] + 1, whole_share), whole_share);
}

// `due` as a piece that venues take, of the `rest` that is neither filled nor open.
Quantity piece(const WorkSchedule& s, Quantity due, Quantity rest, Quantity total) {
  due = min(due, rest);
  if (due < rest) due = Quantity{due.units / s.lot.units * s.lot.units};
  if (due.units <= 0) return {};
  if (due < s.least_piece && due != total) return {};
  if (rest - due < s.least_piece) return rest;
  return due;
}

}  // namespace

Reason check_algo(const OrderTerms& t, Time now) {
  if (t.algo == Algo::none) return Reason::none;
  const bool limited = t.type == OrderType::limit;
  if (!limited && t.type != OrderType::market) return Reason::order_bad_algo;
  if (t.tif != TimeInForce::day && t.tif != TimeInForce::gtc && t.tif != TimeInForce::gtd) return Reason::order_bad_algo;
  const Time start = std::max(t.start, now), end = end_of(t, start);
  if (end <= start || (timed(t.algo) && end == no_end)) return Reason::order_bad_algo;
  const Ratio share = t.participation;
  if (t.algo == Algo::pov && (share.units <= 0 || share.units > decimal_one)) return Reason::order_bad_algo;
  if (t.algo == Algo::shortfall && (share.units < 0 || share.units > decimal_one)) return Reason::order_bad_algo;
  if (t.algo == Algo::iceberg && (!limited || t.display.units <= 0)) return Reason::order_bad_algo;
  if (t.algo == Algo::sniper && !limited) return Reason::order_bad_algo;
  if (t.post_only && t.algo != Algo::iceberg) return Reason::order_bad_algo;
  return Reason::none;
}

WorkSchedule make_schedule(const OrderTerms& t, Quantity lot, Quantity least_piece, Duration slice, const VolumeCurve* curve, Time now) {
  WorkSchedule s;
  s.algo = t.algo;
  s.side = t.side;
  s.start = std::max(t.start, now);
  s.end = end_of(t, s.start);
  s.look = slice;
  s.participation = t.participation;
  s.lot = max(lot, Quantity{1});
  s.least_piece = max(least_piece, s.lot);
  s.display = max(t.display, s.least_piece);
  if (!timed(t.algo)) return s;
  const std::int64_t by_time = std::min<std::int64_t>((s.end - s.start).ns / std::max<std::int64_t>(slice.ns, 1), most_slices);
  const auto n = static_cast<int>(std::max<std::int64_t>(std::min(by_time, t.quantity.units / s.least_piece.units), 1));
  if (t.algo == Algo::shortfall) s.done_by = almgren_chriss(t.participation, n);
  else s.done_by = shares(t.algo == Algo::vwap && curve != nullptr ? *curve : VolumeCurve{}, s.start, s.end, n);
  return s;
}

Quantity target(const WorkSchedule& s, const WorkProgress& p, Time now) {
  if (now < s.start) return {};
  if (timed(s.algo)) return now >= s.end ? p.total : done_by(s, p.total, now);
  if (s.algo == Algo::pov) return min(share_of(p.volume, s.participation.units, decimal_one), p.total);
  return p.total;
}

WorkStep step(const WorkSchedule& s, const WorkProgress& p, Time now) {
  WorkStep out;
  const Quantity used = p.filled + p.open;
  const Quantity rest = p.total - used;
  const bool too_little = p.open == Quantity{} && rest < s.least_piece && rest != p.total;
  if (now >= s.end || rest.units + p.open.units <= 0 || too_little) {
    out.ended = true;
    return out;
  }
  out.next = s.end;
  if (now < s.start) {
    out.next = s.start;
    return out;
  }
  if (timed(s.algo)) {
    const auto k = slice_of(s, now);
    if (k + 1 < s.done_by.size()) out.next = slice_begin(s, k + 1);
  }
  if (s.algo == Algo::pov) out.next = std::min(s.end, now + s.look);
  if (rest.units <= 0) return out;
  out.limit = p.limit;
  switch (s.algo) {
    case Algo::none: break;
    case Algo::twap:
    case Algo::vwap:
    case Algo::shortfall:
    case Algo::pov: out.send = piece(s, max(target(s, p, now) - used, Quantity{}), rest, p.total); break;
    case Algo::iceberg: out.send = p.open == Quantity{} ? piece(s, s.display, rest, p.total) : Quantity{}; break;
    case Algo::sniper:
      if (p.open != Quantity{} || p.touch.price.units <= 0) break;
      if (s.side == Side::buy ? p.touch.price > p.limit : p.touch.price < p.limit) break;
      out.send = piece(s, p.touch.quantity, rest, p.total);
      out.limit = p.touch.price;
      break;
  }
  return out;
}

}  // namespace trade
