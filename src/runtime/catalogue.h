#pragma once
#include <string_view>
#include <vector>

#include "runtime/service.h"

namespace trade {

enum class Lane : std::uint8_t { frontend, lowlatency, backend };
NAMES(Lane, frontend, lowlatency, backend)

// One inventory entry. `type` null: not there yet, and everything printed says so.
struct CatalogueEntry {
  std::string_view name, category;
  int priority = 0;
  Lane lane{};
  std::uint16_t port = 0;  // 0: a library
  std::string_view loop;   // empty: a library
  const ServiceType* type = nullptr;
  std::vector<std::string_view> stores;  // subjects whose messages are projected into the series store
  std::uint16_t extra_port = 0;          // a second face (console web, ptrc metrics, ...); 0: none
};

// The whole house: loops in scheduling order, services in dispatch order.
struct Catalogue {
  std::vector<std::string_view> loops;
  std::vector<CatalogueEntry> entries;

  const CatalogueEntry* find(std::string_view name) const;
  // SHA-256 over what decides behaviour: loops, services present, their subjects. Journals carry it.
  Digest digest() const;
  // The wiring rules: every subject consumed has a producer (`from_outside` names those that come from edges and feeds),
  // every one produced a consumer, a store or a way out; names and (lane, port) pairs are unique; loops exist; an input from outside is
  // consumed in one loop; edges between loops form no cycle. One line per violation.
  std::vector<std::string> violations() const;
};

}  // namespace trade
