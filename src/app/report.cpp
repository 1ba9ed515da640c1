#include "app/report.h"

#include <algorithm>
#include <cstdio>

#include "app/source_digest.h"
#include "wire/json.h"

namespace trade {
namespace {

void member(std::string& out, std::string_view key) {
  if (out.back() != '{') out += ',';
  out.append("\"").append(key).append("\":");
}
void amount(std::string& out, std::string_view key, const Money& m) {
  member(out, key);
  out += print_amount(m);
}
void count(std::string& out, std::string_view key, std::uint64_t n) {
  member(out, key);
  out += std::to_string(n);
}

// The account a one-account report is about; an empty one when nobody trades.
PnlSummary first_account(const Report& r) { return r.pnl.accounts.empty() ? PnlSummary{} : r.pnl.accounts.front(); }

void account_json(std::string& out, const PnlSummary& a, bool brief) {
  out += '{';
  count(out, "account", a.account.value);
  member(out, "currency");
  wire::write_json(out, a.equity.currency);
  amount(out, "balance", a.balance);
  amount(out, "equity", a.equity);
  amount(out, "realised", a.realised);
  amount(out, "unrealised", a.unrealised);
  amount(out, "fees", a.fees);
  amount(out, "max_drawdown", a.max_drawdown);
  member(out, "sharpe");
  wire::write_json(out, a.sharpe);
  member(out, "sortino");
  wire::write_json(out, a.sortino);
  if (!brief) {
    member(out, "curve");
    out += '[';
    for (const auto& p : a.curve) {
      if (out.back() != '[') out += ',';
      out.append("[\"").append(print(p.time)).append("\",").append(print_amount(p.equity)).append("]");
    }
    out += ']';
  }
  out += '}';
}

std::string decimals(double v, int places) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", places, v);
  return text;
}

// How well orders were executed, and how the venues answered.
template <class Line>
void execution_lines(const Report& r, Line line) {
  const auto& q = r.execution.total;
  if (q.fills == 0) return;
  const auto bp = [](double v) { return decimals(v, 2) + " bp"; };
  line("execution", "slippage " + bp(q.arrival_bps) + " against arrival, effective spread " + bp(q.effective_bps) +
                        ", realised after 5 s " + bp(q.realised_bps[1]) + ", regret " + bp(q.regret_bps) + "; filled " +
                        decimals(q.fill_rate * 100, 1) + " %");
  const auto ms = [](Duration d) { return decimals(static_cast<double>(d.ns) / 1e6, 1) + " ms"; };
  for (const auto& v : r.venues.venues)
    if (v.sent != 0)
      line("venue " + std::to_string(v.venue.value), std::to_string(v.sent) + " orders, " + std::to_string(v.rejected) +
                                                         " refused, first word after " + ms(v.latency_p50) + " p50, " + ms(v.latency_p99) +
                                                         " p99");
}

}  // namespace

RunIdentity identify_run(const std::vector<std::unique_ptr<RowSource>>& sources, const Digest& configuration) {
  RunIdentity identity{{}, {}, configuration, source_digest()};
  for (const auto& s : sources) identity.data.push_back(s->digest());
  std::string whole;
  wire::write_json(whole, identity);
  identity.id = to_hex(sha256(whole));
  return identity;
}

Report make_report(const Kernel& kernel) {
  Report r;
  kernel.ask(FeedStatisticsQuery{}, r.feed);
  kernel.ask(OrderStatisticsQuery{}, r.orders);
  kernel.ask(ExecutionQualityQuery{}, r.execution);
  kernel.ask(RegretQuery{}, r.regret);
  kernel.ask(VenuesQuery{}, r.venues);
  kernel.ask(LedgerQuery{}, r.ledger);
  kernel.ask(PnlQuery{}, r.pnl);
  r.state_hash = to_hex(kernel.state_hash());
  return r;
}

std::string report_json(const Report& r, bool brief) {
  const auto a = first_account(r);
  std::string out = "{";
  count(out, "messages", r.feed.messages);
  count(out, "gaps", r.feed.gaps);
  count(out, "faults", r.feed.faults);
  count(out, "orders", r.orders.orders);
  count(out, "rejected", r.orders.rejected);
  count(out, "fills", r.ledger.fills);
  count(out, "cancels", r.orders.cancels);
  count(out, "trades", r.ledger.trades);
  amount(out, "balance", a.balance);
  amount(out, "final_equity", a.equity);
  amount(out, "realised", a.realised);
  amount(out, "unrealised", a.unrealised);
  amount(out, "fees", a.fees);
  amount(out, "max_drawdown", a.max_drawdown);
  member(out, "currency");
  wire::write_json(out, a.equity.currency);
  member(out, "ledger_balanced");
  wire::write_json(out, r.ledger.balanced);
  member(out, "feed");
  wire::write_json(out, r.feed);
  member(out, "order_statistics");
  wire::write_json(out, r.orders);
  member(out, "execution");
  wire::write_json(out, r.execution);
  member(out, "regret");
  wire::write_json(out, r.regret);
  member(out, "venues");
  wire::write_json(out, r.venues);
  member(out, "positions");
  wire::write_json(out, r.ledger.positions);
  member(out, "accounts");
  out += '[';
  for (const auto& account : r.pnl.accounts) {
    if (out.back() != '[') out += ',';
    account_json(out, account, brief);
  }
  out += ']';
  member(out, "state_hash");
  wire::write_json(out, r.state_hash);
  if (!r.identity.id.empty()) {
    member(out, "identity");
    wire::write_json(out, r.identity);
  }
  member(out, "run");
  wire::write_json(out, r.run);
  return out + "}\n";
}

std::string report_text(const Report& r) {
  std::string out;
  const auto line = [&out](std::string_view label, const std::string& value) {
    out.append("  ").append(label).append(std::string(label.size() < 14 ? 14 - label.size() : 1, ' ')).append(value).append("\n");
  };
  const auto n = [](std::uint64_t v) { return std::to_string(v); };
  line("market data", n(r.feed.messages) + " messages, " + n(r.feed.gaps) + " gaps, " + n(r.feed.faults) + " faults");
  for (const auto& f : r.feed.first_faults)
    line("fault",
         "venue " + n(f.venue.value) + ", line " + n(f.line) + ": " + std::string(name_of(f.fault)) + ": " + std::string(f.what.view()));
  if (const auto named = r.feed.first_faults.size(); r.feed.faults > named)
    line("", "and " + n(r.feed.faults - named) + " faults more; trade data inspect reads one file for all of it");
  line("orders", n(r.orders.orders) + " (" + n(r.orders.rejected) + " rejected, " + n(r.orders.cancels) + " cancelled, " +
                     n(r.orders.open) + " open)");
  line("fills", n(r.ledger.fills) + ", " + n(r.ledger.trades) + " round trips");
  execution_lines(r, line);
  for (const auto& p : r.ledger.positions)
    line("position",
         "account " + n(p.account.value) + ", instrument " + n(p.instrument.value) + ": " + print(p.quantity) + ", cost " + print(p.cost));
  for (const auto& a : r.pnl.accounts)
    line("account " + n(a.account.value), "equity " + print(a.equity) + " = balance " + print_amount(a.balance) + " + unrealised " +
                                              print_amount(a.unrealised) + "; realised " + print_amount(a.realised) + ", fees " +
                                              print_amount(a.fees) + ", max drawdown " + print_amount(a.max_drawdown));
  line("ledger", r.ledger.balanced ? "balanced: debits equal credits in every asset" : "NOT BALANCED");
  if (r.run.handle_max_ns != 0)
    line("latency", "one input handled: p50 " + n(r.run.handle_p50_ns) + " ns, p99 " + n(r.run.handle_p99_ns) + " ns, max " +
                        n(r.run.handle_max_ns) + " ns");
  line("speed", n(static_cast<std::uint64_t>(r.run.events_per_second)) + " messages/s, " + n(r.run.steps) + " inputs in " +
                    n(static_cast<std::uint64_t>(r.run.wall_s * 1000)) + " ms, peak memory " +
                    n(static_cast<std::uint64_t>(r.run.peak_rss_mib)) + " MiB");
  if (!r.identity.id.empty()) line("run", r.identity.id);
  line("state hash", r.state_hash);
  return out;
}

}  // namespace trade
