#pragma once
#include <optional>
#include <vector>

#include "domain/facts/order.h"

namespace trade {

using Amount = Scaled<struct AmountTag>;  // of the account's currency

// What of its trading is admitted. shadow: nothing leaves; canary: up to a small worst case; reduce_only: what brings a position closer to
// zero; close_only: what closes the whole position and nothing else.
enum class TradingMode : std::uint8_t { live, shadow, canary, reduce_only, close_only };
NAMES(TradingMode, live, shadow, canary, reduce_only, close_only)

// How check 19 reckons what an account must have. flat: initial_margin of the worst case; the others: domain/risk/margin.h.
enum class MarginModel : std::uint8_t { flat, cash, reg_t, portfolio, perp };
NAMES(MarginModel, flat, cash, reg_t, portfolio, perp)

// What an account may do in an instrument. A limit of 0 does not limit, unless its line says otherwise. "Of the account": resolved for the
// account alone, whatever is ordered.
struct Limits {
  Quantity max_quantity;                        // of one order
  Amount max_value{10'000'000 * decimal_one};   // of one order at its worst price
  Ratio collar{decimal_one / 10};               // |price - reference| as a share of the reference
  Duration reference_age = seconds(300);        // an older reference is none
  std::uint32_t duplicates = 2;                 // alike orders (instrument, side, quantity, prices) let through within the window
  Duration duplicate_window = milliseconds(100);
  std::uint32_t rate = 1'000;                   // new orders and replaces a second; of the account
  std::uint32_t burst = 2'000;                  // and how many at once (at least 1 when rate limits); of the account
  Quantity max_position;                        // worst case, long and short each
  Amount max_exposure{100'000'000 * decimal_one};  // worst case, summed over the account's instruments; of the account
  Ratio initial_margin{decimal_one / 20};       // of worst-case value, in derivatives and spot sold short; 0: none asked
  Ratio market_slippage;                        // how far from the reference a market or triggered stop order is taken to fill
  bool allow_short = false;                     // spot: may sell more than it holds
  Amount max_loss;                              // realised + unrealised - fees at or below minus this: only reducing orders; of the account
  Price band_low, band_high;                    // no limit price outside
  bool needs_locate = false;                    // what is sold short must have been located
  Ratio max_volume_share;                       // of one order, of the average daily volume; soft
  Amount max_base_value;                        // of one order, in the base currency
  Ratio size_multiple;                          // of one order, of the 99th percentile of the account's own; soft
  Amount max_basket;                            // worst value of a basket's legs together; of the account
  std::uint32_t collar_ticks = 0;               // what the collar allows at least
  Ratio max_move;                               // of the price from the lowest and highest reference within move_window
  Duration move_window = seconds(300);
  Ratio market_limit;                           // a market order goes out as a limit order that far from the reference
  std::uint32_t cancel_reserve = 0;             // of burst, kept for cancels; of the account
  std::uint32_t order_to_trade = 0;             // messages a fill, once there are 100; soft; of the account
  Quantity max_firm_gross, max_firm_net;        // of an instrument, worst case over all accounts: the sum of all, and netted
  Amount max_open_value;                        // of everything that may still fill; of the account
  MarginModel margin_model{};                   // of the account
  Amount margin_step;                           // perp: each further step of value asks initial_margin once more
  Ratio max_concentration;                      // one instrument's worst case, of equity
  Ratio max_sector, max_currency, max_leverage; // worst case of a sector, of a base currency, of all, of equity; of the account
  Amount max_var;                               // value at risk with what is open; of the account
  Duration var_age = seconds(3'600);            // an older vector is none
  Amount max_drawdown;                          // from the best gain: latched; of the account
  Amount max_turnover;                          // filled in a UTC day and still open; of the account
  Ratio ramp_first;                             // share of max_exposure allowed at ramp_from, all of it after ramp_over; of the account
  Time ramp_from;
  Duration ramp_over;
  bool forbid_self_match = false;               // against the account's own and linked open orders
  TradingMode mode{};
  Amount canary_value;                          // worst case allowed in canary
  std::uint32_t max_unknown = 0;                // orders in doubt; of the account
  bool needs_live_market = false;               // the feed must be live
  bool operator==(const Limits&) const = default;
  FIELDS(Limits, max_quantity, max_value, collar, reference_age, duplicates, duplicate_window, rate, burst, max_position, max_exposure,
         initial_margin, market_slippage, allow_short, max_loss, band_low, band_high, needs_locate, max_volume_share, max_base_value,
         size_multiple, max_basket, collar_ticks, max_move, move_window, market_limit, cancel_reserve, order_to_trade, max_firm_gross,
         max_firm_net, max_open_value, margin_model, margin_step, max_concentration, max_sector, max_currency, max_leverage, max_var,
         var_age, max_drawdown, max_turnover, ramp_first, ramp_from, ramp_over, forbid_self_match, mode, canary_value, max_unknown,
         needs_live_market)
};

// What a strategy may do over all accounts, or the firm over everything. 0 does not limit.
struct GroupLimits {
  std::uint32_t rate = 0, burst = 1;            // messages a second, at once
  Amount max_exposure;                          // worst case in the base currency, netted by instrument
  Quantity max_position;                        // of an instrument, worst case, long and short each
  std::uint32_t max_executions = 0;             // fills within the window; more switch the strategy off until a person releases it
  Duration execution_window = seconds(60);
  bool operator==(const GroupLimits&) const = default;
  FIELDS(GroupLimits, rate, burst, max_exposure, max_position, max_executions, execution_window)
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
  std::optional<Price> band_low, band_high;
  std::optional<bool> needs_locate;
  std::optional<Ratio> max_volume_share;
  std::optional<Amount> max_base_value;
  std::optional<Ratio> size_multiple;
  std::optional<Amount> max_basket;
  std::optional<std::uint32_t> collar_ticks;
  std::optional<Ratio> max_move;
  std::optional<Duration> move_window;
  std::optional<Ratio> market_limit;
  std::optional<std::uint32_t> cancel_reserve, order_to_trade;
  std::optional<Quantity> max_firm_gross, max_firm_net;
  std::optional<Amount> max_open_value;
  std::optional<MarginModel> margin_model;
  std::optional<Amount> margin_step;
  std::optional<Ratio> max_concentration, max_sector, max_currency, max_leverage;
  std::optional<Amount> max_var;
  std::optional<Duration> var_age;
  std::optional<Amount> max_drawdown, max_turnover;
  std::optional<Ratio> ramp_first;
  std::optional<Time> ramp_from;
  std::optional<Duration> ramp_over;
  std::optional<bool> forbid_self_match;
  std::optional<TradingMode> mode;
  std::optional<Amount> canary_value;
  std::optional<std::uint32_t> max_unknown;
  std::optional<bool> needs_live_market;
  FIELDS(LimitOverride, account, instrument, max_quantity, max_value, collar, reference_age, duplicates, duplicate_window, rate, burst,
         max_position, max_exposure, initial_margin, market_slippage, allow_short, max_loss, band_low, band_high, needs_locate,
         max_volume_share, max_base_value, size_multiple, max_basket, collar_ticks, max_move, move_window, market_limit, cancel_reserve,
         order_to_trade, max_firm_gross, max_firm_net, max_open_value, margin_model, margin_step, max_concentration, max_sector,
         max_currency, max_leverage, max_var, var_age, max_drawdown, max_turnover, ramp_first, ramp_from, ramp_over, forbid_self_match,
         mode, canary_value, max_unknown, needs_live_market)
};

// Whether the limit of this name is the account's own, whatever is ordered.
bool of_account(std::string_view limit);
// The name of a limit that o sets although it is for an instrument and the limit is the account's own; empty: none.
std::string_view misplaced_limit(const LimitOverride& o);

// The limits of one account in one instrument: the defaults, then every override that names them, in order. The account's own limits
// are those resolved with instrument 0, so that they do not depend on what is ordered.
Limits resolve(const Limits& defaults, const std::vector<LimitOverride>& overrides, AccountId account, InstrumentId instrument);

}  // namespace trade
