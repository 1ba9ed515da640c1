// Nothing on the way of a market message allocates once the run is warm.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "app/catalogue.h"
#include "app/output.h"
#include "app/platform.h"

namespace {
std::uint64_t allocations = 0;
}

void* operator new(std::size_t n) {
  ++allocations;
  if (void* p = std::malloc(n)) return p;
  std::abort();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace trade {
namespace {

TEST(HotPath, DoesNotAllocate) {
  const std::string root = TRADE_SOURCE_DIR;
  auto settings = load_settings(catalogue(), root + "/examples/binance_usdm.yaml",
                                {"feed.0.path=\"" + root + "/examples/data/binance_usdm_btcusdt_60s.gz\""}, {});
  ASSERT_TRUE(settings.ok()) << settings.error().text();
  auto platform = Platform::start(catalogue(), std::move(settings).value(), {});
  ASSERT_TRUE(platform.ok()) << platform.error().text();
  Tape outside;
  VirtualTime run((*platform)->process(), (*platform)->sources(), outside, nullptr);
  ASSERT_TRUE(run.open().ok());
  // A step that brings no order, fill or bar is market data alone: reading, gateway, book, venue, indicators.
  std::uint64_t warm = 0, allocating = 0, counted = 0;
  while (run.next_time()) {
    const auto before = allocations;
    ASSERT_TRUE(run.step().ok());
    if (++warm <= 5000) continue;
    ++counted;
    allocating += allocations != before;
  }
  ASSERT_GT(counted, 8000u);
  EXPECT_LE(allocating, counted / 100) << allocating << " of " << counted << " inputs allocated";
}

}  // namespace
}  // namespace trade
