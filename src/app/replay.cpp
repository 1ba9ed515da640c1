#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/journal_folder.h"
#include "app/output.h"
#include "app/platform.h"
#include "app/report.h"
#include "app/run_figures.h"
#include "runtime/recovery.h"

namespace trade {
namespace {

struct Options {
  std::string journal, state;
  std::vector<std::string> data;
  bool json = false, snapshot = false;
};

Result<Report> replay(const Options& o) {
  auto files = posix_files();
  const auto dir = journal_folder(*files, o.journal);
  auto scan = scan_journal(*files, dir);
  if (!scan) return scan.error();
  if (scan->end == 0) return Error{Failure::not_found, dir, "holds no journal", {}};
  auto settings = settings_from_json(catalogue(), scan->identity.config);
  if (!settings) return settings.error();
  if (scan->identity.catalogue != catalogue().digest())
    return Error{Failure::config, dir, "its journal was made by a program with other services", "replay it with that program"};
  for (std::size_t i = 0; i < o.data.size() && i < settings->feeds.size(); ++i) settings->feeds[i].path = o.data[i];
  auto sources = open_sources(*settings);
  if (!sources) return sources.error();
  for (std::size_t i = 0; i < sources->size(); ++i)
    if ((*sources)[i]->digest() != scan->identity.sources[i].digest)
      return Error{Failure::data, settings->feeds[i].path, "is not the file the journal was made from (SHA-256 differs)",
                   "name the right one with --data"};
  auto machine = Machine::make(catalogue(), settings->document);
  if (!machine) return machine.error();
  const Stopwatch watch;
  auto folded = fold_journal(*files, dir, **machine, pointers(*sources), o.snapshot);
  if (!folded) return folded.error();
  Report report = make_report((*machine)->kernel());
  report.run = figures(watch.seconds(), report.feed.messages, folded->scan.end - folded->from_snapshot, {});
  if (!o.state.empty() && !write_text(o.state, (*machine)->kernel().state_json() + "\n"))
    return Error{Failure::resource, o.state, "cannot be written", {}};
  return report;
}

int run_command(const Options& o) {
  auto report = replay(o);
  if (!report) return fail(report.error(), o.json);
  if (o.json) std::fputs(report_json(*report, true).c_str(), stdout);
  else std::printf("replay %s\n%s", o.journal.c_str(), report_text(*report).c_str());
  return 0;
}

}  // namespace

void add_replay(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("replay", "fold a journal from its beginning and print the state it leads to");
  c->add_option("journal", o->journal, "folder of the journal, or the data folder")->required();
  c->add_option("--data", o->data, "recorded data in the journal's order, where it has moved (repeatable)")->take_all();
  c->add_option("--state", o->state, "write every service's state as JSON");
  c->add_flag("--from-snapshot", o->snapshot, "begin at the newest snapshot, as a restart does");
  c->add_flag("--json", o->json, "print the report as JSON");
  c->callback([o, &code] { code = run_command(*o); });
}

}  // namespace trade
