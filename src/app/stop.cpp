#include "app/stop.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include "app/command_inlet.h"

namespace trade {
namespace {

std::atomic<bool> stop_asked{false};
static_assert(std::atomic<bool>::is_always_lock_free);
void on_signal(int) { stop_asked = true; }

constexpr auto look_every = std::chrono::milliseconds(50);

}  // namespace

void catch_stop_signals() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool stop_requested() { return stop_asked; }

bool wait_for_input(CommandInlet* inlet, std::chrono::steady_clock::time_point due) {
  while (!stop_asked) {
    const auto now = std::chrono::steady_clock::now();
    if (inlet != nullptr && inlet->waiting()) return false;
    if (now >= due) return true;
    const auto until = std::min(due, now + look_every);
    if (inlet != nullptr) inlet->wait_until(until);
    else std::this_thread::sleep_until(until);
  }
  return true;
}

void pause_briefly() { std::this_thread::sleep_for(std::chrono::microseconds(100)); }

}  // namespace trade
