#include <gtest/gtest.h>

#include <set>
#include <string>

#include "domain/orders/order.h"
#include "wire/binary.h"

namespace trade {
namespace {

constexpr VenueState states[] = {VenueState::none,      VenueState::working,  VenueState::partly_filled, VenueState::filled,
                                 VenueState::cancelled, VenueState::rejected, VenueState::expired,       VenueState::unknown};
constexpr Pending pendings[] = {Pending::none,       Pending::approval,  Pending::placing,
                                Pending::cancelling, Pending::replacing, Pending::querying};

std::vector<OrderEvent> all_events() {
  std::vector<OrderEvent> events;
  for (std::size_t e = 0; e < life::event_count; ++e) events.push_back(static_cast<OrderEvent>(e));
  return events;
}

TEST(Life, an_end_is_left_by_late_fills_and_reversals_only) {
  for (const auto e : all_events())
    for (const auto s : states)
      for (const auto p : pendings) {
        const auto& t = transition(e, s, p);
        if (!t.legal) continue;
        if (is_terminal(s)) {
          const bool fill = e == OrderEvent::fill || e == OrderEvent::last_fill;
          EXPECT_TRUE(t.late && (fill || e == OrderEvent::reversed)) << name_of(e) << " on " << name_of(s);
          EXPECT_TRUE(is_terminal(t.state));
          EXPECT_TRUE(!fill || s != VenueState::filled);
        }
        EXPECT_EQ(t.late, is_terminal(s));
        if (is_terminal(t.state)) { EXPECT_EQ(t.pending, Pending::none); }
      }
}

TEST(Life, doubt_never_becomes_an_end_without_the_venue) {
  for (const auto e : {OrderEvent::timeout, OrderEvent::recovered, OrderEvent::queried})
    for (const auto s : states)
      for (const auto p : pendings) {
        const auto& t = transition(e, s, p);
        if (t.legal) { EXPECT_FALSE(is_terminal(t.state)) << name_of(e); }
      }
}

TEST(Life, timeout_and_recovery_are_the_same_doubt) {
  for (const auto s : states)
    for (const auto p : pendings) {
      const auto &a = transition(OrderEvent::timeout, s, p), &b = transition(OrderEvent::recovered, s, p);
      EXPECT_TRUE(a.legal == b.legal && a.state == b.state && a.pending == b.pending);
    }
}

TEST(Life, whatever_awaits_a_venue_can_come_into_doubt) {
  for (const auto& [s, p] : std::vector<std::pair<VenueState, Pending>>{{VenueState::none, Pending::placing},
                                                                        {VenueState::none, Pending::cancelling},
                                                                        {VenueState::working, Pending::cancelling},
                                                                        {VenueState::partly_filled, Pending::replacing},
                                                                        {VenueState::unknown, Pending::querying}})
    EXPECT_TRUE(transition(OrderEvent::timeout, s, p).legal) << name_of(s) << ' ' << name_of(p);
}

// A second telling of the same story, without the table: what is known, what was asked, what is wished.
struct Story {
  enum Known { unsent, live, lost, over } known = unsent;
  enum Asked { nothing, gate, place, cancel, change, query } asked = nothing;
  VenueState how = VenueState::none;  // it ended
  std::int64_t total = 0, done = 0, wish_total = 0, back = 0;
  bool wish_cancel = false, late = false, reversed = false;

  void end(VenueState h) {
    known = over;
    asked = nothing;
    how = h;
    wish_total = 0;
    wish_cancel = false;
  }
  bool at_venue() const { return known == live || known == lost || (known == unsent && (asked == place || asked == cancel)); }
  void seen_alive() {
    known = live;
    if (asked == place) asked = nothing;
  }
  // What it looks like on the two axes.
  VenueState state() const {
    if (known == over) return how;
    if (known == lost) return VenueState::unknown;
    if (known == unsent) return VenueState::none;
    return done > 0 ? VenueState::partly_filled : VenueState::working;
  }
  Pending pending() const { return pendings[asked]; }
  FillVerdict fill(std::int64_t n) {
    if (done + n > total) return FillVerdict::overfill;
    if (known != over && !at_venue()) return FillVerdict::refused;
    done += n;
    if (known == over) {
      late = true;
      if (done == total) how = VenueState::filled;
      return FillVerdict::late;
    }
    seen_alive();
    if (done == total) end(VenueState::filled);
    return FillVerdict::applied;
  }
  // A fill of `old` was one of `now`; what is left to do stays as it is.
  bool take_back(std::int64_t old, std::int64_t now) {
    if (known == unsent || old > done || now - old > back) return false;
    done += now - old;
    total += now - old;
    back += old - now;
    reversed = true;
    if (known == over && how == VenueState::filled && total == 0) how = VenueState::cancelled;
    else if (known == over && total > 0 && done == total) how = VenueState::filled;
    return true;
  }
  bool doubt() {
    if (known == over || asked == nothing || asked == gate) return false;
    if (asked == query) {
      asked = nothing;
      return true;
    }
    if (asked == cancel) wish_cancel = true;
    known = lost;
    asked = nothing;
    return true;
  }
  bool happen(OrderEvent e) { return wished(e) || told(e); }

 private:
  bool wished(OrderEvent e);
  bool told(OrderEvent e);
};

// What oms, its clients and the gates do.
bool Story::wished(OrderEvent e) {
  switch (e) {
    case OrderEvent::placed:
      if (known != unsent || asked != nothing) return false;
      asked = gate;
      return true;
    case OrderEvent::approved:
      if (asked != gate) return false;
      asked = known == unsent ? place : change;
      return true;
    case OrderEvent::blocked:
      if (asked != gate) return false;
      if (known == unsent) end(VenueState::rejected);
      asked = nothing;
      wish_total = 0;
      return true;
    case OrderEvent::withdrawn:
      if (known != unsent || (asked != gate && asked != nothing)) return false;
      end(VenueState::cancelled);
      return true;
    case OrderEvent::cancel_asked:
      if (!(known == live && asked == nothing) && !(known == unsent && asked == place)) return false;
      asked = cancel;
      wish_cancel = false;
      return true;
    case OrderEvent::replace_asked:
      if (known != live || asked != nothing) return false;
      asked = gate;
      return true;
    case OrderEvent::timeout:
    case OrderEvent::recovered: return doubt();
    case OrderEvent::queried:
      if ((known != live && known != lost) || asked != nothing) return false;
      asked = query;
      return true;
    default: return false;
  }
}
// What the venue says.
bool Story::told(OrderEvent e) {
  switch (e) {
    case OrderEvent::accepted:
      if (known == live || !at_venue()) return false;
      seen_alive();
      return true;
    case OrderEvent::cancelled:
    case OrderEvent::rejected:
    case OrderEvent::expired:
      if (!at_venue()) return false;
      if (e == OrderEvent::expired) end(VenueState::expired);
      else end(e == OrderEvent::rejected && done == 0 ? VenueState::rejected : VenueState::cancelled);
      return true;
    case OrderEvent::cancel_rejected:
      if (asked != cancel && asked != query && asked != change) return false;
      if (asked == cancel) asked = known == unsent ? place : nothing;
      wish_cancel = false;
      return true;
    case OrderEvent::replaced:
      if (asked != change && asked != query) return false;
      seen_alive();
      if (asked == change) asked = nothing;
      if (wish_total == 0) return true;
      total = wish_total > done ? wish_total : done;
      back = 0;
      wish_total = 0;
      if (total == done) end(VenueState::filled);
      return true;
    case OrderEvent::replace_rejected:
      if (asked != change && asked != query) return false;
      if (asked == change) asked = nothing;
      wish_total = 0;
      return true;
    case OrderEvent::restated_open:
      if (asked != query) return false;
      known = live;
      asked = nothing;
      return true;
    case OrderEvent::restated_closed:
      if (asked != query) return false;
      end(VenueState::cancelled);
      return true;
    case OrderEvent::restated_short:
      if (asked != query) return false;
      known = lost;
      return true;
    case OrderEvent::ended_short:
      if (!at_venue()) return false;
      known = lost;
      asked = query;
      wish_total = 0;
      wish_cancel = false;
      return true;
    default: return false;
  }
}

struct Pair {
  Order order;
  Story story;
};

// What may befall an order; of a fill `quantity`, of a reversal also what is true instead.
struct Happening {
  OrderEvent event{};
  std::int64_t quantity = 0, now = 0;
};

std::vector<Happening> all_happenings() {
  std::vector<Happening> all;
  for (const auto e : all_events()) {
    if (e == OrderEvent::last_fill) continue;
    if (e == OrderEvent::fill) all.insert(all.end(), {{e, 1, 0}, {e, 2, 0}});
    else if (e == OrderEvent::reversed) all.insert(all.end(), {{e, 1, 0}, {e, 2, 1}, {e, 1, 2}});
    else all.push_back({e, 0, 0});
  }
  return all;
}

// Both take the event; whatever differs is a failure.
void step(Pair& p, const Happening& h, const std::string& path) {
  const OrderEvent e = h.event;
  const std::int64_t fill_of = e == OrderEvent::fill ? h.quantity : 0;
  if (e == OrderEvent::reversed) {
    ASSERT_EQ(take_back(p.order, quantity_of(h.quantity), quantity_of(h.now)), p.story.take_back(h.quantity, h.now)) << path;
  } else if (fill_of != 0) {
    const auto verdict = apply_fill(p.order, quantity_of(fill_of));
    ASSERT_EQ(verdict, p.story.fill(fill_of)) << path;
  } else {
    const bool legal = apply(p.order, e);
    ASSERT_EQ(legal, p.story.happen(e)) << path;
    if (legal && e == OrderEvent::replace_asked) {
      const auto total = p.story.total == 3 ? 2 : 3;
      p.order.wanted_quantity = quantity_of(total);
      p.story.wish_total = total;
    }
  }
  ASSERT_EQ(p.order.state, p.story.state()) << path;
  ASSERT_EQ(p.order.pending, p.story.pending()) << path;
  ASSERT_EQ(p.order.filled, quantity_of(p.story.done)) << path;
  ASSERT_EQ(p.order.terms.quantity, quantity_of(p.story.total)) << path;
  ASSERT_EQ(p.order.late, p.story.late) << path;
  ASSERT_EQ(p.order.reversed, p.story.reversed) << path;
  ASSERT_EQ(p.order.taken_back, quantity_of(p.story.back)) << path;
  ASSERT_EQ(p.order.cancel_wanted, p.story.wish_cancel) << path;
  ASSERT_EQ(replacing(p.order), p.story.wish_total != 0) << path;
  ASSERT_EQ(broken_rule(p.order), nullptr) << path << ": " << broken_rule(p.order);
}

std::string key_of(const Pair& p) {
  ByteWriter w;
  wire::write_binary(w, p.order);
  return w.take();
}

// Every interleaving of every event, of fills of 1 and 2, of busts and corrections, from a new order of 3, until no new state is found: any
// depth.
TEST(Life, every_interleaving_agrees_with_the_slow_story) {
  Pair start;
  start.order.id = OrderId{1};
  start.order.terms.quantity = quantity_of(3);
  start.story.total = 3;
  std::set<std::string> seen{key_of(start)};
  std::vector<std::pair<Pair, std::string>> front{{start, ""}};
  int depth = 0;
  for (; !front.empty(); ++depth) {
    std::vector<std::pair<Pair, std::string>> next;
    for (const auto& [pair, path] : front)
      for (const auto& h : all_happenings()) {
        Pair p = pair;
        const std::string here = path + ' ' + std::string(name_of(h.event)) + (h.quantity == 0 ? "" : std::to_string(h.quantity));
        step(p, h, here);
        if (HasFatalFailure()) return;
        if (seen.insert(key_of(p)).second) next.emplace_back(p, here);
      }
    front = std::move(next);
  }
  EXPECT_GE(depth, 8);
  EXPECT_GT(seen.size(), 60u);
}

// From any reachable doubt, the venue's honest answer leads to a known state (I18).
TEST(Life, an_answer_ends_every_doubt) {
  for (const auto s : {VenueState::unknown, VenueState::working, VenueState::partly_filled})
    for (const auto e : {OrderEvent::restated_open, OrderEvent::restated_closed}) {
      const auto& t = transition(e, s, Pending::querying);
      EXPECT_TRUE(t.legal && t.pending == Pending::none && t.state != VenueState::unknown);
    }
}

TEST(Life, what_is_taken_back_before_it_was_heard_of_is_not_waited_for) {
  Order o;
  o.terms.quantity = quantity_of(3);
  apply(o, OrderEvent::placed);
  EXPECT_FALSE(take_back_unheard(o, quantity_of(1)));
  apply(o, OrderEvent::approved);
  EXPECT_TRUE(take_back_unheard(o, quantity_of(1)));
  EXPECT_EQ(apply_fill(o, quantity_of(1)), FillVerdict::applied);
  EXPECT_EQ(leaves(o), quantity_of(1));
  EXPECT_FALSE(take_back_unheard(o, quantity_of(2)));
  EXPECT_TRUE(take_back_unheard(o, quantity_of(1)));
  EXPECT_EQ(o.state, VenueState::filled);
  EXPECT_EQ(broken_rule(o), nullptr);
  EXPECT_FALSE(take_back_unheard(o, quantity_of(1)));
}

TEST(Life, overfill_changes_nothing) {
  Order o;
  o.terms.quantity = quantity_of(3);
  apply(o, OrderEvent::placed);
  EXPECT_EQ(apply_fill(o, quantity_of(1)), FillVerdict::refused);
  apply(o, OrderEvent::approved);
  EXPECT_EQ(apply_fill(o, quantity_of(2)), FillVerdict::applied);
  EXPECT_EQ(apply_fill(o, quantity_of(2)), FillVerdict::overfill);
  EXPECT_EQ(o.filled, quantity_of(2));
  EXPECT_EQ(leaves(o), quantity_of(1));
}

}  // namespace
}  // namespace trade
