#include "adapters/venues/binance_feed.h"

#include "adapters/venues/number.h"

namespace trade::venues {
namespace {

constexpr std::int64_t day = 86'400'000'000'000;

std::int64_t venue_time_of(const FeedRow::Fact& fact) {
  return std::visit(
      [](const auto& f) -> std::int64_t {
        if constexpr (requires { f.venue_time; }) return f.venue_time.ns;
        else return 0;
      },
      fact);
}

}  // namespace

Result<std::unique_ptr<Feed>> BinanceFeed::open(const FeedSource& source, std::span<const Instrument> instruments) {
  auto symbols = Symbols::bind(source, instruments);
  if (!symbols) return symbols.error();
  auto file = InputFile::open(source.path);
  if (!file) return file.error();
  const auto packing = packing_of(**file);
  if (!packing) return packing.error();
  const Part whole{{0, (*file)->size()}, *packing, {}};
  return std::unique_ptr<Feed>(new BinanceFeed(*file, whole, source.venue, std::move(*symbols)));
}

void BinanceFeed::forget() {
  last_ = INT64_MIN;
  refused_ = INT64_MAX;
}

bool BinanceFeed::accept_time(std::int64_t local) {
  const bool agrees = refused_ != INT64_MAX && local >= refused_;
  if (local < last_ && !agrees) {
    refused_ = local;
    return false;
  }
  last_ = local;
  refused_ = INT64_MAX;
  return true;
}

bool BinanceFeed::read(std::string_view line, FeedRow& out, Refusal& why) {
  const auto refuse = [&](Refusal r) { return why = std::move(r), false; };
  const auto space = line.substr(0, 24).find(' ');
  const auto local = whole_number(line.substr(0, space == std::string_view::npos ? 0 : space));
  if (!local) return refuse(refuse_value(FeedFault::malformed, "line", line.substr(0, 24), "does not begin with its receive time in ns"));
  if (!parser_.read(line.substr(space + 1), out.fact)) return refuse(parser_.refusal());
  const auto at = static_cast<std::int64_t>(*local);
  if (const auto venue = venue_time_of(out.fact); venue != 0 && (at > venue ? at - venue : venue - at) > day)
    return refuse({FeedFault::bad_value, "receive time: more than a day from the venue's own stamp"});
  if (!accept_time(at)) return refuse({FeedFault::out_of_order, "receive time: before that of the row before"});
  out.time = {at};
  return true;
}

}  // namespace trade::venues
