#pragma once
#include <chrono>

namespace trade {

class CommandInlet;

// SIGINT and SIGTERM ask for an orderly end from now on.
void catch_stop_signals();
bool stop_requested();

// Waits until `due`, or until a command waits or a stop is asked for. True when `due` was reached first. `inlet` may be null.
bool wait_for_input(CommandInlet* inlet, std::chrono::steady_clock::time_point due);
// Gives the processor away for a moment while a queue is full.
void pause_briefly();

}  // namespace trade
