#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "messages/books.h"
#include "messages/market.h"
#include "messages/reference.h"
#include "runtime/testing.h"

namespace trade {

extern const ServiceType pnl_service;

namespace bench {
namespace {

constexpr std::uint32_t accounts = 8, instruments = 20;

Instrument instrument(std::uint32_t id, Contract c, const char* base, const char* quote) {
  Instrument i;
  i.id = {id};
  i.symbol = base;
  i.contract = c;
  i.base = base;
  i.quote = i.settle = quote;
  i.tick = {1'000'000};
  i.lot = {100'000};
  i.multiplier = quantity_of(1);
  return i;
}

// Every account holds every instrument; half of them settle in EUR, which instrument 1 turns into the accounts' USD.
void open_positions(TestBench& bench) {
  bench.send(InstrumentListed{instrument(1, Contract::spot, "EUR", "USD")}, Time{});
  for (std::uint32_t n = 2; n <= instruments; ++n)
    bench.send(InstrumentListed{instrument(n, Contract::linear, "ANY", n % 2 == 0 ? "USD" : "EUR")}, Time{});
  for (std::uint32_t a = 1; a <= accounts; ++a) {
    bench.send(AccountOpened{{{a}, "desk", {money_one * 1'000'000, "USD"}, {}, {}}}, Time{});
    for (std::uint32_t n = 2; n <= instruments; ++n) {
      const Currency c = n % 2 == 0 ? "USD" : "EUR";
      PositionChanged p{{a}, {n}, {1}, {}, Quantity{12'345'678 + a}, {money_one * 7, c}, {0, c}, {money_one / 100, c}, false};
      bench.send(p, Time{});
    }
  }
}

}  // namespace

void marks(const Folders&) {
  constexpr std::uint64_t n = 500'000;
  TestBench bench({{"pnl", &pnl_service}});
  open_positions(bench);
  std::uint64_t step = 0;
  std::vector<std::int64_t> costs(accounts, 7), values(accounts, 0);
  auto f = alternate(
      "marks", "marks/s", static_cast<double>(n), 7,
      [&] {
        for (std::uint64_t i = 0; i < n; ++i) {
          const auto h = mix64(++step * 0x9E3779B97F4A7C15ull);
          const InstrumentId id{static_cast<std::uint32_t>(1 + h % instruments)};
          const Price price{5'000'000'000 + static_cast<std::int64_t>(h >> 40)};
          bench.send(Mark{id, {1}, price}, Time{static_cast<std::int64_t>(step) * 1'000'000});
        }
      },
      [&] {
        for (std::uint64_t i = 0; i < n; ++i) {
          const auto h = mix64(i * 0x9E3779B97F4A7C15ull);
          const auto price = static_cast<std::int64_t>(h >> 40);
          for (std::uint32_t a = 0; a < accounts; ++a) values[a] += (12'345'678 + a) * price - costs[a];
        }
        keep(values);
      });
  for (double* ns : {&f.value, &f.wall, &f.reference}) *ns = 1e9 / *ns;
  f.reference_is = "a bare loop: one product for each position";
  f.note = "8 accounts, 20 instruments, half in a foreign currency; delivery, equity, drawdown and curve included";
  print(f);
}

}  // namespace bench
}  // namespace trade
