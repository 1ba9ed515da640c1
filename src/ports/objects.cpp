#include "ports/objects.h"

namespace trade {

bool is_object_name(std::string_view name) {
  if (name.empty() || name.size() > 200 || name.ends_with(".tmp")) return false;
  char before = '/';
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '=' || c == '-';
    const bool inner = (c == '.' || c == '/') && before != '/';
    if (!letter && !inner) return false;
    before = c;
  }
  return before != '/';
}

}  // namespace trade
