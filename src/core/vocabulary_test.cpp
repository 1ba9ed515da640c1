// Text, fields, bytes, results and nearest names.
#include <gtest/gtest.h>

#include <optional>

#include "core/bytes.h"
#include "core/document.h"
#include "core/fields.h"
#include "core/ids.h"
#include "core/money.h"
#include "core/time.h"

namespace trade {
namespace {

TEST(Text, EqualTextsAreEqualBytes) {
  Text<8> a{"abcdefgh"};
  a = Text<8>{"ab"};
  const Text<8> b{"ab"};
  EXPECT_EQ(a, b);
  EXPECT_EQ(std::memcmp(&a, &b, sizeof a), 0);
  EXPECT_EQ(a.view(), "ab");
  EXPECT_TRUE(Text<8>::fits("abcdefgh"));
  EXPECT_FALSE(Text<8>::fits("abcdefghi"));
  EXPECT_LT(Text<8>{"ab"}, Text<8>{"b"});
  EXPECT_LT(Text<8>{"a"}, Text<8>{"ab"});
  EXPECT_LT(Text<8>{}, Text<8>{"a"});
  EXPECT_DEATH((void)Text<3>(std::string_view{"abcd"}), "text too long");
}

TEST(Bytes, AReaderNeverReadsPastTheEnd) {
  ByteWriter w;
  w.put(std::uint32_t{7});
  w.put_text("abc");
  for (std::size_t n = 0; n < w.size(); ++n) {
    ByteReader r(std::string_view(w.bytes()).substr(0, n));
    (void)r.get<std::uint32_t>();
    (void)r.get_text();
    EXPECT_FALSE(r.ok());
    EXPECT_FALSE(r.at_end());
    EXPECT_EQ(r.get<std::uint64_t>(), 0u);
  }
  ByteReader r(w.bytes());
  EXPECT_EQ(r.get<std::uint32_t>(), 7u);
  EXPECT_EQ(r.get_text(), "abc");
  EXPECT_TRUE(r.at_end());
  ByteReader not_bool("\x02");
  EXPECT_FALSE(not_bool.get<bool>());
  EXPECT_FALSE(not_bool.ok());
}

struct Whole {
  int a{};
  Money b{};
  std::optional<Price> c;
  std::array<int, 3> d{};
  FIELDS(Whole, a, b, c, d)
};
struct Forgetful {
  int a{}, b{}, c{};
  FIELDS(Forgetful, a, c)
};
struct ForgetsTheLast {
  Text<4> a;
  std::vector<int> b;
  FIELDS(ForgetsTheLast, a)
};
struct Nothing {
  FIELDS(Nothing)
};
// What make_message_type asserts: these would not compile as messages.
static_assert(all_fields_named<Whole> && all_fields_named<Nothing>);
static_assert(!all_fields_named<Forgetful>);
static_assert(!all_fields_named<ForgetsTheLast>);
static_assert(field_count<Whole>() == 4 && field_count<Nothing>() == 0);

TEST(Fields, AreVisitedInOrder) {
  std::string names;
  Whole::each_field([&](std::string_view name, auto) { names.append(name).append(" "); });
  EXPECT_EQ(names, "a b c d ");
}

enum class Colour : std::uint8_t { red, green };
NAMES(Colour, red, green)
TEST(Names, OfEnumerators) {
  EXPECT_EQ(name_of(Colour::green), "green");
  EXPECT_EQ(name_of(static_cast<Colour>(9)), "?");
}

TEST(Nearest, FindsTheTypoAndNotTheStranger) {
  const std::vector<std::string_view> known{"max_value", "max_quantity", "collar", "rate"};
  EXPECT_EQ(nearest("max_vlaue", known), "max_value");
  EXPECT_EQ(nearest("maxquantity", known), "max_quantity");
  EXPECT_EQ(nearest("rat", known), "rate");
  EXPECT_EQ(nearest("collar", known), "collar");
  EXPECT_EQ(nearest("zzzzzz", known), "");
  EXPECT_EQ(nearest("x", {}), "");
}

TEST(Result, CarriesAValueOrAnError) {
  const Result<int> good = 5;
  EXPECT_EQ(good.value(), 5);
  const Result<int> bad = Error{Failure::config, "a.yaml:3", "unknown field", "did you mean b?"};
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().text(), "a.yaml:3: unknown field (did you mean b?)");
  EXPECT_DEATH((void)bad.value(), "unknown field");
  EXPECT_DEATH((void)good.error(), "CHECK");
}

TEST(Check, NamesTheJournalPlace) {
  set_check_place(42);
  EXPECT_DEATH(CHECK(1 == 2, "arithmetic"), "journal place 42: arithmetic");
}

}  // namespace
}  // namespace trade
