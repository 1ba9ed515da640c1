#include "domain/risk/check_table.h"

#include <algorithm>

namespace trade {
namespace {

using enum Reason;

// The order by itself.

Reason kill(Judged& j) {
  return check_kill(j.p.firm_killed || j.funds->killed || j.funds->desk_killed || j.market->killed ||
                    (j.strategy != nullptr && j.strategy->killed) || (j.place != nullptr && j.place->killed));
}
Reason entitlement(Judged& j) { return check_entitlement(*j.limits.rights, j.t.venue, j.t.type); }
Reason phase(Judged& j) { return check_phase(j.market->venues, j.t.venue); }
Reason band(Judged& j) { return check_band(j.t.limit, *j.limits.own); }
Reason restricted(Judged& j) { return j.market->restricted || j.line->restricted ? Reason::risk_restricted : none; }
Reason hold(Judged& j) { return j.funds->on_hold ? Reason::risk_account_hold : none; }
Reason algo(Judged& j) {
  return check_algo(*j.limits.algos, j.t.strategy, j.strategy == nullptr ? BuildHash() : j.strategy->build);
}
Reason tick(Judged& j) { return check_tick(j.instrument(), j.t); }
Reason lot(Judged& j) { return check_lot(j.instrument(), j.t.quantity); }
Reason quantity(Judged& j) { return check_quantity(j.t.quantity, *j.limits.own); }
Reason volume_share(Judged& j) {
  return j.limits.own->max_volume_share.units == 0 ? none : check_volume_share(j.t.quantity, j.market->volume.average(), *j.limits.own);
}
Reason unlike_self(Judged& j) { return check_unlike_self(j.t.quantity, j.line->sizes.percentile_99(), *j.limits.own); }

// A stop waits for the market to come to it: its limit is held against the stop, the stop against nothing.
bool waits(const OrderTerms& t) { return is_stop(t.type); }
bool needs_reference(const Judged& j) {
  const bool unpriced = !has_limit(j.t.type) && !waits(j.t);
  const Limits& l = *j.limits.own;
  return unpriced || (!waits(j.t) && (l.collar.units > 0 || l.collar_ticks > 0));
}
// Also works out what later checks look at: the prices it is judged by and its worst value.
Reason reference(Judged& j) {
  const Limits& l = *j.limits.own;
  const Reason stale = check_reference(j.market->reference, j.now, l);
  j.fresh = stale == none;
  j.reference = j.fresh ? j.market->reference.price : Price{};
  if (!j.fresh && (needs_reference(j) || (j.t.type == OrderType::trailing_stop && j.t.stop.units == 0))) return stale;
  j.stated = stated_price(j.t, j.reference);
  j.sent_limit = synthetic_limit(j.instrument(), j.t, j.reference, l);
  PriceRange range = price_range(j.t, j.reference, l.market_slippage);
  if (j.sent_limit.units > 0) range = {min(j.reference, j.sent_limit), max(j.reference, j.sent_limit)};
  j.worst = worst_price(j.instrument(), range);
  if (!value_fits(j.instrument(), j.worst, j.t.quantity)) return Reason::risk_max_value;
  j.value = value_of(j.instrument(), j.worst, j.t.quantity).units;
  return none;
}
Reason min_notional(Judged& j) { return check_min_notional(j.instrument(), j.stated, j.t.quantity); }
Reason max_value(Judged& j) { return check_value({j.value, {}}, *j.limits.own); }
Reason base_value(Judged& j) {
  return j.limits.own->max_base_value.units == 0 ? none : check_base_value(j.p.in_base(j.value, j.funds->purse), *j.limits.own);
}
Reason basket(Judged& j) {
  if (!j.group || j.limits.account->max_basket.units == 0) return none;
  return check_basket(j.value + (j.funds->basket == j.group ? j.funds->basket_value : 0), *j.limits.account);
}
Reason collar(Judged& j) {
  const bool stop = waits(j.t);
  if (stop && !has_limit(j.t.type)) return none;
  return check_collar(j.instrument(), j.stated, stop ? j.t.stop : j.reference, *j.limits.own);
}
Reason move(Judged& j) {
  const Limits& l = *j.limits.own;
  if (l.max_move.units == 0 || waits(j.t)) return none;
  return j.market->moves.beyond(j.stated, l.max_move, j.now, l.move_window) ? Reason::risk_cumulative_collar : none;
}
Reason duplicate(Judged& j) { return j.held != nullptr ? none : j.funds->recent.check(j.t, j.now, *j.limits.own); }
// Takes a token of every bucket, or of none.
Reason rate(Judged& j) {
  const Limits& l = *j.limits.account;
  const Pace own{l.rate, std::max(l.burst, l.cancel_reserve + 1), l.cancel_reserve};
  const GroupLimits* g = j.limits.strategy;
  const Pace strategy = g == nullptr ? Pace{} : Pace{g->rate, std::max(g->burst, 1u), 0};
  const auto ready = [&](const PaceBucket& b, const Pace& p) {
    return p.rate == 0 || b.full <= j.now || token_at(b, p, false, j.now) <= j.now;
  };
  if (!ready(j.funds->messages, own) || (j.strategy != nullptr && !ready(j.strategy->messages, strategy)) ||
      (j.limits.venue != nullptr && j.place != nullptr && !ready(j.place->messages, *j.limits.venue)))
    return Reason::risk_rate;
  take_token(j.funds->messages, own, j.now);
  if (j.strategy != nullptr) take_token(j.strategy->messages, strategy, j.now);
  if (j.limits.venue != nullptr && j.place != nullptr) take_token(j.place->messages, *j.limits.venue, j.now);
  return none;
}
Reason order_to_trade(Judged& j) { return check_order_to_trade(j.funds->sent + 1, j.funds->fills, *j.limits.account); }
Reason repeated(Judged& j) { return j.strategy != nullptr && j.strategy->off ? Reason::risk_repeated : none; }

// The worst case, the order counted. What only brings a position closer to zero, or shrinks an order, makes none of it worse.

bool eased(const Judged& j) { return j.reducing || j.shrinks; }
Reason position(Judged& j) { return j.shrinks ? none : check_position(worst_quantity(j.line->exposure, j.t.side), *j.limits.own); }
Reason firm_gross(Judged& j) { return eased(j) ? none : check_firm_gross(j.market->gross, *j.limits.own); }
Reason firm_net(Judged& j) {
  if (j.shrinks) return none;
  const Portfolio::Market& m = *j.market;
  return check_firm_net(j.t.side == Side::buy ? m.position + m.buys : m.sells - m.position, *j.limits.own);
}
Reason strategy_position(Judged& j) {
  if (j.sleeve == nullptr || j.limits.strategy == nullptr || j.shrinks) return none;
  return check_group_position(worst_quantity(j.sleeve->exposure, j.t.side), *j.limits.strategy);
}
Reason exposure(Judged& j) { return eased(j) ? none : check_exposure(j.funds->worst, *j.limits.account); }
Reason strategy_exposure(Judged& j) {
  if (j.sleeve == nullptr || j.limits.strategy == nullptr || j.limits.strategy->max_exposure.units == 0 || j.shrinks || j.sleeve_reducing)
    return none;
  return check_group_exposure(j.p.strategy_worst(*j.strategy), *j.limits.strategy);
}
Reason open_value(Judged& j) { return eased(j) ? none : check_open_value(j.funds->open_value, *j.limits.account); }
Reason holding(Judged& j) {
  const bool spot_sale = j.instrument().contract == Contract::spot && j.t.side == Side::sell;
  return spot_sale && !eased(j) ? check_holding(worst_quantity(j.line->exposure, Side::sell), *j.limits.own) : none;
}
Reason locate(Judged& j) {
  const bool sale = j.limits.own->needs_locate && j.t.side == Side::sell && !eased(j);
  return sale ? check_locate(worst_quantity(j.line->exposure, Side::sell), j.line->located, *j.limits.own) : none;
}
int128 equity(const Judged& j) { return j.funds->account.cash.units + j.p.gain(*j.funds); }
// Cash and margin: the flat model asks free cash, the others equity.
Reason cash(Judged& j) {
  const Portfolio::Funds& f = *j.funds;
  if (eased(j)) return none;
  const Limits& l = *j.limits.account;
  if (l.margin_model == MarginModel::flat) return check_cash(f.needed, f.cash + std::min<int128>(f.losses_open, 0));
  int128 needed = f.needed;
  if (l.margin_model == MarginModel::portfolio)
    for (const auto& u : f.underlyings) needed += portfolio_margin(u.held, u.bought, u.sold, l.initial_margin);
  const bool short_sale = l.margin_model == MarginModel::cash && worst_quantity(j.line->exposure, Side::sell) > 0;
  return needed <= equity(j) && !short_sale ? none : Reason::risk_margin;
}
Reason capital(Judged& j) {
  return eased(j) || j.limits.firm->max_exposure.units == 0 ? none : check_capital(j.p.firm_worst(), *j.limits.firm);
}
Reason concentration(Judged& j) {
  return eased(j) ? none : check_share(j.line->counted.worst, equity(j), j.limits.own->max_concentration, Reason::risk_concentration);
}
Reason sector(Judged& j) {
  return eased(j) ? none
                  : check_share(j.funds->sectors[j.line->sector].worst, equity(j), j.limits.account->max_sector, Reason::risk_sector);
}
Reason currency(Judged& j) {
  const int128 worst = j.funds->underlyings[j.line->underlying].worst;
  return eased(j) ? none : check_share(worst, equity(j), j.limits.account->max_currency, Reason::risk_currency);
}
Reason leverage(Judged& j) {
  return eased(j) ? none : check_share(j.funds->worst, equity(j), j.limits.account->max_leverage, Reason::risk_leverage);
}
Reason value_at_risk(Judged& j) {
  const Portfolio::Funds& f = *j.funds;
  if (eased(j) || j.limits.account->max_var.units == 0) return none;
  return check_var(f.var_known ? std::optional(ValueAtRisk{f.var + f.var_open, f.var_at}) : std::nullopt, j.now, *j.limits.account);
}
Reason loss(Judged& j) { return eased(j) || j.funds->stopped != Reason::risk_loss ? none : Reason::risk_loss; }
Reason drawdown(Judged& j) { return eased(j) || j.funds->stopped != Reason::risk_drawdown ? none : Reason::risk_drawdown; }
Reason turnover(Judged& j) { return eased(j) ? none : check_turnover(j.funds->turnover + j.funds->open_value, *j.limits.account); }
Reason ramp(Judged& j) { return eased(j) ? none : check_ramp(j.funds->worst, j.now, *j.limits.account); }
Reason self_match(Judged& j) {
  if (!j.limits.own->forbid_self_match) return none;
  const Price limit = has_limit(j.t.type) ? j.t.limit : j.sent_limit;
  if (j.funds->owner == 0) return would_meet(j.line->exposure, j.t.side, limit) ? Reason::risk_self_match : none;
  for (const std::uint32_t at : j.market->lines)
    if (const auto& l = j.p.lines[at]; j.p.funds[l.funds].owner == j.funds->owner && would_meet(l.exposure, j.t.side, limit))
      return Reason::risk_self_match;
  return none;
}
Reason mode(Judged& j) {
  const Quantity position = j.line->exposure.position.quantity;
  const bool closes = j.reducing && position.units == -sign(j.t.side) * j.t.quantity.units;
  if (j.t.reduce_only && !j.reducing) return Reason::risk_mode;
  return check_mode(j.limits.own->mode, j.reducing, closes);
}
Reason canary(Judged& j) { return eased(j) ? none : check_canary(j.line->counted.worst, *j.limits.own); }
Reason venue_up(Judged& j) { return j.place != nullptr && j.place->down ? Reason::risk_venue_down : none; }
Reason unknown(Judged& j) { return eased(j) ? none : check_unknown(j.funds->unknown, *j.limits.account); }
Reason reconciled(Judged& j) { return j.funds->unreconciled ? Reason::risk_not_reconciled : none; }
Reason feed(Judged& j) { return check_feed(j.market->venues, j.t.venue, j.limits.own->needs_live_market); }

constexpr RiskCheck rows[] = {
    {1, "kill latch: firm, desk, account, strategy, venue, symbol", "check_kill", false, {risk_killed, none}, kill},
    {2, "entitlement: account, venue, instrument, type", "check_entitlement", false, {risk_entitlement, risk_type}, entitlement},
    {3, "the venue's phase", "check_phase", false, {risk_not_tradable, risk_halted}, phase},
    {3, "price band", "check_band", false, {risk_band, none}, band},
    {4, "restricted list", "Portfolio::restrict", false, {risk_restricted, none}, restricted},
    {5, "account hold", "Portfolio::hold", false, {risk_account_hold, none}, hold},
    {6, "strategy and build registered", "check_algo", false, {risk_algo, none}, algo},
    {7, "prices on the tick, as the type needs them", "check_tick", false, {risk_tick, none}, tick},
    {7, "quantity on the lot", "check_lot", false, {risk_lot, none}, lot},
    {8, "quantity", "check_quantity", false, {risk_max_quantity, none}, quantity},
    {8, "share of the average daily volume", "check_volume_share", true, {risk_max_share, none}, volume_share},
    {10, "unlike its own history", "check_unlike_self", true, {risk_unlike_self, none}, unlike_self},
    {12, "fresh reference; value within the books", "check_reference", false, {risk_no_reference, risk_max_value}, reference},
    {7, "minimum notional", "check_min_notional", false, {risk_min_notional, none}, min_notional},
    {9, "value at the worst price", "check_value", false, {risk_max_value, none}, max_value},
    {9, "value in the base currency", "check_base_value", false, {risk_max_value, none}, base_value},
    {11, "basket total", "check_basket", false, {risk_basket, none}, basket},
    {12, "collar around the reference", "check_collar", false, {risk_collar, none}, collar},
    {12, "cumulative move", "MoveWindow::beyond", false, {risk_cumulative_collar, none}, move},
    {13, "duplicates", "RecentOrders::check", false, {risk_duplicate, risk_rate}, duplicate},
    {14, "message rate: account, strategy, venue", "token_at", false, {risk_rate, none}, rate},
    {15, "orders a trade", "check_order_to_trade", true, {risk_order_to_trade, none}, order_to_trade},
    {16, "repeated execution", "Throttle::note", false, {risk_repeated, none}, repeated},
    {17, "worst-case position, long and short", "check_position", false, {risk_position, none}, position},
    {17, "instrument over all accounts, gross", "check_firm_gross", false, {risk_gross, none}, firm_gross},
    {17, "instrument over all accounts, net", "check_firm_net", false, {risk_net, none}, firm_net},
    {17, "strategy's position over all accounts", "check_group_position", false, {risk_net, none}, strategy_position},
    {17, "account's worst case", "check_exposure", false, {risk_exposure, none}, exposure},
    {17, "strategy's worst case", "check_group_exposure", false, {risk_gross, none}, strategy_exposure},
    {18, "open order value", "check_open_value", false, {risk_open_value, none}, open_value},
    {19, "holdings", "check_holding", false, {risk_cash, none}, holding},
    {4, "located before a short sale", "check_locate", false, {risk_locate, none}, locate},
    {19, "cash, margin and fees at the worst price", "check_cash", false, {risk_cash, risk_margin}, cash},
    {20, "firm capital over all accounts", "check_capital", false, {risk_capital, none}, capital},
    {21, "concentration in one instrument", "check_share", false, {risk_concentration, none}, concentration},
    {21, "sector", "check_share", false, {risk_sector, none}, sector},
    {21, "base currency", "check_share", false, {risk_currency, none}, currency},
    {21, "leverage", "check_share", false, {risk_leverage, none}, leverage},
    {21, "incremental value at risk", "check_var", false, {risk_var, risk_var_stale}, value_at_risk},
    {22, "loss stop, latched", "check_loss", false, {risk_loss, none}, loss},
    {22, "drawdown stop, latched", "check_drawdown", false, {risk_drawdown, none}, drawdown},
    {23, "turnover of the day", "check_turnover", false, {risk_turnover, none}, turnover},
    {23, "capital ramp", "check_ramp", false, {risk_ramp, none}, ramp},
    {24, "self-match with own or linked account", "would_meet", false, {risk_self_match, none}, self_match},
    {25, "mode", "check_mode", false, {risk_mode, none}, mode},
    {25, "canary's worst case", "check_canary", false, {risk_mode, none}, canary},
    {28, "venue up", "Portfolio::venue_down", false, {risk_venue_down, none}, venue_up},
    {28, "orders in doubt", "check_unknown", false, {risk_unknown_orders, none}, unknown},
    {28, "reconciled", "Portfolio::reconcile", false, {risk_not_reconciled, none}, reconciled},
    {28, "market data live", "check_feed", false, {risk_stale_market, none}, feed},
};
constexpr std::size_t all = std::size(rows);
constexpr std::size_t of_order = 23;  // rows before the worst case
static_assert(rows[of_order].judge == position && rows[of_order - 1].judge == repeated);

// What a refusal by row i comes to: none when a person has allowed it.
Reason settled(Judged& j, const RiskCheck& row, Reason refused) {
  if (!row.soft || !j.p.overrides_use(j.t, refused, j.now)) return refused;
  j.overridden |= std::uint32_t{1} << row.number;
  return none;
}

template <std::size_t First, std::size_t... I>
Verdict first_refusal(Judged& j, std::index_sequence<I...>) {
  Verdict v;
  const auto asks = [&]<std::size_t N>() {
    v.reason = rows[N].judge(j);
    if (v.reason == none) [[likely]] return true;
    v.reason = settled(j, rows[N], v.reason);
    v.check = rows[N].number;
    return v.reason == none;
  };
  const bool passed = (asks.template operator()<First + I>() && ...);
  if (passed) v.check = 0;
  v.overridden = j.overridden;
  return v;
}

}  // namespace

std::span<const RiskCheck> risk_checks() { return rows; }

Verdict judge_order(Judged& j) { return first_refusal<0>(j, std::make_index_sequence<of_order>()); }
Verdict judge_worst_case(Judged& j) { return first_refusal<of_order>(j, std::make_index_sequence<all - of_order>()); }

std::string risk_checks_page() {
  std::string page =
      "# Pre-trade checks\n\nPrinted from the table that decides (`src/domain/risk/check_table.cpp`); a test holds this page to it. In the "
      "order they are asked; the first\nrefusal is the reason. H: hard. S: soft, passes when a person has allowed it for this order "
      "(`OverrideCheck`). 27, that a replace is judged by the larger of old and new until the venue has "
      "answered, is the reservation itself.\n\n| no. | check | class | reasons | rule |\n| --- | --- | --- | --- | --- |\n";
  for (const auto& row : rows) {
    page += "| " + std::to_string(row.number) + " | " + std::string(row.name) + " | " + (row.soft ? "S" : "H") + " | `" +
            std::string(name_of(row.reasons[0])) + "`";
    if (row.reasons[1] != none) page += " `" + std::string(name_of(row.reasons[1])) + "`";
    page += " | `" + std::string(row.function) + "` |\n";
  }
  return page;
}

}  // namespace trade
