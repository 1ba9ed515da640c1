#include "app/order_path.h"

#include <algorithm>

#include "runtime/define_service.h"
#include "runtime/kernel.h"

namespace trade {
namespace {

struct SeenInTrading {
  static constexpr std::string_view name = "app.seen_in_trading";
  using Answer = std::vector<PathStep>;
};
struct SeenInBooks {
  static constexpr std::string_view name = "app.seen_in_books";
  using Answer = std::vector<PathStep>;
};

template <class M>
PathStep step_of(const M& m, Time now) {
  const auto& type = describe<M>();
  PathStep s;
  s.at = now;
  s.type = type.name;
  s.subject = M::subject;
  type.to_json(s.content, &m);
  if constexpr (requires { s.order = m.order; }) s.order = m.order;
  if constexpr (requires { s.child = m.child; }) s.child = m.child;
  if constexpr (requires { s.fill = m.fill; }) s.fill = m.fill;
  if constexpr (requires { s.strategy = m.strategy; }) s.strategy = m.strategy;
  return s;
}

// Consumes every message of In and keeps it; answers Query with all of them.
template <class Messages, class Query>
class Watcher {
 public:
  struct Config {
    FIELDS(Config)
  };
  struct State {
    std::vector<PathStep> steps;
    FIELDS(State, steps)
  };
  using In = Messages;
  using Out = Emits<>;
  using Queries = Answers<Query>;

  explicit Watcher(const Config&) {}
  template <class M>
  void on(const M& m, Context<Out>& context) {
    state.steps.push_back(step_of(m, context.now()));
  }
  std::vector<PathStep> answer(const Query&) const { return state.steps; }

  State state;
};

using TradingWatcher = Watcher<Consumes<SignalRaised, PlaceOrder, CommandAnswered, OrderIntended, OrderApproved, OrderBlocked,
                                        OrderAccepted, OrderRejected, CancelRequested, ReplaceRequested, VenuePlace, VenueCancel,
                                        VenueReplace, VenueReport, Execution, OrderChanged, Fill, FillReversed>,
                               SeenInTrading>;
using BooksWatcher = Watcher<Consumes<PositionChanged>, SeenInBooks>;

}  // namespace

Catalogue watched(const Catalogue& catalogue) {
  static const ServiceType trading = service_type<TradingWatcher>(), books = service_type<BooksWatcher>();
  Catalogue more = catalogue;
  more.entries.push_back({"trading_watcher", "observability", 1, Lane::backend, 1, "trading", &trading, {}, 0});
  more.entries.push_back({"books_watcher", "observability", 1, Lane::backend, 2, "books", &books, {}, 0});
  return more;
}

std::vector<PathStep> steps_seen(const Kernel& kernel) {
  std::vector<PathStep> trading, books;
  kernel.ask(SeenInTrading{}, trading);
  kernel.ask(SeenInBooks{}, books);
  // The books hear of a fill behind the trading loop.
  const auto middle = static_cast<std::ptrdiff_t>(trading.size());
  trading.insert(trading.end(), books.begin(), books.end());
  std::inplace_merge(trading.begin(), trading.begin() + middle, trading.end(),
                     [](const PathStep& a, const PathStep& b) { return a.at < b.at; });
  return trading;
}

std::vector<PathStep> path_of(const std::vector<PathStep>& all, OrderId order) {
  std::vector<ChildId> children;
  std::vector<FillId> fills;
  const auto add = [](auto& list, auto id) {
    if (id && std::find(list.begin(), list.end(), id) == list.end()) list.push_back(id);
  };
  for (const auto& s : all) {
    if (s.order != order) continue;
    add(children, s.child);
    add(fills, s.fill);
  }
  std::vector<PathStep> path;
  const PathStep* asked = nullptr;  // the last signal or command before oms took it up
  for (const auto& s : all) {
    if (s.type == "SignalRaised" || s.type == "PlaceOrder") asked = &s;
    const bool mine = s.order ? s.order == order
                              : std::find(children.begin(), children.end(), s.child) != children.end() ||
                                    (s.type == "PositionChanged" && std::find(fills.begin(), fills.end(), s.fill) != fills.end());
    if (!mine) continue;
    if (path.empty() && asked != nullptr) path.push_back(*asked);
    path.push_back(s);
  }
  return path;
}

}  // namespace trade
