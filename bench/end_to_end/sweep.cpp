#include "app/sweep.h"

#include <filesystem>

#include "app/catalogue.h"
#include "app/platform.h"
#include "bench/measure.h"

// bench_sweep EXAMPLES DATA: 64 variants in one pass over rows in memory, held against as many runs of the same engine over the same rows
// one after the other (16 of them are timed, files are read by neither).
namespace trade::bench {
namespace {

struct Workload {
  const char* name;
  const char* config;
  const char* data;
  const char* vary;  // eight values; eight fees make them 64
};
constexpr Workload workloads[] = {
    {"sweep64.w1", "w1_ema_cross.yaml", "nautilus/btc_perp_1m.csv",
     "signals.strategies.0.warmup=19,30,40,50,60,70,80,90"},
    {"sweep64.capture", "binance_usdm.yaml", "binance_stream/usdm/btcusdt_20240808.gz",
     "signals.strategies.0.warmup=20,30,40,50,60,70,80,90"},
};

Result<void> measure(const Workload& w, const std::string& examples, const std::string& data) {
  const auto path = data + "/" + w.data;
  if (!std::filesystem::exists(path)) return Error{Failure::not_found, path, "is not there: no figure", "set TRADE_DATA"};
  const std::vector<std::string> axes{w.vary, "config.venues.0.taker_fee=0,0.0001,0.0002,0.0003,0.0004,0.0005,0.0006,0.0007"};
  std::vector<Axis> parsed;
  for (const auto& a : axes) parsed.push_back(parse_axis(a).value());
  auto variants = make_variants(catalogue(), examples + "/" + w.config, {"feed.0.path=\"" + path + "\""}, parsed);
  if (!variants) return variants.error();
  auto sources = open_sources(variants->front().settings);
  if (!sources) return sources.error();
  auto rows = RowsInMemory::read(*sources->front());
  if (!rows) return rows.error();
  Timings together, alone;
  Result<void> failed;
  for (int turn = 0; turn < 3 && failed; ++turn) {
    together.add(timed([&] {
      auto run = run_variants(catalogue(), *variants, {*rows});
      if (!run) failed = run.error();
      else if (run->passes != 1) failed = Error{Failure::usage, w.name, "was not one pass", {}};
    }));
    alone.add(timed([&] {
      for (std::size_t i = 0; i < 64; i += 4)
        if (auto run = run_variants(catalogue(), {(*variants)[i]}, {*rows}); !run) failed = run.error();
    }));
  }
  if (!failed) return failed;
  print({w.name, "ms", together.cpu_median() / 1e6, together.wall_minimum() / 1e6, 4 * alone.cpu_median() / 1e6,
         "64 runs of the same engine over the same rows in memory",
         "64 variants in one pass, every one equal to its run alone (CTest sweep)"});
  return {};
}

}  // namespace
}  // namespace trade::bench

int main(int count, char** words) {
  using namespace trade;
  if (count != 3) return 2;
  for (const auto& w : bench::workloads)
    if (auto done = bench::measure(w, words[1], words[2]); !done)
      bench::print_error(w.name, done.error().text(), done.error().kind == Failure::not_found);
}
