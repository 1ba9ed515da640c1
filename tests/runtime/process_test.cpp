// The runtime around real threads, a real journal thread and a disk in memory: what a live run did is what its journal folds to.
#include <gtest/gtest.h>

#include <algorithm>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "adapters/embedded/simulated_disk.h"
#include "adapters/system/clock.h"
#include "adapters/system/file.h"
#include "runtime/abort_record.h"
#include "runtime/journal_thread.h"
#include "runtime/live_run.h"
#include "runtime/recovery.h"
#include "runtime/virtual_time.h"
#include "sim/protocol.h"

namespace trade {
namespace {

using namespace sim;

const std::string dir = "journal";

template <class M>
Posted posted(const M& m, Time time) {
  Posted p;
  p.time = time;
  p.type = &describe<M>();
  p.message = FlatMessage(wire::flat_size(m));
  wire::flatten(m, p.message.data());
  return p;
}

// Answers every request at once and keeps what was acknowledged.
class World final : public Outside {
 public:
  void leave(const Effect& e) override {
    if (e.type != &describe<Acknowledged>()) return;
    const std::lock_guard lock(mutex_);
    const auto& a = *static_cast<const Acknowledged*>(e.message.data());
    acknowledged_[a.cid] = a.value;
  }
  Answer perform(const Effect& e) override {
    Answer a{&describe<RowStored>(), FlatMessage(wire::round_up(sizeof(RowStored)))};
    const RowStored stored{static_cast<const StoreRow*>(e.message.data())->row};
    wire::flatten(stored, a.message.data());
    return a;
  }
  std::size_t acknowledged() {
    const std::lock_guard lock(mutex_);
    return acknowledged_.size();
  }

 private:
  std::mutex mutex_;
  Map<Cid, std::uint64_t> acknowledged_;
};

struct OnDisk {
  std::unique_ptr<SimulatedDisk> disk = std::make_unique<SimulatedDisk>(1);
  std::unique_ptr<Machine> machine;
  std::unique_ptr<JournalThread> journal;
  std::unique_ptr<Process> process;
  World world;

  explicit OnDisk(std::size_t ring_bytes = 1u << 20) {
    EXPECT_TRUE(disk->make_dir(dir).ok());
    auto made = Machine::make(protocol_catalogue(), Document::make_table(0), ring_bytes);
    machine = std::move(made).value();
    auto writer = JournalWriter::start(*disk, dir, {}, {"{}", {}, protocol_catalogue().digest()}, Scan{});
    journal =
        std::make_unique<JournalThread>(std::move(writer).value(), machine->loop_count(), 0, [](const Error& e) { FAIL() << e.text(); });
    process = std::make_unique<Process>(*machine, 1, 0, journal.get());
  }
  Digest folded() {
    auto made = Machine::make(protocol_catalogue(), Document::make_table(0));
    auto folded = fold_journal(*disk, dir, **made, {}, false);
    EXPECT_TRUE(folded.ok()) << (folded.ok() ? "" : folded.error().text());
    return (*made)->kernel().state_hash();
  }
};

std::string cid(std::size_t i) { return "c" + std::to_string(i); }

TEST(LiveRun, FoldsToTheStateItHad) {
  constexpr std::size_t commands = 3000;
  OnDisk run(4096);
  const SystemClock clock;
  {
    LiveRun live(*run.process, clock, run.world, run.journal.get());
    live.start(3);
    for (std::size_t i = 0; i < commands; ++i) {
      while (run.process->inbox_full(0)) std::this_thread::yield();
      run.process->post(0, posted(Submit{Cid(cid(i))}, clock.now()));
      if (i % 7 == 0) run.process->post(0, posted(VenueFilled{i / 2 + 1, i}, clock.now()));
      if (i % 5 == 0) run.process->post(0, posted(Submit{Cid(cid(i / 2))}, clock.now()));
    }
    live.finish();
  }
  EXPECT_EQ(run.world.acknowledged(), commands);
  ASSERT_TRUE(run.journal->close().ok());
  BooksState books;
  ASSERT_TRUE(run.machine->kernel().ask(BooksQuery{}, books));
  EXPECT_EQ(books.squares.size(), commands);
  EXPECT_EQ(run.folded(), run.machine->kernel().state_hash());
}

std::pair<Digest, std::string> virtual_run(unsigned threads) {
  OnDisk run;
  VirtualTime time(*run.process, {}, run.world, run.journal.get());
  for (std::size_t i = 0; i < 200; ++i) run.process->post(0, posted(Submit{Cid(cid(i % 150))}, Time{static_cast<std::int64_t>(i) * 1000}));
  EXPECT_TRUE(time.run(threads).ok());
  EXPECT_TRUE(run.journal->close().ok());
  EXPECT_EQ(run.world.acknowledged(), 150u);
  EXPECT_EQ(run.folded(), run.machine->kernel().state_hash());
  std::string bytes;
  const auto names = run.disk->list(dir);
  for (const auto& n : *names)
    if (n.starts_with("journal")) bytes += n + *run.disk->read_all(dir + "/" + n);
  return {run.machine->kernel().state_hash(), bytes};
}

TEST(VirtualTime, GivesTheSameJournalOnAnyNumberOfThreads) {
  const auto one = virtual_run(1);
  EXPECT_EQ(virtual_run(1), one);
  for (const unsigned threads : {2u, 3u, 4u}) EXPECT_EQ(virtual_run(threads), one) << threads << " threads";
}

TEST(Fold, RefusesARecordThatDoesNotFollow) {
  OnDisk run;
  auto made = Machine::make(protocol_catalogue(), Document::make_table(0));
  Fold fold(**made, {});
  Record r;
  r.place = 2;
  r.kind = RecordKind::timer;
  EXPECT_NE(fold.apply(r).error().text().find("does not follow place 0"), std::string::npos);
  r.place = 1;
  const std::string payload(17, '\0');
  r.payload = payload;
  EXPECT_NE(fold.apply(r).error().text().find("timer that is not armed"), std::string::npos);
}

// One start of a process whose client sends poison among its commands; it ends by a signal, or with 0 when it lived and 1 when not all
// of the others were acknowledged.
void start_with_poison(const std::string& where) {
  ::close(STDERR_FILENO);
  auto files = posix_files();
  record_aborts(*files, where);
  auto made = Machine::make(protocol_catalogue(), Document::make_table(0));
  Machine& machine = **made;
  auto folded = fold_journal(*files, where, machine, {}, false);
  auto writer = JournalWriter::start(*files, where, {}, {"{}", {}, protocol_catalogue().digest()}, folded->scan);
  const Place last = (*writer)->last_appended();
  JournalThread journal(std::move(writer).value(), machine.loop_count(), last, [](const Error&) { _exit(2); });
  Process process(machine, 1, last, &journal);
  process.set_quarantine(&folded->quarantine);
  World world;
  VirtualTime time(process, {}, world, &journal);
  machine.reoffer_requests(last);
  for (const auto* id : {"a", "poison", "b"}) process.post(0, posted(Submit{Cid(id)}, Time{1}));
  static_cast<void>(time.run().ok());
  static_cast<void>(journal.close().ok());
  DeskState desk;
  machine.kernel().ask(DeskQuery{}, desk);
  const bool served = desk.stamps.contains(Cid("a")) && desk.stamps.contains(Cid("b")) && !desk.stamps.contains(Cid("poison"));
  _exit(served && folded->quarantine.safe_mode() ? 0 : 1);
}

TEST(SafeMode, QuarantinesWhatAbortedTheProcessTwice) {
  const std::string where = testing::TempDir() + "safe_mode_" + std::to_string(::getpid());
  auto files = posix_files();
  ASSERT_TRUE(files->make_dir(where).ok());
  std::vector<int> ends;
  // Where the poison's cause was made durable without the poison itself, the client's repeat of it is another input: one start more.
  for (int start = 0; start < 8 && (ends.empty() || ends.back() != 0); ++start) {
    const pid_t child = fork();
    if (child == 0) start_with_poison(where);
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    ends.push_back(WIFSIGNALED(status) ? WTERMSIG(status) : -WEXITSTATUS(status));
  }
  ASSERT_GE(ends.size(), 3u);
  EXPECT_EQ(ends.back(), 0);
  ends.pop_back();
  EXPECT_EQ(ends, std::vector<int>(ends.size(), SIGABRT));
  const auto list = Quarantine::read(*files, where);
  ASSERT_TRUE(list.ok());
  EXPECT_GE(std::ranges::count(list->inputs(), Quarantine::limit, &SuspectInput::aborts), 1);
  std::filesystem::remove_all(where);
}

TEST(Process, AsyncLetsVenueMessagesGoAheadButNoAcknowledgement) {
  auto machine = Machine::make(protocol_catalogue(), Document::make_table(0));
  Process process(**machine, 1, 0, nullptr);
  process.drive_alone();
  process.post(0, posted(Submit{Cid("a")}, Time{}));
  std::vector<Choice> choices;
  for (bool worked = true; worked;) {
    worked = false;
    for (std::size_t l = 0; l < 3; ++l)
      while (process.choices(l, Time{}, choices) != 0) worked = process.take(l, choices.front(), Time{});
  }
  std::vector<Effect> leaving;
  for (std::size_t l = 0; l < 3; ++l) process.release(l, 0, leaving, true);
  ASSERT_EQ(leaving.size(), 1u);
  EXPECT_EQ(leaving[0].type, &describe<VenueAsk>());
  for (std::size_t l = 0; l < 3; ++l) process.release(l, process.last_claimed(), leaving, true);
  EXPECT_EQ(leaving.size(), 4u);  // the acknowledgement, the row to store, the computation
}

TEST(Process, RefusesWhatItsInboxCannotHold) {
  OnDisk run;
  std::size_t taken = 0;
  while (run.process->post(0, posted(Submit{Cid("x")}, Time{}))) ++taken;
  EXPECT_EQ(taken, Process::inbox_limit);
}

}  // namespace
}  // namespace trade
