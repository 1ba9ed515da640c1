#include <cstdio>
#include <cstring>

#include "bench/micro/benches.h"

// bench_micro SCRATCH NAME...: runs the named benches, one JSON line a figure.
int main(int count, char** words) {
  using namespace trade::bench;
  constexpr struct {
    const char* name;
    void (*run)(const Folders&);
  } all[] = {{"dispatch", dispatch}, {"loop", loop}, {"ring", ring},   {"journal", journal}, {"bars", bars},
             {"marks", marks},       {"kill", kill}, {"parse", parse}, {"risk", risk}};
  if (count < 3) {
    std::fputs("usage: bench_micro SCRATCH NAME...\n", stderr);
    return 2;
  }
  const Folders folders{words[1]};
  for (int i = 2; i < count; ++i)
    for (const auto& b : all)
      if (std::strcmp(words[i], b.name) == 0) b.run(folders);
}
