#include <cstring>

#include "adapters/system/file.h"
#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "runtime/journal_thread.h"

// What a record costs: handed over without waiting, and handed over and waited for until the mark covers it.
namespace trade::bench {
namespace {

constexpr std::uint64_t segment_bytes = 64u << 20;

// A row of recorded market data by reference: most of what a backtest or a recorded session journals.
Record row_record(Place place, std::uint32_t epoch, const char* payload) {
  Record r;
  r.place = place;
  r.kind = RecordKind::row;
  r.loop = 0;
  r.epoch = epoch;
  r.time = Time{1'700'000'000'000'000'000 + static_cast<std::int64_t>(place) * 1000};
  r.payload = {payload, 10};
  return r;
}

Result<std::unique_ptr<JournalWriter>> new_journal(Files& files, const std::string& dir) {
  if (auto made = files.make_dir(dir); !made) return made.error();
  auto names = files.list(dir);
  if (!names) return names.error();
  for (const auto& n : *names)
    if (auto removed = files.remove(dir + "/" + n); !removed) return removed.error();
  const auto scan = scan_journal(files, dir);
  if (!scan) return scan.error();
  return JournalWriter::start(files, dir, {segment_bytes}, {"{}", {}, {}}, *scan);
}

// Loop's side and journal's side on one thread, each timed by itself; writes and syncs between them.
Result<void> append_async(Files& files, const std::string& dir) {
  auto writer = new_journal(files, dir);
  if (!writer) return writer.error();
  constexpr std::size_t batch = 20'000, turns = 40;
  JournalQueue queue(1, (*writer)->last_appended());
  Place place = (*writer)->last_appended();
  const char payload[10]{};
  std::vector<char> from(record_header_bytes + 10), to(batch * from.size());
  Timings hand, append, write, copy;
  std::optional<Error> failed;
  for (std::size_t t = 0; t < turns; ++t) {
    hand.add(timed([&] {
      for (std::size_t i = 0; i < batch; ++i) CHECK(queue.offer(0, row_record(++place, (*writer)->epoch(), payload)));
    }));
    append.add(timed([&] { CHECK(queue.drain(**writer) == batch); }));
    write.add(timed([&] {
      if (auto written = (*writer)->drain(); !written) failed = written.error();
    }));
    if (failed) return *failed;
    copy.add(timed([&] {
      for (std::size_t i = 0; i < batch; ++i) {
        std::memcpy(to.data() + i * from.size(), from.data(), from.size());
        keep(to[i * from.size()]);
      }
    }));
  }
  const double n = batch;
  Figure f{"journal.append_async",
           "ns/record",
           (hand.cpu_median() + append.cpu_median() + write.cpu_median()) / n,
           (hand.wall_minimum() + append.wall_minimum()) / n,
           copy.cpu_median() / n,
           "memcpy of the same 55 bytes",
           {}};
  char note[160];
  std::snprintf(note, sizeof note,
                "loop's side %.1f, journal thread: encode, CRC, SHA-256 chain %.1f, write and sync %.1f; wall without the disk",
                hand.cpu_median() / n, append.cpu_median() / n, write.cpu_median() / n);
  f.note = note;
  print(f);
  return (*writer)->close();
}

// The machine's own figure: 512 bytes written over reserved room and synced.
class PlainSync {
 public:
  static Result<PlainSync> make(Files& files, const std::string& path) {
    if (files.exists(path))
      if (auto removed = files.remove(path); !removed) return removed.error();
    auto file = files.create(path);
    if (!file) return file.error();
    if (auto reserved = (*file)->preallocate(1u << 20); !reserved) return reserved.error();
    PlainSync p;
    p.file_ = std::move(file).value();
    return p;
  }
  double once_us() {
    const char bytes[512]{};
    at_ = (at_ + 512) & ((1u << 20) - 1);
    const auto t = timed([&] { CHECK(file_->pwrite(at_, {bytes, sizeof bytes}).ok() && file_->sync().ok()); });
    return t.wall / 1000;
  }

 private:
  std::unique_ptr<File> file_;
  std::uint64_t at_ = 0;
};

Result<void> append_durable(Files& files, const std::string& dir) {
  auto writer = new_journal(files, dir);
  if (!writer) return writer.error();
  const auto epoch = (*writer)->epoch();
  Place place = (*writer)->last_appended();
  auto plain = PlainSync::make(files, dir + "/plain");
  if (!plain) return plain.error();
  JournalThread thread(std::move(writer).value(), 1, place, [](const Error& e) { CHECK(false, e.text()); });
  const char payload[10]{};
  const auto hand = [&] { thread.hand(0, row_record(++place, epoch, payload)); };
  std::vector<double> single, sync;
  const double started = clock_ns(CLOCK_MONOTONIC);
  while (single.size() < 4000 && clock_ns(CLOCK_MONOTONIC) - started < 6e9) {
    single.push_back(timed([&] {
                       hand();
                       thread.wait(place);
                     }).wall /
                     1000);
    sync.push_back(plain->once_us());
  }
  const double sync_p50 = quantile(sync, 0.5), p50 = quantile(single, 0.5), p99 = quantile(single, 0.99);
  char note[200];
  std::snprintf(note, sizeof note, "%zu records one by one, each a write and two syncs (segment, mark); p99 %.0f us", single.size(), p99);
  print({"journal.append_durable", "us p50", p50, quantile(single, 0), sync_p50, "write and fdatasync of 512 bytes, p50", note});
  print({"journal.append_durable.p99", "us p99", p99, quantile(single, 0), quantile(sync, 0.99), "the same fdatasync, p99", {}});
  Timings group;
  constexpr std::size_t records = 200'000;
  for (int turn = 0; turn < 3; ++turn)
    group.add(timed([&] {
      for (std::size_t i = 0; i < records; ++i) hand();
      thread.wait(place);
    }));
  print({"journal.append_group", "records/s", records / group.wall_minimum() * 1e9, records / group.wall_minimum() * 1e9, 1e6 / sync_p50,
         "one record a sync", "durable, group commit: as many outstanding as the ring holds; wall clock"});
  return thread.close();
}

}  // namespace

void journal(const Folders& folders) {
  const auto files = posix_files();
  if (auto done = append_async(*files, folders.scratch + "/journal-async"); !done) print_error("journal.append_async", done.error().text());
  if (auto done = append_durable(*files, folders.scratch + "/journal-durable"); !done)
    print_error("journal.append_durable", done.error().text());
}

}  // namespace trade::bench
