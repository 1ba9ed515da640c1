#include "app/snapshotter.h"

#include <cstdio>
#include <cstdlib>

#include "adapters/system/file.h"
#include "app/command.h"
#include "app/platform.h"

namespace trade {

Snapshotter::Snapshotter(const Catalogue& catalogue, const Settings& settings, std::string dir, Duration every) : every_(every) {
  if (dir.empty()) return;
  files_ = posix_files();
  auto machine = Machine::make(catalogue, settings.document);
  auto sources = open_sources(settings);
  CHECK(machine.ok() && sources.ok(), "a configuration that has just been good");
  sources_ = std::move(sources).value();
  fold_ = std::make_unique<BackgroundFold>(*files_, std::move(dir), std::move(machine).value(), pointers(sources_));
  thread_ = std::jthread([this] { work(*fold_); });
}

Snapshotter::~Snapshotter() { stop(); }

void Snapshotter::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  stopping_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Snapshotter::work(BackgroundFold& fold) {
  for (;;) {
    {
      std::unique_lock lock(mutex_);
      if (stopping_.wait_for(lock, std::chrono::nanoseconds(every_.ns), [this] { return stop_; })) return;
    }
    const auto folded = fold.step();
    if (folded) continue;
    std::fprintf(stderr, "trade: background fold: %s; stopping, because the journal does not lead to the state in use\n",
                 folded.error().text().c_str());
    std::_Exit(exit_code(Failure::corruption));
  }
}

}  // namespace trade
