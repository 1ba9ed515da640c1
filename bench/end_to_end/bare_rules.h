#pragma once
#include "bench/end_to_end/repeated_rows.h"

namespace trade::bench {

// The rules of bench/peers.md over rows in memory with nothing around them: no engine, no order, no ledger. The least a run can cost.
struct BareOutcome {
  std::uint64_t fills = 0;
  double cash = 0, position = 0;
};
BareOutcome bare_w1(const RowsInMemory& rows);
BareOutcome bare_w2_quotes(const RowsInMemory& rows);

}  // namespace trade::bench
