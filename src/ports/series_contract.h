#pragma once
#include <gtest/gtest.h>

#include <deque>
#include <memory>

#include "ports/series.h"
#include "wire/describe.h"

// What every adapter of ports/series.h must do. An adapter's test includes this once and instantiates it:
//   INSTANTIATE_TEST_SUITE_P(Posix, SeriesContract, testing::Values(&posix_series_world));
namespace trade {

// A message of the contract's own, with a field of any length.
struct Sample {
  InstrumentId instrument;
  Time at;
  Price price;
  Text<63> note;
  FIELDS(Sample, instrument, at, price, note)
};
struct OtherSample {
  Time at;
  FIELDS(OtherSample, at)
};
DESCRIBE(Sample)
DESCRIBE(OtherSample)

// An empty store of an adapter; reopen() closes and opens it.
struct SeriesWorld {
  virtual ~SeriesWorld() = default;
  virtual Series& store() = 0;
  virtual void reopen() = 0;
};

class SeriesContract : public testing::TestWithParam<std::unique_ptr<SeriesWorld> (*)()> {
 protected:
  static constexpr Time never{INT64_MIN}, always{INT64_MAX};
  std::unique_ptr<SeriesWorld> world = GetParam()();
  Series& store() { return world->store(); }
  std::deque<std::string> bytes_;

  SeriesRow row(std::uint64_t sequence, Time at, std::string_view note = "x") {
    const Sample s{InstrumentId{1}, at, Price{static_cast<std::int64_t>(sequence)}, note};
    ByteWriter w;
    describe<Sample>().encode(w, &s);
    return {sequence, at, bytes_.emplace_back(w.take())};
  }
  std::vector<SeriesRow> rows(std::uint64_t from, std::uint64_t to) {
    std::vector<SeriesRow> out;
    for (auto i = from; i <= to; ++i) out.push_back(row(i, Time{static_cast<std::int64_t>(i) * 10}, std::string(i % 64, 'n')));
    return out;
  }
  Appended append(std::string_view stream, const std::vector<SeriesRow>& rows) {
    auto done = store().append("t", stream, rows);
    EXPECT_TRUE(done.ok()) << (done.ok() ? "" : done.error().text());
    return done.ok() ? *done : Appended{};
  }
  // "stream:sequence@time" of every row read, each decoded on the way.
  std::vector<std::string> read(Time from = never, Time to = always) {
    std::vector<std::string> out;
    auto done = store().read("t", from, to, [&](const StoredRow& r) {
      const auto flat = describe<Sample>().decode(r.row.bytes);
      ASSERT_TRUE(flat.ok());
      const auto& s = *static_cast<const Sample*>(flat->data());
      EXPECT_EQ(static_cast<std::uint64_t>(s.price.units), r.row.sequence);
      EXPECT_EQ(describe<Sample>().time(&s), r.row.time);
      out.push_back(std::string(r.stream) + ":" + std::to_string(r.row.sequence) + "@" + std::to_string(r.row.time.ns));
    });
    EXPECT_TRUE(done.ok());
    return out;
  }
  void SetUp() override { ASSERT_TRUE(store().make_table("t", describe<Sample>()).ok()); }
};

TEST_P(SeriesContract, ATableIsMadeOnceAndKeepsItsColumns) {
  EXPECT_TRUE(store().make_table("t", describe<Sample>()).ok());
  EXPECT_TRUE(store().make_table("a.b_2", describe<OtherSample>()).ok());
  EXPECT_EQ(*store().tables(), (std::vector<std::string>{"a.b_2", "t"}));
  const auto other = store().make_table("t", describe<OtherSample>());
  ASSERT_FALSE(other.ok());
  EXPECT_EQ(other.error().kind, Failure::config);
  world->reopen();
  EXPECT_EQ(*store().tables(), (std::vector<std::string>{"a.b_2", "t"}));
  EXPECT_FALSE(store().make_table("t", describe<OtherSample>()).ok());
  for (const auto* bad : {"", "A", "a/b", "..", "a b"}) EXPECT_FALSE(store().make_table(bad, describe<Sample>()).ok()) << bad;
}

TEST_P(SeriesContract, AMissingTableIsNotFoundAndNamed) {
  const auto rows = this->rows(1, 1);
  for (const auto& error : {store().append("none", "s", rows).error(), store().count("none").error(), store().digests("none").error(),
                            store().last_sequence("none", "s").error(), store().drop("none").error()}) {
    EXPECT_EQ(error.kind, Failure::not_found);
    EXPECT_NE(error.text().find("none"), std::string::npos);
  }
  EXPECT_FALSE(store().read("none", never, always, [](const StoredRow&) {}).ok());
}

TEST_P(SeriesContract, RowsComeBackAsTheyWere) {
  EXPECT_EQ(append("s", rows(1, 100)).stored, 100u);
  for (int pass = 0; pass < 2; ++pass) {
    const auto back = read();
    ASSERT_EQ(back.size(), 100u);
    EXPECT_EQ(back.front(), "s:1@10");
    EXPECT_EQ(back.back(), "s:100@1000");
    EXPECT_EQ(*store().count("t"), 100u);
    EXPECT_EQ(*store().last_sequence("t", "s"), 100u);
    EXPECT_EQ(*store().last_sequence("t", "other"), 0u);
    world->reopen();
  }
}

TEST_P(SeriesContract, RedeliveryIsHarmless) {
  append("s", rows(1, 10));
  auto again = append("s", rows(5, 15));
  EXPECT_EQ(again.stored, 5u);
  EXPECT_EQ(again.known, 6u);
  world->reopen();
  again = append("s", rows(1, 15));
  EXPECT_EQ(again.stored, 0u);
  EXPECT_EQ(again.known, 15u);
  EXPECT_EQ(read().size(), 15u);
  EXPECT_EQ(append("other", rows(1, 3)).stored, 3u) << "every stream counts for itself";
  EXPECT_EQ(append("s", {}).stored, 0u);
}

TEST_P(SeriesContract, SequencesMayJumpButNotFall) {
  append("s", {row(7, Time{1}), row(900, Time{2})});
  EXPECT_EQ(append("s", {row(8, Time{3})}).stored, 0u) << "below the highest of its stream";
  const std::vector<SeriesRow> fallen{row(1000, Time{1}), row(999, Time{2})}, none{row(0, Time{1})};
  EXPECT_EQ(store().append("t", "s", fallen).error().kind, Failure::usage);
  EXPECT_EQ(store().append("t", "s", none).error().kind, Failure::usage);
  EXPECT_EQ(*store().count("t"), 2u);
}

TEST_P(SeriesContract, ATimeRangeIsReadInOrder) {
  append("b", {row(1, Time{30}), row(2, Time{10}), row(3, Time{10})});
  append("a", {row(1, Time{10}), row(2, Time{-5}), row(3, Time{20})});
  append("b", {row(4, Time{40})});
  EXPECT_EQ(read(), (std::vector<std::string>{"a:2@-5", "a:1@10", "b:2@10", "b:3@10", "a:3@20", "b:1@30", "b:4@40"}));
  EXPECT_EQ(read(Time{10}, Time{30}), (std::vector<std::string>{"a:1@10", "b:2@10", "b:3@10", "a:3@20"}));
  EXPECT_EQ(read(Time{41}, Time{50}), std::vector<std::string>{});
}

TEST_P(SeriesContract, DigestsTellDaysAndRowsApartAndNotTheOrderOfAppends) {
  constexpr std::int64_t day = 86'400'000'000'000;
  const auto fill = [&](const std::string& table, bool streams_swapped, bool split) {
    ASSERT_TRUE(store().make_table(table, describe<Sample>()).ok());
    const std::vector<SeriesRow> a{row(1, Time{5}), row(2, Time{day + 5})}, b{row(1, Time{-1}), row(2, Time{6})};
    const auto put = [&](std::string_view s, const std::vector<SeriesRow>& rows) {
      const auto n = split ? 1 : rows.size();
      for (std::size_t i = 0; i < rows.size(); i += n) ASSERT_TRUE(store().append(table, s, std::span(rows).subspan(i, n)).ok());
    };
    if (streams_swapped) put("b", b);
    put("a", a);
    if (!streams_swapped) put("b", b);
  };
  fill("one", false, false);
  fill("two", true, true);
  fill("three", false, false);
  const std::vector<SeriesRow> more{row(3, Time{day + 6})};
  ASSERT_TRUE(store().append("three", "a", more).ok());
  const auto one = *store().digests("one"), two = *store().digests("two"), three = *store().digests("three");
  ASSERT_EQ(one.size(), 3u);
  EXPECT_EQ(one[0].day, Time{-day});
  EXPECT_EQ(one[1].rows, 2u);
  EXPECT_EQ(one, two);
  ASSERT_EQ(three.size(), 3u);
  EXPECT_EQ(one[1], three[1]);
  EXPECT_NE(one[2].digest, three[2].digest);
}

TEST_P(SeriesContract, DroppedIsGoneAndMayBeMadeAnew) {
  append("s", rows(1, 10));
  ASSERT_TRUE(store().drop("t").ok());
  EXPECT_EQ(store().count("t").error().kind, Failure::not_found);
  world->reopen();
  EXPECT_EQ(store().count("t").error().kind, Failure::not_found);
  ASSERT_TRUE(store().make_table("t", describe<OtherSample>()).ok());
  EXPECT_EQ(*store().count("t"), 0u);
  EXPECT_EQ(*store().last_sequence("t", "s"), 0u);
}

}  // namespace trade
