#pragma once
#include <optional>
#include <vector>

#include "domain/facts/order.h"

namespace trade {

using Amount = Scaled<struct AmountTag>;  // of the account's currency

// What an account may do in an instrument. A limit of 0 does not limit, unless its line says otherwise.
struct Limits {
  Quantity max_quantity;                        // of one order
  Amount max_value{10'000'000 * decimal_one};   // of one order at its worst price
  Ratio collar{decimal_one / 10};               // |price - reference| as a share of the reference
  Duration reference_age = seconds(300);        // an older reference is none
  std::uint32_t duplicates = 2;                 // alike orders (instrument, side, quantity, prices) let through within the window
  Duration duplicate_window = milliseconds(100);
  std::uint32_t rate = 1'000;                   // new orders and replaces a second
  std::uint32_t burst = 2'000;                  // and how many at once (at least 1 when rate limits)
  Quantity max_position;                        // worst case, long and short each
  Amount max_exposure{100'000'000 * decimal_one};  // worst case, summed over the account's instruments
  Ratio initial_margin{decimal_one / 20};       // of worst-case value, in derivatives and spot sold short; 0: none asked
  Ratio market_slippage;                        // how far from the reference a market or triggered stop order is taken to fill
  bool allow_short = false;                     // spot: may sell more than it holds
  Amount max_loss;                              // realised + unrealised - fees at or below minus this: only reducing orders pass
  bool operator==(const Limits&) const = default;
  FIELDS(Limits, max_quantity, max_value, collar, reference_age, duplicates, duplicate_window, rate, burst, max_position, max_exposure,
         initial_margin, market_slippage, allow_short, max_loss)
};

// Limits that differ for one account, one instrument or both (0: any). What it leaves out stays as it was.
struct LimitOverride {
  AccountId account;
  InstrumentId instrument;
  std::optional<Quantity> max_quantity;
  std::optional<Amount> max_value;
  std::optional<Ratio> collar;
  std::optional<Duration> reference_age;
  std::optional<std::uint32_t> duplicates;
  std::optional<Duration> duplicate_window;
  std::optional<std::uint32_t> rate, burst;
  std::optional<Quantity> max_position;
  std::optional<Amount> max_exposure;
  std::optional<Ratio> initial_margin, market_slippage;
  std::optional<bool> allow_short;
  std::optional<Amount> max_loss;
  FIELDS(LimitOverride, account, instrument, max_quantity, max_value, collar, reference_age, duplicates, duplicate_window, rate, burst,
         max_position, max_exposure, initial_margin, market_slippage, allow_short, max_loss)
};

// The limits of one account in one instrument: the defaults, then every override that names them, in order. The account's own limits
// (rate, burst, max_exposure, max_loss) are those resolved with instrument 0, so that they do not depend on what is ordered.
Limits resolve(const Limits& defaults, const std::vector<LimitOverride>& overrides, AccountId account, InstrumentId instrument);

}  // namespace trade
