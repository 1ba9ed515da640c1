#include "runtime/machine.h"

#include <algorithm>
#include <bit>

#include "runtime/abort_record.h"
#include "runtime/planted.h"
#include "wire/binary.h"

namespace trade {
namespace {

std::uint8_t lane_of(const MessageType& type) { return type.urgent ? urgent_lane : normal_lane; }

// A flat message is a multiple of 16 bytes; most are a few of them and not worth a call.
void copy_flat(void* to, const void* from, std::size_t bytes) {
  if (bytes > 128) {
    std::memcpy(to, from, bytes);
    return;
  }
  for (std::size_t at = 0; at < bytes; at += wire::flat_align)
    std::memcpy(static_cast<std::byte*>(to) + at, static_cast<const std::byte*>(from) + at, wire::flat_align);
}

}  // namespace

Result<std::unique_ptr<Machine>> Machine::make(const Catalogue& catalogue, const Document& config, std::size_t ring_bytes) {
  auto kernel = Kernel::make(catalogue, config);
  if (!kernel) return kernel.error();
  std::unique_ptr<Machine> m(new Machine);
  m->kernel_ = std::move(kernel).value();
  const auto n = m->kernel_->loop_count();
  m->loops_ = std::vector<LoopState>(n);
  m->rings_.resize(n * n * lane_count);
  m->incoming_.resize(n * lane_count);
  for (std::size_t i = 0; i < m->rings_.size(); ++i) {
    const auto producer = i / lane_count / n, consumer = i / lane_count % n, lane = i % lane_count;
    const bool used = (m->kernel_->targets(producer, lane == urgent_lane) >> consumer & 1) != 0;
    m->rings_[i] = std::make_unique<ByteRing>(used ? ring_bytes : 256);
    if (used) m->incoming_[consumer * lane_count + lane].push_back({static_cast<std::uint8_t>(producer), m->rings_[i].get()});
  }
  return m;
}

void Machine::perform(std::size_t l, const Input& in, Place place) {
  auto& loop = kernel_->loop(l);
  auto& state = loops_[l];
  state.route_at = 0;
  state.fresh = true;
  set_handled_input(static_cast<std::uint8_t>(l), in.kind, in.origin);
  state.cause = planted(Bug::cause_root) && in.kind == RecordKind::ring ? in.origin.place : place;
  static const Outlet nobody{};
  const auto enter = [&](const MessageType& type, const void* message) {
    if (in.quarantined) return loop.handle(nobody, message, place, in.time);
    const auto* entry = kernel_->entry(l, type.id);
    loop.handle(entry == nullptr ? nobody : *entry, message, place, in.time);
  };
  const auto enter_for = [&](std::uint8_t service, const MessageType& type, const void* message) {
    if (in.quarantined) return loop.handle(nobody, message, place, in.time);
    const auto* receiver = kernel_->receiver(l, service, type.id);
    CHECK(receiver != nullptr, "a service does not consume what it asked for");
    loop.handle_for(*receiver, message, place, in.time);
  };
  switch (in.kind) {
    case RecordKind::row:
      if (cursors_.size() <= in.source) cursors_.resize(in.source + 1);
      cursors_[in.source] = in.row + 1;
      return enter(*in.type, in.message);
    case RecordKind::command:
      if (in.origin.loop == outside_loop) state.taken[in.origin.index] = in.origin.place;
      return enter(*in.type, in.message);
    case RecordKind::ring: return enter(*in.type, in.message);
    case RecordKind::timer: {
      const TimerFired fired{in.timer->token};
      return enter_for(in.timer->service, describe<TimerFired>(), &fired);
    }
    case RecordKind::answer: {
      const auto asked = state.outstanding.find(in.origin);
      CHECK(asked != state.outstanding.end(), "an answer to nothing");
      const auto service = asked->second.service;
      state.outstanding.erase(asked);
      return enter_for(service, *in.type, in.message);
    }
    case RecordKind::recovered: {
      const Recovered recovered{in.epoch};
      return enter(describe<Recovered>(), &recovered);
    }
    default: CHECK(false, "not an input");
  }
}

void Machine::begin_emission(std::size_t l, const Emission& e) {
  auto& state = loops_[l];
  const auto& loop = kernel_->loop(l);
  const auto* message = loop.emitted(e);
  const auto& type = *e.outlet->type;
  if (digests_) {
    state.emission_digest = type.digest(type.id, message);
    state.digest = mix64(state.digest ^ state.emission_digest);
  }
  if (!e.outlet->leaves) return;
  const Origin id{static_cast<std::uint8_t>(l), loop.place(), e.index};
  if (type.role == Role::request) {
    ByteWriter bytes;
    type.encode(bytes, message);
    state.outstanding.emplace(id, Outstanding{e.service, type.id, loop.now() + type.cost, bytes.take()});
  }
  if (suppressed_ || !e.outlet->kept) return;
  FlatMessage copy(e.bytes);
  type.flatten(message, copy.data());
  state.effects.push_back({state.cause, id, &type, std::move(copy), loop.now()});
}

bool Machine::put(ByteRing& to, const Waiting& head, const void* message, std::size_t bytes, bool grow) {
  const std::size_t need = sizeof(Waiting) + bytes;
  void* room = to.reserve(need);
  if (room == nullptr) [[unlikely]] {
    if (!grow) return false;
    to.grow(need);
    room = to.reserve(need);
  }
  auto* w = new (room) Waiting;  // member by member: a wide copy of what was just made waits for its stores
  w->origin.loop = head.origin.loop;
  w->origin.place = head.origin.place;
  w->origin.index = head.origin.index;
  w->time = head.time;
  w->digest = head.digest;
  w->type = head.type;
  copy_flat(w->message(), message, bytes);
  to.commit();
  return true;
}

// Older kept messages go first: origins only ever increase within a ring.
bool Machine::put_kept(std::size_t producer, std::size_t consumer, std::uint8_t lane) {
  auto& kept = loops_[producer].kept;
  for (auto k = kept.begin(); k != kept.end();) {
    if (k->consumer != consumer || lane_of(*k->head.type) != lane) {
      ++k;
      continue;
    }
    if (!put(ring(producer, consumer, lane), k->head, k->message.data(), k->message.size(), false)) return false;
    k = kept.erase(k);
  }
  return true;
}

void Machine::flush_kept(std::size_t l) {
  for (std::size_t consumer = 0; consumer < loops_.size() && !loops_[l].kept.empty(); ++consumer)
    for (const auto lane : {urgent_lane, normal_lane}) put_kept(l, consumer, lane);
}

bool Machine::push(std::size_t producer, std::size_t consumer, const Emission& e, bool grow) {
  const auto& type = *e.outlet->type;
  auto& state = loops_[producer];
  const auto& loop = kernel_->loop(producer);
  const Waiting head{{static_cast<std::uint8_t>(producer), loop.place(), e.index}, loop.now(), state.emission_digest, &type};
  const auto lane = lane_of(type);
  auto& to = ring(producer, consumer, lane);
  if ((state.kept.empty() || put_kept(producer, consumer, lane)) && put(to, head, loop.emitted(e), e.bytes, grow)) return true;
  if (type.when_full == WhenFull::block) return false;
  if (type.when_full == WhenFull::drop) {
    state.lost.fetch_add(1, std::memory_order_acq_rel);
    return true;
  }
  FlatMessage copy(e.bytes);
  type.flatten(loop.emitted(e), copy.data());
  const auto same = [&](const Kept& k) { return k.consumer == consumer && k.head.type == &type; };
  state.lost.fetch_add(std::erase_if(state.kept, same), std::memory_order_acq_rel);
  state.kept.push_back({consumer, head, std::move(copy)});
  return true;
}

bool Machine::route(std::size_t l, bool grow) {
  const auto& emissions = kernel_->loop(l).emissions();
  if (emissions.empty()) return true;
  auto& state = loops_[l];
  for (; state.route_at < emissions.size(); ++state.route_at, state.fresh = true) {
    const auto& e = emissions[state.route_at];
    if (state.fresh) {
      begin_emission(l, e);
      state.loops_left = e.outlet->loops;
      state.fresh = false;
    }
    while (state.loops_left != 0) {
      const auto consumer = static_cast<std::size_t>(std::countr_zero(state.loops_left));
      if (!push(l, consumer, e, grow)) return false;
      state.loops_left &= state.loops_left - 1;
    }
  }
  return true;
}

Waiting* Machine::front(std::size_t producer, std::size_t consumer, std::uint8_t lane) {
  auto* waiting = static_cast<Waiting*>(ring(producer, consumer, lane).front());
  if (waiting != nullptr && waiting->type->rebase != nullptr) waiting->type->rebase(waiting->message());  // the block may have moved
  return waiting;
}

std::size_t Machine::waiting() {
  std::size_t n = 0;
  for (auto& ring : rings_) ring->visit([&n](const void*, std::size_t) { ++n; });
  return n;
}

void Machine::reoffer_requests(Place cause) {
  for (auto& state : loops_)
    for (const auto& [id, asked] : state.outstanding) {
      const auto* type = kernel_->type(asked.type_id);
      CHECK(type != nullptr, "an open request of unknown type");
      auto flat = type->decode(asked.bytes);
      state.effects.push_back({cause, id, type, std::move(flat).value()});
    }
}

std::uint64_t Machine::taken_from(std::size_t loop, std::uint32_t sender) const {
  const auto at = loops_[loop].taken.find(sender);
  return at == loops_[loop].taken.end() ? 0 : at->second;
}

void Machine::save_ring(ByteWriter& w, ByteRing& ring) {
  std::uint32_t n = 0;
  ring.visit([&](void*, std::size_t) { ++n; });
  if (planted(Bug::snap_no_rings)) n = 0;
  w.put(n);
  if (n == 0) return;
  ring.visit([&](void* block, std::size_t) {
    auto* waiting = static_cast<Waiting*>(block);
    if (waiting->type->rebase != nullptr) waiting->type->rebase(waiting->message());
    ByteWriter bytes;
    waiting->type->encode(bytes, waiting->message());
    wire::write_binary(w, waiting->origin);
    wire::write_binary(w, waiting->time);
    w.put(waiting->type->id);
    w.put_text(bytes.bytes());
  });
}

void Machine::load_ring(ByteReader& r, ByteRing& ring) {
  const auto n = r.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
    Origin origin;
    Time time;
    wire::read_binary(r, origin);
    wire::read_binary(r, time);
    const auto* type = kernel_->type(r.get<std::uint32_t>());
    const auto bytes = r.get_text();
    if (type == nullptr) return r.fail();
    const auto flat = type->decode(bytes);
    if (!flat) return r.fail();
    const std::size_t need = sizeof(Waiting) + flat->size();
    void* room = ring.reserve(need);
    if (room == nullptr) {
      ring.grow(need);
      room = ring.reserve(need);
    }
    auto* w = new (room) Waiting{origin, time, mix_bytes(type->id, bytes.data(), bytes.size()), type};
    std::memcpy(w->message(), flat->data(), flat->size());
    ring.commit();
  }
}

void Machine::save(ByteWriter& w) {
  kernel_->save(w);
  for (auto& r : rings_) save_ring(w, *r);
  const auto put_map = [&w](const auto& map) {
    w.put(static_cast<std::uint32_t>(map.size()));
    for (const auto& [k, v] : map) {
      wire::write_binary(w, k);
      wire::write_binary(w, v);
    }
  };
  for (const auto& l : loops_) {
    put_map(l.outstanding);
    put_map(l.taken);
    w.put(l.digest);
  }
  wire::write_binary(w, cursors_);
}

void Machine::load(ByteReader& r) {
  kernel_->load(r);
  for (auto& ring : rings_) load_ring(r, *ring);
  const auto get_map = [&r](auto& map) {
    map.clear();
    const auto n = r.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < n && r.ok(); ++i) {
      typename std::remove_cvref_t<decltype(map)>::key_type k{};
      typename std::remove_cvref_t<decltype(map)>::mapped_type v{};
      wire::read_binary(r, k);
      wire::read_binary(r, v);
      map.emplace(std::move(k), std::move(v));
    }
  };
  for (auto& l : loops_) {
    get_map(l.outstanding);
    get_map(l.taken);
    l.digest = r.get<std::uint64_t>();
  }
  wire::read_binary(r, cursors_);
}

#ifdef TRADE_PLANTED_BUGS
void Machine::withhold_rings(bool give_back) {
  if (give_back) {
    for (auto& [ring, bytes] : withheld_) {
      ByteReader r(bytes);
      load_ring(r, *rings_[ring]);
    }
    withheld_.clear();
    return;
  }
  for (std::size_t i = 0; i < rings_.size(); i += lane_count) {  // normal lanes
    ByteWriter w;
    save_ring(w, *rings_[i]);
    withheld_.emplace_back(i, w.take());
    while (rings_[i]->front() != nullptr) rings_[i]->pop();
  }
}
#endif

}  // namespace trade
