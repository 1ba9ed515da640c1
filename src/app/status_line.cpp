#include "app/status_line.h"

#include <unistd.h>

#include <cstdio>

#include "messages/queries.h"

namespace trade {

StatusLine::StatusLine(bool quiet) : quiet_(quiet), terminal_(isatty(STDERR_FILENO) == 1), next_(std::chrono::steady_clock::now()) {}

bool StatusLine::due() {
  if (quiet_ || (++calls_ & 63) != 0) return false;
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return false;
  next_ = now + std::chrono::seconds(terminal_ ? 1 : 5);
  return true;
}

void StatusLine::print(const std::string& text) {
  std::fprintf(stderr, terminal_ ? "\r\033[K%s" : "%s\n", text.c_str());
  std::fflush(stderr);
  open_ = terminal_;
}

void StatusLine::show(Time now, std::uint64_t rows, const Kernel& kernel) {
  if (!due()) return;
  OrderStatistics orders;
  PnlReport pnl;
  kernel.ask(OrderStatisticsQuery{}, orders);
  kernel.ask(PnlQuery{}, pnl);
  std::string text = trade::print(now) + "  " + std::to_string(rows) + " messages  " + std::to_string(orders.orders) + " orders  " +
                     std::to_string(orders.fills) + " fills";
  for (const auto& a : pnl.accounts) text += "  equity " + trade::print(a.equity);
  print(text);
}

void StatusLine::show_rows(Time now, std::uint64_t rows) {
  if (due()) print(trade::print(now) + "  " + std::to_string(rows) + " messages");
}

void StatusLine::done() {
  if (open_) std::fputc('\n', stderr);
  open_ = false;
}

}  // namespace trade
