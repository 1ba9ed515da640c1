#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "app/catalogue.h"
#include "app/command.h"
#include "app/output.h"
#include "app/page.h"
#include "app/platform.h"
#include "app/run_figures.h"
#include "app/sweep.h"
#include "wire/json.h"

namespace trade {
namespace {

struct Options {
  std::string config, data, report = "sweep", merit = "gain", forward;
  std::vector<std::string> set, vary;
  bool json = false;
};

struct Swept {
  std::vector<Axis> axes;
  SweepRun run;
  std::vector<ForwardStep> forward;
  std::size_t best{};
  Merit by{};
  double wall_s{};
};

Result<std::vector<Axis>> axes_of(const std::vector<std::string>& texts) {
  std::vector<Axis> axes;
  for (const auto& text : texts) {
    auto axis = parse_axis(text);
    if (!axis) return axis.error();
    for (const auto& a : axes)
      if (a.key == axis->key) return Error{Failure::usage, "--vary " + text, "varies " + a.key + " a second time", {}};
    axes.push_back(*std::move(axis));
  }
  return axes;
}

Result<Merit> merit_named(const std::string& name) {
  const auto names = enum_names(Merit{});
  const auto at = std::find(names.begin(), names.end(), name);
  if (at != names.end()) return static_cast<Merit>(at - names.begin());
  return Error{Failure::usage, "--by " + name, "is no figure of a variant", "equity, gain, sharpe, sortino or drawdown"};
}

// "30d:7d": how long to choose on, how long to hold it.
Result<std::pair<Duration, Duration>> stretches(const std::string& text) {
  const auto colon = text.find(':');
  const auto in = parse_duration(text.substr(0, colon)), out = parse_duration(colon == std::string::npos ? "" : text.substr(colon + 1));
  if (in && out && in->ns > 0 && out->ns > 0) return std::pair{*in, *out};
  return Error{Failure::usage, "--walk-forward " + text, "is not IN:OUT, two durations", "e.g. --walk-forward 6h:2h"};
}

Result<std::vector<RowsInMemory>> read_rows(const Settings& settings) {
  auto sources = open_sources(settings);
  if (!sources) return sources.error();
  std::vector<RowsInMemory> rows;
  for (const auto& s : *sources) {
    auto read = RowsInMemory::read(*s);
    if (!read) return read.error();
    rows.push_back(*std::move(read));
  }
  return rows;
}

Result<Swept> sweep(const Options& o) {
  Swept s;
  auto axes = axes_of(o.vary);
  if (!axes) return axes.error();
  s.axes = *std::move(axes);
  auto by = merit_named(o.merit);
  if (!by) return by.error();
  s.by = *by;
  auto overrides = o.set;
  if (!o.data.empty()) overrides.push_back("feed.0.path=\"" + o.data + "\"");
  const Stopwatch watch;
  auto variants = make_variants(catalogue(), o.config, overrides, s.axes);
  if (!variants) return variants.error();
  auto rows = read_rows(variants->front().settings);
  if (!rows) return rows.error();
  if (!o.forward.empty()) {
    auto durations = stretches(o.forward);
    if (!durations) return durations.error();
    auto steps = walk_forward(catalogue(), *variants, *rows, durations->first, durations->second, s.by);
    if (!steps) return steps.error();
    s.forward = *std::move(steps);
  }
  auto run = run_variants(catalogue(), *variants, *rows);
  if (!run) return run.error();
  s.run = *std::move(run);
  s.best = best_of(s.run.outcomes, s.by);
  s.wall_s = watch.seconds();
  return s;
}

std::string rounded(double v) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", v);
  return text;
}

std::string named(const std::vector<Axis>& axes, const std::vector<std::string>& values) {
  std::string s;
  for (std::size_t a = 0; a < axes.size(); ++a) s += (a ? ", " : "") + axes[a].key + "=" + values[a];
  return s;
}

std::string sweep_json(const Swept& s) {
  std::string out = "{\"axes\":[";
  for (const auto& a : s.axes) {
    out += out.back() == '[' ? "{\"key\":" : ",{\"key\":";
    wire::write_json(out, a.key);
    out += ",\"values\":";
    wire::write_json(out, a.values);
    out += '}';
  }
  out += "],\"by\":";
  wire::write_json(out, s.by);
  out += ",\"best\":" + std::to_string(s.best) + ",\"variants\":";
  wire::write_json(out, s.run.outcomes);
  out += ",\"walk_forward\":";
  wire::write_json(out, s.forward);
  out += ",\"run\":{\"passes\":" + std::to_string(s.run.passes) + ",\"wall_s\":" + rounded(s.wall_s) + "}}\n";
  return out;
}

std::string sweep_text(const Swept& s) {
  std::string out;
  for (std::size_t i = 0; i < s.run.outcomes.size(); ++i) {
    const auto& o = s.run.outcomes[i];
    out += (i == s.best ? "* " : "  ") + named(s.axes, o.values) + ": equity " + print(o.equity) + ", gain " + rounded(100 * o.gain) +
           " %, max drawdown " + print_amount(o.max_drawdown) + ", sharpe " + rounded(o.sharpe) + ", fees " + print_amount(o.fees) + ", " +
           std::to_string(o.fills) + " fills\n";
  }
  double gained = 1;
  for (const auto& f : s.forward) {
    gained *= 1 + f.out_of_sample.gain;
    out += "  from " + print(f.split) + ": " + named(s.axes, f.in_sample.values) + " chosen with " + rounded(merit_of(f.in_sample, s.by)) +
           ", then gained " + rounded(100 * f.out_of_sample.gain) + " %\n";
  }
  if (!s.forward.empty())
    out += "  walk forward: " + rounded(100 * (gained - 1)) + " % in " + std::to_string(s.forward.size()) + " stretches\n";
  return out + "  " + std::to_string(s.run.outcomes.size()) + " variants in " + std::to_string(s.run.passes) + " passes over the data, " +
         rounded(s.wall_s) + " s; best by " + std::string(name_of(s.by)) + " is marked\n";
}

// The share of the way from the worst to the best, for the colour of a cell.
double rank(const Swept& s, const Outcome& o) {
  double low = merit_of(s.run.outcomes[0], s.by), high = low;
  for (const auto& other : s.run.outcomes) {
    low = std::min(low, merit_of(other, s.by));
    high = std::max(high, merit_of(other, s.by));
  }
  return high > low ? (merit_of(o, s.by) - low) / (high - low) : 1;
}

std::string cell(const Swept& s, const Outcome& o) {
  return "<td style=\"background:color-mix(in srgb,var(--curve) " + std::to_string(static_cast<int>(8 + 62 * rank(s, o))) +
         "%,var(--card))\">" + rounded(merit_of(o, s.by)) + "</td>";
}

// Of two axes: the figure over both.
std::string heat_map(const Swept& s) {
  const auto &down = s.axes[0], &across = s.axes[1];
  std::string out = "<h2>" + std::string(name_of(s.by)) + " over " + escaped(down.key) + " (down) and " + escaped(across.key) +
                    " (across)</h2><div class=\"table\"><table><tr><th></th>";
  for (const auto& v : across.values) out += "<th>" + escaped(v) + "</th>";
  for (std::size_t i = 0; i < down.values.size(); ++i) {
    out += "</tr><tr><th>" + escaped(down.values[i]) + "</th>";
    for (std::size_t j = 0; j < across.values.size(); ++j) out += cell(s, s.run.outcomes[i * across.values.size() + j]);
  }
  return out + "</tr></table></div>";
}

std::string forward_table(const Swept& s) {
  std::string out =
      "<h2>Walk forward</h2><div class=\"table\"><table><tr><th>from</th><th>chosen</th><th>in sample, %</th><th>out of sample, "
      "%</th></tr>";
  for (const auto& f : s.forward)
    out += "<tr><td>" + print(f.split) + "</td><td>" + escaped(named(s.axes, f.in_sample.values)) + "</td><td>" +
           rounded(100 * f.in_sample.gain) + "</td><td>" + rounded(100 * f.out_of_sample.gain) + "</td></tr>";
  return out + "</table></div>";
}

std::string sweep_html(const Swept& s, const std::string& title) {
  std::string out = page_start(title) + "<div class=\"hash\">" + std::to_string(s.run.outcomes.size()) + " variants, best by " +
                    std::string(name_of(s.by)) + ": " + escaped(named(s.axes, s.run.outcomes[s.best].values)) + "</div>";
  if (s.axes.size() == 2) out += heat_map(s);
  if (!s.forward.empty()) out += forward_table(s);
  out += "<h2>Variants</h2><div class=\"table\"><table><tr><th>settings</th><th>" + std::string(name_of(s.by)) +
         "</th><th>equity</th><th>gain, %</th><th>max drawdown</th><th>sharpe</th><th>sortino</th><th>fees</th><th>fills</th></tr>";
  for (const auto& o : s.run.outcomes) {
    out += "<tr><td>" + escaped(named(s.axes, o.values)) + "</td>" + cell(s, o);
    for (const auto& text : {print(o.equity), rounded(100 * o.gain), print_amount(o.max_drawdown), rounded(o.sharpe), rounded(o.sortino),
                             print_amount(o.fees), std::to_string(o.fills)})
      out += "<td>" + escaped(text) + "</td>";
    out += "</tr>";
  }
  return out + "</table></div></html>\n";
}

int run_command(const Options& o) {
  auto swept = sweep(o);
  if (!swept) return fail(swept.error(), o.json);
  const auto json = sweep_json(*swept);
  for (const auto& [end, text] : {std::pair{".json", json}, {".html", sweep_html(*swept, o.config)}})
    if (!write_text(o.report + end, text))
      return fail({Failure::resource, o.report + end, "cannot be written", "name another place with --report"}, o.json);
  if (o.json) std::fputs(json.c_str(), stdout);
  else
    std::printf("sweep %s\n%s  report        %s.json, %s.html\n", o.config.c_str(), sweep_text(*swept).c_str(), o.report.c_str(),
                o.report.c_str());
  return 0;
}

}  // namespace

void add_sweep(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("sweep", "run every combination of some settings over recorded data, in one pass where that can be");
  c->add_option("config", o->config, "configuration (YAML)")->required();
  c->add_option("--vary", o->vary, "section.key=value,value: a setting and the values it takes (repeatable)")->required()->take_all();
  c->add_option("--data", o->data, "recorded data: replaces the first feed's path");
  c->add_option("--set", o->set, "section.key=value for all of them (repeatable)")->take_all();
  c->add_option("--by", o->merit, "what is best: equity, gain, sharpe, sortino or drawdown")->capture_default_str();
  c->add_option("--walk-forward", o->forward, "IN:OUT: choose on IN of data, run the choice on the OUT that follows, and so on");
  c->add_option("--report", o->report, "where to write: NAME.json and NAME.html")->capture_default_str();
  c->add_flag("--json", o->json, "print the outcomes as JSON");
  c->callback([o, &code] { code = run_command(*o); });
}

}  // namespace trade
