#pragma once
#include "core/map.h"
#include "domain/risk/checks.h"
#include "domain/risk/exposure.h"
#include "domain/risk/pace.h"

namespace trade {

// How much of an order's total may fill, and how dearly.
struct Bound {
  Quantity total;  // filled part included
  Price limit;     // as stated in its terms
  Price worst;
  bool operator==(const Bound&) const = default;
  FIELDS(Bound, total, limit, worst)
};

// What is held back for an approved order, from approval until it is proven that nothing more of it can fill.
struct Reservation {
  AccountId account;
  InstrumentId instrument;
  Side side{};
  Quantity filled;     // by the fills seen
  Bound now, next;     // while a replace is under way the larger quantity at the worse price counts
  bool replacing{};
  bool in_doubt{};     // the replace was asked and the answer lost: the old bound on its own proves nothing
  bool ended{};        // the order is over, but fills it told of are still to come
  FIELDS(Reservation, account, instrument, side, filled, now, next, replacing, in_doubt, ended)
};

// What oms says of an order, as far as risk needs it.
struct OrderStanding {
  VenueState state{};
  Pending pending{};
  Quantity quantity, filled;
  Price limit;
};

// The limits an order is held against: those of its account and instrument, and those of the account alone.
struct LimitPair {
  Limits own, account;
};

// Everything pre-trade risk knows: reference data, positions by the fills, reservations by the approvals. Fails closed: what it does
// not know it refuses. Amounts are in units of Money in the currency of the account's cash.
struct Portfolio {
  struct Market {
    Instrument instrument;
    Reference reference;
    Price mark;
    std::vector<AccountId> accounts;  // that have traded or reserved in it
    FIELDS(Market, instrument, reference, mark, accounts)
  };
  struct Funds {
    Account account;
    bool killed{};
    Bucket messages;
    RecentOrders recent;
    int128 cash{};                            // opening cash, closed gains of derivatives, spot cash paid and got, fees
    int128 realised{}, fees{}, unrealised{};  // since the start
    int128 losses_open{};                     // unrealised of derivatives alone, which weighs on free cash when negative
    int128 worst{}, needed{};                 // sums over its exposures
    FIELDS(Funds, account, killed, messages, recent, cash, realised, fees, unrealised, losses_open, worst, needed)
  };
  Map<InstrumentId, Market> markets;
  Map<VenueId, Venue> venues;
  Map<AccountId, Funds> accounts;
  Map<std::pair<AccountId, InstrumentId>, Exposure> exposures;
  Map<OrderId, Reservation> reservations;
  Ratio worst_fee;       // the dearest of all venues, at least 0
  bool firm_killed{};
  FillId last_fill;
  FIELDS(Portfolio, markets, venues, accounts, exposures, reservations, worst_fee, firm_killed, last_fill)

  void list(const Instrument& i);
  void list(const Venue& v);
  // Books the cash when the account is first seen.
  void open(const Account& a);
  // A price was seen; not positive: ignored.
  void refer(InstrumentId i, Price price, Time now);
  void mark(InstrumentId i, Price price);
  // Latches or releases a kill; account 0: the firm. False when nobody knows the account.
  bool kill(AccountId account, bool killed);

  // Judges an order, or the replace of one that has a reservation, by every check, cheap ones first. On none its worst case is
  // reserved; on any other reason nothing but the message count has changed.
  Reason assess(OrderId order, bool replace, const OrderTerms& t, const LimitPair& limits, Time now);
  // Takes in what oms says of an order: releases on proof, settles a replace, keeps what is in doubt.
  void settle(OrderId order, const OrderStanding& s);
  // Turns reservation into position. Each fill id once; others, and fills of unknown accounts or instruments, change nothing.
  struct FillFacts {
    FillId fill;
    OrderId order;
    AccountId account;
    InstrumentId instrument;
    Side side{};
    Quantity quantity;
    Money value, fee;
  };
  void book(const FillFacts& f);
  // A booked fill never happened: the position and cash go back by it, and its order is for so much less; what is still open of it stays.
  void reverse(const FillFacts& f);

 private:
  void take_in(const FillFacts& f);
  Reason check_order(const Market& m, const OrderTerms& t, const Limits& l, Time now) const;
  Reason check_pace(Funds& f, bool replace, const OrderTerms& t, const LimitPair& limits, Time now);
  Reason check_worst_case(const Funds& f, const Exposure& e, const Market& m, Side side, const LimitPair& limits) const;
  // Holds back the worst case of the order: what may still fill of it counts from here on.
  void reserve(OrderId order, const Reservation& r);
  // Lets go of everything held for the order.
  void release(OrderId order);
  // Brings the exposure's counted orders in line with the reservation and the account's sums in line with the exposure.
  void count(OrderId order, const Reservation& r, Quantity remaining);
  void recount(Funds& f, Exposure& e, const Market& m) const;
  void revalue(Funds& f, Exposure& e, const Market& m) const;
};

}  // namespace trade
