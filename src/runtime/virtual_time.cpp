#include "runtime/virtual_time.h"

#include <algorithm>
#include <thread>

namespace trade {

VirtualTime::VirtualTime(Process& process, std::vector<RowSource*> sources, Outside& outside, DurableMark* mark, bool async)
    : process_(process), machine_(process.machine()), outside_(outside), mark_(mark), async_(async) {
  for (auto* s : sources) sources_.push_back({s, {}, false, -1});
  process_.drive_alone();
  machine_.kernel().keep_effects([&outside](const MessageType& type) { return outside.wants(type); });
  for (std::size_t l = 0; l < machine_.loop_count(); ++l) {
    const auto& loop = machine_.kernel().loop(l);
    clock_ = std::max(clock_, loop.now());
    views_.push_back({static_cast<std::uint32_t>(l), &loop, &machine_.incoming(l, urgent_lane), &machine_.incoming(l, normal_lane),
                      &machine_.outstanding(l), machine_.kernel().serves(l)});
  }
}

Result<void> VirtualTime::open() {
  for (auto& s : sources_) {
    s.has = true;
    ++open_sources_;
    if (auto read = advance(s); !read) return read;
  }
  return {};
}

Result<void> VirtualTime::advance(Source& s) {
  auto read = s.rows->next(s.row);
  if (!read) return read.error();
  s.has = *read;
  if (!s.has) --open_sources_;
  else if (s.loop < 0 || s.row.type->role != Role::row) s.loop = machine_.kernel().loop_of(s.row.type->id);
  return {};
}

// What is due at this instant in a loop, in the order the class comment gives.
bool VirtualTime::find_now(const View& v, bool posted) {
  const auto due = [&](From from, int producer) {
    set_next(clock_, v.index, static_cast<std::uint32_t>(producer), nullptr, from);
    return true;
  };
  if (posted && !process_.inbox_empty(v.index)) return due(From::inbox, 0);
  if (const int p = Machine::oldest(*v.urgent); p >= 0) return due(From::urgent_ring, p);
  if (v.loop->timer_due(clock_)) return due(From::timer, 0);
  if (const int p = Machine::oldest(*v.normal); p >= 0) return due(From::ring, p);
  return false;
}

void VirtualTime::find_later(const View& v) {
  const auto offer = [&](Time at, From from, std::uint32_t index, const Origin* request) {
    at = std::max(at, clock_);
    if (at < next_.at) set_next(at, v.index, index, request, from);
  };
  const auto& timers = v.loop->timers();
  if (!timers.empty() && open_sources_ != 0) offer(timers.front().at, From::timer, 0, nullptr);
  if (!v.outstanding->empty())
    for (const auto& [id, asked] : *v.outstanding) offer(asked.due, From::answer, 0, &id);
  for (std::uint32_t i = 0; i < sources_.size(); ++i)
    if (sources_[i].has && sources_[i].loop == static_cast<int>(v.index)) offer(sources_[i].row.time, From::row, i, nullptr);
}

void VirtualTime::pick() {
  set_next(Time{INT64_MAX}, 0, 0, nullptr, From::none);
  const bool posted = process_.any_posted();
  for (const auto& v : views_) {
    if (!v.serves && !posted) continue;  // nothing can wait there
    if (find_now(v, posted)) return;
    find_later(v);
    if (next_.at == clock_ && next_.from != From::none) return;
  }
}

std::optional<Time> VirtualTime::next_time() {
  pick();
  if (next_.from == From::none) return std::nullopt;
  return next_.at;
}

Result<void> VirtualTime::step() { return perform(next_); }

Result<void> VirtualTime::perform(const Next& next) {
  clock_ = std::max(clock_, next.at);
  ++steps_;
  switch (next.from) {
    case From::urgent_inbox:
    case From::inbox:
      if (!process_.take(next.loop, {Choice::From::inbox, urgent_lane, 0}, clock_))
        process_.take(next.loop, {Choice::From::inbox, normal_lane, 0}, clock_);
      break;
    case From::urgent_ring:
      process_.take(next.loop, {Choice::From::ring, urgent_lane, static_cast<std::uint8_t>(next.index)}, clock_);
      break;
    case From::ring: process_.take(next.loop, {Choice::From::ring, normal_lane, static_cast<std::uint8_t>(next.index)}, clock_); break;
    case From::timer: {
      const Time at = std::max(machine_.kernel().loop(next.loop).timers().front().at, machine_.kernel().loop(next.loop).now());
      process_.take(next.loop, {Choice::From::timer, normal_lane, 0}, at);
      break;
    }
    case From::answer: take_answer(next); break;
    case From::row:
      if (auto taken = take_row(sources_[next.index], next.index); !taken) return taken;
      break;
    case From::none: break;
  }
  if (!machine_.effects(next.loop).empty()) let_leave(next.loop);
  return {};
}

Result<void> VirtualTime::take_row(Source& s, std::uint32_t index) {
  Input in;
  in.kind = RecordKind::row;
  in.time = s.row.time;
  in.type = s.row.type;
  in.message = s.row.message;
  in.source = index;
  in.row = s.row.row;
  process_.take(static_cast<std::size_t>(s.loop), in);
  ++rows_;
  return advance(s);
}

void VirtualTime::take_answer(const Next& next) {
  const Origin id = *next.request;  // its request goes when the answer is taken
  const auto& asked = machine_.outstanding(next.loop).at(id);
  const auto* type = machine_.kernel().type(asked.type_id);
  auto request = type->decode(asked.bytes);
  Answer answer;
  if (type->compute != nullptr) {
    answer = {&type->answer(), type->compute(request->data())};
  } else {
    if (mark_ != nullptr) mark_->wait(id.place);
    answer = outside_.perform({id.place, id, type, std::move(request).value()});
  }
  Input in;
  in.kind = RecordKind::answer;
  in.origin = id;
  in.time = clock_;
  in.type = answer.type;
  in.message = answer.message.data();
  process_.take(next.loop, in);
}

// Requests are performed when their answer is due; everything else leaves as soon as the mark allows.
void VirtualTime::let_leave(std::size_t loop) {
  leaving_.clear();
  process_.release(loop, mark_ == nullptr ? ~Place{0} : mark_->covered(), leaving_, async_);
  for (const auto& e : leaving_)
    if (e.type->role != Role::request) outside_.leave(e);
}

bool VirtualTime::holds_effects() const {
  for (std::size_t l = 0; l < machine_.loop_count(); ++l)
    if (!machine_.effects(l).empty()) return true;
  return false;
}

void VirtualTime::let_leave() {
  for (std::size_t l = 0; l < machine_.loop_count(); ++l)
    if (!machine_.effects(l).empty()) let_leave(l);
}

Result<void> VirtualTime::run(unsigned threads) {
  const unsigned n = std::clamp(threads, 1u, static_cast<unsigned>(machine_.loop_count()));
  std::atomic<unsigned> baton{0};
  constexpr unsigned over = ~0u;
  Result<void> outcome;
  const auto turn = [&](unsigned me) {
    for (;;) {
      for (unsigned b = baton.load(std::memory_order_acquire); b != me; b = baton.load(std::memory_order_acquire)) {
        if (b == over) return;
        baton.wait(b, std::memory_order_acquire);
      }
      for (;;) {
        if (!next_time()) {
          baton.store(over, std::memory_order_release);
          baton.notify_all();
          return;
        }
        const auto owner = static_cast<unsigned>(next_.loop) % n;
        if (owner != me) {
          baton.store(owner, std::memory_order_release);
          baton.notify_all();
          break;
        }
        if (auto stepped = step(); !stepped) {
          outcome = stepped;
          baton.store(over, std::memory_order_release);
          baton.notify_all();
          return;
        }
      }
    }
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < n; ++i) others.emplace_back(turn, i);
  turn(0);
  others.clear();
  if (outcome && mark_ != nullptr) mark_->wait(process_.last_claimed());
  if (outcome) let_leave();
  return outcome;
}

}  // namespace trade
