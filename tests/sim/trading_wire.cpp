#include "sim/trading_wire.h"

#include <algorithm>

namespace trade::sim {
namespace {

bool comes_twice(ReportKind k) {
  return k == ReportKind::filled || k == ReportKind::cancelled || k == ReportKind::rejected || k == ReportKind::expired ||
         k == ReportKind::accepted || k == ReportKind::busted || k == ReportKind::corrected;
}

}  // namespace

Time Wire::due_after(Time now, const WireFaults& faults) {
  const auto ms = draw_.chance(faults.stall) ? 200 + draw_.below(1200) : 1 + draw_.below(30);
  return now + milliseconds(static_cast<std::int64_t>(ms));
}

void Wire::send(const Message& m, Time now) {
  last_out_ = std::max(last_out_, due_after(now, faults_));
  out_.push_back({m, last_out_});
}

void Wire::hear(const Message& message, Time now) {
  std::visit(
      [&]<class M>(const M& m) {
        if constexpr (requires { venue_.hear(m, now, draw_); }) venue_.hear(m, now, draw_);
        else venue_.hear(m, now);
        if constexpr (std::is_same_v<M, VenuePlace>) truth_.arrived(m);
        if constexpr (std::is_same_v<M, VenueReplace>) truth_.over(m);
        if constexpr (std::is_same_v<M, VenueQuery>) reach_.never_heard_of += !venue_.held().contains(m.child);
      },
      message);
}

void Wire::lose(const Message& message) {
  ++reach_.lost_on_way_out;
  if (const auto* place = std::get_if<VenuePlace>(&message)) truth_.lost(*place);
  if (const auto* replace = std::get_if<VenueReplace>(&message)) truth_.over(*replace);
}

void Wire::step_venue(Time now, const WireFaults& faults, bool quiet) {
  faults_ = faults;
  venue_.expire(now);
  while (!out_.empty() && out_.front().due <= now) {
    hear(out_.front().message, now);
    out_.pop_front();
  }
  if (!quiet && draw_.chance(20)) {
    const auto before = venue_.executions().size();
    venue_.live(now, draw_);
    const auto& done = venue_.executions();
    if (done.size() > before) reach_.fills_during_replace += truth_.replace_on_wire(done.rbegin()->second.child);
  }
  if (!quiet && draw_.below(1000) < faults.amend) venue_.think_again(now, draw_);
  collect(now, faults);
}

void Wire::collect(Time now, const WireFaults& faults) {
  for (auto& word : venue_.take_words()) {
    reach_.expired += word.report.kind == ReportKind::expired;
    reach_.busts += word.report.kind == ReportKind::busted;
    reach_.corrections += word.report.kind == ReportKind::corrected;
    reach_.rejected_by_venue += word.report.kind == ReportKind::rejected;
    if (comes_twice(word.report.kind) && draw_.chance(faults.duplicate))
      late_.push_back({word.report, now + milliseconds(static_cast<std::int64_t>(40 + draw_.below(3000))), 0});
    if (!word.kept && draw_.chance(faults.lose)) {
      ++reach_.lost_on_way_in;
      continue;
    }
    last_in_ = std::max(last_in_, due_after(now, faults));
    in_.push_back({word, last_in_});
  }
}

std::optional<VenueReport> Wire::receive(Time now, std::uint32_t boots) {
  // What takes back or corrects comes in its turn first.
  const auto may_overtake = [](ReportKind k) { return k != ReportKind::busted && k != ReportKind::corrected; };
  const auto again = std::find_if(late_.begin(), late_.end(),
                                  [&](const Late& l) { return l.due <= now && (l.boots != 0 || may_overtake(l.report.kind)); });
  if (again != late_.end() && (in_.empty() || in_.front().due > now || draw_.chance(30))) {
    const VenueReport report = again->report;
    if (report.kind == ReportKind::cancelled || report.kind == ReportKind::expired) ended_.insert(report.child);
    if (report.kind == ReportKind::filled) {
      ++reach_.duplicate_fills;
      reach_.duplicates_after_restart += again->boots != 0 && again->boots < boots;
    }
    late_.erase(again);
    return report;
  }
  if (in_.empty() || in_.front().due > now) return std::nullopt;
  const auto word = in_.front().word;
  in_.pop_front();
  if (word.kept) unsettled_.push_back(word);
  if (word.report.kind == ReportKind::filled && told_.insert(word.report.execution).second)
    reach_.fills_after_the_end += ended_.contains(word.report.child);
  for (auto& l : late_)
    if (l.boots == 0 && l.report.execution == word.report.execution && l.report.child == word.report.child &&
        l.report.kind == word.report.kind)
      l.boots = boots;
  return word.report;
}

void Wire::disconnect() {
  for (const auto& o : out_) lose(o.message);
  out_.clear();
  const auto before = in_.size();
  std::erase_if(in_, [](const In& i) { return !i.word.kept; });
  reach_.lost_on_way_in += before - in_.size();
}

void Wire::process_died() {
  while (!out_.empty() && draw_.chance(50)) {
    lose(out_.back().message);
    out_.pop_back();
  }
  for (auto word = unsettled_.rbegin(); word != unsettled_.rend(); ++word) in_.push_front({*word, {}});
  unsettled_.clear();
}

}  // namespace trade::sim
