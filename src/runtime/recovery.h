#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "runtime/fold.h"
#include "runtime/journal_quarantine.h"
#include "runtime/journal_reader.h"

namespace trade {

// Folds all of a journal into a new machine, from its newest usable snapshot when `use_snapshot`. Inputs the quarantine holds are counted
// as taken but shown to nobody. What `admit` refuses is not folded: it sees whose journal it is, or is not called when there is none.
struct Folded {
  Scan scan;
  Place from_snapshot = 0;  // 0: folded from the beginning
  Quarantine quarantine;
  std::vector<std::string> warnings;
};
Result<Folded> fold_journal(Files& files, const std::string& dir, Machine& machine, const std::vector<RowSource*>& sources,
                            bool use_snapshot, const std::function<Result<void>(const JournalIdentity&)>& admit = {});

// Folds a running journal's closed segments behind it and leaves snapshots; the loops are not involved. One thread calls step().
class BackgroundFold {
 public:
  // `machine` is new and used for nothing else; so are `sources`.
  BackgroundFold(Files& files, std::string dir, std::unique_ptr<Machine> machine, std::vector<RowSource*> sources);
  // Folds the segments that the mark has left behind since; snapshots when there was one. False when there was none. An error means that
  // the journal does not fold to what the loops did: trading must stop.
  Result<bool> step();

 private:
  Files& files_;
  std::string dir_;
  std::unique_ptr<Machine> machine_;
  Fold fold_;
};

}  // namespace trade
