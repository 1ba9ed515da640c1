#pragma once
#include <string_view>

namespace trade::venues {

// Walks one line of strict JSON (RFC 8259, nesting at most 32). The line must be followed by '\n', which no JSON token holds inside a line,
// so no step needs to look for the end. The first wrong byte stops it: every later step fails.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view line) : p_(line.data()), end_(line.data() + line.size()) {}

  bool take(char c) {
    skip_space();
    if (*p_ != c || p_ == end_) return false;
    ++p_;
    return true;
  }
  // The next byte that is no space.
  char peek() {
    skip_space();
    return p_ == end_ ? '\n' : *p_;
  }
  // A string without escapes; false on an escape or a control byte.
  bool text(std::string_view& out) {
    if (!take('"')) return false;
    const char* const from = p_;
    while (*p_ != '"' && *p_ != '\\' && static_cast<unsigned char>(*p_) >= 0x20) ++p_;
    if (*p_ != '"') return false;
    out = {from, static_cast<std::size_t>(p_ - from)};
    ++p_;
    return true;
  }
  // A number's text, by JSON's grammar.
  bool number(std::string_view& out);
  bool boolean(bool& out) {
    skip_space();
    out = *p_ == 't';
    return word(out ? std::string_view("true") : std::string_view("false"));
  }
  // Any value, checked and passed over.
  bool skip_value(int depth = 0);
  bool at_end() {
    skip_space();
    return p_ == end_;
  }
  // Where the scanner stands; for readers of numbers inside strings.
  const char*& at() { return p_; }

 private:
  void skip_space() {
    while (*p_ == ' ' || *p_ == '\t' || *p_ == '\r') ++p_;
  }
  bool word(std::string_view w) {
    for (const char c : w)
      if (*p_ != c) return false;
      else ++p_;
    return true;
  }
  bool skip_text();

  const char* p_;
  const char* end_;
};

}  // namespace trade::venues
