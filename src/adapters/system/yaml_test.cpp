#include "adapters/system/yaml.h"

#include <gtest/gtest.h>

#include "wire/config.h"

namespace trade {
namespace {

TEST(Yaml, KeepsKindsLinesAndSourceText) {
  const auto read =
      read_yaml("risk:\n  max_value: 1000.50\n  on: true\n  note: 'true'\n  none: ~\n  list: [1, -2.5e3, 007, 2024-01-01]\n", "t.yaml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Document* risk = (*read).find("risk");
  ASSERT_NE(risk, nullptr);
  EXPECT_EQ(risk->find("max_value")->text(), "1000.50");
  EXPECT_EQ(risk->find("max_value")->kind(), Document::Kind::number);
  EXPECT_EQ(risk->find("max_value")->line(), 2);
  EXPECT_EQ(risk->find("on")->kind(), Document::Kind::boolean);
  EXPECT_EQ(risk->find("note")->kind(), Document::Kind::text);
  EXPECT_EQ(risk->find("none")->kind(), Document::Kind::null);
  const auto& items = risk->find("list")->items();
  ASSERT_EQ(items.size(), 4u);
  EXPECT_EQ(items[1].kind(), Document::Kind::number);
  EXPECT_EQ(items[2].kind(), Document::Kind::text);
  EXPECT_EQ(items[3].kind(), Document::Kind::text);
  EXPECT_EQ(items[0].line(), 6);
}

TEST(Yaml, EmptyTextIsNull) {
  const auto read = read_yaml("# nothing\n", "t.yaml");
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read.value().kind(), Document::Kind::null);
}

TEST(Yaml, AliasesCopyWhatTheyName) {
  const auto read = read_yaml("a: &x {n: 1}\nb: *x\n", "t.yaml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().find("b")->find("n")->text(), "1");
}

struct Bad {
  std::string text, where, what;
};
void expect_refused(const Bad& bad) {
  const auto read = read_yaml(bad.text, "t.yaml");
  ASSERT_FALSE(read.ok()) << bad.text;
  EXPECT_EQ(read.error().kind, Failure::config);
  EXPECT_EQ(read.error().where, bad.where) << bad.text;
  EXPECT_NE(read.error().what.find(bad.what), std::string::npos) << read.error().what;
}

TEST(Yaml, RefusesWithLineAndRule) {
  const std::vector<Bad> table{
      {"a: 1\nb: 2\na: 3\n", "t.yaml:3", "duplicate key a"},
      {"a: {b: 1,\n  b: 2}\n", "t.yaml:2", "duplicate key b"},
      {"a: 1\n---\nb: 2\n", "t.yaml:2", "second document"},
      {"? [1]\n: 2\n", "t.yaml:1", "not a scalar"},
      {"a: 1\nb: \"\xFF\"\n", "t.yaml:2", "UTF-8"},
      {std::string("a: 1\n\x04" "b: 2\n"), "t.yaml:2", "control"},
      {"a: !!binary aaaa\n", "t.yaml:1", "tag"},
      {"a: &x [*x]\n", "t.yaml:1", "alias"},
      {"a: [1\nb: 2\n", "t.yaml:2", ""},
      {"a: *nobody\n", "t.yaml:1", ""},
  };
  for (const auto& bad : table) expect_refused(bad);
}

TEST(Yaml, DepthIsLimited) {
  EXPECT_TRUE(read_yaml(std::string(32, '[') + std::string(32, ']'), "t.yaml").ok());
  expect_refused({std::string(33, '[') + std::string(33, ']'), "t.yaml:1", "deeper than 32"});
  EXPECT_FALSE(read_yaml(std::string(100'000, '['), "t.yaml").ok());
  // An alias may not dig deeper than brackets may.
  const std::string deep(20, '['), closed(20, ']');
  expect_refused({"a: &a " + deep + closed + "\nb: " + deep + "*a" + closed + "\n", "t.yaml:2", "deeper than 32"});
}

TEST(Yaml, AliasesCannotExplode) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 10; ++i) {
    const auto n = std::to_string(i), before = std::to_string(i - 1);
    bomb += "a" + n + ": &a" + n + " [";
    for (int j = 0; j < 10; ++j) bomb += (j == 0 ? "*a" : ", *a") + before;
    bomb += "]\n";
  }
  const auto read = read_yaml(bomb, "t.yaml");
  ASSERT_FALSE(read.ok());
  EXPECT_NE(read.error().what.find("nodes"), std::string::npos);
}

TEST(Yaml, SizeIsLimited) {
  const auto read = read_yaml(std::string((8u << 20) + 1, '#'), "t.yaml");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().where, "t.yaml");
}

TEST(Yaml, MissingFileIsNotFound) {
  const auto read = read_yaml_file("/nowhere/at/all.yaml");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, Failure::not_found);
}

struct Fees {
  Ratio maker, taker;
  FIELDS(Fees, maker, taker)
};
struct Section {
  Money cash{};
  Duration every = seconds(1);
  std::vector<Fees> fees;
  Text<8> name;
  FIELDS(Section, cash, every, fees, name)
};

TEST(Yaml, FeedsConfigurationAndItsErrorsNameTheLine) {
  const auto good = read_yaml("cash: 1000000 USDT\nevery: 250ms\nfees:\n  - {maker: -0.0001, taker: 5e-4}\nname: main\n", "t.yaml");
  ASSERT_TRUE(good.ok());
  Section s;
  const auto read = wire::read_config(&good.value(), s);
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(print(s.cash), "1000000 USDT");
  EXPECT_EQ(s.every, milliseconds(250));
  EXPECT_EQ(s.fees[0].maker, Ratio{-10'000});
  EXPECT_EQ(s.fees[0].taker, Ratio{50'000});

  const auto bad = read_yaml("fees:\n  - maker: 0.1\n    takr: 0.2\n", "t.yaml");
  ASSERT_TRUE(bad.ok());
  Section t;
  const auto refused = wire::read_config(&bad.value(), t, "section");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().where, "section.fees[0].takr, line 3");
  EXPECT_EQ(refused.error().mend, "did you mean \"taker\"?");
}

// Random damage to a good text never crashes, and never takes long.
TEST(Yaml, DamageIsRefusedOrRead) {
  const std::string good = "a: &x {n: [1, 2, 'q'], m: \"t\\n\"}\nb: *x\nc:\n  - d: |\n      text\n    e: >-\n      folded\n";
  std::uint64_t seed = 1;
  const auto draw = [&seed](std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; };
  for (int round = 0; round < 3000; ++round) {
    auto text = good;
    for (std::uint64_t i = 0, n = 1 + draw(4); i < n; ++i) text[draw(text.size())] = static_cast<char>(draw(128));
    if (draw(4) == 0) text.resize(draw(text.size()));
    (void)read_yaml(text, "t.yaml").ok();
  }
}

}  // namespace
}  // namespace trade
