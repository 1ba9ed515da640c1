#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "app/command.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app{"Trade2026: an algorithmic-trading platform in one binary"};
  app.require_subcommand(1);
  app.set_help_all_flag("--help-all", "help of every command");
  int code = 0;
  trade::add_up(app, code);
  trade::add_backtest(app, code);
  trade::add_replay(app, code);
  trade::add_journal(app, code);
  trade::add_data(app, code);
  trade::add_projection(app, code);
  trade::add_services(app, code);
  trade::add_config(app, code);
  trade::add_version(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? 0 : trade::exit_code(trade::Failure::usage);
  }
  return code;
}
