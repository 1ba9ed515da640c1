#include <unordered_set>

#include "wire/json.h"
#include "wire/utf8.h"

namespace trade {
namespace {

// A recursive-descent reader of RFC 8259. Written by hand rather than on simdjson: it needs the line of every node, the source text
// of every number, and a refusal of duplicate keys, and reads only what people and clients send, never market data.
class JsonParser {
 public:
  JsonParser(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  Result<Document> parse() {
    Document d;
    skip_space();
    if (!value(d, 0)) return error_;
    skip_space();
    if (at_ != text_.size()) {
      refuse("text after the end of the document");
      return error_;
    }
    return d;
  }

 private:
  using Kind = Document::Kind;

  bool refuse(std::string what) {
    error_ = Error{Failure::data, std::string(name_) + ":" + std::to_string(line_), std::move(what), {}};
    return false;
  }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') ++line_;
      else if (c != ' ' && c != '\t' && c != '\r') return;
    }
  }

  bool value(Document& out, int depth) {
    if (at_ == text_.size()) return refuse("the document ends too early");
    switch (peek()) {
      case '{': return table(out, depth + 1);
      case '[': return list(out, depth + 1);
      case '"': {
        const int line = line_;
        std::string s;
        if (!string(s)) return false;
        out = Document::scalar(Kind::text, std::move(s), line);
        return true;
      }
      case 't': return word("true", Kind::boolean, out);
      case 'f': return word("false", Kind::boolean, out);
      case 'n': return word("null", Kind::null, out);
      default: return number(out);
    }
  }

  bool word(std::string_view expected, Kind kind, Document& out) {
    if (text_.substr(at_, expected.size()) != expected) return refuse("not a JSON value");
    at_ += expected.size();
    out = Document::scalar(kind, std::string(expected), line_);
    return true;
  }

  bool digits() {
    const auto from = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ != from;
  }
  bool number(Document& out) {
    const auto from = at_;
    take('-');
    const bool zero = peek() == '0';
    if (!digits()) return refuse(peek() == 'N' || peek() == 'I' ? "NaN and infinity are not JSON" : "not a JSON value");
    if (zero && text_[from] != '-' && at_ - from > 1) return refuse("a number begins with 0");
    if (zero && text_[from] == '-' && at_ - from > 2) return refuse("a number begins with 0");
    if (take('.') && !digits()) return refuse("a number ends with a point");
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!digits()) return refuse("a number ends with its exponent sign");
    }
    out = Document::scalar(Kind::number, std::string(text_.substr(from, at_ - from)), line_);
    return true;
  }

  bool string(std::string& out) {
    ++at_;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (take('"')) return true;
      if (static_cast<unsigned char>(c) < 0x20) return refuse("a control character inside a text");
      if (c == '\\') {
        if (!escape(out)) return false;
        continue;
      }
      const auto n = wire::utf8_length(text_.substr(at_));
      if (n == 0) return refuse("bad UTF-8");
      out.append(text_.substr(at_, n));
      at_ += n;
    }
    return refuse("a text without its closing quote");
  }

  bool escape(std::string& out) {
    ++at_;
    const char c = peek();
    ++at_;
    switch (c) {
      case '"': case '\\': case '/': out += c; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': break;
      default: return refuse("an unknown escape inside a text");
    }
    std::uint32_t code;
    if (!hex4(code)) return false;
    if (code >= 0xD800 && code < 0xDC00) {
      std::uint32_t low;
      if (!take('\\') || !take('u')) return refuse("half of a surrogate pair");
      if (!hex4(low)) return false;
      if (low < 0xDC00 || low > 0xDFFF) return refuse("half of a surrogate pair");
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    } else if (code >= 0xDC00 && code < 0xE000) {
      return refuse("half of a surrogate pair");
    }
    wire::append_utf8(out, code);
    return true;
  }
  bool hex4(std::uint32_t& code) {
    code = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      std::uint32_t digit;
      if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
      else if (c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
      else if (c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
      else return refuse("a \\u escape needs 4 hex digits");
      code = code * 16 + digit;
      ++at_;
    }
    return true;
  }

  bool list(Document& out, int depth) {
    if (depth > wire::max_document_depth) return refuse("nested deeper than 32");
    out = Document::make_list(line_);
    ++at_;
    skip_space();
    if (take(']')) return true;
    while (true) {
      skip_space();
      if (!value(out.items().emplace_back(), depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return refuse("expected , or ]");
    }
  }

  bool table(Document& out, int depth) {
    if (depth > wire::max_document_depth) return refuse("nested deeper than 32");
    out = Document::make_table(line_);
    ++at_;
    skip_space();
    if (take('}')) return true;
    std::unordered_set<std::string> keys;
    while (true) {
      skip_space();
      std::string key;
      if (peek() != '"') return refuse("expected a key in quotes");
      if (!string(key)) return false;
      if (!keys.insert(key).second) return refuse("duplicate key " + key);
      skip_space();
      if (!take(':')) return refuse("expected : after the key");
      skip_space();
      auto& [k, d] = out.members().emplace_back();
      k = std::move(key);
      if (!value(d, depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return refuse("expected , or }");
    }
  }

  std::string_view text_, name_;
  std::size_t at_ = 0;
  int line_ = 1;
  Error error_;
};

}  // namespace

Result<Document> parse_json(std::string_view text, std::string_view name) { return JsonParser(text, name).parse(); }

}  // namespace trade
