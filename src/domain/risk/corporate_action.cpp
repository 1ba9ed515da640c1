#include "domain/positions/corporate_action.h"

#include "domain/risk/portfolio.h"

namespace trade {
namespace {

int128 signed_cost(const Position& p) { return p.quantity.units < 0 ? -p.cost.units : p.cost.units; }

}  // namespace

void Portfolio::act(const CorporateAction& a) {
  Market* m = find_market(a.instrument);
  const Market* into = find_market(a.into);
  if (m == nullptr || !unsound_field(a, m->instrument, into == nullptr ? nullptr : &into->instrument).empty()) return;
  m->mark = adjusted(m->mark, a);
  m->reference.price = adjusted(m->reference.price, a);
  if (m->reference.price.units <= 0) m->reference = {};
  m->moves = {};  // prices of before are no move
  const auto held = m->lines;
  for (const std::uint32_t at : held) {
    const AccountId account = lines[at].account;
    const Line* target = a.kind == ActionKind::merger ? line_of(account, a.into) : nullptr;
    act_on_line(a, at, target == nullptr ? at : static_cast<std::uint32_t>(target - lines.data()));
  }
  for (std::size_t n = 0, count = sleeves.size(); n < count; ++n)
    if (markets[sleeves[n].market].instrument.id == a.instrument) act_on_sleeve(a, n);
}

// `to`: where a merger's lots go; else `at` itself.
void Portfolio::act_on_line(const CorporateAction& a, std::uint32_t at, std::uint32_t to) {
  const Instrument &i = markets[lines[at].market].instrument, &into = markets[lines[to].market].instrument;
  Funds& f = funds[lines[at].funds];
  Position &from = lines[at].exposure.position, &target = lines[to].exposure.position;
  const bool moves = to != at;
  const int128 before = signed_cost(from) + (moves ? signed_cost(target) : 0);
  const auto effect = act_on(from, a, i, moves ? &into : nullptr, moves ? &target : nullptr, LotMethod::fifo, true);
  const int128 after = signed_cost(from) + (moves ? signed_cost(target) : 0);
  const bool counts = i.settle == f.account.cash.currency;
  if (counts) {
    f.realised += effect.realised.units + effect.dividend.units;
    f.cash += effect.realised.units + effect.dividend.units - (i.contract == Contract::spot ? after - before : 0);
  }
  for (const std::uint32_t n : {at, to}) {
    Line& l = lines[n];
    if (counts && markets[l.market].mark.units <= 0) {  // at cost until there is a mark again
      f.unrealised -= l.unrealised;
      if (i.contract != Contract::spot) f.losses_open -= l.unrealised;
      l.unrealised = 0;
    }
    revalue(l);
    recount(l);
    if (!moves) break;
  }
}

void Portfolio::act_on_sleeve(const CorporateAction& a, std::size_t at) {
  const StrategyId strategy = sleeves[at].strategy;
  Sleeve* target = nullptr;
  if (a.kind == ActionKind::merger) {
    const Market& into = *find_market(a.into);
    if (!into.lines.empty()) target = sleeve_of(strategy, into.lines.front());
    if (target == nullptr) return;
  }
  Sleeve& s = sleeves[at];
  const Instrument& i = markets[s.market].instrument;
  act_on(s.exposure.position, a, i, target == nullptr ? nullptr : &markets[target->market].instrument,
         target == nullptr ? nullptr : &target->exposure.position, LotMethod::fifo, false);
  recount(s);
  if (target != nullptr) recount(*target);
}

}  // namespace trade
