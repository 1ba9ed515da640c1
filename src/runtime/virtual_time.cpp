#include "runtime/virtual_time.h"

#include <algorithm>
#include <bit>
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
    auto& v = views_.emplace_back();
    v.index = static_cast<std::uint32_t>(l);
    v.loop = &loop;
    v.urgent = &machine_.incoming(l, urgent_lane);
    v.normal = &machine_.incoming(l, normal_lane);
    v.outstanding = &machine_.outstanding(l);
    v.serves = machine_.kernel().serves(l);
  }
  look_at_all();
}

Result<void> VirtualTime::open() {
  for (auto& s : sources_) {
    s.has = true;
    ++open_sources_;
    if (!advance(s)) return failure_;
  }
  look_at_all();
  return {};
}

void VirtualTime::look_at_all() {
  serving_.clear();
  for (auto& v : views_) {
    look(v);
    v.handled = v.loop->handled();
    v.queued = {};
    for (const auto lane : {normal_lane, urgent_lane})
      for (const auto& i : machine_.incoming(v.index, lane)) i.ring->visit([&](const void*, std::size_t) { ++v.queued[lane]; });
    if (v.serves) serving_.push_back(&v);
  }
}

bool VirtualTime::advance(Source& s) {
  auto read = s.rows->next(s.row);
  if (!read) {
    failure_ = read.error();
    return false;
  }
  s.has = *read;
  const int before = s.loop;
  if (!s.has) --open_sources_;
  else if (s.loop < 0 || s.row.type->role != Role::row) s.loop = machine_.kernel().loop_of(s.row.type->id);
  if (s.has && s.loop >= 0 && s.loop != before) views_[static_cast<std::size_t>(s.loop)].reads = true;
  return true;
}

// What is due at this instant in a loop, in the order the class comment gives.
bool VirtualTime::find_now(const View& v, bool posted) {
  const auto due = [&](From from, const Machine::Incoming* ring) {
    set(next_, clock_, v.index, 0, nullptr, from);
    next_.ring = ring;
    return true;
  };
  if (posted && !process_.inbox_empty(v.index)) return due(From::inbox, nullptr);
  if (v.queued[urgent_lane] != 0) return due(From::urgent_ring, Machine::oldest(*v.urgent));
  if (v.timer <= clock_) return due(From::timer, nullptr);
  if (v.queued[normal_lane] != 0) return due(From::ring, Machine::oldest(*v.normal));
  return false;
}

void VirtualTime::find_later(const View& v, Next& found) const {
  found.at = Time{INT64_MAX};
  found.from = From::none;
  const auto offer = [&](Time at, From from, std::uint32_t index, const Origin* request) {
    at = std::max(at, clock_);
    if (at < found.at) set(found, at, v.index, index, request, from);
  };
  if (open_sources_ != 0) offer(v.timer, From::timer, 0, nullptr);
  if (!v.outstanding->empty())
    for (const auto& [id, asked] : *v.outstanding) offer(asked.due, From::answer, 0, &id);
  for (std::uint32_t i = 0; i < sources_.size(); ++i)
    if (sources_[i].has && sources_[i].loop == static_cast<int>(v.index)) offer(sources_[i].row.time, From::row, i, nullptr);
}

void VirtualTime::look(View& v) {
  const auto& timers = v.loop->timers();
  v.timer = timers.empty() ? Time{INT64_MAX} : timers.front().at;
  if (timers.empty() && v.outstanding->empty() && !v.reads) {  // it only hears from other loops
    v.later.at = Time{INT64_MAX};
    v.later.from = From::none;
    return;
  }
  find_later(v, v.later);
}

void VirtualTime::count_sent(View& v) {
  if (v.handled == v.loop->handled()) return;  // what was posted was refused
  v.handled = v.loop->handled();
  for (const auto& e : v.loop->emissions())
    for (auto loops = e.outlet->loops; loops != 0; loops &= loops - 1)
      ++views_[static_cast<std::size_t>(std::countr_zero(loops))].queued[e.outlet->type->urgent ? urgent_lane : normal_lane];
}

// The first loop with something due at this instant, else the one whose next input comes first; then what of that loop.
void VirtualTime::pick() {
  if (open_sources_ == 0 || process_.any_posted()) return pick_any();
  const View* first = nullptr;
  Time earliest{INT64_MAX};
  for (const auto* v : serving_) {
    const Time at = v->waits() ? clock_ : v->later.at;
    if (at >= earliest) continue;
    first = v;
    earliest = at;
    if (at <= clock_) break;
  }
  if (first == nullptr) {
    next_.from = From::none;
  } else if (!first->waits() && first->timer > clock_) {
    const auto& l = first->later;
    set(next_, std::max(l.at, clock_), l.loop, l.index, l.request, l.from);
  } else {
    find_now(*first, false);
  }
}

// The same where inboxes may hold something and timers no longer keep the run alive: every loop is asked.
void VirtualTime::pick_any() {
  next_.from = From::none;
  next_.at = Time{INT64_MAX};
  Next later;
  for (const auto& v : views_) {
    if (find_now(v, true)) return;
    find_later(v, later);
    if (later.from != From::none && later.at < next_.at) set(next_, later.at, later.loop, later.index, later.request, later.from);
    if (next_.at == clock_ && next_.from != From::none) return;
  }
}

std::optional<Time> VirtualTime::next_time() {
  pick();
  if (next_.from == From::none) return std::nullopt;
  return next_.at;
}

Result<void> VirtualTime::step() {
  if (!perform(next_)) return failure_;
  return {};
}

bool VirtualTime::perform(const Next& next) {
  clock_ = std::max(clock_, next.at);
  ++steps_;
  auto& view = views_[next.loop];
  switch (next.from) {
    case From::urgent_inbox:
    case From::inbox:
      if (!process_.take(next.loop, {Choice::From::inbox, urgent_lane, 0}, clock_))
        process_.take(next.loop, {Choice::From::inbox, normal_lane, 0}, clock_);
      break;
    case From::urgent_ring:
      process_.take(next.loop, *next.ring, urgent_lane);
      --view.queued[urgent_lane];
      break;
    case From::ring:
      process_.take(next.loop, *next.ring, normal_lane);
      --view.queued[normal_lane];
      break;
    case From::timer: {
      const Time at = std::max(machine_.kernel().loop(next.loop).timers().front().at, machine_.kernel().loop(next.loop).now());
      process_.take(next.loop, {Choice::From::timer, normal_lane, 0}, at);
      break;
    }
    case From::answer: take_answer(next); break;
    case From::row:
      if (!take_row(sources_[next.index], next.index)) return false;
      break;
    case From::none: break;
  }
  look(view);
  count_sent(view);
  if (!machine_.effects(next.loop).empty()) let_leave(next.loop);
  return true;
}

bool VirtualTime::take_row(Source& s, std::uint32_t index) {
  Input in;
  in.kind = RecordKind::row;
  in.time = s.row.time;
  in.type = s.row.type;
  in.message = s.row.message;
  in.source = index;
  in.row = s.row.row;
  process_.take(static_cast<std::size_t>(s.loop), in);
  ++rows_;
  const int loop = s.loop;
  if (!advance(s)) return false;
  if (s.loop >= 0 && s.loop != loop) look(views_[static_cast<std::size_t>(s.loop)]);
  return true;
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
        pick();
        if (next_.from == From::none) {
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
        if (!perform(next_)) {
          outcome = failure_;
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
