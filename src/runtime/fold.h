#pragma once
#include <vector>

#include "runtime/journal_quarantine.h"
#include "runtime/outside.h"

namespace trade {

// Applies a journal's records to a machine with effects suppressed: replay, recovery and background snapshots are this.
class Fold {
 public:
  // `sources` are those the journal names, in its order; they are read on from the machine's cursors.
  // `quarantine` (may be null): inputs that are counted as taken but shown to no service.
  Fold(Machine& machine, std::vector<RowSource*> sources, Place last = 0, const Quarantine* quarantine = nullptr);
  ~Fold();

  // Fails, naming the place and the rule, when the record does not follow from what came before.
  Result<void> apply(const Record& record);
  Place last() const { return last_; }
  std::uint32_t epoch() const { return epoch_; }

 private:
  Result<void> apply_row(const Record& r, Input& in);
  Result<void> apply_ring(const Record& r, Input& in);
  Result<void> apply_payload(const Record& r, Input& in);
  Result<void> apply_timer(const Record& r, Input& in);
  Result<void> perform(const Record& r, Input& in);
  Error broken(const Record& r, std::string what) const;

  Machine& machine_;
  std::vector<RowSource*> sources_;
  std::vector<bool> sought_;
  Place last_;
  std::uint32_t epoch_ = 0;
  const Quarantine* quarantine_;
  FlatMessage payload_;
  Row row_;
};

}  // namespace trade
