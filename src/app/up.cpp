#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/system/clock.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/command_inlet.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/projections.h"
#include "app/run_figures.h"
#include "app/snapshotter.h"
#include "app/status_line.h"
#include "app/stop.h"
#include "runtime/live_run.h"

namespace trade {
namespace {

struct Options {
  std::string config = "examples/demo.yaml", data, data_dir = "trade-data", report, pace = "1x", for_text, commands, snapshot_every = "2s";
  std::vector<std::string> set;
  unsigned threads = 1;
  bool json = false, realtime = false;
};

// "1x", "2.5x", "max" (0).
Result<double> parse_pace(const std::string& text) {
  if (text == "max") return 0.0;
  const auto number = text.ends_with('x') ? text.substr(0, text.size() - 1) : text;
  const auto pace = parse_scaled<Ratio>(number);
  if (!pace || pace->units <= 0)
    return Error{Failure::usage, "--pace " + text, "is not a speed", "e.g. 1x, 10x, or max"};
  return static_cast<double>(pace->units) / static_cast<double>(decimal_one);
}

// One `up`: what both ways of running share.
struct Up {
  const Options& options;
  Platform& platform;
  Outside& outside;
  CommandInlet* inlet;
  double pace;
  std::optional<Duration> limit;  // of market time
  std::vector<std::uint32_t> handle_ns;
  std::uint64_t rows = 0, steps = 0;
  bool ended = true;  // every source was taken to its end
};

bool over(const Up& up, Time from, Time t) { return stop_requested() || (up.limit && t - from >= *up.limit); }

// Waits until recorded time t is due, a command has come or a stop is asked for. True when t is due.
bool wait_until_due(Up& up, const PacedClock& clock, Time t) { return wait_for_input(up.inlet, clock.due(t)); }

void post_commands(Up& up, Time now) {
  if (up.inlet == nullptr) return;
  up.inlet->take([&](Posted p) {
    p.time = now;
    const auto loop = up.platform.machine().kernel().loop_of(p.type->id);
    return up.platform.process().post(static_cast<std::size_t>(loop), std::move(p));
  });
}

// Virtual time, waiting for the wall clock between steps: the same journal as a backtest of the same input.
Result<void> run_paced(Up& up) {
  VirtualTime run(up.platform.process(), up.platform.sources(), up.outside, up.platform.mark(),
                  up.platform.settings().run.durability == Durability::async);
  if (auto opened = run.open(); !opened) return opened;
  std::optional<PacedClock> clock;
  StatusLine status(up.options.json);
  std::optional<Time> from;
  for (auto t = run.next_time(); t; t = run.next_time()) {
    if (!from && run.rows() > 0) from = run.now();
    if (!clock && up.pace > 0 && run.rows() > 0) clock.emplace(*t, up.pace);
    if (over(up, from.value_or(*t), *t)) {
      up.ended = false;
      break;
    }
    if (clock && *t > run.now()) {
      if (run.holds_effects() && clock->now() < *t) {  // nobody waits for the next row to be told
        if (auto* mark = up.platform.mark()) mark->wait(up.platform.process().last_claimed());
        run.let_leave();
      }
      if (!wait_until_due(up, *clock, *t)) {
        post_commands(up, std::min(*t, std::max(run.now(), clock->now())));
        continue;
      }
    }
    // Not before the first row: until then the services know neither instruments nor accounts.
    if (!clock && run.rows() > 0) post_commands(up, run.now());
    const Stopwatch watch;
    if (auto stepped = run.step(); !stepped) return stepped;
    if (run.steps() % 16 == 0) up.handle_ns.push_back(static_cast<std::uint32_t>(watch.seconds() * 1e9));
    if (run.steps() % 64 == 0) run.let_leave();
    status.show(run.now(), run.rows(), up.platform.machine().kernel());
  }
  status.done();
  if (auto* mark = up.platform.mark()) mark->wait(up.platform.process().last_claimed());
  run.let_leave();
  up.rows = run.rows();
  up.steps = run.steps();
  return {};
}

// An input aborted the process twice: the market stays shut, and only cancels and the kill switch are let in until a stop, or until
// whoever sends commands has no more.
Result<void> run_safe(Up& up) {
  std::fprintf(stderr,
               "SAFE MODE: an input aborted the process twice and is quarantined; no market data, cancels and the kill switch only.\n"
               "Look at it with `trade journal quarantine %s`, pass over it with `trade journal skip %s`, then start again.\n",
               up.options.data_dir.c_str(), up.options.data_dir.c_str());
  up.ended = false;
  VirtualTime run(up.platform.process(), {}, up.outside, up.platform.mark());
  while (!stop_requested()) {
    const bool last = up.inlet == nullptr || up.inlet->ended();
    post_commands(up, run.now());
    while (run.next_time())
      if (auto stepped = run.step(); !stepped) return stepped;
    if (auto* mark = up.platform.mark()) mark->wait(up.platform.process().last_claimed());
    run.let_leave();
    if (last) break;
    wait_for_input(up.inlet, std::chrono::steady_clock::now() + std::chrono::seconds(1));
  }
  up.steps = run.steps();
  return {};
}

// Arrival order decides: rows are posted when they are due, loops run on their threads.
Result<void> run_realtime(Up& up) {
  auto& process = up.platform.process();
  auto sources = up.platform.sources();
  if (sources.empty()) return {};
  std::vector<Row> rows(sources.size());
  std::vector<bool> has(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto read = sources[i]->next(rows[i]);
    if (!read) return read.error();
    has[i] = *read;
  }
  const auto earliest = [&] {
    int at = -1;
    for (std::size_t i = 0; i < sources.size(); ++i)
      if (has[i] && (at < 0 || rows[i].time < rows[static_cast<std::size_t>(at)].time)) at = static_cast<int>(i);
    return at;
  };
  int at = earliest();
  if (at < 0) return {};
  const Time from = rows[static_cast<std::size_t>(at)].time;
  const PacedClock clock(from, up.pace > 0 ? up.pace : 1e6);
  LiveRun live(process, clock, up.outside, up.platform.mark(), up.platform.settings().run.durability == Durability::async);
  live.start(up.options.threads);
  while (!process.quiescent()) pause_briefly();  // every service knows the configuration before the first row or command
  StatusLine status(up.options.json);
  for (; at >= 0; at = earliest()) {
    const auto i = static_cast<std::size_t>(at);
    if (over(up, from, rows[i].time)) {
      up.ended = false;
      break;
    }
    if (up.pace > 0 && !wait_until_due(up, clock, rows[i].time)) {
      post_commands(up, clock.now());
      continue;
    }
    Posted p;
    p.kind = RecordKind::row;
    p.time = rows[i].time;
    p.type = rows[i].type;
    p.message = FlatMessage(p.type->flat_size(rows[i].message));
    p.type->flatten(rows[i].message, p.message.data());
    p.source = static_cast<std::uint32_t>(i);
    p.row = rows[i].row;
    const auto loop = static_cast<std::size_t>(up.platform.machine().kernel().loop_of(p.type->id));
    while (process.inbox_full(loop)) pause_briefly();
    process.post(loop, std::move(p));
    ++up.rows;
    status.show_rows(rows[i].time, up.rows);
    auto read = sources[i]->next(rows[i]);
    if (!read) return read.error();
    has[i] = *read;
  }
  post_commands(up, clock.now());
  live.finish();
  status.done();
  up.steps = process.last_claimed();
  return {};
}

Result<Report> up_command(const Options& o) {
  const auto pace = parse_pace(o.pace);
  if (!pace) return pace.error();
  std::optional<Duration> limit;
  if (!o.for_text.empty() && !(limit = parse_duration(o.for_text)))
    return Error{Failure::usage, "--for " + o.for_text, "is not a duration", "e.g. 30s, 5m"};
  const auto snapshot_every = parse_duration(o.snapshot_every);
  if (!snapshot_every || snapshot_every->ns <= 0)
    return Error{Failure::usage, "--snapshot-every " + o.snapshot_every, "is not a duration above 0", "e.g. 2s, 1m"};
  auto overrides = o.set;
  if (!o.data.empty()) overrides.push_back("feed.0.path=\"" + o.data + "\"");
  auto settings = load_settings(catalogue(), o.config, overrides, environment());
  if (!settings) return settings.error();
  EdgeOutside outside(!o.commands.empty());
  Projections projections(catalogue(), o.data_dir, outside);
  Platform::Options options;
  options.journal_dir = o.data_dir + "/journal";
  auto platform = Platform::start(catalogue(), std::move(settings).value(), options);
  if (!platform) return platform.error();
  auto& p = **platform;
  projections.begin(p);
  auto inlet = CommandInlet::open(o.commands, catalogue(), p.machine().kernel(), p.safe_mode());
  if (!inlet) return inlet.error();
  Snapshotter snapshots(catalogue(), p.settings(), options.journal_dir, *snapshot_every);
  catch_stop_signals();
  const Stopwatch watch;
  Up up{o, p, projections, inlet->get(), *pace, limit, {}, 0, 0, true};
  const auto run = p.safe_mode() ? &run_safe : o.realtime ? &run_realtime : &run_paced;
  if (auto ran = run(up); !ran) return ran.error();
  const double wall = watch.seconds();
  snapshots.stop();
  if (auto closed = p.close(up.ended); !closed) return closed.error();
  projections.close(p.process().last_claimed());
  Report report = make_report(p.machine().kernel());
  report.identity = p.identity();
  report.run = figures(wall, up.rows, up.steps, std::move(up.handle_ns));
  report.fills = outside.take();
  report.run.threads = o.threads;
  report.run.durability = name_of(p.settings().run.durability);
  return report;
}

int run_command(const Options& o) {
  auto report = up_command(o);
  if (!report) return fail(report.error(), o.json);
  const std::string name = o.report.empty() ? o.data_dir + "/report" : o.report;
  if (auto written = write_report(*report, name, o.config); !written) return fail(written.error(), o.json);
  if (o.json) std::fputs(report_json(*report, true).c_str(), stdout);
  else std::printf("%s  report        %s.json, %s.html\n", report_text(*report).c_str(), name.c_str(), name.c_str());
  return 0;
}

}  // namespace

void add_up(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("up", "run the platform on recorded data at market pace, journaled; continues after a crash");
  c->add_option("--config", o->config, "configuration (YAML)")->capture_default_str();
  c->add_option("--data", o->data, "recorded data: replaces the first feed's path");
  c->add_option("--data-dir", o->data_dir, "folder of journal, snapshots and report")->capture_default_str();
  c->add_option("--set", o->set, "section.key=value, over the file and the environment (repeatable)")->take_all();
  c->add_option("--pace", o->pace, "speed of market time: 1x, 10x, ... or max")->capture_default_str();
  c->add_option("--for", o->for_text, "stop after this much market time, e.g. 30s");
  c->add_option("--commands", o->commands, "read commands from this file, FIFO or - as JSON lines; answers go to standard output");
  c->add_flag("--realtime", o->realtime, "arrival order decides instead of virtual time");
  c->add_option("--threads", o->threads, "threads of the loops with --realtime")->check(CLI::Range(1, 64))->capture_default_str();
  c->add_option("--snapshot-every", o->snapshot_every, "how often closed segments are folded into a snapshot")->capture_default_str();
  c->add_option("--report", o->report, "where to write: NAME.json and NAME.html (default: in the data folder)");
  c->add_flag("--json", o->json, "print the report as JSON");
  c->callback([o, &code] { code = run_command(*o); });
}

}  // namespace trade
