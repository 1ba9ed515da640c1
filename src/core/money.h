#pragma once
#include <string>

#include "core/decimal.h"
#include "core/ids.h"

namespace trade {

// An amount of one currency in units of 1e-16. Adding different currencies is a bug; an empty currency takes the other's.
struct Money {
  int128 units{};
  Currency currency;

  bool operator==(const Money&) const = default;
  friend Money operator+(const Money& a, const Money& b) {
    Money sum{0, currency_of(a, b)};
    CHECK(!__builtin_add_overflow(a.units, b.units, &sum.units), "money overflow");
    return sum;
  }
  friend Money operator-(const Money& a, const Money& b) {
    Money difference{0, currency_of(a, b)};
    CHECK(!__builtin_sub_overflow(a.units, b.units, &difference.units), "money overflow");
    return difference;
  }
  Money operator-() const { return Money{0, currency} - *this; }
  Money& operator+=(const Money& b) { return *this = *this + b; }
  Money& operator-=(const Money& b) { return *this = *this - b; }

 private:
  // Money without a currency takes the other's.
  static Currency currency_of(const Money& a, const Money& b) {
    if (a.currency.empty()) return b.currency;
    CHECK(b.currency.empty() || b.currency == a.currency, "money of two currencies");
    return a.currency;
  }
};

inline constexpr int128 money_one = static_cast<int128>(decimal_one) * decimal_one;  // units per whole: 1e-16
inline constexpr int128 booked_unit = decimal_one;  // 1e-8 in units of Money: what a booked value is rounded to

// price x quantity x multiplier, exact where it fits 1e-16, else rounded half even to 1e-16.
Money linear_value(Price price, Quantity quantity, Quantity multiplier, Currency quote);
// quantity x multiplier / price: the coin value of an inverse contract, rounded half even to 1e-16.
Money inverse_value(Price price, Quantity quantity, Quantity multiplier, Currency base);
// value x rate, rounded half even to 1e-16.
Money times(const Money& value, Ratio rate);
// Rounded half even to 1e-8: done once per fill, when a value is booked (DESIGN 8).
Money booked(const Money& value);
// floor(value x part / whole) in units of 1e-8, toward minus infinity; 0 <= part <= whole, whole > 0.
// The share of a booked value that a partial close takes; the last close takes the rest.
Money floor_share(const Money& value, Quantity part, Quantity whole);

// "12.5 USDT"; print_amount leaves the currency out.
std::string print(const Money& m);
inline std::string print_amount(const Money& m) { return print_decimal(m.units, 16); }
// Accepts what print gives: an amount of at most 16 decimals, then nothing or one space and a currency of printable ASCII.
std::optional<Money> parse_money(std::string_view text);

}  // namespace trade
