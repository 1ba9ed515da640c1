#include "app/catalogue.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace trade {
namespace {

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& l : lines) out += l + "\n";
  return out;
}

CatalogueEntry& entry(Catalogue& c, std::string_view name) {
  return *std::find_if(c.entries.begin(), c.entries.end(), [&](const auto& e) { return e.name == name; });
}

TEST(Catalogue, ListsTheInventoryAndIsWired) {
  EXPECT_EQ(catalogue().entries.size(), 48u);
  EXPECT_EQ(joined(catalogue().violations()), "");
}

TEST(Catalogue, NamesASubjectWithoutProducer) {
  auto c = catalogue();
  entry(c, "risk").type = nullptr;
  EXPECT_NE(joined(c.violations()).find("OrderApproved is consumed but nobody produces it"), std::string::npos);
}

TEST(Catalogue, NamesASubjectWithoutConsumer) {
  auto c = catalogue();
  entry(c, "pnl").type = nullptr;
  EXPECT_NE(joined(c.violations()).find("PositionChanged is produced but nobody consumes or stores it"), std::string::npos);
}

TEST(Catalogue, NamesTwoServicesOnOneAddress) {
  auto c = catalogue();
  entry(c, "risk").port = entry(c, "oms").port;
  EXPECT_NE(joined(c.violations()).find("both have port 8099 on lane lowlatency"), std::string::npos);
  auto twice = catalogue();
  twice.entries.push_back(entry(twice, "oms"));
  EXPECT_NE(joined(twice.violations()).find("two services are named oms"), std::string::npos);
}

TEST(Catalogue, NamesABlockingCycleBetweenLoops) {
  auto c = catalogue();
  entry(c, "risk").loop = "books";
  EXPECT_NE(joined(c.violations()).find("form a cycle through 'trading'"), std::string::npos);
}

TEST(Catalogue, NamesALoopThatIsNotThere) {
  auto c = catalogue();
  entry(c, "oms").loop = "tradng";
  EXPECT_NE(joined(c.violations()).find("'tradng', which does not exist"), std::string::npos);
}

}  // namespace
}  // namespace trade
