#include <gtest/gtest.h>

#include "core/digest.h"
#include "wire/json.h"
#include "wire/utf8.h"

namespace trade {
namespace {

struct Bad {
  std::string text;
  int line;
  std::string what;
};
class Strict : public testing::TestWithParam<Bad> {};
TEST_P(Strict, RefusesWithLine) {
  const auto d = parse_json(GetParam().text, "body");
  ASSERT_FALSE(d.ok()) << GetParam().text;
  EXPECT_EQ(d.error().where, "body:" + std::to_string(GetParam().line));
  EXPECT_NE(d.error().what.find(GetParam().what), std::string::npos) << d.error().what;
}
const Bad table[] = {
    {"", 1, "ends too early"},
    {"  \n ", 2, "ends too early"},
    {"{\"a\": NaN}", 1, "NaN"},
    {"[NaN]", 1, "NaN"},
    {"[-Infinity]", 1, "infinity"},
    {"[nan]", 1, "not a JSON value"},
    {"{\"a\":1,\n\"a\":2}", 2, "duplicate key a"},
    {"{\"a\":1,\"\\u0061\":2}", 1, "duplicate key a"},
    {"{\"x\":{\"a\":1,\"a\":1}}", 1, "duplicate key"},
    {"{\"a\":1,}", 1, "key in quotes"},
    {"{a:1}", 1, "key in quotes"},
    {"{'a':1}", 1, "key in quotes"},
    {"{\"a\" 1}", 1, "expected :"},
    {"{\"a\":1 \"b\":2}", 1, "expected , or }"},
    {"{\"a\":1", 1, "expected , or }"},
    {"[1,]", 1, "not a JSON value"},
    {"[1 2]", 1, "expected , or ]"},
    {"[1", 1, "expected , or ]"},
    {"[", 1, "ends too early"},
    {"1 2", 1, "after the end"},
    {"{}\n}", 2, "after the end"},
    {"01", 1, "begins with 0"},
    {"-01", 1, "begins with 0"},
    {"1.", 1, "ends with a point"},
    {".5", 1, "not a JSON value"},
    {"+1", 1, "not a JSON value"},
    {"1e", 1, "exponent"},
    {"1e+", 1, "exponent"},
    {"-", 1, "not a JSON value"},
    {"0x10", 1, "after the end"},
    {"tru", 1, "not a JSON value"},
    {"truex", 1, "after the end"},
    {"// c\n1", 1, "not a JSON value"},
    {"\"abc", 1, "closing quote"},
    {"\"a\nb\"", 1, "control character"},
    {"\"\\x\"", 1, "unknown escape"},
    {"\"\\u12g4\"", 1, "4 hex digits"},
    {"\"\\", 1, "unknown escape"},
    {"\"\\u", 1, "4 hex digits"},
    {"\"\\ud800\"", 1, "surrogate"},
    {"\"\\ud800\\u0041\"", 1, "surrogate"},
    {"\"\\udc00\"", 1, "surrogate"},
    {"\"\xFF\"", 1, "UTF-8"},
    {"\"\xC0\x80\"", 1, "UTF-8"},
    {"\"\xED\xA0\x80\"", 1, "UTF-8"},
    {"\"\xF4\x90\x80\x80\"", 1, "UTF-8"},
    {"\"\xE2\x82", 1, "UTF-8"},
    {"{\"\xFF\":1}", 1, "UTF-8"},
    {"\xEF\xBB\xBF{}", 1, "not a JSON value"},
    {std::string("[1]\0", 4), 1, "after the end"},
    {std::string(33, '[') + std::string(33, ']'), 1, "deeper than 32"},
    {std::string(1'000'000, '['), 1, "deeper than 32"},
};
INSTANTIATE_TEST_SUITE_P(ParseJson, Strict, testing::ValuesIn(table));

TEST(ParseJson, KeepsKindsLinesAndSourceText) {
  const auto read = parse_json("\r\n{ \"a\": [1.50, -0,\n 1E5 ], \"b\":{\"c\":null},\n\"d\" : \"x\" , \"e\":false}\t\n", "body");
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Document& d = read.value();
  EXPECT_EQ(d.line(), 2);
  const auto& a = d.find("a")->items();
  ASSERT_EQ(a.size(), 3u);
  EXPECT_EQ(a[0].text(), "1.50");
  EXPECT_EQ(a[1].text(), "-0");
  EXPECT_EQ(a[2].text(), "1E5");
  EXPECT_EQ(a[2].line(), 3);
  EXPECT_EQ(d.find("b")->find("c")->kind(), Document::Kind::null);
  EXPECT_EQ(d.find("d")->line(), 4);
  EXPECT_EQ(d.find("e")->text(), "false");
  EXPECT_EQ(d.find("f"), nullptr);
}

TEST(ParseJson, DepthOf32IsAccepted) { EXPECT_TRUE(parse_json(std::string(32, '[') + std::string(32, ']'), "body").ok()); }

TEST(ParseJson, Escapes) {
  const auto d = parse_json(R"("\"\\\/\b\f\n\r\t\u0041\u00e9\u20AC\uD83D\uDE00\u0000")", "body");
  ASSERT_TRUE(d.ok()) << d.error().text();
  EXPECT_EQ(d.value().text(), std::string("\"\\/\b\f\n\r\tA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\0", 19));
}

// Random bytes and damaged documents never crash; what is accepted is made of accepted UTF-8.
TEST(ParseJson, NoiseNeverCrashes) {
  std::uint64_t seed = 1;
  const auto draw = [&seed](std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; };
  const std::string good = R"({"a":[1,2.5e-3,{"b":"\u00e9\ud83d\ude00","c":null}],"d":[true,false],"e":"text"})";
  for (int i = 0; i < 50'000; ++i) {
    auto text = good;
    for (std::uint64_t n = 1 + draw(4); n > 0; --n) text[draw(text.size())] = static_cast<char>(draw(256));
    if (draw(4) == 0) text.resize(draw(text.size()));
    const auto d = parse_json(text, "noise");
    if (!d.ok()) continue;
    ASSERT_TRUE(wire::is_utf8(text)) << text;
  }
}

TEST(Utf8, EveryScalarValueRoundTrips) {
  for (std::uint32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string s;
    wire::append_utf8(s, c);
    ASSERT_EQ(wire::utf8_length(s), s.size()) << c;
    ASSERT_EQ(wire::utf8_length(std::string_view(s).substr(0, s.size() - 1)), 0u) << c;
  }
}

}  // namespace
}  // namespace trade
