#include "runtime/kernel.h"

#include <algorithm>
#include <bit>

#include "wire/binary.h"

namespace trade {
namespace {

const Consumed* consumes(const ServiceType& s, std::uint32_t type_id) {
  for (const auto& c : s.in)
    if (c.type->id == type_id) return &c;
  return nullptr;
}

}  // namespace

Subscriber Kernel::subscriber(const Service& s, const Consumed& c) { return {s.instance->self(), s.outlets.data(), s.index, c.call}; }

Result<std::unique_ptr<Kernel>> Kernel::make(const Catalogue& catalogue, const Document& config) {
  std::unique_ptr<Kernel> k(new Kernel);
  k->loops_.resize(catalogue.loops.size());
  for (std::size_t i = 0; i < k->loops_.size(); ++i) k->loops_[i].loop = std::make_unique<Loop>(static_cast<std::uint8_t>(i));
  for (const auto& e : catalogue.entries) {
    if (e.type == nullptr) continue;
    auto made = e.type->make(config.find(e.name));
    if (!made) {
      Error error = made.error();
      error.where = std::string(e.name) + (error.where.empty() ? "" : "." + error.where);
      return error;
    }
    const auto at = std::find(catalogue.loops.begin(), catalogue.loops.end(), e.loop);
    CHECK(at != catalogue.loops.end(), "a service names a loop that is not there");
    auto& loop = k->loops_[static_cast<std::size_t>(at - catalogue.loops.begin())];
    auto service = std::make_unique<Service>();
    service->name = e.name;
    service->type = e.type;
    service->index = static_cast<std::uint8_t>(loop.services.size());
    service->instance = std::move(made).value();
    service->outlets.resize(e.type->out.size());
    loop.services.push_back(service.get());
    k->services_.push_back(std::move(service));
  }
  k->wire(catalogue);
  return k;
}

void Kernel::wire(const Catalogue& catalogue) {
  for (auto& s : services_) {
    for (const auto& c : s->type->in) types_.push_back(c.type);
    for (const auto* t : s->type->out) types_.push_back(t);
  }
  std::sort(types_.begin(), types_.end(), [](auto* a, auto* b) { return a->id < b->id; });
  types_.erase(std::unique(types_.begin(), types_.end()), types_.end());
  for (std::size_t i = 1; i < types_.size(); ++i) CHECK(types_[i - 1]->id != types_[i]->id, "two messages share a type id");
  for (auto& l : loops_)
    for (const auto* t : types_) {
      Outlet entry{t, {}, 0, false};
      for (const auto* s : l.services)
        if (const auto* c = consumes(*s->type, t->id)) entry.local.push_back(subscriber(*s, *c));
      if (!entry.local.empty()) l.entries.push_back(std::move(entry));
    }
  index_types();
  for (std::size_t i = 0; i < loops_.size(); ++i)
    for (auto* s : loops_[i].services) wire_outlets(i, *s, catalogue.find(s->name)->stores);
}

void Kernel::wire_outlets(std::size_t own, Service& s, const std::vector<std::string_view>& stores) {
  for (std::size_t o = 0; o < s.outlets.size(); ++o) {
    auto& outlet = s.outlets[o];
    outlet.type = s.type->out[o];
    bool consumed = false;
    for (std::size_t l = 0; l < loops_.size(); ++l) {
      const auto* e = entry(l, outlet.type->id);
      if (e == nullptr) continue;
      consumed = true;
      if (l == own) outlet.local = e->local;
      else outlet.loops |= 1u << l;
    }
    const auto role = outlet.type->role;
    const bool stored = std::find(stores.begin(), stores.end(), outlet.type->subject) != stores.end();
    outlet.leaves = role == Role::request || role == Role::reply || (role == Role::venue && !consumed) || stored;
  }
}

void Kernel::index_types() {
  slots_.resize(std::bit_ceil(4 * types_.size() + 1));
  for (std::uint32_t i = 0; i < types_.size(); ++i) {
    std::size_t at = types_[i]->id & (slots_.size() - 1);
    while (slots_[at].index != none) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {types_[i]->id, i};
  }
  for (auto& l : loops_) {
    l.by_index.resize(types_.size());
    for (const auto& e : l.entries) l.by_index[index_of(e.type->id)] = &e;
  }
}

std::uint32_t Kernel::index_of(std::uint32_t id) const {
  for (std::size_t at = id & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1))
    if (slots_[at].index == none || slots_[at].id == id) return slots_[at].index;
}

const Outlet* Kernel::entry(std::size_t loop, std::uint32_t type_id) const {
  const auto index = index_of(type_id);
  return index == none ? nullptr : loops_[loop].by_index[index];
}

void Kernel::keep_effects(const std::function<bool(const MessageType&)>& wanted) {
  for (auto& s : services_)
    for (auto& o : s->outlets)
      if (o.type->role == Role::event) o.kept = wanted(*o.type);
}

std::uint32_t Kernel::targets(std::size_t loop, bool urgent) const {
  std::uint32_t bits = 0;
  for (const auto* s : loops_[loop].services)
    for (const auto& o : s->outlets)
      if (o.type->urgent == urgent) bits |= o.loops;
  return bits;
}

int Kernel::loop_of(std::uint32_t type_id) const {
  for (std::size_t l = 0; l < loops_.size(); ++l)
    if (entry(l, type_id) != nullptr) return static_cast<int>(l);
  return -1;
}

const MessageType* Kernel::type(std::uint32_t type_id) const {
  const auto index = index_of(type_id);
  return index == none ? nullptr : types_[index];
}

const MessageType* Kernel::type(std::string_view name) const {
  for (const auto* t : types_)
    if (t->name == name) return t;
  return nullptr;
}

const Subscriber* Kernel::receiver(std::size_t loop, std::uint8_t service, std::uint32_t type_id) const {
  const auto* e = entry(loop, type_id);
  if (e == nullptr) return nullptr;
  for (const auto& s : e->local)
    if (s.index == service) return &s;
  return nullptr;
}

bool Kernel::ask(std::uint32_t id, const void* query, void* answer) const {
  for (const auto& s : services_)
    for (const auto& q : s->type->queries)
      if (q.id == id) return s->instance->answer(id, query, answer);
  return false;
}

std::vector<const Kernel::Service*> Kernel::by_name() const {
  std::vector<const Service*> sorted;
  for (const auto& s : services_) sorted.push_back(s.get());
  std::sort(sorted.begin(), sorted.end(), [](auto* a, auto* b) { return a->name < b->name; });
  return sorted;
}

void Kernel::save(ByteWriter& w) const {
  for (const auto& l : loops_) l.loop->save(w);
  for (const auto* s : by_name()) {
    ByteWriter state;
    s->instance->save(state);
    w.put_text(s->name);
    w.put_text(state.bytes());
  }
}

void Kernel::load(ByteReader& r) {
  for (auto& l : loops_) l.loop->load(r);
  for (const auto* s : by_name()) {
    const auto name = r.get_text();
    const auto bytes = r.get_text();
    if (name != s->name) return r.fail();
    ByteReader state(bytes);
    s->instance->load(state);
    if (!state.at_end()) return r.fail();
  }
}

Digest Kernel::state_hash() const {
  Sha256 h;
  ByteWriter state, framed;
  for (const auto* s : by_name()) {
    state.clear();
    framed.clear();
    s->instance->save(state);
    framed.put_text(s->name);
    framed.put_text(state.bytes());
    h.add(framed.bytes());
  }
  return h.finish();
}

std::string Kernel::state_json() const {
  std::string out = "{";
  for (const auto* s : by_name()) {
    if (out.size() > 1) out += ',';
    out.append("\"").append(s->name).append("\":");
    s->instance->state_json(out);
  }
  return out + "}";
}

}  // namespace trade
