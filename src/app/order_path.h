#pragma once
#include <string>
#include <vector>

#include "core/map.h"
#include "messages/books.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/signals.h"
#include "messages/venue.h"
#include "runtime/catalogue.h"

namespace trade {

// One message of an order's life, in the order they were handled.
struct PathStep {
  Time at;
  std::string type, subject, content;  // content: canonical JSON
  OrderId order;                        // 0: not said in the message; then the ones below tell
  ChildId child;
  FillId fill;
  StrategyId strategy;
  FIELDS(PathStep, at, type, subject, content, order, child, fill, strategy)
};

// A catalogue's services and, behind them, two that only write down what concerns orders: a journal folded with it shows what the loops
// said among themselves, which no journal holds.
Catalogue watched(const Catalogue& catalogue);

// What the watchers of a folded machine have seen.
std::vector<PathStep> steps_seen(const class Kernel& kernel);
// Those of one order, from the signal or command that asked for it to the position it led to.
std::vector<PathStep> path_of(const std::vector<PathStep>& all, OrderId order);

}  // namespace trade
