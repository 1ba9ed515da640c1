#pragma once
#include "app/report.h"
#include "core/map.h"
#include "runtime/outside.h"

namespace trade {

// The prices of a run by instrument: closes of recorded bars and trades, thinned to a few thousand each.
class PriceTraces {
 public:
  void see(InstrumentId instrument, Time time, Price price);
  // Of those instruments that have any.
  std::vector<PriceTrace> take(const std::vector<Instrument>& instruments);

 private:
  struct Points {
    std::vector<std::pair<Time, Price>> points;
    Duration apart;  // at least
  };
  Map<InstrumentId, Points> traces_;
};

// A source as it is, whose prices are looked at on their way. Both must outlive it.
class PriceWatch final : public RowSource {
 public:
  PriceWatch(RowSource& source, PriceTraces& traces) : source_(source), traces_(traces) {}
  Result<bool> next(Row& row) override;
  Result<void> seek(std::uint64_t row) override { return source_.seek(row); }
  std::string name() const override { return source_.name(); }
  Digest digest() const override { return source_.digest(); }

 private:
  RowSource& source_;
  PriceTraces& traces_;
};

}  // namespace trade
