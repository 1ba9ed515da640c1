#include "runtime/catalogue.h"

#include <algorithm>
#include <map>
#include <set>

namespace trade {
namespace {

bool comes_from_outside(const MessageType& t) {
  return t.role == Role::row || t.role == Role::command || t.role == Role::answer || t.subject.starts_with("runtime.");
}
bool may_leave(const MessageType& t) { return t.role == Role::request || t.role == Role::reply || t.role == Role::venue; }

using LoopSets = std::map<std::string_view, std::set<std::string_view>>;  // message name -> loops

// True when `from` reaches itself along edges between loops.
bool on_cycle(std::string_view start, const LoopSets& edges) {
  std::set<std::string_view> seen;
  std::vector<std::string_view> ahead{start};
  while (!ahead.empty()) {
    const auto at = ahead.back();
    ahead.pop_back();
    const auto next = edges.find(at);
    if (next == edges.end()) continue;
    for (const auto to : next->second) {
      if (to == start) return true;
      if (seen.insert(to).second) ahead.push_back(to);
    }
  }
  return false;
}

void check_names(const Catalogue& c, std::vector<std::string>& out) {
  std::set<std::string_view> names;
  std::map<std::pair<Lane, std::uint16_t>, std::string_view> ports;
  for (const auto& e : c.entries) {
    if (!names.insert(e.name).second) out.push_back("two services are named " + std::string(e.name));
    for (const auto port : {e.port, e.extra_port}) {
      if (port == 0) continue;
      const auto [at, fresh] = ports.emplace(std::pair{e.lane, port}, e.name);
      if (!fresh)
        out.push_back(std::string(e.name) + " and " + std::string(at->second) + " both have port " + std::to_string(port) + " on lane " +
                      std::string(name_of(e.lane)));
    }
    if (e.type != nullptr && std::find(c.loops.begin(), c.loops.end(), e.loop) == c.loops.end())
      out.push_back(std::string(e.name) + " is in loop '" + std::string(e.loop) + "', which does not exist");
  }
}

}  // namespace

const CatalogueEntry* Catalogue::find(std::string_view name) const {
  for (const auto& e : entries)
    if (e.name == name) return &e;
  return nullptr;
}

Digest Catalogue::digest() const {
  Sha256 h;
  const auto add = [&h](std::string_view s) {
    h.add(s);
    h.add("\n");
  };
  for (const auto l : loops) add(l);
  for (const auto& e : entries) {
    if (e.type == nullptr) continue;
    add(e.name);
    add(e.loop);
    for (const auto& in : e.type->in) add(in.type->name);
    for (const auto* out : e.type->out) add(out->name);
    for (const auto s : e.stores) add(s);
  }
  return h.finish();
}

std::vector<std::string> Catalogue::violations() const {
  std::vector<std::string> out;
  check_names(*this, out);
  LoopSets produced, consumed;
  std::map<std::string_view, const MessageType*> types;
  std::set<std::string_view> stored;
  for (const auto& e : entries) {
    if (e.type == nullptr) continue;
    for (const auto& in : e.type->in) consumed[in.type->name].insert(e.loop), types[in.type->name] = in.type;
    for (const auto* t : e.type->out) produced[t->name].insert(e.loop), types[t->name] = t;
    stored.insert(e.stores.begin(), e.stores.end());
  }
  LoopSets edges;
  for (const auto& [name, type] : types) {
    const bool is_produced = produced.contains(name), is_consumed = consumed.contains(name);
    if (is_consumed && !is_produced && !comes_from_outside(*type)) out.push_back(std::string(name) + " is consumed but nobody produces it");
    if (is_produced && !is_consumed && !may_leave(*type) && !stored.contains(type->subject))
      out.push_back(std::string(name) + " is produced but nobody consumes or stores it");
    if (is_consumed && comes_from_outside(*type) && !is_produced && !type->subject.starts_with("runtime.") && consumed[name].size() > 1)
      out.push_back(std::string(name) + " comes from outside and is consumed in more than one loop");
    if (type->when_full != WhenFull::block && consumed[name].contains("trading"))
      out.push_back(std::string(name) + " may be conflated or dropped, but the trading loop consumes it");
    if (!is_produced || !is_consumed) continue;
    for (const auto from : produced[name])
      for (const auto to : consumed[name])
        if (from != to) edges[from].insert(to);
  }
  for (const auto loop : loops)
    if (on_cycle(loop, edges)) out.push_back("blocking edges between loops form a cycle through '" + std::string(loop) + "'");
  return out;
}

}  // namespace trade
