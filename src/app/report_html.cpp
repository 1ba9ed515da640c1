#include "app/page.h"
#include "app/report.h"
#include "app/tear_sheet.h"

namespace trade {
namespace {

void fills_section(std::string& out, const std::vector<Fill>& fills) {
  if (fills.empty()) return;
  out += "<h2>Fills (" + std::to_string(fills.size()) +
         ")</h2><div class=\"table\"><table><tr><th>time</th><th>order</th><th>strategy</th><th>"
         "instrument</th><th>venue</th><th>side</th><th>quantity</th><th>price</th><th>value</th><th>fee</th></tr>";
  for (const auto& f : fills) {
    out += "<tr><td>" + print(f.venue_time);
    for (const auto& cell :
         {std::to_string(f.order.value), std::to_string(f.strategy.value), std::to_string(f.instrument.value),
          std::to_string(f.venue.value), std::string(name_of(f.side)), print(f.quantity), print(f.price), print(f.value), print(f.fee)})
      out += "</td><td>" + escaped(cell);
    out += "</td></tr>";
  }
  out += "</table></div>";
}

}  // namespace

std::string report_html(const Report& r, const std::string& title) {
  std::string out = page_start(title) + "<div class=\"hash\">state " + r.state_hash;
  if (!r.identity.id.empty()) out += "<br>run " + r.identity.id;
  out += "</div><dl>";
  out += figure_of("messages", std::to_string(r.feed.messages));
  out += figure_of("gaps", std::to_string(r.feed.gaps));
  out += figure_of("orders", std::to_string(r.orders.orders));
  out += figure_of("fills", std::to_string(r.ledger.fills));
  out += figure_of("round trips", std::to_string(r.ledger.trades));
  out += "</dl>";
  for (const auto& a : r.pnl.accounts) out += tear_sheet(r, a);
  if (!r.ledger.positions.empty()) {
    out +=
        "<h2>Positions</h2><div "
        "class=\"table\"><table><tr><th>account</th><th>instrument</th><th>quantity</th><th>cost</th><th>realised</th><th>fees</th></tr>";
    for (const auto& p : r.ledger.positions)
      out += "<tr><td>" + std::to_string(p.account.value) + "</td><td>" + std::to_string(p.instrument.value) + "</td><td>" +
             print(p.quantity) + "</td><td>" + print(p.cost) + "</td><td>" + print(p.realised) + "</td><td>" + print(p.fees) + "</td></tr>";
    out += "</table></div>";
  }
  fills_section(out, r.fills);
  return out + "</html>\n";
}

}  // namespace trade
