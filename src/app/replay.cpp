#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/journal_folder.h"
#include "app/journal_inputs.h"
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
  auto inputs = open_journal_inputs(*files, dir, o.data);
  if (!inputs) return inputs.error();
  auto machine = Machine::make(catalogue(), inputs->settings.document);
  if (!machine) return machine.error();
  const Stopwatch watch;
  auto folded = fold_journal(*files, dir, **machine, pointers(inputs->sources), o.snapshot);
  if (!folded) return folded.error();
  Report report = make_report((*machine)->kernel());
  report.identity = identify_run(inputs->sources, inputs->settings.services_digest);
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
