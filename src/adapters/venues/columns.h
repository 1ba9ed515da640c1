#pragma once
#include <array>
#include <string_view>

#include "adapters/venues/number.h"
#include "adapters/venues/refusal.h"
#include "domain/facts/market.h"

namespace trade::venues {

// A line of unquoted CSV cut at its commas; more than `most` columns are counted and not kept.
class Columns {
 public:
  static constexpr std::size_t most = 32;
  explicit Columns(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    for (;;) {
      const auto comma = line.find(',');
      if (count_ < most) at_[count_] = line.substr(0, comma);
      ++count_;
      if (comma == std::string_view::npos) return;
      line.remove_prefix(comma + 1);
    }
  }
  std::size_t count() const { return count_; }
  std::string_view operator[](std::size_t i) const { return at_[i]; }

 private:
  std::array<std::string_view, most> at_;
  std::size_t count_ = 0;
};

// A price, divided by `divisor` exactly, above 0 (or 0 where `absent` allows it) and on the tick.
inline bool read_price(std::string_view field, std::string_view text, std::int64_t divisor, Price tick, bool absent, Price& out,
                       Refusal& why) {
  const auto v = units_of(text);
  const auto refuse = [&](std::string_view rule) { return why = refuse_value(FeedFault::bad_value, field, text, rule), false; };
  if (!v) return refuse(number_rule(text));
  if (*v % divisor != 0) return refuse("has more than 8 decimals");
  out.units = *v / divisor;
  if (out.units == 0 && !absent) return refuse("is not above 0");
  if (tick.units != 0 && out.units % tick.units != 0) return refuse("is off the tick " + print(tick));
  return true;
}

// A size or volume >= 0, rounded half-even to 1e-8: files of bars and ticks print doubles (0.029768000000000003).
inline bool read_size(std::string_view field, std::string_view text, Quantity& out, Refusal& why) {
  const auto dot = text.find('.');
  const bool long_part = dot != std::string_view::npos && text.size() > dot + 9;
  auto v = units_of(long_part ? text.substr(0, dot + 9) : text);
  const auto rest = long_part ? text.substr(dot + 9) : std::string_view{};
  if (!v || rest.find_first_not_of("0123456789") != std::string_view::npos) {
    why = refuse_value(FeedFault::bad_value, field, text, number_rule(text));
    return false;
  }
  const bool half = !rest.empty() && rest[0] == '5' && rest.find_first_not_of('0', 1) == std::string_view::npos;
  const bool up = !rest.empty() && (half ? (*v & 1) != 0 : rest[0] >= '5');
  out.units = *v + (up && *v < INT64_MAX ? 1 : 0);
  return true;
}

// A bar's prices enclose each other as they must.
inline bool check_bar(const VenueBar& b, Refusal& why) {
  if (b.low <= b.open && b.low <= b.close && b.high >= b.open && b.high >= b.close) return true;
  why = {FeedFault::bad_value, "open or close lies outside low and high"};
  return false;
}

}  // namespace trade::venues
