#include "wire/json.h"

#include <charconv>
#include <cmath>

#include "wire/utf8.h"

namespace trade::wire {
namespace {

using Kind = Document::Kind;
constexpr std::string_view hex_digits = "0123456789abcdef";

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::null: return "null";
    case Kind::boolean: return "a truth value";
    case Kind::number: return "a number";
    case Kind::text: return "a text";
    case Kind::list: return "a list";
    case Kind::table: return "a table";
  }
  return "?";
}

std::string quoted(std::string_view s) {
  std::string out;
  write_text(out, s.substr(0, 40));
  return out;
}

std::string path_of(const Node& at) {
  std::string path = at.parent == nullptr ? std::string{} : path_of(*at.parent);
  if (at.name.empty() && at.parent != nullptr) return path + "[" + std::to_string(at.index) + "]";
  return path.empty() || at.name.empty() ? path.append(at.name) : path.append(".").append(at.name);
}

// A number with an exponent spelled without it ("1.5e-3" -> "0.0015"); empty when that is absurdly long.
std::string without_exponent(std::string_view text) {
  const auto e = text.find_first_of("eE");
  if (e == std::string_view::npos) return std::string(text);
  auto exponent_text = text.substr(e + 1);
  if (!exponent_text.empty() && exponent_text.front() == '+') exponent_text.remove_prefix(1);
  int exponent = 0;
  const auto end = exponent_text.data() + exponent_text.size();
  if (const auto [p, error] = std::from_chars(exponent_text.data(), end, exponent); error != std::errc{} || p != end) return {};
  if (exponent < -60 || exponent > 60) return {};
  const bool negative = text.front() == '-';
  auto mantissa = text.substr(0, e);
  if (negative) mantissa.remove_prefix(1);
  const auto dot = mantissa.find('.');
  std::string digits(mantissa.substr(0, dot));
  auto point = static_cast<int>(digits.size()) + exponent;
  if (dot != std::string_view::npos) digits.append(mantissa.substr(dot + 1));
  if (point <= 0) {
    digits.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  if (static_cast<std::size_t>(point) > digits.size()) digits.append(static_cast<std::size_t>(point) - digits.size(), '0');
  if (static_cast<std::size_t>(point) < digits.size()) digits.insert(static_cast<std::size_t>(point), ".");
  return negative ? "-" + digits : digits;
}

// What is wrong with a decimal that did not parse.
std::string decimal_fault(std::string_view text, std::size_t decimals) {
  if (!text.empty() && text.front() == '-') text.remove_prefix(1);
  const auto dot = text.find('.');
  const auto all_digits = [](std::string_view s) { return !s.empty() && s.find_first_not_of("0123456789") == std::string_view::npos; };
  const bool whole = all_digits(text.substr(0, dot));
  if (!whole || (dot != std::string_view::npos && !all_digits(text.substr(dot + 1)))) return "is not a decimal number";
  if (dot != std::string_view::npos && text.size() > dot + 1 + decimals &&
      text.find_first_not_of('0', dot + 1 + decimals) != std::string_view::npos)
    return "has more than " + std::to_string(decimals) + " decimals";
  return "is out of range";
}

template <class Integer>
bool read_integer(const Node& at, Integer low, Integer high, Integer& v) {
  if (!at.expect(Kind::number, "a whole number")) return false;
  const auto& s = at.document.text();
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  const bool complete = end == s.data() + s.size();
  const auto digits = std::string_view(s).substr(!s.empty() && s.front() == '-' ? 1 : 0);
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return at.refuse(s + " is not a whole number");
  if (error != std::errc{} || !complete || v < low || v > high)
    return at.refuse(s + " is out of range", std::to_string(low) + " to " + std::to_string(high));
  return true;
}

}  // namespace

bool Node::refuse(std::string what, std::string mend) const {
  error = Error{Failure::data, path_of(*this), std::move(what), std::move(mend)};
  if (document.line() != 0) error.where += (error.where.empty() ? "line " : ", line ") + std::to_string(document.line());
  return false;
}

bool Node::refuse_type(std::string_view what) const {
  return refuse(std::string("expected ").append(what).append(", found ").append(kind_name(document.kind())));
}

bool Node::refuse_unknown(const std::vector<std::string_view>& known) const {
  for (const auto& [key, d] : document.members()) {
    bool is_known = false;
    for (const auto k : known) is_known = is_known || k == key;
    if (is_known) continue;
    const auto near = nearest(key, known);
    if (!near.empty()) return member(key, d).refuse("unknown field " + quoted(key), "did you mean " + quoted(near) + "?");
    if (known.empty()) return member(key, d).refuse("unknown field " + quoted(key), "no field is known here");
    return member(key, d).refuse("unknown field " + quoted(key), "known: " + joined(known.data(), known.size()));
  }
  return refuse("a field is there twice");
}

void write_text(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const char c = text.front();
    const auto n = utf8_length(text);
    if (n == 0) out += "\xEF\xBF\xBD";  // only bytes from outside the edges can be no text: shown as U+FFFD
    else if (n > 1) out.append(text.substr(0, n));
    else if (c == '"' || c == '\\') out.append(1, '\\').append(1, c);
    else if (c == '\n') out += "\\n";
    else if (c == '\r') out += "\\r";
    else if (c == '\t') out += "\\t";
    else if (static_cast<unsigned char>(c) >= 0x20) out += c;
    else out.append("\\u00").append(1, hex_digits[static_cast<unsigned char>(c) >> 4]).append(1, hex_digits[c & 15]);
    text.remove_prefix(n == 0 ? 1 : n);
  }
  out += '"';
}

void write_signed(std::string& out, std::int64_t v) { out += std::to_string(v); }
void write_unsigned(std::string& out, std::uint64_t v) { out += std::to_string(v); }

void write_double(std::string& out, double v) {
  if (!std::isfinite(v)) {
    out += "null";
    return;
  }
  std::array<char, 32> text;
  const auto end = std::to_chars(text.data(), text.data() + text.size(), v).ptr;
  out.append(text.data(), end);
}

void write_hex(std::string& out, std::string_view bytes) {
  out += '"';
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    out += hex_digits[b >> 4];
    out += hex_digits[b & 15];
  }
  out += '"';
}

bool read_signed(const Node& at, std::int64_t low, std::int64_t high, std::int64_t& v) { return read_integer(at, low, high, v); }
bool read_unsigned(const Node& at, std::uint64_t high, std::uint64_t& v) { return read_integer(at, std::uint64_t{0}, high, v); }

bool read_int128(const Node& at, int128& v) {
  if (at.document.kind() != Kind::text && at.document.kind() != Kind::number) return at.refuse_type("a whole number");
  const auto parsed = parse_units(at.document.text(), 0);
  if (!parsed) return at.refuse(quoted(at.document.text()) + " is not a whole number of 128 bits");
  v = *parsed;
  return true;
}

bool read_double(const Node& at, double& v) {
  if (!at.expect(Kind::number, "a number")) return false;
  const auto& s = at.document.text();
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
  if (error != std::errc{} || end != s.data() + s.size() || !std::isfinite(v)) return at.refuse(s + " is out of range");
  return true;
}

bool read_bool(const Node& at, bool& v) {
  if (!at.expect(Kind::boolean, "true or false")) return false;
  v = at.document.text() == "true";
  return true;
}

bool read_decimal(const Node& at, std::int64_t& units) {
  const auto kind = at.document.kind();
  if (kind != Kind::number && kind != Kind::text) return at.refuse_type("a decimal number");
  const auto& source = at.document.text();
  const auto parsed = kind == Kind::number ? parse_decimal(without_exponent(source)) : parse_decimal(source);
  if (!parsed) return at.refuse(quoted(source) + " " + decimal_fault(kind == Kind::number ? without_exponent(source) : source, 8));
  units = *parsed;
  return true;
}

bool read_money(const Node& at, Money& v) {
  if (!at.expect(Kind::text, "an amount and its currency, as in \"12.5 USDT\"")) return false;
  const std::string_view source = at.document.text();
  const auto parsed = parse_money(source);
  if (!parsed) {
    const auto space = source.find(' ');
    const auto amount = source.substr(0, space);
    if (!parse_units(amount, 16)) return at.refuse(quoted(source) + ": the amount " + decimal_fault(amount, 16));
    return at.refuse(quoted(source) + ": the currency is not 1 to 7 printable characters");
  }
  v = *parsed;
  return true;
}

bool read_time(const Node& at, Time& v) {
  if (!at.expect(Kind::text, "a time, as in \"2024-08-08T23:54:15.03Z\"")) return false;
  const auto parsed = parse_time(at.document.text());
  if (!parsed) return at.refuse(quoted(at.document.text()) + " is not a time", "write it as 2024-08-08T23:54:15.03Z");
  v = *parsed;
  return true;
}

bool read_duration(const Node& at, Duration& v) {
  if (!at.expect(Kind::text, "a duration, as in \"250ms\"")) return false;
  const auto parsed = parse_duration(at.document.text());
  if (!parsed) return at.refuse(quoted(at.document.text()) + " is not a duration", "a whole number and d, h, m, s, ms, us or ns");
  v = *parsed;
  return true;
}

bool read_date(const Node& at, Date& v) {
  if (!at.expect(Kind::text, "a date, as in \"2024-08-08\"")) return false;
  const auto parsed = parse_date(at.document.text());
  if (!parsed) return at.refuse(quoted(at.document.text()) + " is not a date", "write it as 2024-08-08");
  v = *parsed;
  return true;
}

bool read_digest(const Node& at, Digest& v) {
  if (!at.expect(Kind::text, "64 hex digits")) return false;
  return from_hex(at.document.text(), v) || at.refuse("not 64 lower-case hex digits");
}

bool read_hex(const Node& at, std::string& bytes) {
  if (!at.expect(Kind::text, "hex digits")) return false;
  const auto& s = at.document.text();
  if (s.size() % 2 != 0) return at.refuse("an odd number of hex digits");
  bytes.clear();
  for (std::size_t i = 0; i < s.size(); i += 2) {
    const auto high = hex_digits.find(s[i]);
    const auto low = hex_digits.find(s[i + 1]);
    if (high == std::string_view::npos || low == std::string_view::npos) return at.refuse("not lower-case hex digits");
    bytes += static_cast<char>(high << 4 | low);
  }
  return true;
}

bool read_text(const Node& at, std::size_t capacity, std::string_view& v) {
  if (!at.expect(Kind::text, "a text")) return false;
  v = at.document.text();
  return v.size() <= capacity || at.refuse(quoted(v) + " is longer than " + std::to_string(capacity) + " bytes");
}

bool read_name(const Node& at, const std::string_view* names, std::size_t count, std::size_t& index) {
  if (!at.expect(Kind::text, "one of " + joined(names, count))) return false;
  for (index = 0; index < count; ++index)
    if (names[index] == at.document.text()) return true;
  const auto near = nearest(at.document.text(), {names, names + count});
  return at.refuse(quoted(at.document.text()) + " is not one of " + joined(names, count),
                   near.empty() ? std::string{} : "did you mean " + quoted(near) + "?");
}

std::string joined(const std::string_view* names, std::size_t count) {
  std::string s;
  for (std::size_t i = 0; i < count; ++i) s.append(i == 0 ? "" : "|").append(names[i]);
  return s;
}

std::string snake_name(std::string_view spelled) {
  auto name = spelled.substr(spelled.find("T = ") + 4);
  name = name.substr(0, name.find_first_of(";]<"));
  if (const auto colon = name.rfind(':'); colon != std::string_view::npos) name.remove_prefix(colon + 1);
  if (name.ends_with("Tag")) name.remove_suffix(3);
  std::string s;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !s.empty()) s += '_';
    s += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return s;
}

}  // namespace trade::wire
