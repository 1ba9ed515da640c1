#pragma once
#include "core/map.h"
#include "runtime/catalogue.h"

// Three small services that use everything the runtime offers between them: commands, numbered inputs, urgent and normal lanes, timers,
// requests, replies, venue messages, recovery. JOURNAL.md's model has the same three; what must hold of them is easy to say.
namespace trade::sim {

using Cid = Text<12>;

struct Submit {  // a client's command; sent again under the same id until acknowledged
  static constexpr std::string_view subject = "sim.submit";
  static constexpr Role role = Role::command;
  Cid cid;
  FIELDS(Submit, cid)
};
struct VenueFilled {  // the venue's word; repeated until settled
  static constexpr std::string_view subject = "sim.filled";
  static constexpr Role role = Role::command;
  static constexpr bool urgent = true;
  std::uint64_t order{};
  std::uint64_t execution{};
  FIELDS(VenueFilled, order, execution)
};
struct VenueAsk {
  static constexpr std::string_view subject = "sim.ask";
  static constexpr Role role = Role::venue;
  std::uint64_t order{};
  Cid cid;
  FIELDS(VenueAsk, order, cid)
};
struct OrderFound {
  static constexpr std::string_view subject = "sim.found";
  static constexpr Role role = Role::answer;
  std::uint64_t order{};
  bool found{};
  FIELDS(OrderFound, order, found)
};
struct FindOrder {
  static constexpr std::string_view subject = "sim.find";
  static constexpr Role role = Role::request;
  static constexpr Duration cost = milliseconds(1);
  std::uint64_t order{};
  FIELDS(FindOrder, order)
};
struct Booked {
  static constexpr std::string_view subject = "sim.booked";
  Cid cid;
  bool again{};
  FIELDS(Booked, cid, again)
};
struct Hurried {
  static constexpr std::string_view subject = "sim.hurried";
  static constexpr bool urgent = true;
  Cid cid;
  FIELDS(Hurried, cid)
};
struct FillNoted {
  static constexpr std::string_view subject = "sim.fill_noted";
  std::uint64_t order{};
  FIELDS(FillNoted, order)
};
struct StoreRow {
  static constexpr std::string_view subject = "sim.store";
  static constexpr Role role = Role::request;
  static constexpr Duration cost = milliseconds(2);
  std::uint64_t row{};
  Cid cid;
  FIELDS(StoreRow, row, cid)
};
struct RowStored {
  static constexpr std::string_view subject = "sim.stored";
  static constexpr Role role = Role::answer;
  std::uint64_t row{};
  FIELDS(RowStored, row)
};
struct Squared {
  static constexpr std::string_view subject = "sim.squared";
  static constexpr Role role = Role::answer;
  std::uint64_t row{}, square{};
  FIELDS(Squared, row, square)
};
struct Square {  // stands for a long computation
  static constexpr std::string_view subject = "sim.square";
  static constexpr Role role = Role::request;
  static constexpr Duration cost = milliseconds(4);
  using Answer = Squared;
  std::uint64_t row{};
  Squared compute() const { return {row, row * row}; }
  FIELDS(Square, row)
};
struct Stamped {
  static constexpr std::string_view subject = "sim.stamped";
  Cid cid;
  std::uint64_t value{};
  bool again{};
  FIELDS(Stamped, cid, value, again)
};
struct Acknowledged {
  static constexpr std::string_view subject = "sim.acknowledged";
  static constexpr Role role = Role::reply;
  Cid cid;
  std::uint64_t value{};
  FIELDS(Acknowledged, cid, value)
};
struct Glimpse {  // a subject that may be conflated
  static constexpr std::string_view subject = "sim.glimpse";
  static constexpr WhenFull when_full = WhenFull::keep_latest;
  std::uint64_t n{};
  std::array<std::uint64_t, 40> padding{};
  FIELDS(Glimpse, n, padding)
};
struct Delivered {  // from another process: numbered by its sender
  static constexpr std::string_view subject = "sim.delivered";
  static constexpr Role role = Role::command;
  std::uint64_t value{};
  FIELDS(Delivered, value)
};

enum class OrderIs : std::uint8_t { sent, unknown, live, filled };
NAMES(OrderIs, sent, unknown, live, filled)
struct SimOrder {
  Cid cid;
  OrderIs is{};
  FIELDS(SimOrder, cid, is)
};

struct TradingState {
  Map<Cid, std::uint64_t> by_cid;
  Map<std::uint64_t, SimOrder> orders;
  Map<std::uint64_t, std::uint64_t> executions;  // -> order
  std::uint64_t glimpses{}, digest{};
  FIELDS(TradingState, by_cid, orders, executions, glimpses, digest)
};
struct BooksState {
  std::uint64_t sequence{}, digest{};
  Map<Cid, std::uint64_t> stamps, hurried;
  Map<std::uint64_t, std::uint64_t> fills;          // order -> times noted
  Map<std::uint64_t, std::uint64_t> stored;         // row -> answers
  Map<std::uint64_t, std::uint64_t> squares;        // row -> computed
  FIELDS(BooksState, sequence, digest, stamps, hurried, fills, stored, squares)
};
struct DeskState {
  Map<Cid, std::uint64_t> stamps, timers;           // cid -> value; cid -> times fired
  std::vector<Cid> armed;
  std::vector<std::uint64_t> delivered;
  std::uint64_t glimpse{}, digest{};
  FIELDS(DeskState, stamps, timers, armed, delivered, glimpse, digest)
};

// trading, books and desk in loops of these names.
const Catalogue& protocol_catalogue();

struct TradingQuery {
  static constexpr std::string_view name = "sim.TradingQuery";
  using Answer = TradingState;
};
struct BooksQuery {
  static constexpr std::string_view name = "sim.BooksQuery";
  using Answer = BooksState;
};
struct DeskQuery {
  static constexpr std::string_view name = "sim.DeskQuery";
  using Answer = DeskState;
};

}  // namespace trade::sim
