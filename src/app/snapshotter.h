#pragma once
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/settings.h"
#include "ports/file.h"
#include "runtime/recovery.h"

namespace trade {

// The background fold on a thread of its own: checks a running journal and leaves snapshots. A fold that differs stops the process.
class Snapshotter {
 public:
  // Idle when `dir` is empty. Looks for closed segments `every` so often.
  Snapshotter(const Catalogue& catalogue, const Settings& settings, std::string dir, Duration every);
  ~Snapshotter();
  void stop();

 private:
  void work(BackgroundFold& fold);

  Duration every_;
  std::unique_ptr<Files> files_;
  std::vector<std::unique_ptr<RowSource>> sources_;
  std::unique_ptr<BackgroundFold> fold_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  bool stop_ = false;
  std::jthread thread_;
};

}  // namespace trade
