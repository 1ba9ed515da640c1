#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/journal_folder.h"
#include "runtime/journal_quarantine.h"
#include "runtime/journal_report.h"
#include "runtime/kernel.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  std::string journal;
  Place from = 1, to = ~Place{0};
  bool json = false;
};

std::string stat_text(const JournalStat& s) {
  std::string out = "places " + std::to_string(s.first) + ".." + std::to_string(s.last) + ", mark " + std::to_string(s.mark) + ", epoch " +
                    std::to_string(s.epoch) + "\n" + std::to_string(s.records) + " records, " + std::to_string(s.bytes) + " bytes in " +
                    std::to_string(s.segments.size()) + " segments, from " + print(s.from) + " to " + print(s.to) + "\n";
  for (const auto& k : s.kinds) out += "  " + k.name + ": " + std::to_string(k.records) + "\n";
  for (const auto& l : s.loops) out += "  loop " + l.name + ": " + std::to_string(l.records) + "\n";
  for (const auto& source : s.sources) out += "  source " + source.name + " sha256 " + to_hex(source.digest) + "\n";
  if (s.tail_records != 0) out += std::to_string(s.tail_records) + " good records behind the mark\n";
  if (!s.cut.empty()) out += "cut: " + s.cut + "\n";
  for (const auto& w : s.warnings) out += "warning: " + w + "\n";
  return out;
}

int print_stat(const Options& o, Result<JournalStat> (*read)(Files&, const std::string&), const char* verdict) {
  auto files = posix_files();
  const auto stat = read(*files, journal_folder(*files, o.journal));
  if (!stat) return fail(stat.error(), o.json);
  if (o.json) {
    std::string out;
    wire::write_json(out, *stat);
    std::printf("%s\n", out.c_str());
  } else {
    std::printf("%s%s", stat_text(*stat).c_str(), verdict);
  }
  return 0;
}

int dump(const Options& o) {
  auto files = posix_files();
  auto kernel = Kernel::make(catalogue(), {});
  const auto types = [&kernel](std::uint32_t id) { return kernel.ok() ? (*kernel)->type(id) : nullptr; };
  const auto dumped = dump_journal(*files, journal_folder(*files, o.journal), o.from, o.to, types,
                                   [](std::string_view line) { std::printf("%.*s\n", static_cast<int>(line.size()), line.data()); });
  return dumped ? 0 : fail(dumped.error(), o.json);
}

int quarantine(const Options& o) {
  auto files = posix_files();
  const auto list = Quarantine::read(*files, journal_folder(*files, o.journal));
  if (!list) return fail(list.error(), o.json);
  std::string out;
  wire::write_json(out, list->inputs());
  std::printf("%s\n", out.c_str());
  return 0;
}

int skip(const Options& o) {
  auto files = posix_files();
  const auto dir = journal_folder(*files, o.journal);
  const auto lock = files->lock(dir);
  if (!lock) return fail(lock.error(), o.json);
  auto list = Quarantine::read(*files, dir);
  if (!list) return fail(list.error(), o.json);
  std::size_t skipped = 0;
  for (const auto& i : std::vector(list->inputs()))
    if (i.aborts >= Quarantine::limit && !i.skip) {
      list->pass_over(i.loop, i.kind, i.origin);
      ++skipped;
    }
  if (auto written = list->write(*files, dir); !written) return fail(written.error(), o.json);
  std::printf(o.json ? "{\"passed_over\":%zu}\n" : "%zu inputs are passed over from now on\n", skipped);
  return 0;
}

}  // namespace

void add_journal(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("journal", "look at a journal");
  c->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, std::function<int(const Options&)> run) {
    auto* sub = c->add_subcommand(name, what);
    sub->add_option("journal", o->journal, "folder of the journal, or the data folder")->required();
    sub->add_flag("--json", o->json, "as JSON");
    sub->callback([o, run = std::move(run), &code] { code = run(*o); });
    return sub;
  };
  add("verify", "read and check every byte; damage is named",
      [](const Options& v) { return print_stat(v, &verify_journal, "good: every record, block and mark checked\n"); });
  add("stat", "count what is in it", [](const Options& v) { return print_stat(v, &stat_journal, ""); });
  add("quarantine", "inputs at which the process aborted, as JSON", &quarantine);
  add("skip", "pass over every input that aborted the process twice", &skip);
  auto* d = add("dump", "every record as a line of JSON", &dump);
  d->add_option("--from", o->from, "first place")->capture_default_str();
  d->add_option("--to", o->to, "last place");
}

}  // namespace trade
