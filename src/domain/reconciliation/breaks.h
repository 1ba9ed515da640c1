#pragma once
#include <vector>

#include "domain/facts/order.h"

namespace trade {

using BreakId = Id<struct BreakTag, std::uint32_t>;

// position, cash   the statement has another figure than the books
// fill_missing     the statement has an execution that the books do not    fill_unknown   the other way round
// fill_differs     both have it, with another side, price or quantity
// sequence         oms skipped fill ids                                     unbooked       an event came that could not be booked
enum class BreakKind : std::uint8_t { position, cash, fill_missing, fill_unknown, fill_differs, sequence, unbooked };
NAMES(BreakKind, position, cash, fill_missing, fill_unknown, fill_differs, sequence, unbooked)
// True for what a later statement that agrees clears by itself.
constexpr bool is_of_statement(BreakKind k) { return k < BreakKind::sequence; }

enum class BreakState : std::uint8_t { open, owned, cleared, resolved };
NAMES(BreakState, open, owned, cleared, resolved)
constexpr bool is_over(BreakState s) { return s == BreakState::cleared || s == BreakState::resolved; }

// What a comparison found. Which of the figures matter follows from the kind; venue 0: the whole account.
struct Finding {
  BreakKind kind{};
  AccountId account;
  VenueId venue;
  InstrumentId instrument;
  FillId fill;
  ExecutionId execution;
  Quantity ours, theirs;
  Money our_amount, their_amount;  // of cash; of fills the prices
  Time at;                         // what time the statement, or the fill, is of
  FIELDS(Finding, kind, account, venue, instrument, fill, execution, ours, theirs, our_amount, their_amount, at)
};

// A difference that somebody has to explain. Its age runs from `opened`.
struct Break {
  BreakId id;
  Finding found;
  BreakState state{};
  Time opened, seen;  // first and last found
  Text<31> owner;
  Text<95> note;      // how it was resolved
  FIELDS(Break, id, found, state, opened, seen, owner, note)
};

// All breaks, oldest first; those that are over are kept until there are `most` of them.
class Breaks {
 public:
  // The break of this finding, opened when there is none that is not over; null when nothing about it is new. Valid until the next call.
  const Break* find(const Finding& f, Time now);
  // After a statement of (account, venue) that speaks of the time after `from` up to `to`: what it should have found again and did not is
  // cleared: breaks of positions and cash, and of fills in that time. cleared(const Break&).
  template <class F>
  void clear_unseen(AccountId account, VenueId venue, Time from, Time to, Time now, F&& cleared) {
    for (auto& b : all_) {
      if (is_over(b.state) || !is_of_statement(b.found.kind) || b.found.account != account || b.found.venue != venue) continue;
      const bool of_fill = b.found.kind != BreakKind::position && b.found.kind != BreakKind::cash;
      if (b.seen >= now || (of_fill && (b.found.at <= from || b.found.at > to))) continue;
      b.state = BreakState::cleared;
      cleared(b);
    }
  }
  // An owner takes it, or takes it over. Refusals: break_not_found, break_not_open, break_no_owner.
  Reason own(BreakId id, const Text<31>& owner);
  // Its owner closes it with a note. Refusals: as above; break_no_owner also when it has none, or another.
  Reason resolve(BreakId id, const Text<31>& owner, const Text<95>& note);
  const Break* at(BreakId id) const;
  const std::vector<Break>& all() const { return all_; }

 private:
  Break* locate(BreakId id);
  void forget_old();

  std::vector<Break> all_;
  BreakId last_;

 public:
  static constexpr std::size_t most = 4096;
  FIELDS(Breaks, all_, last_)
};

}  // namespace trade
