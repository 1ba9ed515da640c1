#include "app/projected.h"

#include <algorithm>

#include "runtime/recovery.h"

namespace trade {
namespace {

constexpr int index_bits = 20;
constexpr std::size_t rows_at_once = 65'536;

}  // namespace

Projected::Projected(const Catalogue& catalogue) : loops_(catalogue.loops.size()) {
  for (const auto& entry : catalogue.entries) {
    if (entry.type == nullptr) continue;
    for (const auto& subject : entry.stores)
      for (const auto* type : entry.type->out)
        if (type->subject == subject && std::ranges::find(tables_, type, &Table::type) == tables_.end())
          tables_.push_back({std::string(subject), type});
  }
  for (const auto& t : tables_)
    for (const auto& loop : catalogue.loops) parts_.push_back({t.name, std::string(loop)});
}

bool Projected::add(const Effect& effect, SeriesBatch& batch) const {
  const auto at = std::ranges::find(tables_, effect.type, &Table::type);
  if (at == tables_.end()) return false;
  CHECK(effect.id.index < (1u << index_bits) && effect.id.place < (Place{1} << (64 - index_bits)), "an effect's id fits no sequence");
  const auto* message = effect.message.data();
  const Time time = effect.type->time == nullptr ? effect.time : effect.type->time(message);
  batch.add(static_cast<std::size_t>(at - tables_.begin()) * loops_ + effect.id.loop, effect.id.place << index_bits | effect.id.index, time,
            *effect.type, message);
  return true;
}

Result<void> Projected::make_tables(Series& series) const {
  for (const auto& t : tables_)
    if (auto made = series.make_table(t.name, *t.type); !made) return made;
  return {};
}

Result<void> Projected::drop_tables(Series& series) const {
  const auto there = series.tables();
  if (!there) return there.error();
  for (const auto& t : tables_)
    if (std::ranges::find(*there, t.name) != there->end())
      if (auto dropped = series.drop(t.name); !dropped) return dropped;
  return {};
}

Result<Place> fold_effects(Files& files, const std::string& dir, Machine& machine, std::vector<RowSource*> sources,
                           const std::function<Result<void>(const Effect&)>& visit) {
  auto quarantine = Quarantine::read(files, dir);
  if (!quarantine) return quarantine.error();
  Fold fold(machine, std::move(sources), 0, &*quarantine);
  machine.suppress_effects(false);
  auto reader = JournalReader::open(files, dir);
  if (!reader) return reader.error();
  Record record;
  for (;;) {
    auto read = reader->next(record);
    if (!read) return read.error();
    if (!*read) return fold.last();
    if (auto applied = fold.apply(record); !applied) return applied.error();
    auto& effects = machine.effects(record.loop);
    for (const auto& e : effects)
      if (auto visited = visit(e); !visited) return visited.error();
    effects.clear();
  }
}

Result<Place> rebuild_projected(const Projected& projected, Series& series, Files& files, const std::string& dir, Machine& machine,
                                std::vector<RowSource*> sources) {
  if (auto dropped = projected.drop_tables(series); !dropped) return dropped.error();
  if (auto made = projected.make_tables(series); !made) return made.error();
  SeriesBatch batch;
  const auto store = [&]() -> Result<void> {
    if (auto stored = batch.store(series, projected.parts()); !stored) return stored.error();
    return {};
  };
  auto last = fold_effects(files, dir, machine, std::move(sources), [&](const Effect& e) -> Result<void> {
    if (projected.add(e, batch) && batch.rows() >= rows_at_once) return store();
    return {};
  });
  if (!last) return last;
  if (auto stored = store(); !stored) return stored.error();
  return last;
}

}  // namespace trade
