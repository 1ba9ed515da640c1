#include "wire/config.h"

namespace trade::wire {
namespace {

bool ends_name(char c) { return c == '.' || c == '[' || c == ' '; }

// Goes on from `at` by the next part of the path, ".name" or "[3]"; null, and nothing taken, where the document does not go on.
const Document* descend(const Document& at, std::string_view path, std::size_t& taken) {
  std::size_t begin = taken;
  if (begin < path.size() && path[begin] == '[') {
    std::size_t index = 0, end = begin + 1;
    while (end < path.size() && path[end] >= '0' && path[end] <= '9') index = index * 10 + static_cast<std::size_t>(path[end++] - '0');
    if (at.kind() != Document::Kind::list || index >= at.items().size() || end >= path.size() || path[end] != ']') return nullptr;
    taken = end + 1;
    return &at.items()[index];
  }
  if (begin < path.size() && path[begin] == '.') ++begin;
  std::size_t end = begin;
  while (end < path.size() && !ends_name(path[end])) ++end;
  const auto* member = at.kind() == Document::Kind::table ? at.find(path.substr(begin, end - begin)) : nullptr;
  if (member != nullptr) taken = end;
  return member;
}

}  // namespace

Error with_line(const Document* section, Error error) {
  const Document* found = section;
  std::size_t taken = 0;
  while (found != nullptr && taken < error.where.size() && error.where[taken] != ' ') {
    const auto* next = descend(*found, error.where, taken);
    if (next == nullptr) break;
    found = next;
  }
  if (found == nullptr || found == section || found->line() == 0) return error;
  const auto path = std::min(error.where.find(' '), error.where.size());
  const auto rest = error.where.substr(path);
  error.where = error.where.substr(0, path) + ", line " + std::to_string(found->line()) + (rest.empty() ? "" : "," + rest);
  return error;
}

}  // namespace trade::wire
