#pragma once
#include <array>
#include <string>

#include "sim/model_venue.h"
#include "sim/slow_books.h"
#include "sim/trading_house.h"

namespace trade::sim {

// What is true of the world, as the venues and the wires to them know it, and the invariants of TRUST 2.2 that it is held against. Every
// check gives the first rule that is broken, empty when none is.
class Truth {
 public:
  explicit Truth(const std::array<ModelVenue, 2>& venues) : venues_(venues) {}

  // A message left the process, arrived at its venue, or was lost on the way.
  std::string sent(const VenuePlace& m, OrderId order);
  void arrived(const VenuePlace& m) { children_.at(m.child).on_wire = false; }
  void lost(const VenuePlace& m);
  void sent(const VenueReplace& m) { children_.at(m.child).replaces.push_back(m); }
  void over(const VenueReplace& m);  // arrived or lost

  bool knows(ChildId child) const { return children_.contains(child); }
  OrderId order_of(ChildId child) const { return children_.at(child).order; }
  bool replace_on_wire(ChildId child) const { return !children_.at(child).replaces.empty(); }
  bool any_open() const;
  std::size_t split_orders() const;

  // I8: whatever may still happen, no limit of the account is passed by a unit.
  std::string exposure(AccountId account, const Witness::State& seen) const;
  // I5: of no order more is held and done at venues than `most`.
  std::string family(OrderId order, Quantity most) const;
  // At rest: every live order of a group is for what the others' fills leave it.
  static std::string groups(const Oms::State& oms);
  // At rest: the venues, oms, risk and the books say the same (I5, I6, I7).
  std::string agrees(const Machine& machine) const;

 private:
  struct Child {
    OrderId order;
    VenuePlace place;
    bool on_wire = true;
    bool lost = false;
    std::vector<VenueReplace> replaces;  // on the wire
  };
  // What may still trade, at the least price that can be said of it.
  struct MayTrade {
    InstrumentId instrument;
    Side side{};
    Quantity quantity;
    Price price;
  };
  const ModelVenue& venue(VenueId id) const { return venues_.at(id.value - 1u); }
  const ModelVenue::Held* held(const Child& c) const;
  Quantity filled(const Child& c) const;
  Quantity remaining(const Child& c) const;
  std::vector<MayTrade> may_trade(AccountId account, const Witness::State& seen) const;
  SlowBooks books(const Witness::State& seen) const;
  bool taken_back(AccountId account) const;
  std::string order_agrees(const Order& o) const;
  std::string books_agree(const Machine& machine) const;

  const std::array<ModelVenue, 2>& venues_;
  std::map<ChildId, Child> children_;
};

}  // namespace trade::sim
