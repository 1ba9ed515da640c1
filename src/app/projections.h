#pragma once
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "app/platform.h"
#include "app/projected.h"

namespace trade {

// The series store below a data folder, and the place up to which the last run left it whole ("up_to", removed while a run adds to it).
struct SeriesFolder {
  std::shared_ptr<Files> files;
  std::string dir;
  std::unique_ptr<Series> series;

  // Says on stderr what a crash left unfinished in it.
  static Result<SeriesFolder> open(const std::string& data_dir);
  // 0: not whole, or not known.
  Place whole_up_to() const;
  Result<void> set_whole_up_to(Place place);
  Result<void> forget_whole();
};

// The edge of `up` with the projections: hands everything on to `inner`, and keeps what the catalogue stores in DIR/series, written by a
// thread of its own once a second. It never waits for the store: the first failure is named on stderr, nothing more is stored by this run,
// and the next one builds the tables anew. Rows not yet written at a crash are missing until then.
class Projections final : public Outside {
 public:
  // Before the platform starts, which may clear the journal that the store reflects.
  Projections(const Catalogue& catalogue, const std::string& data_dir, Outside& inner);
  ~Projections() override;
  // Before the platform's first input: begins empty with a new journal; goes on, or rebuilds, with a recovered one.
  void begin(Platform& platform);
  // After the platform has closed: writes the rest and marks the store whole.
  void close(Place last);

  void leave(const Effect& effect) override;
  Answer perform(const Effect& request) override { return inner_.perform(request); }

 private:
  Result<void> prepare(Platform& platform);
  void fail(const Error& error);
  void work();
  void stop();

  const Catalogue& catalogue_;
  std::string data_dir_;
  Outside& inner_;
  Projected projected_;
  SeriesFolder folder_;
  Place whole_up_to_ = 0;
  std::atomic<bool> failed_ = false;
  std::mutex mutex_;
  std::condition_variable wake_;
  SeriesBatch waiting_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace trade
