#pragma once

namespace trade {

// The natural logarithm of a positive normal number, and e^x, to about 1e-15 relative, by + - * / alone in a fixed order: the same bits on
// every machine. (Reduction to [sqrt(1/2), sqrt(2)) and ln m = 2 artanh((m - 1) / (m + 1)); e^x = 2^k e^r with |r| <= ln(2) / 2.)
double natural_logarithm(double x);
// Infinite above the largest double, 0 below the smallest normal one.
double exponential(double x);
// base^exponent of a positive base.
inline double power(double base, double exponent) { return exponential(exponent * natural_logarithm(base)); }

}  // namespace trade
