#include "runtime/process.h"

#include <algorithm>
#include <bit>

#include "runtime/planted.h"

namespace trade {

Process::Process(Machine& machine, std::uint32_t epoch, Place last, RecordSink* sink)
    : machine_(machine), epoch_(epoch), next_(last + 1), sink_(sink), sides_(machine.loop_count()) {
  machine.keep_digests(sink != nullptr);
  for (std::size_t i = 0; i < machine.loop_count(); ++i) inboxes_.push_back(std::make_unique<Inbox>());
}

bool Process::post(std::size_t loop, Posted input) {
  auto& inbox = *inboxes_[loop];
  const auto lane = input.type != nullptr && input.type->urgent ? urgent_lane : normal_lane;
  const std::lock_guard lock(inbox.mutex);
  if (inbox.lanes[lane].size() >= inbox_limit) return false;
  if (planted(Bug::claim_at_enqueue) && input.kind == RecordKind::command) input.claimed = next_.fetch_add(1);
  inbox.lanes[lane].push_back(std::move(input));
  inbox.size.fetch_add(1, std::memory_order_release);
  in_flight_.fetch_add(1, std::memory_order_acq_rel);
  return true;
}

bool Process::post_numbered(std::size_t loop, std::uint32_t sender, std::uint64_t sequence, Posted input) {
  input.origin = {outside_loop, sequence, sender};
  return post(loop, std::move(input));
}

void Process::post_recovered(Time now) {
  for (std::size_t l = 0; l < inboxes_.size(); ++l) {
    Posted p;
    p.kind = RecordKind::recovered;
    p.time = now;
    p.epoch = epoch_;
    const std::lock_guard lock(inboxes_[l]->mutex);
    inboxes_[l]->lanes[urgent_lane].push_front(std::move(p));
    inboxes_[l]->size.fetch_add(1, std::memory_order_release);
    in_flight_.fetch_add(1, std::memory_order_acq_rel);
  }
}

void Process::count_in_flight() {
  if (!counting_) in_flight_.fetch_add(static_cast<std::int64_t>(machine_.waiting()), std::memory_order_acq_rel);
  counting_ = true;
}

bool Process::inbox_full(std::size_t loop) { return inboxes_[loop]->size.load(std::memory_order_acquire) >= inbox_limit / 2; }

std::size_t Process::choices(std::size_t loop, Time now, std::vector<Choice>& out) {
  out.clear();
  for (const auto lane : {urgent_lane, normal_lane}) {
    if (!inbox_empty(loop)) {
      const std::lock_guard lock(inboxes_[loop]->mutex);
      if (!inboxes_[loop]->lanes[lane].empty()) out.push_back({Choice::From::inbox, lane, 0});
    }
    for (const auto& i : machine_.incoming(loop, lane))
      if (!i.ring->empty()) out.push_back({Choice::From::ring, lane, i.producer});
    if (!out.empty()) return out.size();
    if (lane == urgent_lane && machine_.kernel().loop(loop).timer_due(now)) out.push_back({Choice::From::timer, normal_lane, 0});
  }
  return out.size();
}

bool Process::take(std::size_t loop, const Choice& choice, Time now) {
  switch (choice.from) {
    case Choice::From::inbox: return take_posted(loop, choice.lane, now);
    case Choice::From::timer: {
      Input in;
      in.kind = RecordKind::timer;
      in.time = now;
      const Timer timer = machine_.kernel().loop(loop).take_timer();
      in.timer = &timer;
      in.origin = {static_cast<std::uint8_t>(loop), timer.id, timer.service};
      take(loop, in);
      return true;
    }
    case Choice::From::ring:
      for (const auto& i : machine_.incoming(loop, choice.lane)) {
        if (i.producer != choice.producer) continue;
        take(loop, i, choice.lane);
        return true;
      }
      CHECK(false, "no such ring");
  }
  return false;
}

void Process::take(std::size_t loop, const Machine::Incoming& from, std::uint8_t lane) {
  const auto* waiting = Machine::front(from);
  CHECK(waiting != nullptr, "nothing waits in the ring");
  Input in;
  in.kind = RecordKind::ring;
  in.lane = lane;
  in.origin.loop = waiting->origin.loop;
  in.origin.place = waiting->origin.place;
  in.origin.index = waiting->origin.index;
  in.time = waiting->time;
  in.type = waiting->type;
  in.message = waiting + 1;
  in.digest = waiting->digest;
  take(loop, in);
  from.ring->pop();
  if (counting_) in_flight_.fetch_sub(1, std::memory_order_acq_rel);
}

bool Process::refuse(std::size_t loop, const Posted& p) {
  if (p.kind == RecordKind::answer) return !machine_.outstanding(loop).contains(p.origin);
  if (p.kind != RecordKind::command || p.origin.loop != outside_loop) return false;
  const auto taken = machine_.taken_from(loop, p.origin.index);
  if (p.origin.place == taken + 1) return false;
  // A duplicate is settled again, but not before the record it repeats is durable; its place is at most the last one claimed.
  if (p.origin.place <= taken)
    sides_[loop].settled.push_back({planted(Bug::dup_ack_early) ? 0 : last_claimed(), p.origin.index, p.origin.place});
  return true;
}

bool Process::take_posted(std::size_t loop, std::uint8_t lane, Time now) {
  Posted p;
  {
    auto& inbox = *inboxes_[loop];
    const std::lock_guard lock(inbox.mutex);
    if (inbox.lanes[lane].empty()) return false;
    p = std::move(inbox.lanes[lane].front());
    inbox.lanes[lane].pop_front();
    inbox.size.fetch_sub(1, std::memory_order_release);
  }
  if (refuse(loop, p)) {
    in_flight_.fetch_sub(1, std::memory_order_acq_rel);
    return false;
  }
  Input in;
  in.kind = p.kind;
  in.lane = lane;
  in.origin = p.origin;
  in.time = std::max(p.time, now);
  in.type = p.type;
  in.message = p.message.data();
  in.source = p.source;
  in.row = p.row;
  in.epoch = p.epoch;
  if (p.claimed != 0) {
    if (sink_ != nullptr) record(loop, in, p.claimed);
    perform(loop, in, p.claimed);
  } else {
    take(loop, in);
  }
  if (p.origin.loop == outside_loop && p.kind == RecordKind::command)
    sides_[loop].settled.push_back({machine_.kernel().loop(loop).place(), p.origin.index, p.origin.place});
  in_flight_.fetch_sub(1, std::memory_order_acq_rel);
  return true;
}

Origin Process::command_origin(std::size_t loop, const Input& in) {
  auto& bytes = sides_[loop].payload;
  bytes.clear();
  in.type->encode(bytes, in.message);
  return {edge_origin, mix_bytes(in.type->id, bytes.bytes().data(), bytes.size()), 0};
}

void Process::take(std::size_t loop, Input& in) {
  if (in.kind == RecordKind::row) in.origin = {row_origin, in.row, in.source};
  if (in.kind == RecordKind::command && in.origin.loop != outside_loop) in.origin = command_origin(loop, in);
  in.quarantined = quarantine_ != nullptr && quarantine_->holds(static_cast<std::uint8_t>(loop), in.kind, in.origin);
  const Place place = claim();
  if (sink_ != nullptr) record(loop, in, place);
  perform(loop, in, place);
  auto& side = sides_[loop];
  side.digest_due = side.digest_due || place % digest_every == 0;
  if (side.digest_due && !side.routing) take_digest(loop);
}

void Process::record(std::size_t loop, const Input& in, Place place) {
  auto& payload = sides_[loop].payload;
  char row[10];
  Record r;
  if (in.kind == RecordKind::row) {
    const auto source = static_cast<std::uint16_t>(in.source);
    std::memcpy(row, &source, 2);
    std::memcpy(row + 2, &in.row, 8);
    r.payload = {row, sizeof row};
  } else {
    payload.clear();
    write_payload(payload, in);
    r.payload = payload.bytes();
  }
  r.place = place;
  r.kind = in.kind;
  r.loop = static_cast<std::uint8_t>(loop);
  r.lane = in.lane;
  r.epoch = epoch_;
  r.origin.loop = in.origin.loop;
  r.origin.place = in.origin.place;
  r.origin.index = in.origin.index;
  r.time = std::max(in.time, machine_.kernel().loop(loop).now());
  sink_->hand(loop, r);
}

bool Process::quiescent() const {
  std::int64_t lost = 0;
  for (std::size_t l = 0; l < machine_.loop_count(); ++l) lost += static_cast<std::int64_t>(machine_.conflated(l));
  return in_flight_.load(std::memory_order_acquire) == lost;
}

void Process::perform(std::size_t loop, const Input& in, Place place) {
  CHECK(!sides_[loop].routing, "the last input's emissions are not routed yet");
  machine_.perform(loop, in, place);
  if (counting_) {
    std::int64_t more = in.kind == RecordKind::answer ? -1 : 0;
    for (const auto& e : machine_.kernel().loop(loop).emissions())
      more += std::popcount(e.outlet->loops) + (e.outlet->type->role == Role::request ? 1 : 0);
    if (more != 0) in_flight_.fetch_add(more, std::memory_order_acq_rel);
  }
  sides_[loop].routing = !machine_.route(loop, alone_);
}

bool Process::routed(std::size_t loop) {
  auto& side = sides_[loop];
  if (side.routing) side.routing = !machine_.route(loop, alone_);
  else machine_.flush_kept(loop);
  if (side.digest_due && !side.routing) take_digest(loop);
  return !side.routing;
}

// Only once all that the last input emitted is routed: the digest covers it.
void Process::take_digest(std::size_t loop) {
  sides_[loop].digest_due = false;
  if (sink_ == nullptr) return;
  Record r;
  r.place = claim();
  r.kind = RecordKind::digest;
  r.loop = static_cast<std::uint8_t>(loop);
  r.epoch = epoch_;
  r.time = machine_.kernel().loop(loop).now();
  auto& payload = sides_[loop].payload;
  payload.clear();
  payload.put(machine_.emitted_digest(loop));
  r.payload = payload.bytes();
  sink_->hand(loop, r);
}

void Process::release(std::size_t loop, Place mark, std::vector<Effect>& out, bool async) {
  auto& waiting = machine_.effects(loop);
  if (!async && !planted(Bug::send_before_durable) && !planted(Bug::cause_root)) {  // they stand in order of cause: a prefix leaves
    auto last = waiting.begin();
    while (last != waiting.end() && last->cause <= mark) ++last;
    if (last == waiting.begin()) return;
    out.insert(out.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(last));
    waiting.erase(waiting.begin(), last);
    return;
  }
  std::size_t kept = 0;
  for (auto& e : waiting) {
    const bool lifted = async && e.type->role == Role::venue;
    if (e.cause <= mark || lifted || planted(Bug::send_before_durable)) out.push_back(std::move(e));
    else if (auto& slot = waiting[kept++]; &slot != &e) slot = std::move(e);
  }
  waiting.resize(kept);
}

void Process::release_settled(std::size_t loop, Place mark, std::vector<std::pair<std::uint32_t, std::uint64_t>>& out) {
  auto& waiting = sides_[loop].settled;
  std::erase_if(waiting, [&](const Settled& s) {
    if (s.cause > mark) return false;
    out.emplace_back(s.sender, s.sequence);
    return true;
  });
}

void write_payload(ByteWriter& w, const Input& in) {
  switch (in.kind) {
    case RecordKind::ring: w.put(in.digest); return;
    case RecordKind::command:
    case RecordKind::answer:
      w.put(in.type->id);
      in.type->encode(w, in.message);
      return;
    case RecordKind::timer:
      w.put(in.timer->id);
      w.put(in.timer->service);
      w.put(in.timer->token);
      return;
    case RecordKind::recovered: w.put(in.epoch); return;
    default: CHECK(false, "not an input");
  }
}

}  // namespace trade
