#pragma once
#include <array>
#include <span>
#include <string>

#include "domain/risk/portfolio.h"

namespace trade {

// An order as the checks see it. From `reserve` on the line's and the sleeve's sums count it already.
struct Judged {
  Portfolio& p;
  const OrderTerms& t;
  const LimitSet& limits;
  Time now;
  OrderId order, group;
  Reservation* held;  // of the order that a replace is for; null: a new one
  Portfolio::Line* line;
  Portfolio::Market* market;
  Portfolio::Funds* funds;
  Portfolio::Strategy* strategy;  // null: none
  Portfolio::Sleeve* sleeve;      // null: none
  Portfolio::Place* place;        // null: no venue of its own
  bool new_line{}, new_strategy{}, new_sleeve{};
  Price reference{}, stated{}, worst{}, sent_limit{};
  int128 value{};
  bool fresh{};                           // the reference is one
  bool shrinks{};                         // a replace for no more, at no worse a price
  bool reducing{}, sleeve_reducing{};     // its side ends flat at the most
  std::uint32_t overridden{};
  // What the line was reckoned by before.
  Ratio margin{};
  MarginModel model{};
  Amount step{};

  const Instrument& instrument() const { return market->instrument; }
};

// One row of the table of pre-trade checks; several may share a number of TRUST 5.2. A soft one lets an order pass that a person has
// allowed it for, by name.
struct RiskCheck {
  std::uint8_t number;
  std::string_view name;
  std::string_view function;  // the pure rule, in checks.h, rights.h or pace.h
  bool soft;
  std::array<Reason, 2> reasons;
  Reason (*judge)(Judged&);
};

// All rows in the order they are asked: those of the order by itself, then those of the worst case with the order counted.
std::span<const RiskCheck> risk_checks();
// The page docs/risk_checks.md.
std::string risk_checks_page();

// The first refusal of the order by itself, and of the worst case.
Verdict judge_order(Judged& j);
Verdict judge_worst_case(Judged& j);

}  // namespace trade
