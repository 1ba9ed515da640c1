#include <cstring>
#include <filesystem>
#include <functional>
#include <optional>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/report.h"
#include "bench/end_to_end/bare_rules.h"
#include "bench/end_to_end/repeated_rows.h"
#include "bench/measure.h"
#include "runtime/recovery.h"

// bench_backtest SCRATCH EXAMPLES DATA NAME...: whole backtests through the library that `trade backtest` is made of. Rows are parsed
// beforehand and lie in memory, as every peer's do; what is timed is VirtualTime::run: scheduler, all services, the whole order path.
namespace trade::bench {
namespace {

struct Folders {
  std::string scratch, examples, data;
};

// What a run must end with to be a result, as published; none: nobody has published it.
struct Expected {
  std::uint64_t orders, fills, cancels;
};

struct Run {
  Timed time;  // of all threads
  std::uint64_t steps{};
  Report report;
};

Result<Settings> settings_for(const std::string& config, const std::string& data) {
  return load_settings(catalogue(), config, {"feed.0.path=\"" + data + "\""}, {});
}

// One backtest over `rows`, or over the feeds themselves when there are none; `journal_dir` empty: no journal.
using Rows = std::optional<std::reference_wrapper<RowsInMemory>>;
Result<Run> run_once(const Settings& settings, Rows rows, const std::string& journal_dir) {
  Tape outside;
  Platform::Options options;
  options.replace = true;
  options.journal_dir = journal_dir;
  auto platform = Platform::start(catalogue(), settings, options);
  if (!platform) return platform.error();
  auto& p = **platform;
  if (rows)
    if (auto sought = rows->get().seek(0); !sought) return sought.error();
  VirtualTime virtual_time(p.process(), rows ? std::vector<RowSource*>{&rows->get()} : p.sources(), outside, p.mark());
  if (auto opened = virtual_time.open(); !opened) return opened.error();
  Result<void> ran;
  Run run;
  run.time = timed([&] { ran = virtual_time.run(); }, CLOCK_PROCESS_CPUTIME_ID);
  if (!ran) return ran.error();
  run.steps = virtual_time.steps();
  run.report = make_report(p.machine().kernel());
  if (auto closed = p.close(); !closed) return closed.error();
  return run;
}

std::string wrong(const Report& r, const std::optional<Expected>& expected) {
  const auto& o = r.orders;
  if (!expected) return o.fills == 0 ? "nothing was filled" : "";
  const auto& e = *expected;
  if (o.orders == e.orders && o.fills == e.fills && o.cancels == e.cancels) return {};
  return "orders, fills, cancels " + std::to_string(o.orders) + ", " + std::to_string(o.fills) + ", " + std::to_string(o.cancels) +
         " are not the published " + std::to_string(e.orders) + ", " + std::to_string(e.fills) + ", " + std::to_string(e.cancels);
}

constexpr Duration session = seconds(45'031 * 60);  // of the bars of W1

// A workload of bench/peers.md: its figure with and without journal beside the bare rule over the same rows.
struct Workload {
  const char* name;
  const char* config;
  const char* data;
  const char* only;  // rows of this type, or with a '-' all but those; empty: all
  const char* unit;
  std::optional<Expected> expected;  // of the rows once
  unsigned copies;    // of the rows in a timed run, each a session later
  int turns;
  BareOutcome (*bare)(const RowsInMemory&);  // null: its rule needs a simulated exchange; bench/hftbacktest_w3.py is beside it
  std::uint64_t (*rows)(const RowsInMemory&) = &message_count;  // what a row is
};

// Its rows once and as many times as are timed; not_found when the recording is not there.
struct Prepared {
  Settings settings;
  RowsInMemory once, rows;
};
Result<Prepared> prepare(const Folders& f, const Workload& w) {
  const auto data = f.data + "/" + w.data;
  if (!std::filesystem::exists(data)) return Error{Failure::not_found, data, "is not there: no figure", "set TRADE_DATA"};
  auto settings = settings_for(f.examples + "/" + w.config, data);
  if (!settings) return settings.error();
  auto once = repeated_rows(*settings, 1, {}, w.only);
  auto rows = repeated_rows(*settings, w.copies, session, w.only);
  if (!once) return once.error();
  if (!rows) return rows.error();
  return Prepared{std::move(settings).value(), std::move(once).value(), std::move(rows).value()};
}

// The result first: what is wrong has no speed.
Result<void> check_results(const Workload& w, Prepared& p, const std::string& dir) {
  std::optional<std::string> hash;
  for (const auto& journal_dir : {std::string{}, dir}) {
    auto run = run_once(p.settings, p.once, journal_dir);
    if (!run) return run.error();
    if (const auto what = wrong(run->report, w.expected); !what.empty()) return Error{Failure::corruption, w.name, what, {}};
    if (w.bare != nullptr && w.bare(p.once).fills != run->report.orders.fills)
      return Error{Failure::corruption, w.name, "the bare rule fills otherwise", {}};
    if (hash && *hash != run->report.state_hash) return Error{Failure::corruption, w.name, "the journal changes the result", {}};
    hash = run->report.state_hash;
  }
  return {};
}

Result<void> measure(const Folders& f, const Workload& w) {
  auto p = prepare(f, w);
  if (!p) return p.error();
  const auto dir = f.scratch + "/" + w.name;
  if (auto right = check_results(w, *p, dir); !right) return right;
  Timings off, on, bare_time;
  std::uint64_t steps = 0;
  for (int turn = 0; turn < w.turns; ++turn) {
    for (const bool journal : {false, true}) {
      auto run = run_once(p->settings, p->rows, journal ? dir : std::string{});
      if (!run) return run.error();
      (journal ? on : off).add(run->time);
      steps = run->steps;
    }
    if (w.bare != nullptr) bare_time.add(timed([&] { keep(w.bare(p->rows)); }));
  }
  const auto n = static_cast<double>(w.rows(p->rows));
  char note[160];
  std::snprintf(note, sizeof note, "%.0f rows already parsed, %.2f inputs a row; %s", n, static_cast<double>(steps) / n,
                w.expected ? "orders, fills and cancels equal to the published" : "equal with and without journal");
  const bool bare = w.bare != nullptr;
  print({w.name, w.unit, off.cpu_median() / n, off.wall_minimum() / n, bare ? bare_time.cpu_median() / n : 95.0,
         bare ? "the bare rule, no engine" : "hftbacktest 2.4.4 as published in bench/peers.md", note});
  print({std::string(w.name) + ".journal", w.unit, on.cpu_median() / n, on.wall_minimum() / n, off.cpu_median() / n,
         "the same without journal", "CPU of both threads; wall until the last record is covered"});
  return {};
}

// The whole of `trade backtest`, journal off: configuration read, services built, file hashed and parsed, run, report.
Result<void> measure_whole(const Folders& f, const Workload& w) {
  auto p = prepare(f, w);
  if (!p) return p.error();
  const auto data = f.data + "/" + w.data;
  Timings whole, reading;
  Result<void> outcome;
  const auto all = [&]() -> Result<void> {
    auto settings = settings_for(f.examples + "/" + w.config, data);
    if (!settings) return settings.error();
    auto run = run_once(*settings, std::nullopt, {});
    if (!run) return run.error();
    keep(report_json(run->report));
    return {};
  };
  for (int turn = 0; turn < w.turns && outcome; ++turn) {
    whole.add(timed([&] { outcome = all(); }, CLOCK_PROCESS_CPUTIME_ID));
    reading.add(timed([&] { keep(repeated_rows(p->settings, 1, {}, {})); }));
  }
  if (!outcome) return outcome;
  const auto n = static_cast<double>(p->once.count());
  print({std::string(w.name) + ".end_to_end", w.unit, whole.cpu_median() / n, whole.wall_minimum() / n, reading.cpu_median() / n,
         "reading the file into memory", "from the configuration to the report, the file read on the way; rows once"});
  return {};
}

// For a profiler: the timed runs alone, nothing printed. `once`: one run over the rows once, for a profiler that is slow itself.
Result<void> run_for_profile(const Folders& f, const Workload& w, bool journal, bool once = false) {
  auto p = prepare(f, w);
  if (!p) return p.error();
  for (int turn = 0; turn < (once ? 1 : w.turns); ++turn)
    if (auto run = run_once(p->settings, once ? p->once : p->rows, journal ? f.scratch + "/" + w.name : std::string{}); !run)
      return run.error();
  return {};
}

// The journal of a W1 run folded into a new machine: what a start after a crash does before it takes a new input.
Result<void> recovery(const Folders& f) {
  const auto data = f.data + "/nautilus/btc_perp_1m.csv", dir = f.scratch + "/recovery";
  if (!std::filesystem::exists(data)) return Error{Failure::not_found, data, "is not there: no figure", "set TRADE_DATA"};
  auto settings = settings_for(f.examples + "/w1_ema_cross.yaml", data);
  if (!settings) return settings.error();
  auto rows = repeated_rows(*settings, 4, session);
  if (!rows) return rows.error();
  auto run = run_once(*settings, *rows, dir);
  if (!run) return run.error();
  const auto files = posix_files();
  Timings fold, read;
  Place places = 0;
  std::string hash;
  for (int turn = 0; turn < 3; ++turn) {
    auto machine = Machine::make(catalogue(), settings->document);
    if (!machine) return machine.error();
    if (auto sought = rows->seek(0); !sought) return sought;
    Result<void> outcome;
    fold.add(timed([&] {
      auto folded = fold_journal(*files, dir, **machine, {&*rows}, false);
      if (folded) places = folded->scan.end;
      else outcome = folded.error();
    }));
    if (!outcome) return outcome;
    hash = to_hex((*machine)->kernel().state_hash());
    read.add(timed([&] { keep(scan_journal(*files, dir)); }));
  }
  if (hash != run->report.state_hash) return Error{Failure::corruption, "recovery", "the fold does not give the run's state hash", {}};
  const auto n = static_cast<double>(places);
  print({"recovery", "events/s", n / fold.cpu_median() * 1e9, n / fold.wall_minimum() * 1e9, n / read.cpu_median() * 1e9,
         "reading and checking the same journal", std::to_string(places) + " places of W1 folded to the run's state hash"});
  return {};
}

constexpr const char* capture = "binance_stream/usdm/btcusdt_20240808.gz";
constexpr Workload workloads[] = {
    {"w1", "w1_ema_cross.yaml", "nautilus/btc_perp_1m.csv", "", "ns/bar", Expected{4135, 4135, 0}, 8, 5, &bare_w1},
    {"w2", "w2_requote_quotes.yaml", capture, "VenueQuote", "ns/tick", Expected{660, 189, 470}, 1, 9, &bare_w2_quotes},
    {"w3", "w3_step_quotes.yaml", capture, "-VenueQuote", "ns/row", std::nullopt, 1, 9, nullptr, &l2_count},
    {"w2.capture", "w2_requote_quotes.yaml", capture, "", "ns/row", Expected{660, 189, 470}, 1, 5, &bare_w2_quotes},
};

int run_all(const Folders& f, int count, char** names) {
  for (int i = 0; i < count; ++i) {
    if (std::strcmp(names[i], "recovery") == 0)
      if (auto done = recovery(f); !done) print_error("recovery", done.error().text(), done.error().kind == Failure::not_found);
    for (const auto& w : workloads) {
      const std::string name = w.name;
      Result<void> done;
      if (names[i] == name) done = measure(f, w);
      else if (names[i] == name + ".end_to_end") done = measure_whole(f, w);
      else if (names[i] == name + ".profile") done = run_for_profile(f, w, false);
      else if (names[i] == name + ".once.profile") done = run_for_profile(f, w, false, true);
      else if (names[i] == name + ".journal.once.profile") done = run_for_profile(f, w, true, true);
      else if (names[i] == name + ".journal.profile") done = run_for_profile(f, w, true);
      if (!done) print_error(names[i], done.error().text(), done.error().kind == Failure::not_found);
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  if (count < 5) {
    std::fputs("usage: bench_backtest SCRATCH EXAMPLES DATA NAME...\n", stderr);
    return 2;
  }
  return run_all({words[1], words[2], words[3]}, count - 4, words + 4);
}

}  // namespace trade::bench

int main(int count, char** words) { return trade::bench::main(count, words); }
