#include "domain/orders/order.h"

namespace trade {
namespace {

void end_replace(Order& o) {
  o.replace_client = {};
  o.wanted_quantity = {};
  o.wanted_limit = {};
}

void take_new_terms(Order& o) {
  o.terms.quantity = max(o.wanted_quantity, o.filled);
  o.terms.limit = o.wanted_limit;
  o.taken_back = {};
  end_replace(o);
  if (o.filled != o.terms.quantity) return;
  o.state = VenueState::filled;
  o.pending = Pending::none;
}

// What the table cannot say because it does not see quantities and wishes.
void settle(Order& o) {
  if (o.state == VenueState::working && o.filled != Quantity{}) o.state = VenueState::partly_filled;
  if (!awaits_venue(o.pending)) o.asked_at = {};
  if (!is_terminal(o.state)) return;
  o.cancel_wanted = o.cancel_sent = false;
  end_replace(o);
}

}  // namespace

bool apply(Order& o, OrderEvent event) {
  const bool of_fills = event == OrderEvent::fill || event == OrderEvent::last_fill || event == OrderEvent::reversed;
  CHECK(!of_fills, "fills go through apply_fill and take_back");
  const Transition& t = transition(event, o.state, o.pending);
  if (!t.legal) return false;
  const Pending before = o.pending;
  o.state = t.state;
  o.pending = t.pending;
  switch (event) {
    case OrderEvent::timeout:
    case OrderEvent::recovered:
      o.cancel_wanted = o.cancel_wanted || o.cancel_sent || before == Pending::cancelling;
      o.cancel_sent = false;
      break;
    case OrderEvent::cancel_asked:
    case OrderEvent::cancel_rejected: o.cancel_wanted = o.cancel_sent = false; break;
    case OrderEvent::replaced:
      if (replacing(o)) take_new_terms(o);
      break;
    case OrderEvent::replace_rejected:
    case OrderEvent::blocked: end_replace(o); break;
    case OrderEvent::ended_short:
      o.cancel_wanted = o.cancel_sent = false;
      end_replace(o);
      break;
    case OrderEvent::rejected:
      if (o.filled != Quantity{}) o.state = VenueState::cancelled;
      break;
    default: break;
  }
  settle(o);
  return true;
}

FillVerdict apply_fill(Order& o, Quantity quantity) {
  CHECK(quantity.units > 0, "a fill has a quantity");
  const Quantity unfilled = o.terms.quantity - o.filled;
  const Transition& t = transition(quantity >= unfilled ? OrderEvent::last_fill : OrderEvent::fill, o.state, o.pending);
  if (quantity > unfilled) return FillVerdict::overfill;
  if (!t.legal) return FillVerdict::refused;
  o.filled += quantity;
  o.state = t.state;
  o.pending = t.pending;
  o.late = o.late || t.late;
  settle(o);
  return t.late ? FillVerdict::late : FillVerdict::applied;
}

bool take_back(Order& o, Quantity old, Quantity now) {
  CHECK(old.units >= 0 && now.units >= 0, "an execution has a quantity");
  if (!transition(OrderEvent::reversed, o.state, o.pending).legal || old > o.filled || now - old > o.taken_back) return false;
  o.filled += now - old;
  o.terms.quantity += now - old;
  o.taken_back += old - now;
  o.reversed = true;
  const bool nothing = o.filled == Quantity{};
  if (o.state == VenueState::working && !nothing) o.state = VenueState::partly_filled;
  else if (o.state == VenueState::partly_filled && nothing) o.state = VenueState::working;
  else if (o.state == VenueState::filled && nothing) o.state = VenueState::cancelled;
  else if (is_terminal(o.state) && !nothing && o.filled == o.terms.quantity) o.state = VenueState::filled;
  return true;
}

bool take_back_unheard(Order& o, Quantity quantity) {
  const bool can = transition(OrderEvent::reversed, o.state, o.pending).legal && !is_terminal(o.state);
  if (!can || quantity.units <= 0 || quantity > o.terms.quantity - o.filled) return false;
  o.terms.quantity -= quantity;
  o.taken_back += quantity;
  o.reversed = true;
  if (o.filled != o.terms.quantity) return true;
  o.state = o.filled == Quantity{} ? VenueState::cancelled : VenueState::filled;
  o.pending = Pending::none;
  settle(o);
  return true;
}

OrderEvent restated(const Order& o, Quantity filled_there, bool open_there) {
  if (open_there) return OrderEvent::restated_open;
  return filled_there > o.filled ? OrderEvent::restated_short : OrderEvent::restated_closed;
}

const char* broken_rule(const Order& o) {
  if (o.filled.units < 0 || o.filled > o.terms.quantity) return "0 <= filled <= quantity";
  if (!is_terminal(o.state) && o.filled + leaves(o) != o.terms.quantity) return "filled + leaves = quantity";
  if ((o.state == VenueState::filled) != (o.filled == o.terms.quantity && o.filled != Quantity{}))
    return "filled when and only when nothing is left";
  if (o.state == VenueState::working && o.filled != Quantity{}) return "working has no fill";
  if (o.state == VenueState::partly_filled && o.filled == Quantity{}) return "partly filled has a fill";
  if (o.state == VenueState::none && o.filled != Quantity{}) return "no fill before the venue has it";
  if (o.state == VenueState::rejected && o.filled != Quantity{} && !o.late) return "a rejected order has no fill but a late one";
  const bool wants = o.pending != Pending::none || o.cancel_wanted || o.cancel_sent || replacing(o);
  if (is_terminal(o.state) && wants) return "an ended order wants nothing";
  if (o.state == VenueState::unknown && o.pending != Pending::none && o.pending != Pending::querying) return "unknown is queried";
  if (awaits_venue(o.pending) && o.pending == Pending::replacing && !replacing(o)) return "a replace has terms";
  return nullptr;
}

}  // namespace trade
