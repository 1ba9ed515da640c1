#include "runtime/live_run.h"

#include <algorithm>
#include <chrono>

namespace trade {
namespace {

constexpr int spin_rounds = 200;
constexpr auto park_time = std::chrono::microseconds(50);

}  // namespace

LiveRun::LiveRun(Process& process, const Clock& clock, Outside& outside, DurableMark* mark, bool async)
    : process_(process), clock_(clock), outside_(outside), mark_(mark), async_(async) {
  process_.count_in_flight();
}

LiveRun::~LiveRun() { stop(); }

void LiveRun::stop() {
  {
    const std::lock_guard lock(work_mutex_);
    stop_ = true;
  }
  work_waits_.notify_all();
  threads_.clear();
}

void LiveRun::start(unsigned threads) {
  const auto n = std::clamp(threads, 1u, static_cast<unsigned>(process_.machine().loop_count()));
  for (unsigned i = 0; i < n; ++i) threads_.emplace_back([this, i, n] { work(i, n); });
  threads_.emplace_back([this] { compute(); });
}

void LiveRun::finish() {
  while (!process_.quiescent()) std::this_thread::sleep_for(park_time);
  if (mark_ != nullptr) mark_->wait(process_.last_claimed());
  stop();
  std::vector<Effect> leaving;
  for (std::size_t l = 0; l < process_.machine().loop_count(); ++l) let_leave(l, leaving);
}

void LiveRun::work(unsigned me, unsigned threads) {
  std::vector<Choice> choices;
  std::vector<Effect> leaving;
  int idle = 0;
  for (std::size_t turn = 0; !stop_.load(std::memory_order_acquire); ++turn) {
    bool worked = false;
    for (std::size_t l = me; l < process_.machine().loop_count(); l += threads) worked |= round(l, choices, leaving, turn);
    idle = worked ? 0 : idle + 1;
    if (idle > spin_rounds) std::this_thread::sleep_for(park_time);
  }
}

bool LiveRun::round(std::size_t loop, std::vector<Choice>& choices, std::vector<Effect>& leaving, std::size_t turn) {
  let_leave(loop, leaving);
  if (!process_.routed(loop)) return false;
  const Time now = clock_.now();
  const auto n = process_.choices(loop, now, choices);
  if (n == 0) return false;
  return process_.take(loop, choices[turn % n], now);
}

void LiveRun::let_leave(std::size_t loop, std::vector<Effect>& leaving) {
  if (process_.machine().effects(loop).empty()) return;
  leaving.clear();
  process_.release(loop, mark_ == nullptr ? ~Place{0} : mark_->covered(), leaving, async_);
  for (auto& e : leaving) {
    if (e.type->role != Role::request) {
      outside_.leave(e);
      continue;
    }
    if (e.type->compute != nullptr) {
      const std::lock_guard lock(work_mutex_);
      work_.push_back(std::move(e));
      work_waits_.notify_one();
      continue;
    }
    if (auto answer = outside_.perform(e); answer.type != nullptr) post_answer(e.id, std::move(answer));
  }
}

void LiveRun::post_answer(const Origin& request, Answer answer) {
  Posted p;
  p.kind = RecordKind::answer;
  p.origin = request;
  p.time = clock_.now();
  p.type = answer.type;
  p.message = std::move(answer.message);
  while (process_.inbox_full(request.loop)) std::this_thread::yield();
  process_.post(request.loop, std::move(p));
}

// Computations that loops have offloaded, one after another.
void LiveRun::compute() {
  for (;;) {
    Effect request;
    {
      std::unique_lock lock(work_mutex_);
      work_waits_.wait(lock, [this] { return stop_ || !work_.empty(); });
      if (work_.empty()) return;
      request = std::move(work_.front());
      work_.pop_front();
    }
    post_answer(request.id, {&request.type->answer(), request.type->compute(request.message.data())});
  }
}

}  // namespace trade
