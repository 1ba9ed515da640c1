#include <cstdio>
#include <fstream>
#include <iostream>
#include <sstream>

#include "domain/strategy/expression.h"

// indicator_values BARS EXPRESSION...: of bars "open,high,low,close,volume" a line, every expression's value after every bar, as
// little-endian doubles, a bar after the other; NaN while it is not known.
namespace {

using namespace trade;

bool read_bar(const std::string& line, Candle& bar) {
  std::int64_t* fields[] = {&bar.open.units, &bar.high.units, &bar.low.units, &bar.close.units, &bar.volume.units};
  std::stringstream text(line);
  std::string cell;
  for (auto* field : fields) {
    if (!std::getline(text, cell, ',')) return false;
    const auto units = parse_decimal(cell);
    if (!units) return false;
    *field = *units;
  }
  return true;
}

int print_values(int count, char** arguments) {
  RuleCompiler compiler(Scope{});
  std::vector<Rule> rules;
  for (int i = 2; i < count; ++i) {
    auto rule = compiler.compile(arguments[i], ValueKind::number, arguments[i]);
    if (!rule) {
      std::cerr << rule.error().text() << "\n";
      return 1;
    }
    rules.push_back(*rule);
  }
  std::vector<Rule*> all;
  for (auto& rule : rules) all.push_back(&rule);
  const auto program = compiler.finish(all);
  auto memory = make_memory(program);
  std::ifstream bars(arguments[1]);
  std::string line;
  for (int number = 1; std::getline(bars, line); ++number) {
    Candle bar;
    if (!read_bar(line, bar)) {
      std::cerr << arguments[1] << ":" << number << ": not a bar\n";
      return 1;
    }
    run(program, memory, 0, bar, {});
    for (const auto& rule : rules) std::fwrite(&memory.values[rule.place], sizeof(double), 1, stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: indicator_values BARS EXPRESSION...\n";
    return 2;
  }
  return print_values(count, arguments);
}
