#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/catalogue.h"
#include "app/command.h"
#include "app/settings.h"
#include "runtime/kernel.h"

namespace trade {
namespace {

struct Options {
  std::string path;
  std::vector<std::string> set;
  bool json = false;
};

// Reads the configuration and builds every service from it: what `up` would refuse is refused here.
Result<Settings> checked(const Options& o) {
  if (const auto wrong = catalogue().violations(); !wrong.empty()) return Error{Failure::config, "catalogue", wrong.front(), {}};
  auto settings = load_settings(catalogue(), o.path, o.set, environment());
  if (!settings) return settings;
  auto kernel = Kernel::make(catalogue(), settings->document);
  if (!kernel) {
    Error error = kernel.error();
    error.where = o.path + ", " + error.where;
    return error;
  }
  return settings;
}

int check(const Options& o) {
  const auto settings = checked(o);
  if (!settings) return fail(settings.error(), o.json);
  if (o.json) std::printf("{\"ok\":true,\"digest\":\"%s\"}\n", to_hex(settings->services_digest).c_str());
  else std::printf("%s: good\n", o.path.c_str());
  return 0;
}

int show(const Options& o) {
  const auto settings = checked(o);
  if (!settings) return fail(settings.error(), o.json);
  std::printf("%s\n", settings->effective.c_str());
  return 0;
}

}  // namespace

void add_config(CLI::App& app, int& code) {
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("config", "check a configuration, or show it with every default spelled out");
  c->require_subcommand(1);
  for (const auto& [name, what, run] :
       {std::tuple{"check", "check it; nothing is started", &check}, std::tuple{"show", "print it, effective, as JSON", &show}}) {
    auto* sub = c->add_subcommand(name, what);
    sub->add_option("config", o->path, "configuration (YAML)")->required();
    sub->add_option("--set", o->set, "section.key=value (repeatable)")->take_all();
    sub->add_flag("--json", o->json, "errors as JSON");
    sub->callback([o, run, &code] { code = run(*o); });
  }
}

}  // namespace trade
