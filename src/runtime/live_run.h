#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "ports/clock.h"
#include "runtime/process.h"

namespace trade {

// A live process: loops on threads, arrival order decides and the journal records it. Loop i runs on thread i mod threads.
class LiveRun {
 public:
  // `mark` null: effects leave at once. `outside` is called from loop threads.
  LiveRun(Process& process, const Clock& clock, Outside& outside, DurableMark* mark, bool async = false);
  ~LiveRun();

  void start(unsigned threads);
  // Waits until nothing posted or emitted is unhandled (timers apart), then stops the threads; effects covered by then have left.
  void finish();

 private:
  void work(unsigned me, unsigned threads);
  bool round(std::size_t loop, std::vector<Choice>& choices, std::vector<Effect>& leaving, std::size_t turn);
  void let_leave(std::size_t loop, std::vector<Effect>& leaving);
  void compute();
  void post_answer(const Origin& request, Answer answer);
  void stop();

  Process& process_;
  const Clock& clock_;
  Outside& outside_;
  DurableMark* mark_;
  bool async_;
  std::atomic<bool> stop_{false};
  std::mutex work_mutex_;
  std::condition_variable work_waits_;
  std::deque<Effect> work_;
  std::vector<std::jthread> threads_;
};

}  // namespace trade
