#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/system/file.h"
#include "app/catalogue.h"
#include "app/command.h"
#include "app/journal_folder.h"
#include "app/journal_inputs.h"
#include "app/order_path.h"
#include "app/platform.h"
#include "app/report.h"
#include "runtime/recovery.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  std::string journal;
  std::vector<std::string> data;
  std::uint64_t order = 0;
  bool json = false;
};

struct Walk {
  OrderId order;
  std::vector<PathStep> steps;
  Report report;
};

// The first order that was filled; 0 when none was.
OrderId first_filled(const std::vector<PathStep>& all) {
  for (const auto& s : all)
    if (s.type == "Fill") return s.order;
  return {};
}

Result<Walk> walk(const Options& o) {
  auto files = posix_files();
  const auto dir = journal_folder(*files, o.journal);
  auto inputs = open_journal_inputs(*files, dir, o.data);
  if (!inputs) return inputs.error();
  auto machine = Machine::make(watched(catalogue()), inputs->settings.document);
  if (!machine) return machine.error();
  if (auto folded = fold_journal(*files, dir, **machine, pointers(inputs->sources), false); !folded) return folded.error();
  const auto all = steps_seen((*machine)->kernel());
  Walk w{OrderId{o.order}, {}, make_report((*machine)->kernel())};
  if (o.order == 0) w.order = first_filled(all);
  w.steps = path_of(all, w.order);
  if (w.steps.empty())
    return Error{Failure::not_found, "--order " + std::to_string(w.order.value),
                 o.order == 0 ? "no order of this journal was filled" : "this journal knows no such order", {}};
  return w;
}

// Who publishes messages of this type, as the catalogue says.
std::string producer(const std::string& type) {
  for (const auto& e : catalogue().entries) {
    if (e.type == nullptr) continue;
    for (const auto* out : e.type->out)
      if (out->name == type) return std::string(e.name);
  }
  return "a client";
}

std::string microseconds(Duration d) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(d.ns) / 1000);
  return text;
}

// "key value, key value" of a message's JSON; what is as it is by default says nothing and is left out.
std::string brief(const std::string& json) {
  std::string out;
  auto document = parse_json(json, "message");
  if (!document) return json;
  const auto say = [&](auto&& self, const Document& d, const std::string& way) -> void {
    if (d.kind() == Document::Kind::table) {
      for (const auto& [key, value] : d.members()) self(self, value, key);
      return;
    }
    const auto& text = d.text();
    const bool nothing = d.kind() == Document::Kind::null || d.kind() == Document::Kind::list || text.empty() || text == "0" ||
                         text == "none" || text == "false" || text == "allow" || text == "primary" || text.starts_with("0 ") ||
                         text.starts_with("1970-01-01T00:00:00");
    if (!nothing) out += (out.empty() ? "" : ", ") + way + " " + text;
  };
  say(say, *document, "");
  return out;
}

std::string walk_text(const Walk& w) {
  const Time first = w.steps.front().at;
  std::string out = "# The path of order " + std::to_string(w.order.value) + "\n\nFrom " + print(first) +
                    "; times are the loops' own, in microseconds from then. What is zero or absent is left out.\n\n"
                    "| after | said by | message | content |\n| ---: | --- | --- | --- |\n";
  for (const auto& s : w.steps)
    out += "| " + microseconds(s.at - first) + " | " + producer(s.type) + " | `" + s.subject + "` " + s.type + " | " + brief(s.content) +
           " |\n";
  out += "\nAt the end of the journal:\n\n";
  for (const auto& p : w.report.ledger.positions)
    out += "- ptrc: account " + std::to_string(p.account.value) + " holds " + print(p.quantity) + " of instrument " +
           std::to_string(p.instrument.value) + " at a cost of " + print(p.cost) + "; realised " + print(p.realised) + ", fees " +
           print(p.fees) + "\n";
  for (const auto& a : w.report.pnl.accounts)
    out += "- pnl: account " + std::to_string(a.account.value) + ": equity " + print(a.equity) + " = balance " + print_amount(a.balance) +
           " + unrealised " + print_amount(a.unrealised) + "\n";
  return out;
}

int run_command(const Options& o) {
  auto w = walk(o);
  if (!w) return fail(w.error(), o.json);
  if (o.json) {
    std::string out;
    wire::write_json(out, w->steps);
    std::printf("%s\n", out.c_str());
  } else {
    std::fputs(walk_text(*w).c_str(), stdout);
  }
  return 0;
}

}  // namespace

void add_walk(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("walk", "an order's whole path out of a journal: signal, gates, venue, fills, ledger, as a page (Markdown)");
  c->add_option("journal", o->journal, "folder of the journal, or the data folder")->required();
  c->add_option("--order", o->order, "its number; left out: the first that was filled");
  c->add_option("--data", o->data, "recorded data in the journal's order, where it has moved (repeatable)")->take_all();
  c->add_flag("--json", o->json, "every step with its whole message, as JSON");
  c->callback([o, &code] { code = run_command(*o); });
}

}  // namespace trade
