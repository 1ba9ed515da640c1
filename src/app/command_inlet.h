#pragma once
#include <atomic>
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
  // Null when `path` is empty. `urgent_only`: cancels and the kill switch (safe mode).
  static Result<std::unique_ptr<CommandInlet>> open(const std::string& path, const Catalogue& catalogue, const Kernel& kernel,
                                                    bool urgent_only = false);
  ~CommandInlet();

  bool waiting() const;
  // Nothing more will come from the sender.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  void wait_until(std::chrono::steady_clock::time_point due);
  // Hands every waiting command to `post`; one that is refused (full) is answered busy.
  void take(const std::function<bool(Posted)>& post);

 private:
  CommandInlet(int fd, std::vector<const MessageType*> commands, bool urgent_only);
  void read_lines();
  void read_line(const std::string& line, std::size_t number);

  int fd_;
  int wake_[2];
  std::vector<const MessageType*> commands_;
  bool urgent_only_;
  std::atomic<bool> ended_{false};
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
