#pragma once
#include <memory>
#include <span>

#include "domain/facts/instrument.h"
#include "ports/feed.h"
#include "runtime/outside.h"

namespace trade {

// A feed as the runtime's rows: every fact under its descriptor, and FeedEnded as one last row. Off-tick prices are told by `instruments`.
Result<std::unique_ptr<RowSource>> open_rows(const FeedSource& source, std::span<const Instrument> instruments);

}  // namespace trade
