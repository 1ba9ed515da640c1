#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "app/output.h"
#include "runtime/process.h"

namespace trade {

// Commands as JSON lines, {"PlaceOrder": {...}}: from a file, a FIFO or standard input ("-"). Which commands there are is what the
// services' routes declare. A line that is none is answered {"error": ...} naming line and field; nothing else happens.
class CommandInlet {
 public:
  // Null when `path` is empty.
  static Result<std::unique_ptr<CommandInlet>> open(const std::string& path, const Catalogue& catalogue, const Kernel& kernel);
  ~CommandInlet();

  bool waiting() const;
  void wait_until(std::chrono::steady_clock::time_point due);
  // Hands every waiting command to `post`; one that is refused (full) is answered busy.
  void take(const std::function<bool(Posted)>& post);

 private:
  CommandInlet(int fd, std::vector<const MessageType*> commands);
  void read_lines();
  void read_line(const std::string& line, std::size_t number);

  int fd_;
  int wake_[2];
  std::vector<const MessageType*> commands_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Posted> queue_;
  std::jthread thread_;
};

// A tape that also prints replies as JSON lines on standard output, one write each.
class EdgeOutside final : public Tape {
 public:
  explicit EdgeOutside(bool print) : print_(print) {}
  void leave(const Effect& effect) override;

 private:
  bool print_;
};

// One line to standard output, whole, also from several threads.
void print_line(const std::string& json);

}  // namespace trade
