#include "matching/truth.h"

#include <algorithm>

namespace trade::matching_test {
namespace {

std::string name(std::uint64_t id) { return "order " + std::to_string(id); }

}  // namespace

Coverage::Coverage() {
  for (const auto kind : enum_names(Event::Kind{})) counts_["event " + std::string(kind)];
  for (const auto type : enum_names(OrderType{})) counts_["traded " + std::string(type)];
  for (const auto tif : enum_names(TimeInForce{})) counts_["traded " + std::string(tif)];
  for (const auto phase : enum_names(TradingPhase{})) counts_["phase " + std::string(phase)];
  for (const Reason r : {Reason::venue_bad_order, Reason::venue_closed, Reason::venue_halted, Reason::venue_band, Reason::venue_would_trade,
                         Reason::venue_no_liquidity, Reason::venue_no_reference})
    counts_["rejected " + std::string(name_of(r))];
  for (const Reason r : {Reason::none, Reason::venue_unfilled, Reason::venue_self_match, Reason::venue_band})
    counts_["cancelled " + std::string(name_of(r))];
  for (const auto peg : enum_names(Peg{})) counts_["traded pegged " + std::string(peg)];
  for (const char* what : {"traded iceberg beyond its first tip", "traded with a minimum", "traded post_only", "uncrossed", "whole fok",
                           "replaced and traded"})
    counts_[what];
}

std::string Coverage::text() const {
  std::string s;
  for (const auto& [what, n] : counts_)
    s += std::string(12 - std::min<std::size_t>(11, std::to_string(n).size()), ' ') + std::to_string(n) + "  " + what + "\n";
  return s;
}

std::string Coverage::missing() const {
  std::string s;
  for (const auto& [what, n] : counts_)
    if (n == 0) s += (s.empty() ? "" : ", ") + what;
  return s;
}

void Truth::count(const Event& e) {
  coverage_.met("event " + std::string(name_of(e.kind)));
  if (e.kind == Event::rejected || e.kind == Event::cancelled)
    coverage_.met(std::string(name_of(e.kind)) + " " + std::string(name_of(e.reason)));
  if (e.kind == Event::phase) coverage_.met("phase " + std::string(name_of(e.now)));
  if (e.kind != Event::trade) return;
  if (is_auction(phase_)) coverage_.met("uncrossed");
  for (const auto id : {e.id, e.taker}) {
    const auto& t = orders_.at(id).terms;
    coverage_.met("traded " + std::string(name_of(t.type)));
    coverage_.met("traded " + std::string(name_of(t.tif)));
    if (t.type == OrderType::pegged) coverage_.met("traded pegged " + std::string(name_of(t.peg)));
    if (t.minimum > 0) coverage_.met("traded with a minimum");
    if (t.post_only) coverage_.met("traded post_only");
    if (orders_.at(id).replaced) coverage_.met("replaced and traded");
    if (t.display > 0 && id == e.id && orders_.at(id).open < t.quantity - t.display) coverage_.met("traded iceberg beyond its first tip");
  }
}

std::string Truth::trade(const Event& e) {
  const auto maker = orders_.find(e.id), taker = orders_.find(e.taker);
  if (maker == orders_.end() || taker == orders_.end()) return "a trade of an order that is not open: " + print(e);
  if (e.lots <= 0 || e.price <= 0) return "a trade of nothing: " + print(e);
  if (maker->second.terms.side == taker->second.terms.side) return "a trade within one side: " + print(e);
  count(e);
  for (const auto at : {maker, taker}) {
    Open& o = at->second;
    const bool buy = o.terms.side == Side::buy;
    const bool limited = o.terms.type == OrderType::limit || o.terms.type == OrderType::stop_limit ||
                         (o.terms.type == OrderType::pegged && o.terms.limit != 0);
    if (limited && (buy ? e.price > o.terms.limit : e.price < o.terms.limit))
      return "beyond the limit of " + name(at->first) + ": " + print(e);
    if (o.open < e.lots) return "more than is open of " + name(at->first) + ": " + print(e);
    const auto owner = o.terms.owner;
    shares_[owner] += buy ? e.lots : -e.lots;
    cash_[owner] += (buy ? -1 : 1) * e.price * e.lots;
    o.open -= e.lots;
    if (at->first == placing_) placed_traded_ += e.lots;
  }
  if (maker->second.open == 0) orders_.erase(maker);
  if (orders_.contains(e.taker) && orders_.at(e.taker).open == 0) orders_.erase(e.taker);
  std::int64_t cash = 0, shares = 0;
  for (const auto& [owner, n] : cash_) cash += n;
  for (const auto& [owner, n] : shares_) shares += n;
  return cash == 0 && shares == 0 ? "" : "cash or shares came or went: " + print(e);
}

std::string Truth::ended(const Event& e) {
  const auto at = orders_.find(e.id);
  if (at == orders_.end()) return "the end of an order that is not open: " + print(e);
  if (at->second.open != e.lots) return std::to_string(at->second.open) + " were open: " + print(e);
  orders_.erase(at);
  return {};
}

std::string Truth::took(const Input& in, const std::vector<Event>& events) {
  placing_ = in.kind == Input::place ? in.order.id : 0;
  placed_traded_ = 0;
  for (const auto& e : events) {
    if (e.kind != Event::trade) count(e);
    std::string wrong;
    switch (e.kind) {
      case Event::accepted: orders_[e.id] = {in.order, in.order.quantity}; break;
      case Event::rejected:
        if (events.size() != 1) wrong = "a refused order did something: " + print(e);
        break;
      case Event::trade: wrong = trade(e); break;
      case Event::cancelled:
      case Event::expired: wrong = ended(e); break;
      case Event::replaced:
      case Event::reduced: {
        const auto at = orders_.find(e.id);
        if (at == orders_.end() || (e.kind == Event::reduced && e.lots >= at->second.open)) {
          wrong = "a change of an order that is not so open: " + print(e);
          break;
        }
        at->second.open = e.lots;
        if (e.kind != Event::replaced) break;
        at->second.replaced = true;
        at->second.terms.quantity = e.lots;
        const auto type = at->second.terms.type;
        if (type == OrderType::limit || type == OrderType::stop_limit || type == OrderType::pegged) at->second.terms.limit = in.a;
        break;
      }
      case Event::triggered:
        if (!orders_.contains(e.id) || !triggered_.insert(e.id).second) wrong = "triggered twice or when over: " + print(e);
        break;
      case Event::phase: phase_ = e.now; break;
      case Event::indicated: break;
    }
    if (!wrong.empty()) return wrong;
  }
  if (placing_ == 0 || in.order.tif != TimeInForce::fok || placed_traded_ == 0) return {};
  if (in.order.type != OrderType::stop && placed_traded_ != in.order.quantity) return "a fok in part: " + name(placing_);
  coverage_.met("whole fok");
  return {};
}

}  // namespace trade::matching_test
