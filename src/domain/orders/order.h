#pragma once
#include "domain/orders/life.h"

namespace trade {

// An order as oms knows it. 0 <= filled <= terms.quantity always; while it lives, filled + leaves = quantity.
struct Order {
  OrderId id;
  bool raised = false;      // by a strategy, as its `signal`; else placed by a client, under the id `client`
  std::uint64_t signal{};
  ClientId client;
  OrderTerms terms;         // as in force now
  VenueState state{};
  Pending pending{};
  Reason reason{};          // why it ended, where a reason was given
  Reason broken{};          // a venue's word that was quarantined, not booked
  bool late = false;        // a fill arrived after the order had ended
  bool reversed = false;    // a fill was taken back or corrected
  Quantity taken_back;      // by which the quantity has fallen since it was last agreed: what was taken back is not worked again
  std::uint64_t decision{};  // of the gate, its last on this order
  bool cancel_wanted = false;  // to be asked for as soon as the order is free for it
  bool cancel_sent = false;    // asked for while something else was pending
  ClientId replace_client;  // the command behind a replace that is under way
  Quantity wanted_quantity;  // of that replace; 0: none under way
  Price wanted_limit;
  Quantity filled;
  OrderId group;            // the first order of its group; 0: none
  Quantity placed;          // in a group: the quantity its owner gave it
  Quantity refused_total;   // in a group: a total that was asked for and refused
  bool cleared = false;     // in a group that is admitted together: the gates have passed it
  int128 worth{};           // what it counts against its account's limit
  Time asked_at;            // when the venue was last asked for what is pending
  FIELDS(Order, id, raised, signal, client, terms, state, pending, reason, broken, late, reversed, taken_back, decision, cancel_wanted,
         cancel_sent, replace_client, wanted_quantity, wanted_limit, filled, group, placed, refused_total, cleared,
         worth, asked_at)
};

// What is still to be done: quantity - filled while the order lives, 0 once it has ended.
inline Quantity leaves(const Order& o) { return is_terminal(o.state) ? Quantity{} : o.terms.quantity - o.filled; }
// Made, and waiting for another order of its group before it goes to the gates.
inline bool held(const Order& o) { return o.state == VenueState::none && o.pending == Pending::none; }
inline bool replacing(const Order& o) { return o.wanted_quantity != Quantity{}; }

// Moves the order along the table, any event but fills. False, and nothing changed, where the table says illegal.
// Adds to the table what quantities decide: an order known to be open again is partly filled when it has fills; a rejected one with
// fills was cancelled; a replace down to what is filled completes it. A cancel in doubt is wanted again; an end clears all wishes.
bool apply(Order& order, OrderEvent event);

enum class FillVerdict : std::uint8_t { applied, late, overfill, refused };
NAMES(FillVerdict, applied, late, overfill, refused)
// Applies a fill of quantity > 0 that was not seen before. overfill: more than was left; refused: the order was never sent.
// Neither changes the order: the caller quarantines it (TRUST F9: nothing is booked that the books cannot hold).
FillVerdict apply_fill(Order& order, Quantity quantity);

// A booked fill of `old` never happened (`now` 0) or was one of `now`: filled and quantity change by as much, what is left to do does not.
// False, and nothing changed, when the order never had it or would come to more than was agreed. An order all of whose fills are gone
// and that wants no more was cancelled; one that has them back was filled.
bool take_back(Order& order, Quantity old, Quantity now);

// A fill of `quantity` never happened that had not been heard of: while the order lives there is so much less to do. It ends when that was
// all that was left. False, and nothing changed, when it has ended or is for less.
bool take_back_unheard(Order& order, Quantity quantity);

// The event of a venue's answer to a query.
OrderEvent restated(const Order& order, Quantity filled_there, bool open_there);

// The invariants of an order, for checks in tests and the simulator; nullptr or the rule that is broken.
const char* broken_rule(const Order& order);

}  // namespace trade
