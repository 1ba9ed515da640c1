#pragma once
#include <memory>
#include <string>

#include "messages/execution.h"
#include "messages/orders.h"
#include "messages/queries.h"
#include "runtime/kernel.h"
#include "runtime/outside.h"

namespace trade {

// How the run went on this machine: the part of a report that two equal runs do not share.
struct RunFigures {
  double wall_s{}, events_per_second{};
  std::uint64_t steps{};
  std::uint64_t handle_p50_ns{}, handle_p99_ns{}, handle_max_ns{};  // one input handled, effects of it not waited for; sampled
  double peak_rss_mib{};
  std::uint32_t threads = 1;
  std::string durability;
  FIELDS(RunFigures, wall_s, events_per_second, steps, handle_p50_ns, handle_p99_ns, handle_max_ns, peak_rss_mib, threads, durability)
};

// An instrument's recorded prices over a run, thinned: what a run is compared with.
struct PriceTrace {
  Instrument instrument;
  std::vector<std::pair<Time, Price>> points;
};

// What a run was made from. `id` is the SHA-256 of the others; seeds are part of the configuration.
struct RunIdentity {
  std::string id;
  std::vector<Digest> data;  // of the recorded files, in the order of the feeds
  Digest configuration;      // of the services' sections
  Digest code;               // of the program's source
  FIELDS(RunIdentity, id, data, configuration, code)
};
RunIdentity identify_run(const std::vector<std::unique_ptr<RowSource>>& sources, const Digest& configuration);

// What a run ends with. Everything but `run` is equal for equal input, configuration and seed.
struct Report {
  FeedStatistics feed;
  OrderStatistics orders;
  QualityView execution;
  RegretView regret;
  VenuesView venues;
  LedgerSummary ledger;
  PnlReport pnl;
  std::string state_hash;
  RunIdentity identity;
  RunFigures run;
  // For the page only: fills seen by this process, the latest Tape::limit, and prices.
  std::vector<Fill> fills;
  std::vector<PriceTrace> prices;
};

// Asks the services.
Report make_report(const Kernel& kernel);

// JSON: exact decimals as numbers; `brief` leaves the equity curve out.
std::string report_json(const Report& report, bool brief = false);
// The same for people, a few lines.
std::string report_text(const Report& report);
// One self-contained page: figures, equity curve and drawdown of every account, positions, and the fills.
std::string report_html(const Report& report, const std::string& title);

}  // namespace trade
