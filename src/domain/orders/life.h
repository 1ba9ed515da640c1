#pragma once
#include <array>
#include <cstddef>

#include "domain/facts/order.h"

// The life of an order as one table: event x (VenueState x Pending) -> next cell. The service, its tests and the documents read it.
namespace trade {

// What can happen to an order. `fill` leaves something to do, `last_fill` nothing; a restatement is the venue's answer to a query:
// something still works there; nothing does and every fill is known; nothing does, yet it tells of fills that were never reported.
// `ended_short`: it is over there by the venue's own word, which tells of such fills. `reversed`: a fill is taken back or corrected.
enum class OrderEvent : std::uint8_t {
  placed, approved, blocked, withdrawn, accepted, fill, last_fill, cancelled, rejected, expired,
  cancel_asked, cancel_rejected, replace_asked, replaced, replace_rejected,
  timeout, recovered, queried, restated_open, restated_closed, restated_short, ended_short, reversed
};
NAMES(OrderEvent, placed, approved, blocked, withdrawn, accepted, fill, last_fill, cancelled, rejected, expired,
      cancel_asked, cancel_rejected, replace_asked, replaced, replace_rejected,
      timeout, recovered, queried, restated_open, restated_closed, restated_short, ended_short, reversed)

// One cell: not `legal` means the event changes nothing there (a request is refused, a venue's word is stale or a lie).
// `late`: truth that arrives after the order had ended; it may change the end.
struct Transition {
  bool legal = false;
  bool late = false;
  VenueState state{};
  Pending pending{};
};

constexpr bool is_terminal(VenueState s) {
  return s == VenueState::filled || s == VenueState::cancelled || s == VenueState::rejected || s == VenueState::expired;
}
constexpr bool is_open(VenueState s) { return s == VenueState::working || s == VenueState::partly_filled; }
// True while a venue owes us a word: such requests are timed and are in doubt after a restart.
constexpr bool awaits_venue(Pending p) {
  return p == Pending::placing || p == Pending::cancelling || p == Pending::replacing || p == Pending::querying;
}

namespace life {

inline constexpr std::size_t state_count = enum_names(VenueState{}).size();
inline constexpr std::size_t pending_count = enum_names(Pending{}).size();
inline constexpr std::size_t event_count = enum_names(OrderEvent{}).size();
using Table = std::array<std::array<std::array<Transition, pending_count>, state_count>, event_count>;

// A set of enumerators, and a rule: in any of these cells the event leads there; an empty target keeps the axis.
template <class E>
struct Set {
  unsigned bits = 0;
  constexpr Set() = default;
  constexpr Set(E e) : bits(1u << static_cast<unsigned>(e)) {}
  constexpr bool has(std::size_t e) const { return (bits >> e & 1u) != 0; }
  friend constexpr Set operator|(Set a, Set b) {
    a.bits |= b.bits;
    return a;
  }
};
struct Rule {
  OrderEvent event;
  Set<VenueState> states;
  Set<Pending> pendings;
  Set<VenueState> to_state;
  Set<Pending> to_pending;
  bool late = false;
};

template <class E>
constexpr E target(Set<E> to, std::size_t kept) {
  for (std::size_t e = 0; e < 32; ++e)
    if (to.has(e)) return static_cast<E>(e);
  return static_cast<E>(kept);
}

// The rules, in the names of the field. `ended`: not by being filled; `at_venue`: the venue has or may have it.
namespace rules {
using enum OrderEvent;
using S = Set<VenueState>;
using P = Set<Pending>;
inline constexpr S none = VenueState::none, working = VenueState::working, partly = VenueState::partly_filled, filled = VenueState::filled,
                   gone = VenueState::cancelled, refused = VenueState::rejected, lapsed = VenueState::expired,
                   unknown = VenueState::unknown;
inline constexpr S open = working | partly, at_venue = open | unknown, ended = gone | refused | lapsed, same_state;
inline constexpr P idle = Pending::none, approval = Pending::approval, placing = Pending::placing, cancelling = Pending::cancelling,
                   replacing = Pending::replacing, querying = Pending::querying, same;
inline constexpr P any = idle | approval | placing | cancelling | replacing | querying;
inline constexpr Rule all[] = {
    {placed, none, idle, same_state, approval},
    {approved, none, approval, same_state, placing},
    {approved, open, approval, same_state, replacing},
    {blocked, none, approval, refused, idle},
    {blocked, open, approval, same_state, idle},
    {withdrawn, none, idle | approval, gone, idle},
    {accepted, none, placing, working, idle},
    {accepted, none, cancelling, working, same},
    {accepted, unknown, any, working, same},
    {fill, none, placing, partly, idle},
    {fill, none, cancelling, partly, same},
    {fill, at_venue, any, partly, same},
    {fill, ended, idle, same_state, same, true},
    {last_fill, none, placing | cancelling, filled, idle},
    {last_fill, at_venue, any, filled, idle},
    {last_fill, ended, idle, filled, idle, true},
    {cancelled, none, placing | cancelling, gone, idle},
    {cancelled, at_venue, any, gone, idle},
    {rejected, none, placing | cancelling, refused, idle},
    {rejected, at_venue, any, refused, idle},
    {expired, none, placing | cancelling, lapsed, idle},
    {expired, at_venue, any, lapsed, idle},
    {cancel_asked, none, placing, same_state, cancelling},
    {cancel_asked, open, idle, same_state, cancelling},
    {cancel_rejected, none, cancelling, same_state, placing},
    {cancel_rejected, open, cancelling, same_state, idle},
    {cancel_rejected, open, replacing, same_state, same},
    {cancel_rejected, at_venue, querying, same_state, same},
    {replace_asked, open, idle, same_state, approval},
    {replaced, open, replacing, same_state, idle},
    {replaced, open, querying, same_state, same},
    {replaced, unknown, querying, working, same},
    {replace_rejected, open, replacing, same_state, idle},
    {replace_rejected, at_venue, querying, same_state, same},
    {timeout, none, placing | cancelling, unknown, idle},
    {timeout, open, cancelling | replacing, unknown, idle},
    {timeout, at_venue, querying, same_state, idle},
    {recovered, none, placing | cancelling, unknown, idle},
    {recovered, open, cancelling | replacing, unknown, idle},
    {recovered, at_venue, querying, same_state, idle},
    {queried, at_venue, idle, same_state, querying},
    {restated_open, unknown, querying, working, idle},
    {restated_open, open, querying, same_state, idle},
    {restated_closed, at_venue, querying, gone, idle},
    {restated_short, at_venue, querying, unknown, same},
    {ended_short, none, placing | cancelling, unknown, querying},
    {ended_short, at_venue, any, unknown, querying},
    {reversed, none, placing | cancelling, same_state, same},
    {reversed, at_venue, any, same_state, same},
    {reversed, filled | ended, idle, same_state, same, true},
};
}  // namespace rules

constexpr Table make_table() {
  Table table{};
  for (const auto& rule : rules::all)
    for (std::size_t s = 0; s < state_count; ++s)
      for (std::size_t p = 0; p < pending_count; ++p)
        if (rule.states.has(s) && rule.pendings.has(p))
          table[static_cast<std::size_t>(rule.event)][s][p] = {true, rule.late, target(rule.to_state, s), target(rule.to_pending, p)};
  return table;
}

inline constexpr Table table = make_table();

}  // namespace life

constexpr const Transition& transition(OrderEvent e, VenueState s, Pending p) {
  return life::table[static_cast<std::size_t>(e)][static_cast<std::size_t>(s)][static_cast<std::size_t>(p)];
}

}  // namespace trade
