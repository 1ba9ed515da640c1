#include "sim/protocol_world.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "sim/protocol.h"
#include "sim/sim_process.h"

namespace trade::sim {
namespace {

constexpr std::uint32_t sender = 7;
constexpr std::size_t fault_steps = 2500, all_steps = 40'000, clients = 8, deliveries = 20;
constexpr std::size_t trading = 0, desk = 2;

template <class M>
Posted posted(const M& m, Time time, RecordKind kind = RecordKind::command, Origin origin = {}) {
  Posted p;
  p.kind = kind;
  p.origin = origin;
  p.time = time;
  p.type = &describe<M>();
  p.message = FlatMessage(wire::flat_size(m));
  wire::flatten(m, p.message.data());
  return p;
}

class World {
 public:
  World(std::uint64_t seed, Reached& reached)
      : draw_(seed),
        reached_(reached),
        process_(protocol_catalogue(), Document::make_table(0), {}, seed * 31 + 7),
        crash_percent_(draw_.below(3) + 1) {
    for (std::size_t i = 0; i < clients; ++i) cids_.push_back(Cid("c" + std::to_string(i)));
  }

  std::string run() {
    for (std::size_t step = 0; step < all_steps && wrong_.empty(); ++step) {
      calm_ = step >= fault_steps;
      if (!process_.up()) {
        if (!process_.boot(now_, draw_)) return process_.why();
        continue;
      }
      act();
      if (!process_.why().empty()) return process_.why();
      if (calm_ && step % 64 == 0 && process_.up() && settled()) return finish();
    }
    return wrong_.empty() ? "nothing moves any more: " + standing() : wrong_;
  }

 private:
  struct Flying {  // between the process and the outside
    bool answer = false;
    Effect effect;
    Posted back;
    std::size_t loop = 0;
  };

  void act() {
    if (!calm_ && draw_.below(1000) < crash_percent_ * 3) return crash();
    switch (draw_.below(13)) {
      case 0: case 1: case 2: case 3: step_loop(); break;
      case 4: case 5: process_.step_journal(); break;
      case 6: release(draw_.below(3)); break;
      case 7: case 8: fly(); break;
      case 9: submit(); break;
      case 10: report(); break;
      case 11: deliver(); break;
      default: now_ = now_ + milliseconds(1); if (draw_.chance(10) && process_.step_snapshot()) ++reached_.snapshots; break;
    }
  }

  void step_loop() {
    const auto loop = draw_.below(3);
    if (!process_.process().routed(loop)) ++reached_.blocked;
    process_.step_loop(loop, now_, draw_);
  }

  void crash() {
    ++reached_.crashes;
    for (std::size_t l = 0; l < 3; ++l) reached_.conflated += process_.machine().conflated(l);
    const bool power = draw_.chance(60);
    reached_.power_losses += power;
    process_.crash(power);
    std::erase_if(flying_, [&](const Flying&) { return draw_.chance(50); });
  }

  void release(std::size_t loop) {
    std::vector<Effect> leaving;
    process_.release(loop, leaving);
    for (auto& e : leaving) {
      if (e.type != &describe<Acknowledged>()) {
        flying_.push_back({false, std::move(e), {}, 0});
        continue;
      }
      const auto& a = *static_cast<const Acknowledged*>(e.message.data());
      const auto [at, fresh] = acknowledged_.emplace(a.cid, a.value);
      if (!fresh && at->second != a.value) wrong_ = "client " + std::string(a.cid.view()) + " was given two different acknowledgements";
    }
    std::vector<std::pair<std::uint32_t, std::uint64_t>> settled;
    process_.process().release_settled(loop, process_.covered(), settled);
    for (const auto& s : settled) settled_.insert(s.second);
  }

  // One message arrives where it was going, perhaps again later.
  void fly() {
    if (flying_.empty()) return;
    const auto i = draw_.below(flying_.size());
    Flying f = flying_[i];
    if (draw_.chance(15)) ++reached_.duplicates;
    else flying_.erase(flying_.begin() + static_cast<std::ptrdiff_t>(i));
    if (f.answer) {
      process_.process().post(f.loop, std::move(f.back));
      return;
    }
    const auto* message = f.effect.message.data();
    if (f.effect.type == &describe<VenueAsk>()) {
      const auto& ask = *static_cast<const VenueAsk*>(message);
      const auto [at, fresh] = book_.emplace(ask.order, ask.cid);
      if (at->second != ask.cid) wrong_ = "the venue was given one order id for two clients";
      if (fresh) reports_.insert(ask.order);
    } else if (f.effect.type == &describe<FindOrder>()) {
      const auto order = static_cast<const FindOrder*>(message)->order;
      answer(f.effect, OrderFound{order, book_.contains(order)});
    } else if (f.effect.type->compute != nullptr) {
      Posted p;
      p.kind = RecordKind::answer;
      p.origin = f.effect.id;
      p.time = now_;
      p.type = &f.effect.type->answer();
      p.message = f.effect.type->compute(message);
      flying_.push_back({true, {}, std::move(p), f.effect.id.loop});
    } else {
      const auto& row = *static_cast<const StoreRow*>(message);
      const auto [at, fresh] = store_.emplace(row.row, row.cid);
      if (at->second != row.cid) wrong_ = "the store was given one row number for two rows";
      answer(f.effect, RowStored{row.row});
    }
  }
  template <class M>
  void answer(const Effect& request, const M& m) {
    flying_.push_back({true, {}, posted(m, now_, RecordKind::answer, request.id), request.id.loop});
  }

  void submit() {
    const auto& cid = cids_[draw_.below(cids_.size())];
    if (acknowledged_.contains(cid)) return;
    const bool again = !submitted_.insert(cid).second;
    if (again && !draw_.chance(calm_ ? 50 : 10)) return;
    reached_.resubmitted += again;
    process_.process().post(trading, posted(Submit{cid}, now_));
  }

  void report() {
    if (reports_.empty()) return;
    auto at = reports_.begin();
    std::advance(at, static_cast<std::ptrdiff_t>(draw_.below(reports_.size())));
    process_.process().post(trading, posted(VenueFilled{*at, 1000 + *at}, now_));
    // The venue goes on reporting until it knows that the report is durable.
    if (process_.journal_idle() && ask<TradingQuery>().executions.contains(1000 + *at)) reports_.erase(at);
  }

  // A numbered sender keeps what is not settled and may repeat any of it, the latest too.
  void deliver() {
    if (next_delivery_ <= deliveries && draw_.chance(20)) ++next_delivery_;
    std::vector<std::uint64_t> open;
    for (std::uint64_t n = 1; n < next_delivery_; ++n)
      if (!settled_.contains(n)) open.push_back(n);
    if (open.empty()) return;
    const auto n = draw_.chance(50) ? open.front() : open[draw_.below(open.size())];
    for (std::uint64_t copies = 1 + draw_.below(2); copies != 0; --copies)
      process_.process().post_numbered(desk, sender, n, posted(Delivered{n * 10}, now_));
  }

  template <class Q>
  typename Q::Answer ask() {
    typename Q::Answer a;
    CHECK(process_.machine().kernel().ask(Q{}, a));
    return a;
  }

  bool settled() {
    if (next_delivery_ <= deliveries || settled_.size() < deliveries || acknowledged_.size() < cids_.size()) return false;
    if (!flying_.empty() || !reports_.empty() || !process_.journal_idle()) return false;
    auto& m = process_.machine();
    std::vector<Choice> choices;
    for (std::size_t l = 0; l < 3; ++l)
      if (!m.effects(l).empty() || !m.outstanding(l).empty() || !m.kernel().loop(l).timers().empty() || !process_.process().routed(l) ||
          process_.process().choices(l, now_, choices) != 0)
        return false;
    return true;
  }

  std::string standing() {
    if (!process_.up()) return "the process is down";
    return std::to_string(acknowledged_.size()) + " acknowledged, " + std::to_string(settled_.size()) + " settled, " +
           std::to_string(flying_.size()) + " flying, " + std::to_string(reports_.size()) + " reports, mark " +
           std::to_string(process_.covered()) + " of " + std::to_string(process_.process().last_claimed());
  }

  std::string finish() {
    for (std::size_t l = 0; l < 3; ++l) reached_.conflated += process_.machine().conflated(l);
    const auto t = ask<TradingQuery>();
    const auto b = ask<BooksQuery>();
    const auto d = ask<DeskQuery>();
    const auto count = [](const auto& map, const auto& key) { return map.contains(key) ? map.at(key) : 0; };
    for (const auto& cid : cids_) {
      const std::string name(cid.view());
      if (!t.by_cid.contains(cid)) return "acknowledged command " + name + " is lost";
      const auto order = t.by_cid.at(cid);
      if (count(d.stamps, cid) != acknowledged_.at(cid)) return name + " was acknowledged something else than the truth";
      if (count(b.hurried, cid) != 1) return "an urgent message of " + name + " was lost or doubled";
      if (count(d.timers, cid) != 1) return "a timer of " + name + " fired " + std::to_string(count(d.timers, cid)) + " times";
      if (std::count_if(book_.begin(), book_.end(), [&](const auto& o) { return o.second == cid; }) != 1)
        return name + " has not one venue order";
      if (!book_.contains(order) || t.orders.at(order).is != OrderIs::filled) return "the order of " + name + " is not filled";
      if (count(b.fills, order) != 1) return "the fill of " + name + " was noted " + std::to_string(count(b.fills, order)) + " times";
      const auto row = b.stamps.at(cid);
      if (count(b.stored, row) != 1) return "the row of " + name + " was answered " + std::to_string(count(b.stored, row)) + " times";
      if (count(b.squares, row) != row * row) return "the computation of " + name + " was lost";
      if (!store_.contains(row) || store_.at(row) != cid) return "the store lacks the row of " + name;
    }
    if (store_.size() != cids_.size()) return "the store has rows of nobody";
    if (d.delivered.size() != deliveries) return "of the numbered messages some were lost or doubled";
    for (std::size_t i = 0; i < deliveries; ++i)
      if (d.delivered[i] != (i + 1) * 10) return "numbered messages came out of order";
    const auto folded = process_.folded();
    if (!folded) return process_.why();
    if (folded->kernel().state_hash() != process_.machine().kernel().state_hash()) return "the live state is not the fold of its journal";
    return {};
  }

  Draw draw_;
  Reached& reached_;
  SimProcess process_;
  std::uint64_t crash_percent_;
  bool calm_ = false;
  Time now_{0};
  std::vector<Cid> cids_;
  std::set<Cid> submitted_;
  std::map<Cid, std::uint64_t> acknowledged_;
  std::map<std::uint64_t, Cid> book_, store_;
  std::set<std::uint64_t> reports_, settled_;
  std::uint64_t next_delivery_ = 1;
  std::vector<Flying> flying_;
  std::string wrong_;
};

}  // namespace

std::string run_protocol(std::uint64_t seed, Reached& reached) { return World(seed, reached).run(); }

std::uint64_t first_caught(Bug bug, std::uint64_t seeds, std::string (*run)(std::uint64_t seed)) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
      ::close(STDERR_FILENO);
      planted_bug = bug;
      _exit(run(seed).empty() ? 0 : 1);
    }
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return seed;
  }
  return 0;
}

}  // namespace trade::sim
