#include "core/money.h"

namespace trade {
namespace {

// a x b / c rounded half even, through 256 bits where the product needs them; c > 0.
int128 muldiv_half_even(int128 a, int128 b, int128 c) {
  int128 product;
  if (!__builtin_mul_overflow(a, b, &product)) return divide_half_even(product, c);
  // a = q c + r, so a b / c = q b + r b / c; values that overflow even so are beyond any real amount.
  const int128 q = a / c;
  const int128 r = a % c;
  int128 whole, rest;
  CHECK(!__builtin_mul_overflow(q, b, &whole) && !__builtin_mul_overflow(r, b, &rest), "money overflow");
  int128 sum;
  CHECK(!__builtin_add_overflow(whole, divide_half_even(rest, c), &sum), "money overflow");
  return sum;
}

}  // namespace

Money linear_value(Price price, Quantity quantity, Quantity multiplier, Currency quote) {
  const int128 plain = static_cast<int128>(price.units) * quantity.units;
  if (multiplier.units == decimal_one) return {plain, quote};
  return {muldiv_half_even(plain, multiplier.units, decimal_one), quote};
}

Money inverse_value(Price price, Quantity quantity, Quantity multiplier, Currency base) {
  CHECK(price.units > 0, "inverse value needs a positive price");
  const int128 face = static_cast<int128>(quantity.units) * multiplier.units;  // 1e-16 of the quote currency
  return {muldiv_half_even(face, decimal_one, price.units), base};
}

Money times(const Money& value, Ratio rate) { return {muldiv_half_even(value.units, rate.units, decimal_one), value.currency}; }

Money booked(const Money& value) { return {divide_half_even(value.units, booked_unit) * booked_unit, value.currency}; }

Money floor_share(const Money& value, Quantity part, Quantity whole) {
  CHECK(whole.units > 0 && part.units >= 0 && part <= whole, "share outside its whole");
  const int128 units = value.units / booked_unit;
  int128 product;
  CHECK(!__builtin_mul_overflow(units, static_cast<int128>(part.units), &product), "money overflow");
  int128 share = product / whole.units;
  if (product % whole.units < 0) --share;
  return {share * booked_unit, value.currency};
}

std::string print(const Money& m) {
  std::string s = print_amount(m);
  return m.currency.empty() ? s : s.append(" ").append(m.currency.view());
}

std::optional<Money> parse_money(std::string_view text) {
  const auto space = text.find(' ');
  const auto units = parse_units(text.substr(0, space), 16);
  if (!units) return std::nullopt;
  if (space == std::string_view::npos) return Money{*units, {}};
  const auto currency = text.substr(space + 1);
  if (currency.empty() || !Currency::fits(currency)) return std::nullopt;
  for (const char c : currency)
    if (c <= ' ' || c > '~') return std::nullopt;
  return Money{*units, currency};
}

}  // namespace trade
