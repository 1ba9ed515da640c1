#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/digest.h"
#include "domain/reconciliation/statement.h"
#include "wire/binary.h"

namespace trade {
namespace {

const AccountId desk{1};

StatementFill fill(std::uint64_t execution, std::int64_t quantity, std::int64_t price = 100, Time t = Time{5}) {
  return {{1}, {1}, {execution}, Side::buy, price_of(price), quantity_of(quantity), t};
}
Finding position(std::int64_t ours, std::int64_t theirs, std::uint32_t instrument = 1) {
  Finding f;
  f.kind = BreakKind::position;
  f.account = desk;
  f.instrument = {instrument};
  f.ours = quantity_of(ours);
  f.theirs = quantity_of(theirs);
  return f;
}
// "position 1: 5 / 6; " and the like.
std::string text(const std::vector<Finding>& all) {
  std::string s;
  for (const auto& f : all) {
    s += std::string(name_of(f.kind)) + " ";
    if (f.kind == BreakKind::cash) s += print(f.our_amount) + " / " + print(f.their_amount);
    else s += std::to_string(f.execution ? f.execution.value : f.instrument.value) + ": " + print(f.ours) + " / " + print(f.theirs);
    s += "; ";
  }
  return s;
}

struct Words {
  std::vector<StatementPosition> positions;
  std::vector<StatementCash> cash;
  std::vector<StatementFill> fills;
  AccountWord word() const { return {positions, cash, fills}; }
};

TEST(statement, each_kind_of_difference_is_found) {
  const Words theirs{{{{1}, quantity_of(6)}, {{2}, quantity_of(1)}, {{3}, quantity_of(3)}},
                     {{{money_one * 10, "USD"}}, {{money_one, "EUR"}}},
                     {fill(1, 2), fill(2, 2), fill(3, 2), fill(4, 9)}};
  const Words ours{{{{1}, quantity_of(5)}, {{3}, quantity_of(3)}, {{4}, quantity_of(-7)}},
                   {{{money_one * 11, "USD"}}, {{money_one * 2, "JPY"}}},
                   {fill(2, 2), fill(3, 2, 101), fill(5, 4)}};
  const std::vector<StatementFill> other{fill(4, 9)};
  EXPECT_EQ(text(compare(desk, {}, Time{9}, theirs.word(), ours.word(), other, true)),
            "position 1: 5 / 6; position 2: 0 / 1; position 4: -7 / 0; cash 11 USD / 10 USD; cash 0 EUR / 1 EUR; cash 2 JPY / 0 JPY; "
            "fill_missing 1: 0 / 2; fill_differs 3: 2 / 2; fill_unknown 5: 4 / 0; ");
  const auto differs = compare(desk, {}, Time{9}, theirs.word(), ours.word(), other, true)[7];
  EXPECT_EQ(print_amount(differs.our_amount), "101");
  EXPECT_EQ(print_amount(differs.their_amount), "100");
  EXPECT_EQ(text(compare(desk, {}, Time{9}, ours.word(), ours.word(), {}, true)), "");
}

TEST(statement, a_line_that_stands_twice_is_refused) {
  Words w{{{{1}, quantity_of(6)}}, {{{money_one * 10, "USD"}}}, {fill(1, 2)}};
  EXPECT_EQ(check_lines(w.word()), Reason::none);
  auto twice = w;
  twice.positions.push_back({{1}, quantity_of(1)});
  EXPECT_EQ(check_lines(twice.word()), Reason::statement_repeated_line);
  twice = w;
  twice.cash.push_back({{money_one, "USD"}});
  EXPECT_EQ(check_lines(twice.word()), Reason::statement_repeated_line);
  twice = w;
  twice.fills.push_back(fill(1, 3));
  EXPECT_EQ(check_lines(twice.word()), Reason::statement_repeated_line);
}

// Two random words: what is found is what differs, line by line.
TEST(statement, random_words_equal_a_plain_comparison) {
  std::uint64_t seed = 11;
  const auto draw = [&seed](std::uint64_t n) { return mix64(seed += 0x9E3779B97F4A7C15ull) % n; };
  std::size_t differences = 0;
  for (int round = 0; round < 2000; ++round) {
    Words words[2];
    std::map<std::uint32_t, std::int64_t> held[2];
    std::map<std::uint64_t, std::int64_t> made[2];
    for (int side = 0; side < 2; ++side)
      for (std::uint32_t n = 1; n <= 6; ++n) {
        if (draw(2) == 0) {
          const auto q = static_cast<std::int64_t>(1 + draw(2));
          words[side].positions.push_back({{n}, quantity_of(q)});
          held[side][n] = q;
        }
        if (draw(2) == 0) {
          const auto q = static_cast<std::int64_t>(1 + draw(2));
          words[side].fills.push_back(fill(n, q));
          made[side][n] = q;
        }
      }
    std::size_t expected = 0;
    for (std::uint32_t n = 1; n <= 6; ++n) {
      expected += held[0][n] != held[1][n];
      expected += made[0][n] != made[1][n];
    }
    const auto found = compare(desk, {}, Time{9}, words[0].word(), words[1].word(), {}, true);
    ASSERT_EQ(found.size(), expected);
    for (const auto& f : found) {
      if (f.kind == BreakKind::position) {
        ASSERT_EQ(f.theirs, quantity_of(held[0][f.instrument.value]));
        continue;
      }
      ASSERT_EQ(f.theirs, quantity_of(made[0][f.execution.value]));
    }
    differences += found.size();
  }
  EXPECT_GT(differences, 1000u);
}

TEST(breaks, one_is_opened_once_and_ages) {
  Breaks b;
  const Break* first = b.find(position(5, 6), Time{10});
  ASSERT_NE(first, nullptr);
  EXPECT_EQ(first->id, BreakId{1});
  EXPECT_EQ(b.find(position(5, 6), Time{20}), nullptr);  // known
  const Break* again = b.find(position(5, 7), Time{30});
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->id, BreakId{1});
  EXPECT_EQ(again->opened, Time{10});
  EXPECT_EQ(again->seen, Time{30});
  EXPECT_EQ(b.find(position(1, 2, 2), Time{30})->id, BreakId{2});
  EXPECT_EQ(b.all().size(), 2u);
}

TEST(breaks, a_person_owns_and_resolves) {
  Breaks b;
  b.find(position(5, 6), Time{10});
  EXPECT_EQ(b.own({9}, "ann"), Reason::break_not_found);
  EXPECT_EQ(b.own({1}, ""), Reason::break_no_owner);
  EXPECT_EQ(b.resolve({1}, "ann", "why"), Reason::break_no_owner);  // nobody's
  EXPECT_EQ(b.at({1})->state, BreakState::open);
  EXPECT_EQ(b.own({1}, "ann"), Reason::none);
  EXPECT_EQ(b.resolve({1}, "bob", "why"), Reason::break_no_owner);
  EXPECT_EQ(b.resolve({1}, "ann", ""), Reason::break_no_owner);
  EXPECT_EQ(b.resolve({2}, "ann", "why"), Reason::break_not_found);
  EXPECT_EQ(b.resolve({1}, "ann", "late trade, booked by hand"), Reason::none);
  EXPECT_EQ(b.resolve({1}, "ann", "again"), Reason::break_not_open);
  EXPECT_EQ(b.own({1}, "bob"), Reason::break_not_open);
  EXPECT_EQ(b.at({1})->note.view(), "late trade, booked by hand");
  EXPECT_EQ(b.find(position(5, 6), Time{40})->id, BreakId{2});  // found again: another break
}

TEST(breaks, a_statement_that_agrees_clears) {
  Breaks b;
  b.find(position(5, 6), Time{10});
  auto missing = position(0, 1);
  missing.kind = BreakKind::fill_missing;
  missing.at = Time{5};
  b.find(missing, Time{10});
  auto sequence = position(0, 0);
  sequence.kind = BreakKind::sequence;
  b.find(sequence, Time{10});
  std::vector<BreakKind> cleared;
  const auto clear = [&](Time from, Time to, Time now) {
    cleared.clear();
    b.clear_unseen(desk, {}, from, to, now, [&](const Break& x) { cleared.push_back(x.found.kind); });
  };
  b.clear_unseen({2}, {}, Time{}, Time{99}, Time{20}, [&](const Break&) { FAIL() << "another account's"; });
  b.clear_unseen(desk, {3}, Time{}, Time{99}, Time{20}, [&](const Break&) { FAIL() << "another venue's"; });
  clear(Time{9}, Time{19}, Time{20});  // of a time after the fill: says nothing of it
  EXPECT_EQ(cleared, std::vector{BreakKind::position});
  clear(Time{4}, Time{19}, Time{30});
  EXPECT_EQ(cleared, std::vector{BreakKind::fill_missing});
  EXPECT_EQ(b.at({3})->state, BreakState::open);  // no statement clears what oms did
}

TEST(breaks, memory_is_bounded_and_open_breaks_stay) {
  Breaks b;
  b.find(position(1, 2), Time{});
  for (std::uint32_t n = 2; n < 3 * Breaks::most; ++n) {
    const BreakId id = b.find(position(1, 2, n), Time{n})->id;
    b.own(id, "ann");
    b.resolve(id, "ann", "done");
  }
  EXPECT_LE(b.all().size(), Breaks::most);
  ASSERT_NE(b.at({1}), nullptr);
  EXPECT_EQ(b.at({1})->state, BreakState::open);
  EXPECT_TRUE(std::is_sorted(b.all().begin(), b.all().end(), [](const auto& x, const auto& y) { return x.id < y.id; }));
  ByteWriter w;
  wire::write_binary(w, b);
  Breaks back;
  ByteReader r(w.bytes());
  ASSERT_TRUE(wire::read_binary(r, back) && r.at_end());
  EXPECT_EQ(back.find(position(1, 3), Time{1})->id, BreakId{1});
}

}  // namespace
}  // namespace trade
