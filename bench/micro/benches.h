#pragma once
#include <string>

namespace trade::bench {

// The benches, by the first part of their figures' names. `scratch`: a folder to write into.
struct Folders {
  std::string scratch;
};
void dispatch(const Folders& folders);
void loop(const Folders& folders);
void ring(const Folders& folders);
void journal(const Folders& folders);
void bars(const Folders& folders);
void marks(const Folders& folders);
void kill(const Folders& folders);
void parse(const Folders& folders);
void risk(const Folders& folders);

}  // namespace trade::bench
