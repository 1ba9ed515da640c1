#include "app/projections.h"

#include <charconv>
#include <cstdio>

#include "adapters/embedded/file_series.h"
#include "adapters/system/file.h"

namespace trade {
namespace {

constexpr auto write_every = std::chrono::seconds(1);
constexpr std::size_t write_rows = 65'536, most_waiting_bytes = std::size_t{64} << 20;
constexpr const char* whole_file = "/up_to";

}  // namespace

Result<SeriesFolder> SeriesFolder::open(const std::string& data_dir) {
  SeriesFolder f;
  f.files = posix_files();
  f.dir = data_dir + "/series";
  auto store = FileSeries::open(f.files, f.dir);
  if (!store) return store.error();
  f.series = std::move(store).value();
  const auto& warnings = static_cast<FileSeries&>(*f.series).warnings();
  for (const auto& w : warnings) std::fprintf(stderr, "series: %s\n", w.c_str());
  // What was cut may have been whole once.
  if (!warnings.empty())
    if (auto forgotten = f.forget_whole(); !forgotten) return forgotten.error();
  return f;
}

Place SeriesFolder::whole_up_to() const {
  const auto text = files->read_all(dir + whole_file);
  Place place = 0;
  if (!text || std::from_chars(text->data(), text->data() + text->size(), place).ec != std::errc{}) return 0;
  return place;
}

Result<void> SeriesFolder::set_whole_up_to(Place place) { return replace_file(*files, dir + whole_file, std::to_string(place) + "\n"); }

Result<void> SeriesFolder::forget_whole() {
  if (!files->exists(dir + whole_file)) return {};
  if (auto removed = files->remove(dir + whole_file); !removed) return removed;
  return files->sync_dir(dir);
}

Projections::Projections(const Catalogue& catalogue, const std::string& data_dir, Outside& inner)
    : catalogue_(catalogue), data_dir_(data_dir), inner_(inner), projected_(catalogue) {
  auto folder = SeriesFolder::open(data_dir);
  if (!folder) {
    fail(folder.error());
    return;
  }
  folder_ = std::move(folder).value();
  whole_up_to_ = folder_.whole_up_to();
  if (auto forgotten = folder_.forget_whole(); !forgotten) fail(forgotten.error());
}

Projections::~Projections() { stop(); }

void Projections::fail(const Error& error) {
  if (failed_.exchange(true)) return;
  std::fprintf(stderr, "trade: series: %s; no more rows are stored, trading goes on; the next start builds the tables anew\n",
               error.text().c_str());
}

Result<void> Projections::prepare(Platform& platform) {
  auto& series = *folder_.series;
  if (!platform.recovered()) {
    if (auto dropped = projected_.drop_tables(series); !dropped) return dropped;
    return projected_.make_tables(series);
  }
  if (whole_up_to_ == platform.process().last_claimed() && projected_.make_tables(series)) return {};
  auto sources = open_sources(platform.settings());
  if (!sources) return sources.error();
  auto machine = Machine::make(catalogue_, platform.settings().document);
  if (!machine) return machine.error();
  const auto last = rebuild_projected(projected_, series, *folder_.files, data_dir_ + "/journal", **machine, pointers(*sources));
  if (!last) return last.error();
  std::fprintf(stderr, "series: tables built anew up to place %llu\n", static_cast<unsigned long long>(*last));
  return {};
}

void Projections::begin(Platform& platform) {
  if (failed_) return;
  if (auto prepared = prepare(platform); !prepared) return fail(prepared.error());
  thread_ = std::thread([this] { work(); });
}

void Projections::leave(const Effect& effect) {
  inner_.leave(effect);
  if (failed_.load(std::memory_order_relaxed)) return;
  bool full = false;
  {
    const std::lock_guard lock(mutex_);
    if (!projected_.add(effect, waiting_)) return;
    full = waiting_.bytes() > most_waiting_bytes;
    if (waiting_.rows() % write_rows == 0) wake_.notify_one();
  }
  if (full) fail({Failure::resource, folder_.dir, "cannot keep up: 64 MiB of rows wait to be written", {}});
}

void Projections::work() {
  SeriesBatch writing;
  for (bool last = false; !last && !failed_;) {
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, write_every, [this] { return stop_ || waiting_.rows() >= write_rows; });
      last = stop_;
      std::swap(writing, waiting_);
    }
    if (auto stored = writing.store(*folder_.series, projected_.parts()); !stored) fail(stored.error());
  }
}

void Projections::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Projections::close(Place last) {
  stop();
  if (failed_) return;
  if (auto set = folder_.set_whole_up_to(last); !set) fail(set.error());
}

}  // namespace trade
