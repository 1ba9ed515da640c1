#pragma once
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "messages/orders.h"
#include "runtime/process.h"
#include "sim/draw.h"

namespace trade::sim {

// A PlaceGroup that owns its orders.
struct GroupBody {
  ClientId id;
  AccountId account;
  GroupKind kind{};
  std::vector<GroupLeg> legs;
};

// A command of a client, and what was said to it.
struct Asked {
  std::variant<PlaceOrder, CancelOrder, ReplaceOrder, SetKill, GroupBody, CancelOrders> body;
  AccountId account;
  ClientId id;
  std::uint32_t times = 0;                // sent
  bool other_body = false;                // something else was sent under the same id as well
  bool heard = false;                     // the client knows the answer
  std::optional<CommandAnswered> said;    // the first answer that left the process: no other one may follow
};

// Three accounts and an operator. They invent commands, send them until they are answered, and again when they feel like it.
class Desk {
 public:
  explicit Desk(std::uint64_t seed) : draw_(seed) {}

  // A new command, or none when nothing came to mind.
  void invent(Time now);
  // Kills an account or the firm, or lifts what it has killed: then of whom.
  std::optional<AccountId> kill();
  // A command to send now: one that waits for its answer, or (`idle`) any. Null when there is none.
  Asked* pick(bool idle);
  std::vector<Asked*> unheard();
  // The same command, or another one under its id.
  Posted post(Asked& a, Time now, bool other_body);

  Asked* find(AccountId account, const ClientId& id);
  const std::vector<Asked>& all() const { return asked_; }
  // What has been said to one order of a group under its own id; null when no group has it.
  std::optional<CommandAnswered>* leg(AccountId account, const ClientId& id);
  // What a client wanted of an order, placed alone or in a group; null when nobody did.
  const OrderTerms* terms_of(AccountId account, const ClientId& id) const;
  // The greatest quantity an order was ever to have, and whether a price was ever its limit.
  Quantity most_of(AccountId account, const ClientId& place) const;
  bool may_have_limit(AccountId account, const ClientId& place, Price limit) const;

 private:
  template <class M>
  void add(M m, AccountId account);
  ClientId new_id(char kind) { return ClientId(std::string(1, kind) + std::to_string(asked_.size() + 1)); }
  OrderTerms some_terms(AccountId account, Time now);
  void work_off(OrderTerms& terms, Time now);
  void place(AccountId account, Time now);
  void group(AccountId account, Time now);
  void cancel_many(AccountId account);
  struct Target {
    ClientId id;
    OrderTerms terms;
  };
  std::optional<Target> some_target(AccountId account);
  Quantity some_quantity(InstrumentId instrument);
  Price some_price();

  Draw draw_;
  std::vector<Asked> asked_;
  std::map<std::pair<AccountId, ClientId>, std::size_t> by_id_;
  std::map<std::pair<AccountId, ClientId>, OrderTerms> wanted_;
  std::map<std::pair<AccountId, ClientId>, std::optional<CommandAnswered>> legs_;
  std::optional<AccountId> killed_;
};

}  // namespace trade::sim
