#include "adapters/venues/json_scanner.h"

namespace trade::venues {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool hex(char c) { return digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

}  // namespace

bool JsonScanner::number(std::string_view& out) {
  skip_space();
  const char* const from = p_;
  if (*p_ == '-') ++p_;
  if (*p_ == '0') ++p_;
  else if (!digit(*p_)) return false;
  else
    while (digit(*p_)) ++p_;
  if (*p_ == '.') {
    if (!digit(*++p_)) return false;
    while (digit(*p_)) ++p_;
  }
  if (*p_ == 'e' || *p_ == 'E') {
    ++p_;
    if (*p_ == '+' || *p_ == '-') ++p_;
    if (!digit(*p_)) return false;
    while (digit(*p_)) ++p_;
  }
  out = {from, static_cast<std::size_t>(p_ - from)};
  return p_ <= end_;
}

bool JsonScanner::skip_text() {
  if (!take('"')) return false;
  for (;; ++p_) {
    if (static_cast<unsigned char>(*p_) < 0x20) return false;
    if (*p_ == '"') return ++p_, true;
    if (*p_ != '\\') continue;
    const char c = *++p_;
    if (c == 'u') {
      for (int i = 0; i < 4; ++i)
        if (!hex(*++p_)) return false;
    } else if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      return false;
    }
  }
}

bool JsonScanner::skip_value(int depth) {
  if (depth > 32) return false;
  std::string_view ignored;
  bool flag;
  switch (peek()) {
    case '"': return skip_text();
    case 't':
    case 'f': return boolean(flag);
    case 'n': return word("null");
    case '[':
      ++p_;
      if (take(']')) return true;
      do {
        if (!skip_value(depth + 1)) return false;
      } while (take(','));
      return take(']');
    case '{':
      ++p_;
      if (take('}')) return true;
      do {
        if (!(peek() == '"' && skip_text() && take(':') && skip_value(depth + 1))) return false;
      } while (take(','));
      return take('}');
    default: return number(ignored);
  }
}

}  // namespace trade::venues
