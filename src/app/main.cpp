#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "app/command.h"
#include "core/document.h"

namespace {

// The first word that is no command where one is expected; empty when that is not what is wrong.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  const auto all = [](const CLI::App*) { return true; };
  const CLI::App* at = &app;
  for (int i = 1; i < argc && argv[i][0] != '-'; ++i) {
    const std::string word = argv[i];
    const auto commands = at->get_subcommands(all);
    if (commands.empty()) return {};
    const auto found = std::find_if(commands.begin(), commands.end(), [&](const CLI::App* c) { return c->get_name() == word; });
    if (found == commands.end()) {
      std::vector<std::string> names;
      for (const auto* c : commands) names.push_back(c->get_name());
      const auto near = trade::nearest(word, {names.begin(), names.end()});
      return "there is no command '" + word + "'" + (near.empty() ? "" : " (did you mean '" + std::string(near) + "'?)");
    }
    at = *found;
  }
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write, told like a full disk
  CLI::App app{"Trade2026: an algorithmic-trading platform in one binary"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "help of every command");
  int code = 0;
  trade::add_up(app, code);
  trade::add_backtest(app, code);
  trade::add_sweep(app, code);
  trade::add_replay(app, code);
  trade::add_journal(app, code);
  trade::add_walk(app, code);
  trade::add_data(app, code);
  trade::add_projection(app, code);
  trade::add_services(app, code);
  trade::add_config(app, code);
  trade::add_version(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (const auto unknown = unknown_command(app, argc, argv); !unknown.empty() && e.get_exit_code() != 0)
      std::fprintf(stderr, "trade: %s\n", unknown.c_str());
    return app.exit(e) == 0 ? 0 : trade::exit_code(trade::Failure::usage);
  }
  return code;
}
