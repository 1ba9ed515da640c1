#include "sim/sim_process.h"

#include <algorithm>

#include "runtime/planted.h"

namespace trade::sim {
namespace {

const std::string journal_dir = "journal";

}  // namespace

class SimProcess::Sink final : public RecordSink {
 public:
  explicit Sink(JournalQueue& queue) : queue_(queue) {}
  void hand(std::size_t loop, const Record& record) override { CHECK(queue_.offer(loop, record), "the simulator drains often enough"); }

 private:
  JournalQueue& queue_;
};

SimProcess::SimProcess(const Catalogue& catalogue, const Document& config, const Options& options, std::uint64_t disk_seed)
    : catalogue_(catalogue), config_(config), options_(options), disk_(disk_seed) {
  CHECK(disk_.make_dir(journal_dir).ok());
  CHECK(disk_.sync_dir(".").ok());
}

std::unique_ptr<Machine> SimProcess::new_machine() {
  auto machine = Machine::make(catalogue_, config_, options_.ring_bytes);
  CHECK(machine.ok(), machine.ok() ? "" : machine.error().text());
  return std::move(machine).value();
}

std::unique_ptr<RowSource> SimProcess::open_rows(std::vector<RowSource*>& list) {
  if (!options_.rows) return nullptr;
  auto rows = options_.rows();
  list.push_back(rows.get());
  return rows;
}

bool SimProcess::failed(const Error& error) {
  if (why_.empty()) why_ = error.text();
  return false;
}

void SimProcess::recover_unjournaled(Time now, Place last) {
  Input in;
  in.kind = RecordKind::recovered;
  in.time = now;
  in.epoch = boots_;
  for (std::size_t l = 0; l < machine_->loop_count(); ++l) {
    machine_->perform(l, in, last);
    machine_->route(l, true);
  }
}

bool SimProcess::boot(Time now, Draw& draw) {
  ++boots_;
  auto lock = disk_.lock(journal_dir);
  if (!lock) return failed(lock.error());
  lock_ = std::move(lock).value();
  machine_ = new_machine();
  std::vector<RowSource*> recorded, behind;
  rows_ = open_rows(recorded);
  auto folded = fold_journal(disk_, journal_dir, *machine_, recorded, !draw.chance(20));
  if (!folded) return failed(folded.error());
  const bool fresh = folded->scan.end == 0;
  auto writer = JournalWriter::start(disk_, journal_dir, {options_.segment_bytes, 4096}, {"{}", {}, catalogue_.digest()}, folded->scan);
  if (!writer) return failed(writer.error());
  writer_ = std::move(writer).value();
  const Place last = writer_->last_appended();
  queue_ = std::make_unique<JournalQueue>(machine_->loop_count(), last);
  sink_ = std::make_unique<Sink>(*queue_);
  process_ = std::make_unique<Process>(*machine_, writer_->epoch(), last, sink_.get());
  background_rows_ = open_rows(behind);
  background_ = std::make_unique<BackgroundFold>(disk_, journal_dir, new_machine(), behind);
  if (rows_ != nullptr) CHECK(rows_->seek(machine_->cursor(0)).ok());
  if (!fresh) {
    machine_->reoffer_requests(last);
    if (planted(Bug::unjournaled_recovery)) recover_unjournaled(now, last);
    else process_->post_recovered(now);
#ifdef TRADE_PLANTED_BUGS
    if (planted(Bug::reoffer_late)) machine_->withhold_rings(false);
#endif
  }
  return true;
}

void SimProcess::crash(bool power) {
  process_.reset();
  background_.reset();
  background_rows_.reset();
  rows_.reset();
  sink_.reset();
  queue_.reset();
  writer_.reset();
  machine_.reset();
  lock_.reset();
  if (power) disk_.crash();
  else disk_.kill();
}

Place SimProcess::durable() const { return writer_->synced_mark(); }

bool SimProcess::step_loop(std::size_t loop, Time now, Draw& draw) {
  if (!process_->routed(loop)) return false;
  if (process_->choices(loop, now, choices_) == 0) return false;
#ifdef TRADE_PLANTED_BUGS
  if (planted(Bug::reoffer_late) && draw.chance(10)) machine_->withhold_rings(true);
#endif
  return process_->take(loop, choices_[draw.below(choices_.size())], now);
}

bool SimProcess::step_row(Time now) {
  if (rows_ == nullptr) return false;
  Row row;
  auto read = rows_->next(row);
  CHECK(read.ok());
  if (!*read) return false;
  const auto loop = static_cast<std::size_t>(machine_->kernel().loop_of(row.type->id));
  const bool urgent = process_->choices(loop, now, choices_) != 0 && choices_[0].lane == urgent_lane;
  if (!process_->routed(loop) || urgent) {
    CHECK(rows_->seek(row.row).ok());
    return false;
  }
  Input in;
  in.kind = RecordKind::row;
  in.time = now;
  in.row = row.row;
  in.type = row.type;
  in.message = row.message;
  process_->take(loop, in);
  return true;
}

bool SimProcess::step_journal() {
  const bool drained = queue_->drain(*writer_) != 0;
  const auto step = writer_->step();
  if (!step) return failed(step.error());
  return drained || *step != JournalWriter::Step::idle;
}

bool SimProcess::journal_idle() { return !writer_->has_staged() && covered() == process_->last_claimed(); }

bool SimProcess::step_snapshot() {
  auto stepped = background_->step();
  if (!stepped) return failed(stepped.error());
  return *stepped;
}

std::unique_ptr<Machine> SimProcess::folded() {
  auto machine = new_machine();
  std::vector<RowSource*> recorded;
  const auto rows = open_rows(recorded);
  auto folded = fold_journal(disk_, journal_dir, *machine, recorded, false);
  if (folded) return machine;
  failed(folded.error());
  return nullptr;
}

std::unique_ptr<Machine> SimProcess::survivor(Place& last) {
  SimulatedDisk left;
  CHECK(left.make_dir(journal_dir).ok());
  const auto names = disk_.list(journal_dir);
  CHECK(names.ok());
  for (const auto& name : *names) {
    if (name != mark_file_name && !parse_segment_name(name)) continue;
    const auto path = journal_dir + "/" + name;
    if (auto bytes = disk_.durable_bytes(path); !bytes.empty()) left.plant(path, std::move(bytes));
  }
  auto machine = new_machine();
  std::vector<RowSource*> recorded;
  const auto rows = open_rows(recorded);
  auto folded = fold_journal(left, journal_dir, *machine, recorded, false);
  if (!folded) {
    failed(folded.error());
    return nullptr;
  }
  last = folded->scan.end;
  return machine;
}

}  // namespace trade::sim
