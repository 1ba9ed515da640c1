#include "domain/indicators/definitions.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

namespace trade {
namespace {

std::string call(std::string_view name, std::string_view parameters) {
  std::string s(name);
  s += '(';
  for (const char c : parameters) {
    if (c == ' ') s += ", ";
    else if (c != '?') s += c;
  }
  return s + ')';
}

constexpr const char* introduction = R"(# Indicators and functions of strategy rules

What may be called in `long_when`, `short_when`, `exit_when`, `target`, `define` and the prices of orders (the language:
`src/domain/strategy/expression.h`). A series written `x=close` may be left out: `ema(9)` is `ema(close, 9)`; so may a number with a
default: `macd()` is `macd(close, 12, 26)`. `n` is a number of bars, the newest included.
`name.rsi(14)` is the indicator of another input's bars.

A value is unknown until enough bars have been seen, and so is what is made from it; a strategy decides only once everything its rules
remember is known. `ema` begins with its first value and is known at once; `rma` (Wilder) begins with the plain mean of the first n; windows
are known when they are full. Nothing but + - * / and the square root is used, in a fixed order, so equal bars give equal bits everywhere.
Every name is held against TA-Lib, pandas or numpy on recorded bars by `tests/references/indicators`.

)";

std::string page() {
  std::string s = introduction;
  s += "## Functions\n\n| call | meaning |\n| --- | --- |\n";
  for (const auto& o : named_operations()) s += "| `" + call(o.name, o.parameters) + "` | " + std::string(o.says) + " |\n";
  s += "\n## Indicators\n\n| call | definition | source |\n| --- | --- | --- |\n";
  for (const auto& i : named_indicators())
    s += "| `" + call(i.name, i.parameters) + "` | `" + std::string(i.is) + "` | " + std::string(i.source) + " |\n";
  return s;
}

// TRADE_WRITE_DOCS=1 writes the page instead.
TEST(definitions, the_page_lists_them_all) {
  const std::string path = TRADE_SOURCE_DIR "/docs/indicators.md";
  if (std::getenv("TRADE_WRITE_DOCS") != nullptr) std::ofstream(path) << page();
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_EQ(text.str(), page());
}

}  // namespace
}  // namespace trade
