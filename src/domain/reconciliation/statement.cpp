#include "domain/reconciliation/statement.h"

#include <map>
#include <set>

namespace trade {
namespace {

using FillKey = std::pair<VenueId, ExecutionId>;

std::map<FillKey, const StatementFill*> by_key(std::span<const StatementFill> fills) {
  std::map<FillKey, const StatementFill*> keyed;
  for (const auto& f : fills) keyed.emplace(FillKey{f.venue, f.execution}, &f);
  return keyed;
}

// Findings of one statement.
class Comparison {
 public:
  Comparison(AccountId account, VenueId venue, Time as_of) : account_(account), venue_(venue), as_of_(as_of) {}

  void positions(std::span<const StatementPosition> theirs, std::span<const StatementPosition> ours) {
    std::map<InstrumentId, Quantity> left;
    for (const auto& p : ours) left[p.instrument] = p.quantity;
    for (const auto& p : theirs) {
      position(p.instrument, left[p.instrument], p.quantity);
      left.erase(p.instrument);
    }
    for (const auto& p : ours)
      if (left.contains(p.instrument)) position(p.instrument, p.quantity, {});
  }
  void cash(std::span<const StatementCash> theirs, std::span<const StatementCash> ours) {
    std::map<Currency, Money> left;
    for (const auto& c : ours) left[c.amount.currency] = c.amount;
    for (const auto& c : theirs) {
      const auto at = left.find(c.amount.currency);
      amount(at == left.end() ? Money{0, c.amount.currency} : at->second, c.amount);
      if (at != left.end()) left.erase(at);
    }
    for (const auto& c : ours)
      if (left.contains(c.amount.currency)) amount(c.amount, {0, c.amount.currency});
  }
  void fills(std::span<const StatementFill> theirs, std::span<const StatementFill> ours, std::span<const StatementFill> other) {
    auto known = by_key(ours);
    const auto outside = by_key(other);
    for (const auto& f : theirs) {
      const FillKey key{f.venue, f.execution};
      const auto at = known.find(key);
      const auto elsewhere = outside.find(key);
      const StatementFill* own = at != known.end() ? at->second : elsewhere != outside.end() ? elsewhere->second : nullptr;
      const StatementFill nothing;
      if (own == nullptr) fill(BreakKind::fill_missing, f, nothing, f);
      else if (own->side != f.side || own->price != f.price || own->quantity != f.quantity || own->instrument != f.instrument)
        fill(BreakKind::fill_differs, f, *own, f);
      if (at != known.end()) known.erase(at);
    }
    for (const auto& f : ours)
      if (known.contains({f.venue, f.execution})) fill(BreakKind::fill_unknown, f, f, {});
  }
  std::vector<Finding> found;

 private:
  void position(InstrumentId instrument, Quantity ours, Quantity theirs) {
    if (ours != theirs) found.push_back({BreakKind::position, account_, venue_, instrument, {}, {}, ours, theirs, {}, {}, as_of_});
  }
  void amount(const Money& ours, const Money& theirs) {
    if (ours.units != theirs.units) found.push_back({BreakKind::cash, account_, venue_, {}, {}, {}, {}, {}, ours, theirs, as_of_});
  }
  void fill(BreakKind kind, const StatementFill& f, const StatementFill& ours, const StatementFill& theirs) {
    const auto price = [](const StatementFill& of) { return Money{static_cast<int128>(of.price.units) * decimal_one, {}}; };
    const auto quantity = [](const StatementFill& of) { return of.quantity * sign(of.side); };
    found.push_back({kind, account_, venue_, f.instrument, {}, f.execution, quantity(ours), quantity(theirs), price(ours), price(theirs),
                     f.time});
  }

  AccountId account_;
  VenueId venue_;
  Time as_of_;
};

}  // namespace

std::vector<Finding> compare(AccountId account, VenueId venue, Time as_of, const AccountWord& theirs, const AccountWord& ours,
                             std::span<const StatementFill> other_fills, bool with_cash) {
  Comparison c(account, venue, as_of);
  c.positions(theirs.positions, ours.positions);
  if (with_cash) c.cash(theirs.cash, ours.cash);
  c.fills(theirs.fills, ours.fills, other_fills);
  return std::move(c.found);
}

Reason check_lines(const AccountWord& word) {
  std::set<InstrumentId> instruments;
  for (const auto& p : word.positions)
    if (!instruments.insert(p.instrument).second) return Reason::statement_repeated_line;
  std::set<Currency> currencies;
  for (const auto& c : word.cash)
    if (!currencies.insert(c.amount.currency).second) return Reason::statement_repeated_line;
  std::set<FillKey> executions;
  for (const auto& f : word.fills)
    if (!executions.insert({f.venue, f.execution}).second) return Reason::statement_repeated_line;
  return Reason::none;
}

}  // namespace trade
