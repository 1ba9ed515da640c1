#pragma once
#include <vector>

#include "core/map.h"

namespace trade {

// Erases the oldest entries that `may_go` allows, at most `count` of them.
template <class K, class V, class F>
void drop_oldest(Map<K, V>& map, std::size_t count, F may_go) {
  std::vector<K> gone;
  for (const auto& e : map) {
    if (gone.size() == count) break;
    if (may_go(e.key, e.value)) gone.push_back(e.key);
  }
  for (const auto& key : gone) map.erase(key);
}

}  // namespace trade
