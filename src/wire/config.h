#pragma once
#include "wire/json.h"

namespace trade::wire {

// Fills `config` from its section; null, or a section without members, leaves every default. An unknown key is an error that names
// the nearest known one. `path` is what errors call the section.
template <HasFields T>
Result<void> read_config(const Document* section, T& config, std::string path = {}) {
  if (section == nullptr || section->kind() == Document::Kind::null) return {};
  auto read = read_document(*section, config, std::move(path));
  if (read) return {};
  Error error = read.error();
  error.kind = Failure::config;
  return error;
}

}  // namespace trade::wire
