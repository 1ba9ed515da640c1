#include "ports/bus.h"

#include <algorithm>

namespace trade {

bool is_bus_name(std::string_view name) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-'; };
  return !name.empty() && name.size() <= 64 && std::ranges::all_of(name, good);
}

std::uint64_t ArrivalOrder::last(std::string_view origin) const {
  const auto at = std::ranges::lower_bound(last_, origin, {}, [](const auto& p) { return p.first.view(); });
  return at == last_.end() || at->first.view() != origin ? 0 : at->second;
}

Arrival ArrivalOrder::look(std::string_view origin, std::uint64_t sequence) const {
  const auto taken = last(origin);
  if (sequence <= taken) return Arrival::repeat;
  return sequence == taken + 1 ? Arrival::next : Arrival::gap;
}

Arrival ArrivalOrder::take(std::string_view origin, std::uint64_t sequence) {
  const auto was = look(origin, sequence);
  if (was != Arrival::next) return was;
  const auto at = std::ranges::lower_bound(last_, origin, {}, [](const auto& p) { return p.first.view(); });
  if (at == last_.end() || at->first.view() != origin) last_.insert(at, {Text<64>(origin), sequence});
  else at->second = sequence;
  return was;
}

}  // namespace trade
