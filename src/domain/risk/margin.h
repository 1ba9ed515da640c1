#pragma once
#include "domain/risk/limits.h"

// What an account must have for what it may come to hold. Values are worst cases in units of Money, magnitudes.
namespace trade {

// The worst case of one instrument in an account.
struct MarginLeg {
  int128 long_value{}, short_value{};  // if every order of that side fills and none of the other
  int128 buys{}, sells{};              // open orders alone
  int128 position{};                   // what is held, signed
};

// The whole value, nothing borrowed and nothing sold short (Regulation T section 220.8, cash account).
int128 cash_margin(const MarginLeg& leg);
// Half of the value, long or short (Regulation T section 220.12: 50 % of a purchase, 150 % of a short sale, whose proceeds are held).
int128 reg_t_margin(const MarginLeg& leg);
// What must stay: 25 % of long and 30 % of short market value (FINRA rule 4210 (c)).
int128 reg_t_maintenance(const MarginLeg& leg);
// Tiers, as perpetual venues ask: `rate` of the first `step` of value, 2 x rate of the second, 3 x rate of the third, each at most all of
// it. step 0: one tier.
int128 perp_margin(const MarginLeg& leg, Ratio rate, Amount step);
// Scan of one underlying (as SPAN and OCC's TIMS reckon, at the ends of the range): the largest loss when the price moves by `range` either
// way and, of the open orders, just those fill that lose by it. Legs of one underlying offset each other by what is held.
int128 portfolio_margin(int128 position, int128 buys, int128 sells, Ratio range);

// value x rate rounded up, or down; rate and value not negative.
int128 share_up(int128 value, Ratio rate);
int128 share_down(int128 value, Ratio rate);
// What a booked amount takes: rounded up to 1e-8. value not negative.
int128 rounded_up(int128 value);

}  // namespace trade
