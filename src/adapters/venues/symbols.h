#pragma once
#include <span>
#include <vector>

#include "ports/feed.h"

namespace trade::venues {

// The instruments a source may speak of, by the names it calls them.
class Symbols {
 public:
  struct Bound {
    Text<47> name;
    InstrumentId instrument;
    Price tick;  // 0: prices are not checked
  };
  // Binds as the source says. Errors: a binding to an instrument that is not listed, a name bound twice, nothing to bind.
  static Result<Symbols> bind(const FeedSource& source, std::span<const Instrument> instruments);

  // The instrument called `name`, or null. The last answer is tried first.
  const Bound* find(std::string_view name) {
    if (last_ < bound_.size() && bound_[last_].name.view() == name) return &bound_[last_];
    for (std::size_t i = 0; i < bound_.size(); ++i)
      if (bound_[i].name.view() == name) return &bound_[last_ = i];
    return nullptr;
  }
  // What rows without a symbol are about; null when the source does not say.
  const Bound* only() const { return only_ < bound_.size() ? &bound_[only_] : nullptr; }

 private:
  std::vector<Bound> bound_;
  std::size_t last_ = 0;
  std::size_t only_ = ~std::size_t{0};
};

}  // namespace trade::venues
