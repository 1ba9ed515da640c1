#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "domain/orders/life.h"

namespace trade {
namespace {

constexpr std::string_view heading = R"(# The life of an order

What may follow what, printed from the table of `src/domain/orders/life.h` by `order_life_test` (with `TRADE_WRITE_DOCS` set) and held
equal to it. A row is what the venue is known to hold, a column what has been asked for and not heard of; a cell says where the event
leads, `.`
that it changes nothing there: a request is refused, a venue's word is stale or a lie. `*` marks truth that comes after the end.
What quantities decide comes on top: an order known to be open again is partly filled when it has fills, a rejected one with fills was
cancelled, a replace down to what is filled completes it, and one whose fills are all taken back and that wants no more was cancelled.
)";

std::string cell(const Transition& t) {
  if (!t.legal) return ".";
  const std::string pending = t.pending == Pending::none ? "" : " / " + std::string(name_of(t.pending));
  return std::string(name_of(t.state)) + pending + (t.late ? " *" : "");
}

// A matrix an event, of the rows and columns in which it is legal somewhere.
std::string page() {
  std::string out(heading);
  const auto legal = [](std::size_t e, std::size_t s, std::size_t p) { return life::table[e][s][p].legal; };
  for (std::size_t e = 0; e < life::event_count; ++e) {
    std::vector<std::size_t> rows, columns;
    for (std::size_t s = 0; s < life::state_count; ++s)
      for (std::size_t p = 0; p < life::pending_count; ++p) {
        if (!legal(e, s, p)) continue;
        if (rows.empty() || rows.back() != s) rows.push_back(s);
        if (std::find(columns.begin(), columns.end(), p) == columns.end()) columns.push_back(p);
      }
    std::sort(columns.begin(), columns.end());
    out += "\n## " + std::string(name_of(static_cast<OrderEvent>(e))) + "\n\n| |";
    for (const auto p : columns) out += " " + std::string(name_of(static_cast<Pending>(p))) + " |";
    out += "\n| --- |";
    for (std::size_t i = 0; i < columns.size(); ++i) out += " --- |";
    for (const auto s : rows) {
      out += "\n| **" + std::string(name_of(static_cast<VenueState>(s))) + "** |";
      for (const auto p : columns) out += " " + cell(life::table[e][s][p]) + " |";
    }
    out += "\n";
  }
  return out;
}

TEST(OrderLife, the_page_says_what_the_table_says) {
  const std::string path = TRADE_SOURCE_DIR "/docs/order_life.md";
  if (std::getenv("TRADE_WRITE_DOCS") != nullptr) std::ofstream(path) << page();
  std::ostringstream there;
  there << std::ifstream(path).rdbuf();
  EXPECT_EQ(there.str(), page()) << "write it anew: TRADE_WRITE_DOCS=1 order_life_test";
}

}  // namespace
}  // namespace trade
