#include "sim/trading_world.h"

#include "sim/trading_desk.h"
#include "sim/trading_wire.h"

namespace trade::sim {
namespace {

constexpr std::size_t fault_steps = 3000;
constexpr Duration time_to_rest = seconds(30);  // I18

// Which faults a run has, and how often: a random subset, since all of them always would hide bugs.
struct Faults {
  WireFaults wire;
  std::uint64_t crash = 0, disconnect = 0, kill = 0;     // in a thousand steps
  std::uint64_t answers_lost = 0, other_bodies = 0, flips = 0, power = 0;  // percent
  explicit Faults(Draw& draw) {
    const auto some = [&draw](std::uint64_t most) { return draw.chance(70) ? 1 + draw.below(most) : 0; };
    wire = {some(25), some(40), some(5), draw.chance(40) ? 1 + draw.below(20) : 0};
    crash = some(4);
    disconnect = some(3);
    kill = some(4);
    answers_lost = some(30);
    other_bodies = some(20);
    flips = some(40);
    power = some(100);
  }
};

class World {
 public:
  World(std::uint64_t seed, TradingReach& reach)
      : draw_(seed * 0x51ED + 1), faults_(draw_), reach_(reach), truth_(venues_), desk_(seed * 977),
        process_(trading_catalogue(), trading_config(), options(seed), seed * 31 + 7) {}

  std::string run() {
    for (std::size_t step = 0; step < fault_steps && wrong_.empty(); ++step) {
      now_ = now_ + milliseconds(static_cast<std::int64_t>(draw_.below(3)));
      if (!process_.up()) boot();
      else act();
    }
    const Time calm = now_;
    faults_.wire = {};
    while (wrong_.empty()) {
      if (!process_.up()) boot();
      rest();
      if (wrong_.empty() && at_rest()) return finish();
      if (now_ - calm > time_to_rest) return wrong_.empty() ? "I18: not at rest in time: " + standing() : wrong_;
      now_ = now_ + milliseconds(10);
    }
    return wrong_;
  }

 private:
  static SimProcess::Options options(std::uint64_t seed) {
    return {2048, 16'384, [seed] { return generated_rows(seed); }};
  }
  void wrong(std::string what) {
    if (wrong_.empty() && !what.empty()) wrong_ = std::move(what);
  }
  const Witness::State& seen() { return peek<Witness>(process_.machine()); }

  void act() {
    if (draw_.below(1000) < faults_.crash) return crash();
    if (draw_.below(1000) < faults_.disconnect) {
      ++reach_.disconnects;
      return wires_[draw_.below(2)].disconnect();
    }
    if (draw_.below(1000) < faults_.kill)
      if (const auto lifted = desk_.kill()) killed_.erase(*lifted);
    switch (draw_.below(20)) {
      case 0: case 1: case 2: case 3: case 4: case 5: case 6: step_loop(draw_.below(loop_count)); break;
      case 7: case 8: case 9: process_.step_journal(); break;
      case 10: case 11: release(draw_.below(loop_count)); break;
      case 12: case 13: case 14: venue(draw_.below(2), false); break;
      case 15: case 16: client(); break;
      case 17: case 18: process_.step_row(now_); break;
      default: if (draw_.chance(10) && process_.step_snapshot()) ++reach_.snapshots;
    }
    wrong(process_.why());
  }

  bool step_loop(std::size_t loop) {
    if (!process_.process().routed(loop)) ++reach_.ring_full;
    const bool did = process_.step_loop(loop, now_, draw_);
    if (loop == trading_loop && did) wrong(std::string(seen().broken.view()));
    return did;
  }

  void venue(std::size_t v, bool quiet) {
    wires_[v].step_venue(now_, faults_.wire, quiet);
    if (process_.journal_idle() && process_.process().inbox_empty(trading_loop)) wires_[v].settled();
    while (auto report = wires_[v].receive(now_, process_.boots())) {
      Posted p;
      p.time = now_;
      p.type = &describe<VenueReport>();
      p.message = FlatMessage(p.type->flat_size(&*report));
      p.type->flatten(&*report, p.message.data());
      process_.process().post(trading_loop, std::move(p));
      if (!quiet && draw_.chance(30)) break;
    }
  }

  void client() {
    if (peek<Oms>(process_.machine()).live.size() < 3) return;  // the accounts are not open yet
    if (draw_.chance(35)) desk_.invent(now_);
    const bool idle = draw_.chance(15);
    if (Asked* a = desk_.pick(idle)) send(*a, a->heard && draw_.chance(faults_.other_bodies));
  }
  void send(Asked& a, bool other_body) {
    reach_.resent += a.times != 0;
    process_.process().post(trading_loop, desk_.post(a, now_, other_body));
  }

  void crash() {
    ++reach_.crashes;
    reach_.crashes_with_open_orders += truth_.any_open();
    const bool power = draw_.chance(faults_.power);
    reach_.power_losses += power;
    const auto torn = process_.disk().counts().torn_sectors;
    process_.crash(power);
    reach_.torn_or_cut += process_.disk().counts().torn_sectors - torn;
    for (auto& w : wires_) w.process_died();
    now_ = now_ + milliseconds(static_cast<std::int64_t>(1 + draw_.below(500)));
  }

  // Rot. Below the mark a start must refuse and name it; behind the mark nothing has been promised, and the tail is cut there.
  void flip_bits() {
    auto& disk = process_.disk();
    const auto scan = scan_journal(disk, "journal");
    if (!scan.ok() || !scan->mark.segment) return;
    const auto path = "journal/" + print(scan->mark.segment);
    const auto covered = scan->mark.offset * 8;
    const auto bit = draw_.below(covered);
    disk.flip_bit(path, bit);
    const auto damaged = scan_journal(disk, "journal");
    if (damaged.ok() || damaged.error().kind != Failure::corruption) wrong("a flipped bit below the mark was accepted");
    disk.flip_bit(path, bit);
    ++reach_.flips_refused;
    const auto bytes = disk.read_all(path);
    const auto end = std::min<std::uint64_t>(bytes->find_last_not_of('\0') + 1, bytes->size()) * 8;
    if (draw_.chance(50) || end <= covered) return;
    disk.flip_bit(path, covered + draw_.below(end - covered));
    ++reach_.flips_in_tail;
  }

  void boot() {
    if (process_.boots() != 0 && draw_.chance(faults_.flips)) flip_bits();
    if (!process_.boot(now_, draw_)) return wrong(process_.why());
    if (peek<ConfigService>(process_.machine()).version == 0) {
      const ConfigChanged changed{1, {}};
      Posted p;
      p.time = now_;
      p.type = &describe<ConfigChanged>();
      p.message = FlatMessage(p.type->flat_size(&changed));
      p.type->flatten(&changed, p.message.data());
      process_.process().post(guard_loop, std::move(p));
    }
    for (const auto& a : desk_.all())
      if (a.said) wrong(remembered(*a.said, process_.machine(), "after a restart"));
  }

  static bool same(const CommandAnswered& a, const CommandAnswered& b) {
    return a.order == b.order && a.accepted == b.accepted && a.reason == b.reason;
  }
  // I1, I3: what was once answered is what the journal says.
  static std::string remembered(const CommandAnswered& said, const Machine& machine, std::string_view where) {
    const auto* known = peek<Witness>(machine).answers.find({said.account, said.id});
    const std::string name = "the answer to " + std::string(said.id.view()) + " of account " + std::to_string(said.account.value);
    if (known == nullptr) return "I1: " + name + " is lost " + std::string(where);
    return same(known->said, said) ? "" : "I3: " + name + " differs " + std::string(where);
  }

  void release(std::size_t loop) {
    std::vector<Effect> leaving;
    process_.release(loop, leaving);
    Place last = 0;
    for (const auto& e : leaving) {
      if (e.cause > process_.durable()) wrong("I1, I2: something left before its cause was durable: " + std::string(e.type->name));
      last = std::max(last, e.cause);
      if (e.type == &describe<CommandAnswered>()) answered(*static_cast<const CommandAnswered*>(e.message.data()));
      else if (e.type == &describe<VenuePlace>()) placed(*static_cast<const VenuePlace*>(e.message.data()));
      else if (e.type == &describe<VenueReplace>()) replaced(*static_cast<const VenueReplace*>(e.message.data()));
      else if (e.type == &describe<VenueCancel>()) to_venue(*static_cast<const VenueCancel*>(e.message.data()));
      else if (e.type == &describe<VenueQuery>()) to_venue(*static_cast<const VenueQuery*>(e.message.data()));
      else wrong("nobody expects this to leave: " + std::string(e.type->name));
    }
    if (!leaving.empty() && draw_.chance(5)) ask_the_disk(leaving, last);
  }

  // I1, I2, without trusting the process: what would a power loss at this very moment leave?
  void ask_the_disk(const std::vector<Effect>& leaving, Place last) {
    ++reach_.survivors_folded;
    Place end = 0;
    const auto left = process_.survivor(end);
    if (left == nullptr) return wrong(process_.why());
    if (end < last) return wrong("I1, I2: the disk does not hold the cause of what has left");
    for (const auto& e : leaving) {
      if (e.type != &describe<CommandAnswered>()) continue;
      const auto& a = *static_cast<const CommandAnswered*>(e.message.data());
      if (a.reason != Reason::order_duplicate_id) wrong(remembered(a, *left, "on the disk"));
    }
  }

  void answered(const CommandAnswered& m) {
    if (auto* leg = desk_.leg(m.account, m.id)) {
      if (*leg && !same(**leg, m)) wrong("I3: one order of a group was answered differently: " + std::string(m.id.view()));
      *leg = m;
      return;
    }
    Asked* a = desk_.find(m.account, m.id);
    if (a == nullptr) return wrong("an answer to nobody");
    if (m.reason == Reason::order_duplicate_id) {
      ++reach_.other_bodies_refused;
      if (!a->other_body || m.accepted || m.order) wrong("I3: a command that came once is called a duplicate");
      return;
    }
    reach_.answers_repeated += a->said.has_value();
    if (a->said && !same(*a->said, m)) wrong("I3: the same command was answered differently: " + std::string(m.id.view()));
    if (!a->said) first_answer(*a, m);
    a->said = m;
    if (draw_.chance(faults_.answers_lost)) ++reach_.answers_lost;
    else a->heard = true;
  }

  void first_answer(const Asked& a, const CommandAnswered& m) {
    reach_.blocked_by_limit += m.reason == Reason::risk_position || m.reason == Reason::risk_exposure || m.reason == Reason::risk_cash;
    reach_.blocked_by_kill += m.reason == Reason::risk_killed;
    reach_.early_cancels += std::holds_alternative<CancelOrder>(a.body) && m.accepted && !m.order;
    if (const auto* g = std::get_if<GroupBody>(&a.body)) {
      reach_.groups += m.accepted;
      reach_.groups_refused += !m.accepted && !m.order;
      if (g->legs.size() < 2) wrong("a group of one");
    }
    if (const auto* many = std::get_if<CancelOrders>(&a.body)) ended(m, many->scope);
    const auto* kill = std::get_if<SetKill>(&a.body);
    if (kill != nullptr && kill->killed && m.accepted) {
      OrderScope scope;
      scope.account = kill->account;
      ended(m, scope);
    }
    if (kill == nullptr || !kill->killed) return;
    ++reach_.kills;
    reach_.kills_with_open_orders += truth_.any_open();
    const auto& answers = seen().answers;
    const auto* known = answers.find({m.account, m.id});
    if (known == nullptr) return wrong("a kill is answered that nobody has seen");
    // Unless it may have been lifted meanwhile, from here on no order goes out that came after it.
    for (const auto& other : desk_.all())
      if (const auto* k = std::get_if<SetKill>(&other.body); k != nullptr && k->account == kill->account && !k->killed) {
        const auto* lifted = answers.find({k->account, k->id});
        if (lifted == nullptr || lifted->number > known->number) return;
      }
    killed_[kill->account] = known->last_order;
  }

  // Every order of the scope that had come by then is to end.
  void ended(const CommandAnswered& m, const OrderScope& scope) {
    const auto* known = seen().answers.find({m.account, m.id});
    if (known == nullptr || !m.accepted) return;
    ended_.push_back({scope, known->last_order});
    reach_.mass_cancels += truth_.any_open();
  }

  // I9, and what the venue is asked for is what a client asked for.
  std::string as_ordered(const VenuePlace& m, OrderId order) {
    const Order* o = peek<Oms>(process_.machine()).orders.find(order);
    if (o == nullptr) return "a child of no order";
    const OrderTerms* wanted = desk_.terms_of(o->terms.account, o->client);
    if (wanted == nullptr) return "an order that no client placed";
    const auto& t = *wanted;
    const bool piece = t.algo != Algo::none && t.algo != Algo::iceberg;  // of an order worked off: what it cannot take at once it leaves
    const bool same_life = piece ? m.terms.tif == TimeInForce::ioc && m.terms.expire == Time{}
                                 : m.terms.tif == t.tif && m.terms.expire == t.expire;
    const bool same_kind = m.terms.instrument == t.instrument && m.terms.side == t.side && m.terms.type == t.type && same_life;
    const bool at_price =
        m.terms.stop == t.stop && (t.algo == Algo::sniper || desk_.may_have_limit(t.account, o->client, m.terms.limit));
    if (m.terms.account != t.account || !same_kind || !at_price || (t.venue && m.venue != t.venue))
      return "the venue is asked for something else than the client asked for: order " + std::to_string(order.value);
    for (const AccountId by : {AccountId{}, t.account})
      if (const auto killed = killed_.find(by); killed != killed_.end() && order > killed->second)
        return "I9: an order left after the kill was acknowledged: " + std::to_string(order.value);
    return truth_.family(order, desk_.most_of(t.account, o->client));
  }

  void placed(const VenuePlace& m) {
    const auto* child = peek<Exeq>(process_.machine()).children.find(m.child);
    if (child == nullptr) return wrong("a child that nobody knows left");
    wrong(truth_.sent(m, child->order));
    to_venue(m);
    wrong(as_ordered(m, child->order));
    wrong(truth_.exposure(m.terms.account, seen()));
  }
  void replaced(const VenueReplace& m) {
    to_venue(m);
    if (!truth_.knows(m.child)) return;  // its own message was lost with a crash: the venue will refuse this one
    truth_.sent(m);
    const Order* o = peek<Oms>(process_.machine()).orders.find(truth_.order_of(m.child));
    if (o != nullptr) wrong(truth_.exposure(o->terms.account, seen()));
  }
  template <class M>
  void to_venue(const M& m) {
    wires_.at(m.venue.value - 1u).send(m, now_);
  }

  // No faults any more: everybody does what there is to do.
  void rest() {
    for (int round = 0; round < 3 && wrong_.empty(); ++round) {
      for (std::size_t l = 0; l < loop_count; ++l)
        while (step_loop(l)) {}
      while (process_.step_journal()) {}
      for (std::size_t l = 0; l < loop_count; ++l) release(l);
      for (std::size_t v = 0; v < 2; ++v) venue(v, true);
      wrong(process_.why());
    }
    if (now_ < next_resend_) return;
    next_resend_ = now_ + milliseconds(200);
    faults_.answers_lost = 0;
    for (auto* a : desk_.unheard()) send(*a, false);
  }

  bool at_rest() {
    if (!desk_.unheard().empty() || !process_.journal_idle()) return false;
    std::vector<Choice> choices;
    for (std::size_t l = 0; l < loop_count; ++l) {
      const bool idle = process_.process().routed(l) && process_.process().choices(l, now_, choices) == 0;
      if (!idle || !process_.machine().effects(l).empty()) return false;
    }
    for (const auto& w : wires_)
      if (!w.idle()) return false;
    for (const auto& e : peek<Oms>(process_.machine()).orders)
      if (e.value.state == VenueState::unknown || e.value.pending != Pending::none) return false;
    for (const auto& e : peek<Exeq>(process_.machine()).children)
      if (e.value.state == ChildState::sent) return false;
    return peek<Exeq>(process_.machine()).works.empty();
  }

  std::string standing() {
    std::string s = std::to_string(desk_.unheard().size()) + " unanswered, mark " + std::to_string(process_.covered()) + " of " +
                    std::to_string(process_.process().last_claimed());
    for (const auto& [id, o, live] : peek<Oms>(process_.machine()).orders)
      if (o.state == VenueState::unknown || o.pending != Pending::none)
        s += ", order " + std::to_string(id.value) + " " + std::string(name_of(o.state)) + " " + std::string(name_of(o.pending));
    for (const auto& e : peek<Exeq>(process_.machine()).children)
      if (e.value.state == ChildState::sent) s += ", child " + std::to_string(e.key.value) + " without a word";
    for (const auto& e : peek<Exeq>(process_.machine()).works) {
      s += ", order " + std::to_string(e.key.value) + " worked off:";
      for (const auto& c : peek<Exeq>(process_.machine()).children)
        if (c.value.order == e.key && c.value.state <= ChildState::working)
          s += " child " + std::to_string(c.key.value) + " " + std::string(name_of(c.value.state));
    }
    return s;
  }

  std::string finish() {
    const auto& machine = process_.machine();
    const auto& w = seen();
    const auto& counts = peek<Oms>(process_.machine()).counts;
    reach_.orders += counts.orders;
    reach_.fills += counts.fills;
    reach_.replaced += counts.replaced;
    reach_.splits += truth_.split_orders();
    reach_.unknown_resolved += w.resolved;
    reach_.reversed_after_the_end += w.reversed_ended;
    for (const auto& a : desk_.all())
      if (auto lost = remembered(*a.said, machine, "in the end"); !lost.empty()) return lost;
    std::size_t places = 0;
    for (const auto& a : desk_.all()) {
      places += std::holds_alternative<PlaceOrder>(a.body);
      if (const auto* g = std::get_if<GroupBody>(&a.body); g != nullptr && a.said->order) places += g->legs.size();
    }
    if (counts.orders != places) return "I3: " + std::to_string(counts.orders) + " orders of " + std::to_string(places) + " commands";
    if (auto differs = truth_.agrees(machine); !differs.empty()) return differs;
    if (auto astray = Truth::groups(peek<Oms>(machine)); !astray.empty()) return astray;
    for (const auto& e : peek<Oms>(machine).orders) {
      const Order& o = e.value;
      for (const auto& [scope, last] : ended_)
        if (o.id <= last && fits(scope, o.terms) && !is_terminal(o.state))
          return "an order outlived the cancel of its scope: " + std::to_string(o.id.value);
      if (!o.group) continue;
      reach_.group_fills_taken += o.terms.quantity < o.placed && o.id != o.group;
      reach_.children_released += o.id != o.group && o.filled.units > 0;
      reach_.parents_ended_empty += o.reason == Reason::order_parent_ended;
    }
    const auto folded = process_.folded();
    if (folded == nullptr) return process_.why();
    return folded->kernel().state_hash() == machine.kernel().state_hash() ? "" : "I11: the live state is not the fold of its journal";
  }

  Draw draw_;
  Faults faults_;
  TradingReach& reach_;
  std::array<ModelVenue, 2> venues_{{ModelVenue{VenueId{1}}, ModelVenue{VenueId{2}}}};
  Truth truth_;
  std::array<Wire, 2> wires_{Wire(venues_[0], truth_, draw_, reach_), Wire(venues_[1], truth_, draw_, reach_)};
  Desk desk_;
  SimProcess process_;
  std::vector<std::pair<OrderScope, OrderId>> ended_;  // by an acknowledged cancel of a scope, a kill's too: the last order before it
  std::map<AccountId, OrderId> killed_;  // by an acknowledged kill: the last order before it
  Time now_{1'000'000'000}, next_resend_{};
  std::string wrong_;
};

}  // namespace

std::string run_trading(std::uint64_t seed, TradingReach& reach) { return World(seed, reach).run(); }

}  // namespace trade::sim
