#include "app/inspection.h"

#include <algorithm>

namespace trade {
namespace {

constexpr std::size_t named_faults = 5;

}  // namespace

Inspector::Inspector(const RecordedFile& file) : file_(file) {
  found_.file = file.feed->path();
  found_.format = file.format;
  found_.sha256 = file.feed->digest();
  for (const auto& s : file.symbols) found_.symbols.push_back({s, 0, {}, {}});
}

void Inspector::add_fault(const VenueFault& fault) {
  if (fault.fault == FeedFault::unknown_symbol && file_.one_symbol) {
    ++found_.other_symbols;
    return;
  }
  ++found_.faults;
  if (found_.first_faults.size() < named_faults) found_.first_faults.push_back({fault.line, fault.fault, std::string(fault.what.view())});
}

void Inspector::add_price(SymbolRange& range, Price price) {
  if (price.units == 0) return;
  if (range.low.units == 0 || price < range.low) range.low = price;
  range.high = std::max(range.high, price);
}

void Inspector::add(const FeedRow& row) {
  ++found_.rows;
  if (const auto* fault = std::get_if<VenueFault>(&row.fact)) return add_fault(*fault);
  if (found_.first.ns == 0) found_.first = row.time;
  found_.last = row.time;
  std::visit([&]<class F>(const F& f) {
    if constexpr (!std::is_same_v<F, VenueFault>) {
      CHECK(f.instrument && f.instrument.value <= found_.symbols.size(), "a feed gave an instrument it was not told of");
      auto& range = found_.symbols[f.instrument.value - 1];
      ++range.rows;
      if constexpr (std::is_same_v<F, VenueDepth>) ++found_.depths;
      if constexpr (std::is_same_v<F, VenueSnapshot>) ++found_.snapshots;
      if constexpr (std::is_same_v<F, VenueTrade>) {
        ++found_.trades;
        add_price(range, f.price);
      }
      if constexpr (std::is_same_v<F, VenueQuote>) {
        ++found_.quotes;
        add_price(range, f.bid);
        add_price(range, f.ask);
      }
      if constexpr (std::is_same_v<F, VenueBar>) {
        ++found_.bars;
        add_price(range, f.low);
        add_price(range, f.high);
      }
    }
  }, row.fact);
}

std::string inspection_text(const Inspection& found) {
  std::string out;
  const auto line = [&out](std::string_view name, std::string_view value) {
    out.append("  ").append(name).append(name.size() < 14 ? 14 - name.size() : 1, ' ').append(value).append("\n");
  };
  line("file", found.file);
  line("format", name_of(found.format));
  line("sha256", to_hex(found.sha256));
  line("rows", std::to_string(found.rows));
  for (const auto& [name, n] : {std::pair<std::string_view, std::uint64_t>{"depths", found.depths}, {"snapshots", found.snapshots},
                                {"trades", found.trades}, {"quotes", found.quotes}, {"bars", found.bars},
                                {"other symbols", found.other_symbols}})
    if (n != 0) line(name, std::to_string(n));
  if (found.rows != found.faults + found.other_symbols) line("time", print(found.first) + " to " + print(found.last));
  for (const auto& s : found.symbols) {
    line(s.symbol, std::to_string(s.rows) + " rows" + (s.low.units == 0 ? "" : ", prices " + print(s.low) + " to " + print(s.high)));
  }
  line("faults", std::to_string(found.faults));
  for (const auto& f : found.first_faults)
    line("", found.file + ":" + std::to_string(f.line) + ": " + std::string(name_of(f.fault)) + ": " + f.what);
  if (found.faults > found.first_faults.size()) line("", "and " + std::to_string(found.faults - found.first_faults.size()) + " more");
  return out;
}

}  // namespace trade
