#pragma once
#include <string>

#include "runtime/planted.h"

namespace trade::sim {

// What happened to occur in a run; the suite demands that each occurs in some run.
struct Reached {
  std::uint64_t crashes = 0, power_losses = 0, blocked = 0, conflated = 0, duplicates = 0, resubmitted = 0, snapshots = 0, reoffered = 0;
};

// Runs the three protocol services with clients, a venue, a store and a numbered sender around them, under crashes, delays, duplicates
// and torn disks, all drawn from the seed. Returns the first broken promise, empty when none was.
std::string run_protocol(std::uint64_t seed, Reached& reached);

// Runs `run(seed, ...)` for seeds from 1 with the bug planted, each in a child process (an abort counts as caught). Returns the first
// seed at which it was caught, 0 when it was not within `seeds`.
std::uint64_t first_caught(Bug bug, std::uint64_t seeds, std::string (*run)(std::uint64_t seed));

}  // namespace trade::sim
