#include "app/imported.h"

#include "wire/describe.h"

namespace trade {
namespace {

constexpr std::size_t rows_at_once = 65'536;
constexpr const char *bar_table = "import.bar", *trade_table = "import.trade";

}  // namespace

DESCRIBE(ImportedBar)
DESCRIBE(ImportedTrade)

Result<Import> Import::begin(Series& series, const RecordedFile& file, const std::string& reading) {
  if (auto made = series.make_table(bar_table, describe<ImportedBar>()); !made) return made.error();
  if (auto made = series.make_table(trade_table, describe<ImportedTrade>()); !made) return made.error();
  Import import(series, file);
  const auto key = to_hex(sha256(to_hex(file.feed->digest()) + "\n" + std::string(name_of(file.format)) + "\n" + reading));
  for (const auto* table : {bar_table, trade_table})
    for (const auto& symbol : file.symbols) import.parts_.push_back({table, symbol + "@" + key});
  return import;
}

Result<void> Import::store() {
  const auto stored = batch_.store(series_, parts_);
  if (!stored) return stored.error();
  done_.stored += stored->stored;
  done_.known += stored->known;
  return {};
}

Result<void> Import::add(const FeedRow& row) {
  const auto part = [&](InstrumentId id, bool trade) { return id.value - 1 + (trade ? file_.symbols.size() : 0); };
  if (const auto* b = std::get_if<VenueBar>(&row.fact)) {
    const ImportedBar bar{file_.symbol(b->instrument), b->open_time, b->interval, b->open, b->high, b->low, b->close, b->volume};
    batch_.add(part(b->instrument, false), row.row + 1, bar.open_time, describe<ImportedBar>(), &bar);
  } else if (const auto* t = std::get_if<VenueTrade>(&row.fact)) {
    const Time time = t->venue_time.ns == 0 ? row.time : t->venue_time;
    const ImportedTrade trade{file_.symbol(t->instrument), time, t->trade_id, t->price, t->quantity, t->aggressor};
    batch_.add(part(t->instrument, true), row.row + 1, time, describe<ImportedTrade>(), &trade);
  } else {
    ++done_.left_out;
  }
  return batch_.rows() < rows_at_once ? Result<void>{} : store();
}

Result<Imported> Import::finish() {
  if (auto stored = store(); !stored) return stored.error();
  return done_;
}

}  // namespace trade
