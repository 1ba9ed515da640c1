#pragma once
#include "app/rows_in_memory.h"
#include "app/variants.h"
#include "messages/queries.h"

namespace trade {

// How one variant ended: its first account's figures. `gain`: equity over opening cash, less one.
struct Outcome {
  std::vector<std::string> values;  // by axis
  Money equity, realised, unrealised, fees, max_drawdown;
  std::uint64_t fills{};
  double gain{}, sharpe{}, sortino{};
  FIELDS(Outcome, values, equity, realised, unrealised, fees, max_drawdown, fills, gain, sharpe, sortino)
};

// By which figure variants are compared; drawdown: the smallest is best.
enum class Merit : std::uint8_t { equity, gain, sharpe, sortino, drawdown };
NAMES(Merit, equity, gain, sharpe, sortino, drawdown)
double merit_of(const Outcome& o, Merit by);
// The first of the best; there must be one.
std::size_t best_of(const std::vector<Outcome>& outcomes, Merit by);

struct SweepRun {
  std::vector<Outcome> outcomes;  // by variant
  std::size_t passes{};           // over the rows
};
// Every variant over the same rows, as many side by side in one pass as can be; each ends as it would alone.
Result<SweepRun> run_variants(const Catalogue& catalogue, const std::vector<Variant>& variants, const std::vector<RowsInMemory>& rows);

// One stretch of a walk forward: the best variant of the stretch before, run on rows it has not seen, with a new account.
struct ForwardStep {
  Time from, split, to;
  std::size_t chosen{};  // variant
  Outcome in_sample, out_of_sample;
  FIELDS(ForwardStep, from, split, to, chosen, in_sample, out_of_sample)
};
Result<std::vector<ForwardStep>> walk_forward(const Catalogue& catalogue, const std::vector<Variant>& variants,
                                              const std::vector<RowsInMemory>& rows, Duration in_sample, Duration out_of_sample, Merit by);

}  // namespace trade
