#include "domain/reconciliation/breaks.h"

#include <algorithm>

namespace trade {
namespace {

bool same_thing(const Finding& a, const Finding& b) {
  return a.kind == b.kind && a.account == b.account && a.venue == b.venue && a.instrument == b.instrument && a.fill == b.fill &&
         a.execution == b.execution && a.our_amount.currency == b.our_amount.currency;
}

bool same_figures(const Finding& a, const Finding& b) {
  return a.ours == b.ours && a.theirs == b.theirs && a.our_amount == b.our_amount && a.their_amount == b.their_amount;
}

}  // namespace

const Break* Breaks::find(const Finding& f, Time now) {
  for (auto& b : all_) {
    if (is_over(b.state) || !same_thing(b.found, f)) continue;
    b.seen = now;
    if (same_figures(b.found, f)) return nullptr;
    b.found = f;
    return &b;
  }
  forget_old();
  last_ = {last_.value + 1};
  all_.push_back({last_, f, BreakState::open, now, now, {}, {}});
  return &all_.back();
}

void Breaks::forget_old() {
  if (all_.size() < most) return;
  const auto over = std::stable_partition(all_.begin(), all_.end(), [](const Break& b) { return is_over(b.state); });
  const auto ended = over - all_.begin();
  all_.erase(all_.begin(), all_.begin() + (ended + 1) / 2);
  std::stable_sort(all_.begin(), all_.end(), [](const Break& a, const Break& b) { return a.id < b.id; });
}

Break* Breaks::locate(BreakId id) {
  const auto b = std::lower_bound(all_.begin(), all_.end(), id, [](const Break& a, BreakId i) { return a.id < i; });
  return b == all_.end() || b->id != id ? nullptr : &*b;
}

const Break* Breaks::at(BreakId id) const { return const_cast<Breaks*>(this)->locate(id); }

Reason Breaks::own(BreakId id, const Text<31>& owner) {
  Break* b = locate(id);
  if (b == nullptr) return Reason::break_not_found;
  if (is_over(b->state)) return Reason::break_not_open;
  if (owner.empty()) return Reason::break_no_owner;
  b->state = BreakState::owned;
  b->owner = owner;
  return Reason::none;
}

Reason Breaks::resolve(BreakId id, const Text<31>& owner, const Text<95>& note) {
  Break* b = locate(id);
  if (b == nullptr) return Reason::break_not_found;
  if (is_over(b->state)) return Reason::break_not_open;
  if (b->state != BreakState::owned || b->owner != owner || note.empty()) return Reason::break_no_owner;
  b->state = BreakState::resolved;
  b->note = note;
  return Reason::none;
}

}  // namespace trade
