#pragma once
#include <map>
#include <vector>

#include "domain/facts/corporate_action.h"

// The obvious twin of Books, for its test: every event is kept for ever and everything is counted from the first event on each time, in
// plain integers of 1e-8 and plain lists. It shares only the facts with the books.
namespace trade::slow {

struct Lot {
  std::int64_t quantity;
  int128 value;
};

struct Line {
  bool is_long = true;
  std::vector<Lot> lots;  // oldest first
  int128 realised = 0, dividends = 0, fees = 0, cash = 0;  // cash: what its events moved, fees included, funding left out
  int trades = 0;

  std::int64_t size() const {
    std::int64_t sum = 0;
    for (const auto& l : lots) sum += l.quantity;
    return sum;
  }
  std::int64_t quantity() const { return is_long ? size() : -size(); }
  int128 cost() const {
    int128 sum = 0;
    for (const auto& l : lots) sum += l.value;
    return sum;
  }
};

struct Event {
  bool alive = true;
  std::uint64_t fill = 0;    // 0: a corporate action
  std::uint32_t account = 0, instrument = 0;
  bool buy = true;
  std::int64_t quantity = 0;
  int128 value = 0, fee = 0;
  CorporateAction action{};
};

inline int128 half_even(int128 n, int128 d) {
  int128 q = n / d, r = n % d;
  if (r < 0) {
    r += d;
    --q;
  }
  return r * 2 > d || (r * 2 == d && q % 2 != 0) ? q + 1 : q;
}

struct Ledger {
  std::map<std::uint32_t, Instrument> instruments;
  std::map<std::uint32_t, LotMethod> methods;
  std::vector<Event> events;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Line> lines;
  std::map<std::pair<std::uint32_t, std::uint32_t>, int128> funding;

  void count() {
    lines.clear();
    for (const auto& e : events) {
      if (!e.alive) continue;
      if (e.fill == 0) {
        for (const auto& [account, method] : methods) act(account, e.action);
        continue;
      }
      Line& line = lines[{e.account, e.instrument}];
      line.fees += e.fee;
      line.cash -= e.fee;
      trade(e.account, e.instrument, e.buy, e.quantity, e.value);
    }
  }

  // What a quantity is worth, rounded once to 1e-8.
  static int128 worth(const Instrument& i, std::int64_t price, std::int64_t quantity) {
    if (i.contract == Contract::inverse)
      return half_even(half_even(static_cast<int128>(quantity) * i.multiplier.units * decimal_one, price), decimal_one);
    return half_even(half_even(static_cast<int128>(quantity) * price * i.multiplier.units, decimal_one), decimal_one);
  }

  void trade(std::uint32_t account, std::uint32_t instrument, bool buy, std::int64_t quantity, int128 value) {
    Line& line = lines[{account, instrument}];
    const Instrument& i = instruments.at(instrument);
    const bool inverse = i.contract == Contract::inverse;
    const LotMethod method = methods.at(account);
    const std::int64_t before = line.quantity();
    const std::int64_t closing = before != 0 && (before > 0) != buy ? std::min(quantity, line.size()) : 0;
    const int128 closing_value = closing == quantity ? value : value * closing / quantity;
    int128 cost = 0;
    for (std::int64_t left = closing; left > 0;) {
      std::size_t n = 0;
      if (method == LotMethod::lifo) n = line.lots.size() - 1;
      for (std::size_t k = 1; method == LotMethod::hifo && k < line.lots.size(); ++k) {
        const auto &a = line.lots[n], &b = line.lots[k];
        const int128 first = a.value * b.quantity, second = b.value * a.quantity;  // of the value per unit
        if (line.is_long != inverse ? second > first : second < first) n = k;
      }
      Lot& lot = line.lots[n];
      const auto taken = std::min(left, lot.quantity);
      const int128 part = taken == lot.quantity ? lot.value : lot.value * taken / lot.quantity;
      cost += part;
      lot.value -= part;
      lot.quantity -= taken;
      left -= taken;
      if (lot.quantity == 0) line.lots.erase(line.lots.begin() + static_cast<std::ptrdiff_t>(n));
    }
    const int128 gained = line.is_long != inverse ? closing_value - cost : cost - closing_value;
    line.realised += gained;
    line.cash += i.contract == Contract::spot ? (buy ? -value : value) : gained;
    if (quantity > closing) {
      if (line.lots.empty()) line.is_long = buy;
      if (method == LotMethod::average && !line.lots.empty()) {
        line.lots[0].quantity += quantity - closing;
        line.lots[0].value += value - closing_value;
      } else {
        line.lots.push_back({quantity - closing, value - closing_value});
      }
    }
    const std::int64_t after = line.quantity();
    if (before != 0 && (after == 0 || (after > 0) != (before > 0))) ++line.trades;
  }

  // New quantities of the lots: where a lot ends after the change, less where it begins.
  static std::vector<Lot> rescaled(const std::vector<Lot>& lots, std::int64_t times, std::int64_t per) {
    std::vector<Lot> out;
    int128 end = 0, value = 0;
    for (const auto& l : lots) {
      const int128 from = end * times / per;
      end += l.quantity;
      value += l.value;
      const auto quantity = static_cast<std::int64_t>(end * times / per - from);
      if (quantity == 0) continue;
      out.push_back({quantity, value});
      value = 0;
    }
    if (!out.empty()) out.back().value += value;
    return out;
  }

  void pay_fraction(std::uint32_t account, std::uint32_t instrument, Price price) {
    Line& line = lines[{account, instrument}];
    const Instrument& i = instruments.at(instrument);
    const std::int64_t fraction = line.size() % i.lot.units;
    if (fraction != 0 && price.units != 0) trade(account, instrument, !line.is_long, fraction, worth(i, price.units, fraction));
  }

  void act(std::uint32_t account, const CorporateAction& a) {
    const auto at = lines.find({account, a.instrument.value});
    if (at == lines.end() || at->second.lots.empty()) return;
    Line& line = at->second;
    const Instrument& i = instruments.at(a.instrument.value);
    if (a.kind == ActionKind::cash_dividend) {
      const int128 amount = worth(i, a.price.units, line.size()) * (line.is_long ? 1 : -1);
      line.dividends += amount;
      line.cash += amount;
    } else if (a.kind == ActionKind::delisting) {
      trade(account, a.instrument.value, !line.is_long, line.size(), worth(i, a.price.units, line.size()));
    } else if (a.kind == ActionKind::merger) {
      merge(account, a);
    } else if (a.kind != ActionKind::rename) {
      const std::int64_t extra = a.kind == ActionKind::stock_dividend ? a.shares_old.units : 0;
      const int128 cost = line.cost();
      line.lots = rescaled(line.lots, a.shares_new.units + extra, a.shares_old.units);
      if (line.lots.empty()) {
        line.realised += line.is_long ? -cost : cost;
        line.cash += i.contract == Contract::spot ? 0 : (line.is_long ? -cost : cost);
        ++line.trades;
      } else {
        pay_fraction(account, a.instrument.value, a.price);
      }
    }
  }

  void merge(std::uint32_t account, const CorporateAction& a) {
    const Instrument& i = instruments.at(a.instrument.value);
    const Instrument& into = instruments.at(a.into.value);
    const bool spot = i.contract == Contract::spot;
    Line old = lines[{account, a.instrument.value}];
    const int128 cash = worth(i, a.price.units, old.size()), cost = old.cost();
    if (a.shares_new.units == 0) {
      trade(account, a.instrument.value, !old.is_long, old.size(), cash);
      return;
    }
    auto moved = rescaled(old.lots, a.shares_new.units, a.shares_old.units);
    std::int64_t received = 0;
    for (const auto& l : moved) received += l.quantity;
    const int128 stock = worth(into, a.into_price.units, received);
    int128 paid = moved.empty() ? cost : 0;
    for (auto& l : moved) {
      const int128 share = cash == 0 ? 0 : l.value * cash / (cash + stock);
      l.value -= share;
      paid += share;
    }
    Line& from = lines[{account, a.instrument.value}];
    const int128 gained = (old.is_long ? 1 : -1) * (cash - paid);
    from.lots.clear();
    from.realised += gained;
    from.cash += spot ? (old.is_long ? cash : -cash) : gained;
    Line& to = lines[{account, a.into.value}];
    const int128 realised = to.realised, to_cash = to.cash;
    const int trades = to.trades;
    for (const auto& l : moved) trade(account, a.into.value, old.is_long, l.quantity, l.value);
    if (spot) to.cash = to_cash;  // nothing is paid for what is exchanged
    if (!to.lots.empty()) pay_fraction(account, a.into.value, a.into_price);
    // The books credit the merged instrument with what its exchange realised, one round trip at most.
    from.realised += to.realised - realised;
    from.cash += spot ? 0 : to.cash - to_cash;
    to.realised = realised;
    if (!spot) to.cash = to_cash;
    if (to.trades > trades) ++from.trades;
    to.trades = trades;
  }
};

}  // namespace trade::slow
