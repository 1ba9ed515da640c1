#pragma once
#include <functional>

#include "app/series_batch.h"
#include "ports/file.h"
#include "runtime/outside.h"

namespace trade {

// What the catalogue says is projected into the series store: a table a stored subject, in it a stream a loop, rows numbered by
// (place, index) of the effect. A part is one (table, loop).
class Projected {
 public:
  explicit Projected(const Catalogue& catalogue);

  const std::vector<SeriesPart>& parts() const { return parts_; }
  struct Table {
    std::string name;  // the subject
    const MessageType* type;
  };
  const std::vector<Table>& tables() const { return tables_; }
  std::size_t table_of(std::size_t part) const { return part / loops_; }
  // Adds the effect to the batch when it is a row; says whether it was.
  bool add(const Effect& effect, SeriesBatch& batch) const;

  Result<void> make_tables(Series& series) const;
  // Their rows go; other tables of the store stay.
  Result<void> drop_tables(Series& series) const;

 private:
  std::size_t loops_;
  std::vector<Table> tables_;
  std::vector<SeriesPart> parts_;  // table * loops_ + loop
};

// Folds a journal from its beginning on a new machine and gives everything that leaves the process on the way. Returns the last place.
Result<Place> fold_effects(Files& files, const std::string& dir, Machine& machine, std::vector<RowSource*> sources,
                           const std::function<Result<void>(const Effect&)>& visit);

// Empties the projected tables and fills them again from the journal.
Result<Place> rebuild_projected(const Projected& projected, Series& series, Files& files, const std::string& dir, Machine& machine,
                                std::vector<RowSource*> sources);

}  // namespace trade
