#include "adapters/venues/symbols.h"

#include <algorithm>

namespace trade::venues {
namespace {

const Instrument* listed(std::span<const Instrument> instruments, InstrumentId id) {
  const auto at = std::ranges::find_if(instruments, [id](const Instrument& i) { return i.id == id; });
  return at == instruments.end() ? nullptr : &*at;
}
Error unlisted(const FeedSource& source, std::string field, InstrumentId id) {
  return {Failure::config, std::move(field), "instrument " + std::to_string(id.value) + " of " + source.path + " is not listed",
          "list it under config.instruments"};
}

}  // namespace

Result<Symbols> Symbols::bind(const FeedSource& source, std::span<const Instrument> instruments) {
  Symbols s;
  for (const auto& b : source.symbols) {
    const auto* i = listed(instruments, b.instrument);
    if (i == nullptr) return unlisted(source, "feed.symbols", b.instrument);
    if (s.find(b.name.view()) != nullptr)
      return Error{Failure::config, "feed.symbols", "\"" + std::string(b.name.view()) + "\" is bound twice", "bind each name once"};
    s.bound_.push_back({b.name, i->id, i->tick});
  }
  if (source.instrument && listed(instruments, source.instrument) == nullptr) return unlisted(source, "feed.instrument", source.instrument);
  if (source.symbols.empty())
    for (const auto& i : instruments)
      if (!source.instrument || i.id == source.instrument) s.bound_.push_back({Text<47>(i.symbol.view()), i.id, i.tick});
  if (s.bound_.empty())
    return Error{Failure::config, "feed", "no instrument is listed for " + source.path, "list one under config.instruments"};
  if (s.bound_.size() == 1 && !source.instrument) s.only_ = 0;
  for (std::size_t i = 0; source.instrument && i < s.bound_.size(); ++i)
    if (s.bound_[i].instrument == source.instrument) s.only_ = i;
  if (source.instrument && s.only() == nullptr)
    return Error{Failure::config, "feed.instrument",
                 "instrument " + std::to_string(source.instrument.value) + " has no name in feed.symbols", "bind it there"};
  return s;
}

}  // namespace trade::venues
