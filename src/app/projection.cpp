#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/journal_inputs.h"
#include "app/platform.h"
#include "app/projections.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  std::string data_dir = "trade-data";
  std::vector<std::string> data;
  bool json = false;
};

// One day of a table: the journal's rows against the store's.
struct DayCheck {
  std::string table;
  Time day;
  std::uint64_t journal_rows{}, store_rows{};
  bool equal{};
  FIELDS(DayCheck, table, day, journal_rows, store_rows, equal)
};
struct Checked {
  Place place{};
  std::uint64_t rows{};  // of the journal
  bool equal = true;
  std::vector<DayCheck> days;
  FIELDS(Checked, place, rows, equal, days)
};

// Both lists are sorted by day.
void compare(const std::string& table, const std::vector<DayDigest>& journal, const std::vector<DayDigest>& store, Checked& out) {
  for (std::size_t j = 0, s = 0; j < journal.size() || s < store.size();) {
    const bool only_store = j == journal.size() || (s < store.size() && store[s].day < journal[j].day);
    const bool only_journal = !only_store && (s == store.size() || journal[j].day < store[s].day);
    DayCheck d{table, only_store ? store[s].day : journal[j].day, 0, 0, false};
    if (!only_store) d.journal_rows = journal[j].rows;
    if (!only_journal) d.store_rows = store[s].rows;
    d.equal = !only_store && !only_journal && journal[j] == store[s];
    j += only_store ? 0 : 1;
    s += only_journal ? 0 : 1;
    out.rows += d.journal_rows;
    out.equal = out.equal && d.equal;
    out.days.push_back(std::move(d));
  }
}

struct Opened {
  SeriesFolder folder;
  std::string journal_dir;
  JournalInputs inputs;
  std::unique_ptr<Machine> machine;
};
Result<Opened> open(const Options& o) {
  Opened out;
  auto files = posix_files();
  out.journal_dir = o.data_dir + "/journal";
  if (!files->exists(out.journal_dir)) return Error{Failure::not_found, out.journal_dir, "holds no journal", "name the folder of an `up`"};
  auto inputs = open_journal_inputs(*files, out.journal_dir, o.data);
  if (!inputs) return inputs.error();
  auto folder = SeriesFolder::open(o.data_dir);
  if (!folder) return folder.error();
  auto machine = Machine::make(catalogue(), inputs->settings.document);
  if (!machine) return machine.error();
  out.inputs = std::move(inputs).value();
  out.folder = std::move(folder).value();
  out.machine = std::move(machine).value();
  return out;
}

Result<Checked> verify(const Options& o) {
  auto opened = open(o);
  if (!opened) return opened.error();
  const Projected projected(catalogue());
  auto& series = *opened->folder.series;
  std::vector<SeriesDigests> digests(projected.tables().size());
  SeriesBatch batch;
  Checked checked;
  // The fold's rows pass through the digests only: nothing is stored.
  auto last = fold_effects(*opened->folder.files, opened->journal_dir, *opened->machine, pointers(opened->inputs.sources),
                           [&](const Effect& e) -> Result<void> {
                             if (projected.add(e, batch))
                               batch.take([&](std::size_t part, const SeriesRow& row) {
                                 digests[projected.table_of(part)].add(projected.parts()[part].stream, row);
                               });
                             return {};
                           });
  if (!last) return last.error();
  checked.place = *last;
  const auto there = series.tables();
  if (!there) return there.error();
  for (std::size_t t = 0; t < projected.tables().size(); ++t) {
    const auto& name = projected.tables()[t].name;
    std::vector<DayDigest> stored;
    if (std::ranges::find(*there, name) != there->end()) {
      auto found = series.digests(name);
      if (!found) return found.error();
      stored = std::move(found).value();
    }
    compare(name, digests[t].finish(), stored, checked);
  }
  return checked;
}

Result<Checked> rebuild(const Options& o) {
  auto opened = open(o);
  if (!opened) return opened.error();
  const Projected projected(catalogue());
  auto& folder = opened->folder;
  if (auto forgotten = folder.forget_whole(); !forgotten) return forgotten.error();
  const auto last = rebuild_projected(projected, *folder.series, *folder.files, opened->journal_dir, *opened->machine,
                                      pointers(opened->inputs.sources));
  if (!last) return last.error();
  if (auto set = folder.set_whole_up_to(*last); !set) return set.error();
  Checked built;
  built.place = *last;
  for (const auto& t : projected.tables()) {
    auto days = folder.series->digests(t.name);
    if (!days) return days.error();
    compare(t.name, *days, *days, built);
  }
  return built;
}

int print(const Options& o, const char* what, const Result<Checked>& checked) {
  if (!checked) return fail(checked.error(), o.json);
  if (o.json) {
    std::string out;
    wire::write_json(out, *checked);
    std::printf("%s\n", out.c_str());
  } else {
    std::printf("%s %s: %llu rows of %llu places, store and journal %s\n", what, o.data_dir.c_str(),
                static_cast<unsigned long long>(checked->rows), static_cast<unsigned long long>(checked->place),
                checked->equal ? "are equal" : "DIFFER");
    for (const auto& d : checked->days)
      std::printf("  %-16s %.10s %10llu rows in the journal %10llu in the store  %s\n", d.table.c_str(), print(d.day).c_str(),
                  static_cast<unsigned long long>(d.journal_rows), static_cast<unsigned long long>(d.store_rows),
                  d.equal ? "equal" : "DIFFER");
  }
  return checked->equal ? 0 : exit_code(Failure::corruption);
}

}  // namespace

void add_projection(CLI::App& app, int& code) {
  auto* c = app.add_subcommand("projection", "the series store of a data folder, which reflects its journal");
  c->require_subcommand(1);
  auto o = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* about) {
    auto* sub = c->add_subcommand(name, about);
    sub->add_option("--data-dir", o->data_dir, "folder of journal and store")->capture_default_str();
    sub->add_option("--data", o->data, "recorded data in the journal's order, where it has moved (repeatable)")->take_all();
    sub->add_flag("--json", o->json, "as JSON");
    return sub;
  };
  add("rebuild", "empty the projected tables and fill them again from the journal")->callback([o, &code] {
    code = print(*o, "rebuilt", rebuild(*o));
  });
  add("verify", "fold the journal and compare its rows with the store's, day by day")->callback([o, &code] {
    code = print(*o, "verified", verify(*o));
  });
}

}  // namespace trade
