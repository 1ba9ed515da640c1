#include "wire/json.h"

#include <gtest/gtest.h>

#include <cmath>

#include "wire/config.h"
#include "wire/random_value.h"
#include "wire/snapshot.h"

namespace trade::wire {
namespace {

enum class Colour : std::uint8_t { red, green, blue };
NAMES(Colour, red, green, blue)

// Saves itself, as a book or a queue does.
struct Tally {
  std::vector<std::uint16_t> counts;
  void save(ByteWriter& w) const { write_binary(w, counts); }
  void load(ByteReader& r) { read_binary(r, counts); }
};

struct Inner {
  Price price;
  std::vector<Colour> colours;
  FIELDS(Inner, price, colours)
};

// One of everything a State or Config may hold.
struct Everything {
  bool flag{};
  std::int8_t small{};
  std::uint16_t port = 8099;
  std::int64_t signed64{};
  std::uint64_t unsigned64{};
  int128 wide{};
  double number{};
  Price price;
  Quantity quantity;
  Ratio ratio;
  Money money;
  Time time;
  Duration duration = seconds(1);
  Date date;
  Text<12> text;
  std::string string;
  Digest digest;
  OrderId order;
  Colour colour{};
  Inner inner;
  std::vector<Inner> list;
  std::array<std::uint8_t, 3> three{};
  std::optional<Quantity> maybe;
  std::pair<Symbol, Price> pair;
  Map<OrderId, Inner> by_order;
  Map<std::pair<AccountId, InstrumentId>, Money> by_pair;
  FIELDS(Everything, flag, small, port, signed64, unsigned64, wide, number, price, quantity, ratio, money, time, duration, date, text,
         string, digest, order, colour, inner, list, three, maybe, pair, by_order, by_pair)
};
static_assert(all_fields_named<Everything>);

template <class T>
std::string json_of(const T& v) {
  std::string s;
  write_json(s, v);
  return s;
}
Document parsed(std::string_view text) {
  auto d = parse_json(text, "test");
  EXPECT_TRUE(d.ok()) << d.error().text() << "\n" << text;
  return d.ok() ? std::move(d).value() : Document{};
}

TEST(Json, EverythingRoundTripsThroughJsonAndBinary) {
  Draw draw(1);
  for (int i = 0; i < 2'000; ++i) {
    Everything a, b, c;
    randomise(draw, a);
    const auto json = json_of(a);
    const auto read = read_document(parsed(json), b, "");
    ASSERT_TRUE(read.ok()) << read.error().text() << "\n" << json;
    ASSERT_EQ(json_of(b), json);
    ASSERT_EQ(state_bytes(b), state_bytes(a));
    ASSERT_TRUE(read_state(state_bytes(a), c));
    ASSERT_EQ(json_of(c), json);
  }
}

TEST(Json, CanonicalForms) {
  EXPECT_EQ(json_of(true), "true");
  EXPECT_EQ(json_of(std::uint64_t{UINT64_MAX}), "18446744073709551615");
  EXPECT_EQ(json_of(std::int8_t{-5}), "-5");
  EXPECT_EQ(json_of(static_cast<int128>(INT64_MAX) * 10), "\"92233720368547758070\"");
  EXPECT_EQ(json_of(0.1), "0.1");
  EXPECT_EQ(json_of(1e22), "1e+22");
  EXPECT_EQ(json_of(std::nan("")), "null");
  EXPECT_EQ(json_of(-HUGE_VAL), "null");
  EXPECT_EQ(json_of(Price{-150'000'000}), "-1.5");
  EXPECT_EQ(json_of(Money{125 * money_one / 10, "USDT"}), "\"12.5 USDT\"");
  EXPECT_EQ(json_of(Time{0}), "\"1970-01-01T00:00:00Z\"");
  EXPECT_EQ(json_of(Date{15'706}), "\"2013-01-01\"");
  EXPECT_EQ(json_of(milliseconds(250)), "\"250ms\"");
  EXPECT_EQ(json_of(Colour::blue), "\"blue\"");
  EXPECT_EQ(json_of(std::string("a\"\\\n\x01\xC3\xA9")), "\"a\\\"\\\\\\n\\u0001\xC3\xA9\"");
  EXPECT_EQ(json_of(std::string("a\xFFz")), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(json_of(std::vector<int>{}), "[]");
  EXPECT_EQ(json_of(std::vector<bool>{true, false}), "[true,false]");
  EXPECT_EQ(json_of(std::optional<int>{}), "null");
  EXPECT_EQ(json_of(std::pair<int, Colour>{1, Colour::red}), "[1,\"red\"]");
  Map<OrderId, int> map;
  map[{7}] = 1;
  map[{3}] = 2;
  EXPECT_EQ(json_of(map), "[[7,1],[3,2]]");
  Tally tally{{1, 256}};
  EXPECT_EQ(json_of(tally), "\"0200000001000001\"");
  Tally back;
  ASSERT_TRUE(read_document(parsed(json_of(tally)), back, "").ok());
  EXPECT_EQ(back.counts, tally.counts);
}

TEST(Json, MissingFieldsKeepTheirDefaults) {
  Everything e;
  ASSERT_TRUE(read_document(parsed(R"({"small": 3})"), e, "").ok());
  EXPECT_EQ(e.small, 3);
  EXPECT_EQ(e.port, 8099);
  EXPECT_EQ(e.duration, seconds(1));
}

TEST(Json, DecimalsAreNumbersOrTextAndMayHaveExponents) {
  const std::vector<std::pair<const char*, std::int64_t>> table{
      {"1.5", 150'000'000}, {"\"1.5\"", 150'000'000}, {"1e-8", 1},       {"1.5e2", 15'000'000'000}, {"-2.5E-7", -25}, {"12.5e1",
      12'500'000'000},
      {"0e50", 0},          {"-0", 0},                {"10e-1", 100'000'000}, {"123456e-6", 12'345'600}, {"1e+0", 100'000'000}};
  for (const auto& [text, units] : table) {
    Inner v;
    const auto read = read_document(parsed(std::string("{\"price\": ") + text + "}"), v, "");
    ASSERT_TRUE(read.ok()) << text << ": " << read.error().text();
    EXPECT_EQ(v.price.units, units) << text;
  }
}

struct Refusal {
  std::string json, where, what, mend;
};
class Refuses : public testing::TestWithParam<Refusal> {};
TEST_P(Refuses, NamingFieldLineAndRule) {
  Everything e;
  const auto read = read_document(parsed(GetParam().json), e, "risk");
  ASSERT_FALSE(read.ok()) << GetParam().json;
  EXPECT_EQ(read.error().kind, Failure::data);
  EXPECT_EQ(read.error().where, GetParam().where);
  EXPECT_NE(read.error().what.find(GetParam().what), std::string::npos) << read.error().what;
  EXPECT_NE(read.error().mend.find(GetParam().mend), std::string::npos) << read.error().mend;
}
const Refusal refusals[] = {
    {R"({"pirce": 1})", "risk.pirce, line 1", "unknown field \"pirce\"", "did you mean \"price\"?"},
    {R"({"colur": "red"})", "risk.colur, line 1", "unknown field", "did you mean \"colour\"?"},
    {R"({"zzzzzzzzzzz": 1})", "risk.zzzzzzzzzzz, line 1", "unknown field", "known: flag|small|port"},
    {"{\n\"inner\": {\n\"colour\": []}}", "risk.inner.colour, line 3", "unknown field", "did you mean \"colours\"?"},
    {R"({"list": [{}, {"prize": 1}]})", "risk.list[1].prize, line 1", "unknown field", "did you mean \"price\"?"},
    {R"({"price": true})", "risk.price, line 1", "expected a decimal number, found a truth value", ""},
    {R"({"price": null})", "risk.price, line 1", "found null", ""},
    {R"({"price": "NaN"})", "risk.price, line 1", "\"NaN\" is not a decimal number", ""},
    {R"({"price": "Infinity"})", "risk.price, line 1", "not a decimal number", ""},
    {R"({"price": "1e5"})", "risk.price, line 1", "not a decimal number", ""},
    {R"({"price": ""})", "risk.price, line 1", "not a decimal number", ""},
    {R"({"price": 0.123456789})", "risk.price, line 1", "has more than 8 decimals", ""},
    {R"({"price": 1e-9})", "risk.price, line 1", "has more than 8 decimals", ""},
    {R"({"price": 92233720368.54775808})", "risk.price, line 1", "is out of range", ""},
    {R"({"price": 1e30})", "risk.price, line 1", "is out of range", ""},
    {R"({"price": 1e999999999999})", "risk.price, line 1", "", ""},
    {R"({"small": 128})", "risk.small, line 1", "128 is out of range", "-128 to 127"},
    {R"({"small": -129})", "risk.small, line 1", "-129 is out of range", "-128 to 127"},
    {R"({"port": -1})", "risk.port, line 1", "-1 is out of range", "0 to 65535"},
    {R"({"port": 65536})", "risk.port, line 1", "out of range", "0 to 65535"},
    {R"({"port": 1.0})", "risk.port, line 1", "1.0 is not a whole number", ""},
    {R"({"port": 1e3})", "risk.port, line 1", "not a whole number", ""},
    {R"({"port": "80"})", "risk.port, line 1", "expected a whole number, found a text", ""},
    {R"({"unsigned64": 18446744073709551616})", "risk.unsigned64, line 1", "out of range", ""},
    {R"({"wide": "170141183460469231731687303715884105728"})", "risk.wide, line 1", "128 bits", ""},
    {R"({"number": "NaN"})", "risk.number, line 1", "expected a number", ""},
    {R"({"number": 1e999})", "risk.number, line 1", "out of range", ""},
    {R"({"money": "12.5  USDT"})", "risk.money, line 1", "currency", ""},
    {R"({"money": "x USDT"})", "risk.money, line 1", "not a decimal number", ""},
    {R"({"money": "0.00000000000000001 USDT"})", "risk.money, line 1", "more than 16 decimals", ""},
    {R"({"money": 12})", "risk.money, line 1", "an amount and its currency", ""},
    {R"({"time": "yesterday"})", "risk.time, line 1", "is not a time", "2024-08-08"},
    {R"({"time": 1723161255})", "risk.time, line 1", "expected a time", ""},
    {R"({"duration": "5 minutes"})", "risk.duration, line 1", "is not a duration", "ms"},
    {R"({"text": "thirteen char"})", "risk.text, line 1", "longer than 12 bytes", ""},
    {R"({"text": 5})", "risk.text, line 1", "expected a text, found a number", ""},
    {R"({"flag": "true"})", "risk.flag, line 1", "expected true or false", ""},
    {R"({"flag": 1})", "risk.flag, line 1", "expected true or false", ""},
    {R"({"colour": "gren"})", "risk.colour, line 1", "not one of red|green|blue", "did you mean \"green\"?"},
    {R"({"colour": 1})", "risk.colour, line 1", "expected one of red|green|blue", ""},
    {R"({"digest": "abc"})", "risk.digest, line 1", "64 lower-case hex digits", ""},
    {R"({"three": [1, 2]})", "risk.three, line 1", "expected 3 items, found 2", ""},
    {R"({"three": [1, 2, 256]})", "risk.three[2], line 1", "out of range", ""},
    {R"({"pair": ["A"]})", "risk.pair, line 1", "expected a pair, found 1", ""},
    {R"({"by_order": [[1, {}], [1, {}]]})", "risk.by_order[1], line 1", "the key is there twice", ""},
    {R"({"by_order": {"1": {}}})", "risk.by_order, line 1", "expected a list of pairs, found a table", ""},
    {R"({"inner": []})", "risk.inner, line 1", "expected a table", ""},
    {R"({"list": {}})", "risk.list, line 1", "expected a list", ""},
    {R"([])", "risk, line 1", "expected a table", ""},
};
INSTANTIATE_TEST_SUITE_P(Json, Refuses, testing::ValuesIn(refusals));

TEST(Json, HexOfASavedValueIsChecked) {
  Tally t;
  for (const char* bad : {"\"0\"", "\"zz\"", "\"0200000001\"", "\"020000000100000100\"", "\"0200000001000001FF\"", "5"})
    EXPECT_FALSE(read_document(parsed(bad), t, "").ok()) << bad;
}

TEST(Config, NullAndEmptySectionsAreAllDefaults) {
  Everything e;
  EXPECT_TRUE(read_config(nullptr, e).ok());
  const auto null = parsed("null"), empty = parsed("{}");
  EXPECT_TRUE(read_config(&null, e).ok());
  EXPECT_TRUE(read_config(&empty, e).ok());
  EXPECT_EQ(json_of(e), json_of(Everything{}));
}

TEST(Config, FailuresAreOfConfiguration) {
  Everything e;
  const auto d = parsed(R"({"prot": 1})");
  const auto read = read_config(&d, e, "web");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, Failure::config);
  EXPECT_EQ(read.error().text(), "web.prot, line 1: unknown field \"prot\" (did you mean \"port\"?)");
}

TEST(State, EqualMapsSaveToEqualBytesHoweverReached) {
  Map<OrderId, int> straight, winding;
  for (std::uint64_t i = 0; i < 50; ++i) straight[{i}] = static_cast<int>(i);
  for (std::uint64_t i = 100; i < 200; ++i) winding[{i}] = 1;
  for (std::uint64_t i = 0; i < 50; ++i) winding[{i}] = static_cast<int>(i);
  for (std::uint64_t i = 100; i < 200; ++i) winding.erase({i});
  EXPECT_EQ(state_bytes(winding), state_bytes(straight));
}

TEST(State, BytesThatNoValueHasAreRefused) {
  bool flag{};
  Colour colour{};
  Text<3> text;
  Map<OrderId, bool> map;
  EXPECT_TRUE(read_state("\x01", flag));
  EXPECT_FALSE(read_state("\x02", flag));
  EXPECT_TRUE(read_state("\x02", colour));
  EXPECT_FALSE(read_state("\x03", colour));
  EXPECT_FALSE(read_state("\xFF", colour));
  EXPECT_TRUE(read_state("\x03" "abc", text));
  EXPECT_FALSE(read_state("\x04" "abcd", text));
  const std::string entry("\x07\0\0\0\0\0\0\0\x01", 9);
  EXPECT_TRUE(read_state(std::string("\x01\0\0\0", 4) + entry, map));
  EXPECT_FALSE(read_state(std::string("\x02\0\0\0", 4) + entry + entry, map));
}

TEST(State, DamagedBytesNeverReadToSomethingElse) {
  Draw draw(2);
  for (int i = 0; i < 3'000; ++i) {
    Everything a, b;
    randomise(draw, a);
    auto bytes = state_bytes(a);
    if (draw.one_in(2)) bytes[draw.below(bytes.size())] ^= static_cast<char>(1 << draw.below(8));
    else bytes.resize(draw.below(bytes.size()));
    if (!read_state(bytes, b)) continue;
    ASSERT_EQ(state_bytes(b), bytes);
  }
}

TEST(config, errors_of_a_path_get_the_line_of_its_value) {
  const auto parsed = parse_json("{\n\"list\": [{\"a\": 1},\n {\"rule\": 2}]}", "test");
  const auto where = [&](const char* path) { return with_line(&*parsed, {Failure::config, path, "x", {}}).where; };
  EXPECT_EQ(where("list[1].rule column 3"), "list[1].rule, line 3, column 3");
  EXPECT_EQ(where("list[0].a"), "list[0].a, line 2");
  EXPECT_EQ(where("list[0].absent"), "list[0].absent, line 2");  // the nearest there is
  EXPECT_EQ(where("list[7].a"), "list[7].a, line 2");
  EXPECT_EQ(where("absent"), "absent");
  EXPECT_EQ(where(""), "");
  EXPECT_EQ(with_line(nullptr, {Failure::config, "list", "x", {}}).where, "list");
}

}  // namespace
}  // namespace trade::wire
