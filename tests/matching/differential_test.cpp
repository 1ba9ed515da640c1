// The matching engine against its naive twin: equal events in equal order for every message, equal open orders, and nothing gained or lost.
// TRADE_FUZZ_MESSAGES=10000000 for the long run, TRADE_FUZZ_SEED for another stream.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <set>
#include <sstream>

#include "domain/matching/exchange.h"
#include "matching/naive_exchange.h"
#include "matching/truth.h"

namespace trade::matching_test {
namespace {

constexpr std::uint64_t messages_a_book = 1'500;

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* set = std::getenv(name);
  return set != nullptr ? std::strtoull(set, nullptr, 10) : otherwise;
}

// The engine behind the calls of NaiveExchange, its events recorded.
class Engine {
 public:
  std::vector<Event> events;

  explicit Engine(bool pro_rata)
      : exchange_(pro_rata ? matching::Allocation::pro_rata : matching::Allocation::price_time), pro_rata_(pro_rata) {}

  void feed(const Input& in) {
    Recorder sink{events};
    const auto handle = [this](std::uint64_t id) {
      const auto at = handles_.find(id);
      return at == handles_.end() ? 0 : at->second;
    };
    switch (in.kind) {
      case Input::place: {
        const Terms& t = in.order;
        handles_[t.id] = exchange_.place({t.id, t.quantity, t.limit, t.stop, t.side, t.type, t.tif, t.owner, t.display, t.minimum, t.offset,
                                          t.peg, t.self_match, t.post_only},
                                         sink);
        return;
      }
      case Input::cancel: exchange_.cancel(handle(in.id), in.id, sink); return;
      case Input::expire: exchange_.expire(handle(in.id), in.id, sink); return;
      case Input::replace: refused = exchange_.replace(handle(in.id), in.id, in.a, in.b, sink); return;
      case Input::mass_cancel: return exchange_.mass_cancel(in.order.owner, sink);
      case Input::mass_cancel_side: return exchange_.mass_cancel(in.order.owner, in.order.side, sink);
      case Input::phase: return exchange_.phase(in.to, sink);
      case Input::band: return exchange_.band(in.a, in.b, sink);
      case Input::reference: return exchange_.reference(in.a, sink);
    }
  }
  // Empty when the same orders are open with the same quantities.
  std::string differs(const NaiveExchange& naive) const {
    if (exchange_.size() != naive.orders().size())
      return std::to_string(exchange_.size()) + " orders are open instead of " + std::to_string(naive.orders().size());
    for (const auto& [id, o] : naive.orders()) {
      const auto h = handles_.at(id);
      if (!exchange_.open(h, id)) return "order " + std::to_string(id) + " is not open";
      if (exchange_.leaves(h) != o.open) return "order " + std::to_string(id) + " leaves " + std::to_string(exchange_.leaves(h));
      const bool displayed = o.place == NaiveExchange::Place::book && o.terms.minimum == 0;
      if (displayed && (exchange_.price(h) != o.price || exchange_.shown(h) != o.shown))
        return "order " + std::to_string(id) + " stands otherwise";
    }
    return {};
  }
  // Goes on as what was saved and loaded again.
  void reload(const NaiveExchange& naive) {
    ByteWriter saved, again;
    exchange_.save(saved);
    matching::Exchange loaded(pro_rata_ ? matching::Allocation::pro_rata : matching::Allocation::price_time);
    ByteReader r(saved.bytes());
    loaded.load(r);
    EXPECT_TRUE(r.ok());
    loaded.save(again);
    EXPECT_EQ(saved.bytes(), again.bytes());
    exchange_ = std::move(loaded);
    handles_.clear();
    for (const auto& [id, o] : naive.orders()) handles_[id] = exchange_.locate(id);
  }
  Reason refused{};

 private:
  struct Recorder {
    std::vector<Event>& events;
    void accepted(std::uint64_t id) { events.push_back({Event::accepted, id}); }
    void rejected(std::uint64_t id, Reason why) { events.push_back({Event::rejected, id, 0, 0, 0, 0, why}); }
    void triggered(std::uint64_t id) { events.push_back({Event::triggered, id}); }
    void trade(std::uint64_t maker, std::uint64_t taker, std::int64_t price, std::int64_t lots) {
      events.push_back({Event::trade, maker, taker, price, lots});
    }
    void outside(std::uint64_t, Price, std::int64_t) { ADD_FAILURE() << "nothing lies outside"; }
    void cancelled(std::uint64_t id, std::int64_t leaves, Reason why) { events.push_back({Event::cancelled, id, 0, 0, leaves, 0, why}); }
    void expired(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::expired, id, 0, 0, leaves}); }
    void replaced(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::replaced, id, 0, 0, leaves}); }
    void reduced(std::uint64_t id, std::int64_t leaves) { events.push_back({Event::reduced, id, 0, 0, leaves}); }
    void phase(TradingPhase p) { events.push_back({Event::phase, 0, 0, 0, 0, 0, {}, {}, p}); }
    void indicated(std::int64_t price, std::int64_t matched, std::int64_t imbalance, Side side) {
      events.push_back({Event::indicated, 0, 0, price, matched, imbalance, {}, side});
    }
  };
  matching::Exchange exchange_;
  std::map<std::uint64_t, matching::Exchange::Handle> handles_;
  bool pro_rata_;
};

Reason feed(NaiveExchange& e, const Input& in) {
  switch (in.kind) {
    case Input::place: e.place(in.order); break;
    case Input::cancel: e.cancel(in.id); break;
    case Input::expire: e.expire(in.id); break;
    case Input::replace: return e.replace(in.id, in.a, in.b);
    case Input::mass_cancel: e.mass_cancel(in.order.owner, {}); break;
    case Input::mass_cancel_side: e.mass_cancel(in.order.owner, in.order.side); break;
    case Input::phase: e.phase(in.to); break;
    case Input::band: e.band(in.a, in.b); break;
    case Input::reference: e.reference(in.a); break;
  }
  return Reason::none;
}

// What is done to the engine's events before they are compared: nothing, or a canary's lie.
using Lie = std::function<void(std::vector<Event>&)>;

struct Difference {
  std::size_t at{};  // in the inputs
  std::string what;
};

// The first difference, if any. `truth`, when given, watches over what the events tell.
std::optional<Difference> compare(const std::vector<Input>& inputs, bool pro_rata, Truth* truth, const Lie& lie = {}) {
  NaiveExchange naive(pro_rata);
  Engine engine(pro_rata);
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    naive.events.clear();
    engine.events.clear();
    const Reason wanted = feed(naive, inputs[i]);
    engine.feed(inputs[i]);
    if (lie) lie(engine.events);
    if (naive.events != engine.events) {
      std::ostringstream s;
      s << "the page:\n";
      for (const auto& e : naive.events) s << "    " << print(e) << "\n";
      s << "the engine:\n";
      for (const auto& e : engine.events) s << "    " << print(e) << "\n";
      return Difference{i, s.str()};
    }
    if (inputs[i].kind == Input::replace && engine.refused != wanted)
      return Difference{i, "refused with " + std::string(name_of(engine.refused)) + " instead of " + std::string(name_of(wanted))};
    if (truth != nullptr)
      if (auto wrong = truth->took(inputs[i], naive.events); !wrong.empty()) return Difference{i, wrong};
    if (i % 10 == 0 || truth == nullptr)
      if (auto wrong = engine.differs(naive); !wrong.empty()) return Difference{i, wrong};
    if (i % 200 == 199 || truth == nullptr) engine.reload(naive);
  }
  return {};
}

// Leaves out whatever is not needed for a difference.
std::vector<Input> shortest(std::vector<Input> inputs, bool pro_rata) {
  for (std::size_t chunk = inputs.size() / 2; chunk > 0; chunk = chunk == 1 ? 0 : std::max<std::size_t>(1, chunk / 2))
    for (std::size_t from = 0; from < inputs.size();) {
      auto fewer = inputs;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(from),
                  fewer.begin() + static_cast<std::ptrdiff_t>(std::min(from + chunk, fewer.size())));
      if (const auto d = compare(fewer, pro_rata, nullptr)) {
        fewer.resize(d->at + 1);
        inputs = std::move(fewer);
      } else {
        from += chunk;
      }
    }
  return inputs;
}

std::vector<Input> book_of(std::uint64_t seed) {
  Flow flow(mix64(seed));
  std::vector<Input> inputs;
  for (std::uint64_t i = 0; i < messages_a_book; ++i) inputs.push_back(flow.next());
  return inputs;
}

TEST(matching, the_engine_says_what_the_page_says) {
  const auto messages = from_environment("TRADE_FUZZ_MESSAGES", 1'500'000), first = from_environment("TRADE_FUZZ_SEED", 1);
  Coverage coverage;
  for (std::uint64_t seed = first; seed < first + (messages + messages_a_book - 1) / messages_a_book; ++seed) {
    const bool pro_rata = seed % 3 == 0;
    const auto inputs = book_of(seed);
    Truth truth(coverage);
    const auto difference = compare(inputs, pro_rata, &truth);
    if (!difference) continue;
    std::ostringstream s;
    const std::vector<Input> all(inputs.begin(), inputs.begin() + static_cast<std::ptrdiff_t>(difference->at + 1));
    const auto few = compare(all, pro_rata, nullptr) ? shortest(all, pro_rata) : all;
    for (const auto& in : few) s << "  " << print(in) << "\n";
    const auto last = compare(few, pro_rata, nullptr);
    FAIL() << "seed " << seed << (pro_rata ? ", pro-rata" : ", price-time") << ", message " << difference->at << "; in short:\n"
           << s.str() << (last ? last->what : difference->what);
  }
  std::cout << coverage.text();
  EXPECT_EQ(coverage.missing(), "") << "never met";
}

TEST(matching, a_difference_is_found) {
  const auto inputs = book_of(1);
  EXPECT_TRUE(compare(inputs, false, nullptr, [](auto& events) {
    if (events.size() > 2) std::swap(events[1], events[2]);
  }));
  EXPECT_TRUE(compare(inputs, false, nullptr, [](auto& events) {
    for (auto& e : events)
      if (e.kind == Event::trade) ++e.price;
  }));
}

// The watch over cash and shares sees a trade that is told wrong, whoever tells it.
TEST(matching, a_lie_about_quantities_is_found) {
  const auto inputs = book_of(2);
  for (const int lie : {0, 1, 2}) {
    NaiveExchange naive(false);
    Coverage coverage;
    Truth truth(coverage);
    std::string wrong;
    for (const auto& in : inputs) {
      naive.events.clear();
      feed(naive, in);
      for (auto& e : naive.events) {
        if (lie == 0 && e.kind == Event::trade) ++e.lots;
        if (lie == 1 && e.kind == Event::trade) e.price += 50;
        if (lie == 2 && e.kind == Event::cancelled) --e.lots;
      }
      wrong = truth.took(in, naive.events);
      if (!wrong.empty()) break;
    }
    EXPECT_NE(wrong, "") << lie;
  }
}

}  // namespace
}  // namespace trade::matching_test
