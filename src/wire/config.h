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

// An error about a value in `section` whose `where` begins with the value's path ("strategies[0].long_when column 3"), with the value's
// source line put behind the path where it is known.
Error with_line(const Document* section, Error error);

}  // namespace trade::wire
