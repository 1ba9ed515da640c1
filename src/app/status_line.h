#pragma once
#include <chrono>
#include <string>

#include "runtime/kernel.h"

namespace trade {

// Progress once a second: one line rewritten in place on a terminal, plain lines otherwise; on standard error.
class StatusLine {
 public:
  explicit StatusLine(bool quiet);
  void show(Time now, std::uint64_t rows, const Kernel& kernel);
  // Live: loops run on other threads, so no service is asked.
  void show_rows(Time now, std::uint64_t rows);
  void done();

 private:
  bool due();
  void print(const std::string& text);

  bool quiet_, terminal_, open_ = false;
  std::uint32_t calls_ = 0;
  std::chrono::steady_clock::time_point next_;
};

}  // namespace trade
