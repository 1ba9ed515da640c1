#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "app/adjusted.h"
#include "app/command.h"
#include "app/imported.h"
#include "app/projections.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  RecordedFileOptions file;
  std::string data_dir = "trade-data";
  bool json = false;
};

// Walks through the file; `add` also gets every row.
Result<Inspection> walk(RecordedFile& file, const std::function<Result<void>(const FeedRow&)>& add) {
  Inspector inspector(file);
  FeedRow row;
  for (;;) {
    auto more = file.feed->next(row);
    if (!more) return more.error();
    if (!*more) break;
    inspector.add(row);
    if (auto added = add(row); !added) return added.error();
  }
  const auto& found = inspector.found();
  if (file.one_symbol && found.rows != 0 && found.rows == found.other_symbols)
    return Error{Failure::not_found, found.file, "no row is about " + file.symbols[0], "leave --symbol out to see which there are"};
  return found;
}

Result<Inspection> inspect(const Options& o) {
  auto file = open_recorded_file(o.file);
  if (!file) return file.error();
  return walk(*file, [](const FeedRow&) { return Result<void>{}; });
}

// The exit code of a file that could be read: of class data when lines of it are wrong.
int code_of(const Inspection& found) { return found.faults == 0 ? 0 : exit_code(Failure::data); }

int run_inspect(const Options& o) {
  const auto found = inspect(o);
  if (!found) return fail(found.error(), o.json);
  std::string out;
  if (o.json) {
    wire::write_json(out, *found);
    out += '\n';
  } else {
    out = inspection_text(*found);
  }
  std::fputs(out.c_str(), stdout);
  return code_of(*found);
}

struct Outcome {
  Imported rows;
  Inspection found;
};
Result<Outcome> import(const Options& o) {
  auto file = open_recorded_file(o.file);
  if (!file) return file.error();
  auto folder = SeriesFolder::open(o.data_dir);
  if (!folder) return folder.error();
  auto import = Import::begin(*folder->series, *file, o.file.interval + "\n" + o.file.entry);
  if (!import) return import.error();
  auto found = walk(*file, [&](const FeedRow& row) { return import->add(row); });
  if (!found) return found.error();
  auto rows = import->finish();
  if (!rows) return rows.error();
  return Outcome{*rows, std::move(found).value()};
}

int run_import(const Options& o) {
  const auto done = import(o);
  if (!done) return fail(done.error(), o.json);
  if (o.json) {
    std::string rows, found;
    wire::write_json(rows, done->rows);
    wire::write_json(found, done->found);
    std::printf("{\"imported\":%s,\"file\":%s}\n", rows.c_str(), found.c_str());
  } else {
    const auto number = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
    std::printf("%s: %llu new rows, %llu known, %llu left out\n%s", done->found.file.c_str(), number(done->rows.stored),
                number(done->rows.known), number(done->rows.left_out), inspection_text(done->found).c_str());
  }
  return code_of(done->found);
}

struct AdjustedOptions {
  std::string folder, name, as_of, how = "total";
};

Result<void> print_adjusted(const AdjustedOptions& o) {
  constexpr auto names = enum_names(Adjustment{});
  const auto how = std::find(names.begin(), names.end(), o.how);
  if (how == names.end()) return Error{Failure::usage, "--adjust " + o.how, "is not known", "raw, split or total"};
  const auto as_of = parse_date(o.as_of.empty() ? "2050-12-31" : o.as_of);
  if (!as_of) return Error{Failure::usage, "--as-of " + o.as_of, "is no date", "as in 2014-04-03"};
  const auto securities = LeanSecurities::open(o.folder);
  if (!securities) return securities.error();
  std::string out = "date,ticker,open,high,low,close,volume\n";
  auto read = securities->daily(o.name, *as_of, static_cast<Adjustment>(how - names.begin()),
                                [&](Date day, const std::string& ticker, const Candle& c) {
                                  out += print(day) + "," + ticker;
                                  for (const auto p : {c.open, c.high, c.low, c.close}) out += "," + print(p);
                                  out += "," + print(c.volume) + "\n";
                                });
  if (read) std::fputs(out.c_str(), stdout);
  return read;
}

void add_adjusted(CLI::App& data, int& code) {
  auto o = std::make_shared<AdjustedOptions>();
  auto* c = data.add_subcommand("adjusted", "daily bars of a security over its renames, splits and dividends undone, as CSV");
  c->add_option("folder", o->folder, "one of Lean's equity folders, with map_files, factor_files and daily")->required();
  c->add_option("name", o->name, "a map file's name, or a ticker")->required();
  c->add_option("--as-of", o->as_of, "the day on which it bore that ticker (default: its last)");
  c->add_option("--adjust", o->how, "raw, split or total: with dividends")->capture_default_str();
  c->callback([o, &code] {
    const auto done = print_adjusted(*o);
    code = done ? 0 : fail(done.error(), false);
  });
}

void add_file_options(CLI::App& c, Options& o) {
  c.add_option("file", o.file.path, "capture, Lean zip under its conventional path, archive of Binance, ITCH 5.0, or CSV bars")->required();
  c.add_option("--format", o.file.format, "binance_stream, lean, csv_bars, binance_csv or itch (default: told by the file)");
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
  auto* import = c->add_subcommand("import", "store a file's bars and trades; again: nothing new (exit code 4 when it has faults)");
  add_file_options(*import, *o);
  import->add_option("--data-dir", o->data_dir, "folder of the store")->capture_default_str();
  import->callback([o, &code] { code = run_import(*o); });
  add_adjusted(*c, code);
}

}  // namespace trade
