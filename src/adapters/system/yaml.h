#pragma once
#include <string>
#include <string_view>

#include "core/document.h"

namespace trade {

// What one YAML source may hold: beyond that it is refused rather than read.
struct YamlLimits {
  std::size_t bytes = 8u << 20;
  std::size_t nodes = 1u << 20;  // aliases count as what they stand for
  int depth = 32;
};

// Reads one YAML 1.2 document into a tree that keeps source lines; an empty text is a null. Plain scalars are truth values, null
// or JSON numbers, all else is text. Refused: bad syntax or UTF-8, control characters, a duplicate or non-scalar key, a second
// document, tags other than !!str, an alias to no finished node, and anything beyond the limits. An error's `where` is "name:line".
Result<Document> read_yaml(std::string_view text, std::string_view name, const YamlLimits& limits = {});
// The same from a file; not_found when it cannot be opened.
Result<Document> read_yaml_file(const std::string& path, const YamlLimits& limits = {});

}  // namespace trade
