#include "app/sweep.h"

#include <algorithm>

#include "app/platform.h"
#include "core/map.h"
#include "messages/orders.h"

namespace trade {
namespace {

// The edge of a sweep: counts fills by account.
class FillCount final : public Outside {
 public:
  void leave(const Effect& effect) override {
    if (effect.type == &describe<Fill>()) ++fills_[static_cast<const Fill*>(effect.message.data())->account];
  }
  bool wants(const MessageType& type) const override { return &type == &describe<Fill>(); }
  Answer perform(const Effect& request) override { CHECK(false, request.type->name); }
  std::uint64_t of(AccountId account) const {
    const auto* n = fills_.find(account);
    return n == nullptr ? 0 : *n;
  }

 private:
  Map<AccountId, std::uint64_t> fills_;
};

struct Ended {
  PnlReport pnl;
  FillCount fills;
};

Result<Ended> run_machine(const Catalogue& catalogue, Settings settings, std::vector<RowsInMemory> rows) {
  settings.feeds.clear();  // the rows are at hand
  auto platform = Platform::start(catalogue, std::move(settings), {});
  if (!platform) return platform.error();
  Ended ended;
  std::vector<RowSource*> sources;
  for (auto& r : rows) {
    if (auto sought = r.seek(0); !sought) return sought.error();
    sources.push_back(&r);
  }
  VirtualTime run((*platform)->process(), sources, ended.fills, nullptr);
  if (auto opened = run.open(); !opened) return opened.error();
  if (auto ran = run.run(); !ran) return ran.error();
  (*platform)->machine().kernel().ask(PnlQuery{}, ended.pnl);
  return ended;
}

Outcome outcome_of(const PnlSummary& s, std::uint64_t fills, const std::vector<std::string>& values) {
  Outcome o{values, s.equity, s.realised, s.unrealised, s.fees, s.max_drawdown, fills, 0, s.sharpe, s.sortino};
  const auto cash = static_cast<double>(s.balance.units - s.realised.units + s.fees.units);
  o.gain = cash > 0 ? static_cast<double>(s.equity.units) / cash - 1 : 0;
  return o;
}

Result<void> run_together(const Catalogue& catalogue, std::span<const Variant> variants, const std::vector<RowsInMemory>& rows,
                          Document together, SweepRun& run) {
  auto settings = settings_from_document(catalogue, std::move(together));
  if (!settings) return settings.error();
  auto ended = run_machine(catalogue, std::move(settings).value(), rows);
  if (!ended) return ended.error();
  ++run.passes;
  for (std::size_t n = 0; n < variants.size(); ++n) {
    const auto low = account_stride * static_cast<std::uint32_t>(n + 1), high = low + account_stride;
    const auto mine = std::find_if(ended->pnl.accounts.begin(), ended->pnl.accounts.end(), [&](const PnlSummary& s) {
      return s.account.value >= low && s.account.value < high;
    });
    if (mine == ended->pnl.accounts.end()) return Error{Failure::config, "config.accounts", "there is none", "name one"};
    run.outcomes.push_back(outcome_of(*mine, ended->fills.of(mine->account), variants[n].values));
  }
  return {};
}

Result<void> run_alone(const Catalogue& catalogue, const Variant& variant, const std::vector<RowsInMemory>& rows, SweepRun& run) {
  auto ended = run_machine(catalogue, variant.settings, rows);
  if (!ended) return ended.error();
  ++run.passes;
  if (ended->pnl.accounts.empty()) return Error{Failure::config, "config.accounts", "there is none", "name one"};
  const auto& account = ended->pnl.accounts.front();
  run.outcomes.push_back(outcome_of(account, ended->fills.of(account.account), variant.values));
  return {};
}

std::pair<Time, Time> span_of(const std::vector<RowsInMemory>& rows) {
  Time first{INT64_MAX}, last{INT64_MIN};
  for (const auto& source : rows)
    for (std::size_t i = 0; i < source.count(); ++i) {
      first = std::min(first, source.rows()[i].time);
      last = std::max(last, source.rows()[i].time);
    }
  return {first, last};
}

std::vector<RowsInMemory> between(const std::vector<RowsInMemory>& rows, Time from, Time to) {
  std::vector<RowsInMemory> part;
  for (const auto& r : rows) part.push_back(r.between(from, to));
  return part;
}

}  // namespace

double merit_of(const Outcome& o, Merit by) {
  switch (by) {
    case Merit::equity: return static_cast<double>(o.equity.units) / static_cast<double>(money_one);
    case Merit::gain: return o.gain;
    case Merit::sharpe: return o.sharpe;
    case Merit::sortino: return o.sortino;
    case Merit::drawdown: return -static_cast<double>(o.max_drawdown.units) / static_cast<double>(money_one);
  }
  return 0;
}

std::size_t best_of(const std::vector<Outcome>& outcomes, Merit by) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < outcomes.size(); ++i)
    if (merit_of(outcomes[i], by) > merit_of(outcomes[best], by)) best = i;
  return best;
}

Result<SweepRun> run_variants(const Catalogue& catalogue, const std::vector<Variant>& variants, const std::vector<RowsInMemory>& rows) {
  SweepRun run;
  for (std::size_t from = 0; from < variants.size(); from += most_side_by_side) {
    const std::span part = std::span(variants).subspan(from, std::min(most_side_by_side, variants.size() - from));
    std::vector<const Settings*> settings;
    for (const auto& v : part) settings.push_back(&v.settings);
    if (auto together = side_by_side(settings)) {
      if (auto ran = run_together(catalogue, part, rows, *std::move(together), run); !ran) return ran.error();
      continue;
    }
    for (const auto& v : part)
      if (auto ran = run_alone(catalogue, v, rows, run); !ran) return ran.error();
  }
  return run;
}

Result<std::vector<ForwardStep>> walk_forward(const Catalogue& catalogue, const std::vector<Variant>& variants,
                                              const std::vector<RowsInMemory>& rows, Duration in_sample, Duration out_of_sample, Merit by) {
  const auto [first, last] = span_of(rows);
  std::vector<ForwardStep> steps;
  for (Time from = first; from + in_sample <= last; from = from + out_of_sample) {
    ForwardStep step{from, from + in_sample, from + in_sample + out_of_sample, 0, {}, {}};
    auto trained = run_variants(catalogue, variants, between(rows, step.from, step.split));
    if (!trained) return trained.error();
    step.chosen = best_of(trained->outcomes, by);
    step.in_sample = trained->outcomes[step.chosen];
    auto tested = run_variants(catalogue, {variants[step.chosen]}, between(rows, step.split, step.to));
    if (!tested) return tested.error();
    step.out_of_sample = tested->outcomes.front();
    steps.push_back(std::move(step));
  }
  if (steps.empty()) return Error{Failure::usage, "--walk-forward", "the data is shorter than one stretch", "name shorter ones"};
  return steps;
}

}  // namespace trade
