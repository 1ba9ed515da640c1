#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "core/digest.h"
#include "domain/bars/bar_series.h"

// Ticks into bars of 1s, 1m, 5m, 15m, 1h and 1d, one tick every 20 ms on average.
namespace trade::bench {

void bars(const Folders&) {
  struct Tick {
    Time time;
    Price price;
    Quantity quantity;
  };
  constexpr std::size_t n = 2'000'000;
  std::vector<Tick> ticks;
  ticks.reserve(n);
  Time now{1'723'161'255'000'000'000};
  std::int64_t price = 6'000'000;
  for (std::uint64_t i = 0; i < n; ++i) {
    const auto h = mix64(i * 0x9E3779B97F4A7C15ull);
    now = now + microseconds(static_cast<std::int64_t>(h % 40'000));
    price += static_cast<std::int64_t>(h >> 32 & 3) - static_cast<std::int64_t>(h >> 34 & 3);
    ticks.push_back({now, Price{price * 1'000'000}, Quantity{static_cast<std::int64_t>(h >> 40 & 0xFFFF) * 100'000 + 100'000}});
  }
  const BarPlan plan{{seconds(1), seconds(60), seconds(300), seconds(900), seconds(3600), seconds(86'400)}, Gaps::skip};
  std::int64_t closed = 0, plain = 0;
  auto f = alternate(
      "bars", "ticks/s", static_cast<double>(n), 9,
      [&] {
        BarSeries series;
        for (const auto& t : ticks)
          add_trade(series, plan, t.time, t.price, t.quantity, [&](const ClosedBar& b) { closed += b.candle.close.units; });
        keep(closed);
      },
      [&] {
        Candle c;
        Time end{};
        for (const auto& t : ticks) {
          if (t.time >= end) {
            plain += c.close.units;
            end = floor_to(t.time, seconds(1)) + seconds(1);
            c = {t.price, t.price, t.price, t.price, {}, 0};
          }
          c.high.units = std::max(c.high.units, t.price.units);
          c.low.units = std::min(c.low.units, t.price.units);
          c.close = t.price;
          c.volume.units += t.quantity.units;
          ++c.trades;
        }
        keep(plain);
      });
  for (double* ns : {&f.value, &f.wall, &f.reference}) *ns = 1e9 / *ns;
  f.reference_is = "one bare loop over 1s bars";
  f.note = "six intervals, about 50 ticks a second";
  print(f);
}

}  // namespace trade::bench
