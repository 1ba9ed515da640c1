#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/command.h"
#include "app/inspection.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  RecordedFileOptions file;
  bool json = false;
};

Result<Inspection> inspect(const Options& o) {
  auto file = open_recorded_file(o.file);
  if (!file) return file.error();
  Inspector inspector(*file);
  FeedRow row;
  for (;;) {
    auto more = file->feed->next(row);
    if (!more) return more.error();
    if (!*more) return inspector.found();
    inspector.add(row);
  }
}

int run_inspect(const Options& o) {
  const auto found = inspect(o);
  if (!found) return fail(found.error(), o.json);
  std::string out;
  if (o.json) wire::write_json(out, *found), out += '\n';
  else out = inspection_text(*found);
  std::fputs(out.c_str(), stdout);
  return found->faults == 0 ? 0 : exit_code(Failure::data);
}

void add_file_options(CLI::App& c, Options& o) {
  c.add_option("file", o.file.path, "capture, Lean zip under its conventional path, or CSV bars")->required();
  c.add_option("--format", o.file.format, "binance_stream, lean or csv_bars (default: told by the file)");
  c.add_option("--symbol", o.file.symbol, "only this instrument; of a CSV: its name");
  c.add_option("--interval", o.file.interval, "of CSV bars, e.g. 1m (default: the smallest step)");
  c.add_option("--entry", o.file.entry, "file inside a zip that holds several");
  c.add_option("--ignore", o.file.ignore, "CSV column that is known and not wanted (repeatable)")->take_all();
  c.add_flag("--json", o.json, "as JSON");
}

}  // namespace

void add_data(CLI::App& app, int& code) {
  auto* c = app.add_subcommand("data", "recorded market data");
  c->require_subcommand(1);
  auto o = std::make_shared<Options>();
  auto* inspect = c->add_subcommand("inspect", "what a file holds: rows by kind, time and prices, faults (exit code 4 when it has any)");
  add_file_options(*inspect, *o);
  inspect->callback([o, &code] { code = run_inspect(*o); });
}

}  // namespace trade
