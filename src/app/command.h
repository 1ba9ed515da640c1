#pragma once
#include <string>
#include <vector>

#include "core/result.h"

namespace CLI {
class App;
}

namespace trade {

// Exit codes by class of failure; 0 is success, 1 a bug (abort).
int exit_code(Failure kind);
// Prints an error as text, or as one JSON object when `json`; returns its exit code.
int fail(const Error& error, bool json);

// Each adds its subcommand to `app`; running it sets `code`.
void add_backtest(CLI::App& app, int& code);
void add_up(CLI::App& app, int& code);
void add_sweep(CLI::App& app, int& code);
void add_replay(CLI::App& app, int& code);
void add_journal(CLI::App& app, int& code);
void add_walk(CLI::App& app, int& code);
void add_data(CLI::App& app, int& code);
void add_projection(CLI::App& app, int& code);
void add_services(CLI::App& app, int& code);
void add_config(CLI::App& app, int& code);
void add_version(CLI::App& app, int& code);

// The process's environment as "K=V".
std::vector<std::string> environment();

}  // namespace trade
