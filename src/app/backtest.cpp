#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>

#include "app/catalogue.h"
#include "app/command.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/price_watch.h"
#include "app/report.h"
#include "app/run_figures.h"

namespace trade {
namespace {

struct Options {
  std::string config, data, report = "report", journal_dir;
  std::vector<std::string> set;
  unsigned threads = 1;
  bool journal = false, json = false, quiet = false;
};

Result<Report> backtest(const Options& o) {
  auto overrides = o.set;
  if (!o.data.empty()) overrides.push_back("feed.0.path=\"" + o.data + "\"");
  auto settings = load_settings(catalogue(), o.config, overrides, environment());
  if (!settings) return settings.error();
  Tape outside;
  PriceTraces prices;
  Platform::Options options;
  options.replace = true;
  if (o.journal) options.journal_dir = o.journal_dir;
  auto platform = Platform::start(catalogue(), std::move(settings).value(), options);
  if (!platform) return platform.error();
  auto& p = **platform;
  std::vector<std::unique_ptr<RowSource>> watched;
  for (auto* source : p.sources()) watched.push_back(std::make_unique<PriceWatch>(*source, prices));
  VirtualTime run(p.process(), pointers(watched), outside, p.mark());
  if (auto opened = run.open(); !opened) return opened.error();
  const Stopwatch watch;
  if (auto ran = run.run(o.threads); !ran) return ran.error();
  const double wall = watch.seconds();
  if (auto closed = p.close(); !closed) return closed.error();
  Report report = make_report(p.machine().kernel());
  report.run = figures(wall, run.rows(), run.steps(), {});
  report.fills = outside.take();
  if (auto instruments = instruments_of(p.settings())) report.prices = prices.take(*instruments);
  report.identity = p.identity();
  report.run.threads = o.threads;
  report.run.durability = o.journal ? name_of(p.settings().run.durability) : "none";
  return report;
}

int run_command(const Options& o) {
  auto report = backtest(o);
  if (!report) return fail(report.error(), o.json);
  if (auto written = write_report(*report, o.report, o.config); !written) return fail(written.error(), o.json);
  if (o.json) std::fputs(report_json(*report, true).c_str(), stdout);
  else
    std::printf("backtest %s\n%s  report        %s.json, %s.html\n", o.config.c_str(), report_text(*report).c_str(), o.report.c_str(),
                o.report.c_str());
  return 0;
}

}  // namespace

void add_backtest(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("backtest", "run a configuration over recorded data as fast as it goes; prints and writes a report");
  c->add_option("config", o->config, "configuration (YAML)")->required();
  c->add_option("--data", o->data, "recorded data: replaces the first feed's path");
  c->add_option("--set", o->set, "section.key=value, over the file and the environment (repeatable)")->take_all();
  c->add_option("--report", o->report, "where to write: NAME.json and NAME.html")->capture_default_str();
  c->add_flag("--journal", o->journal, "journal the run");
  c->add_option("--journal-dir", o->journal_dir, "folder of that journal")
      ->default_str("backtest-journal")
      ->default_val("backtest-journal");
  c->add_option("--threads", o->threads, "loops' threads in virtual time; the result is the same")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  c->add_flag("--json", o->json, "print the report as JSON");
  c->callback([o, &code] { code = run_command(*o); });
}

}  // namespace trade
