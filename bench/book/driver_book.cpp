// Our engines behind the neutral driver: one per symbol, all events emitted, ids mapped to handles by a dense table. The plain Book, or,
// with BENCH_EXCHANGE, the whole Exchange on top of it.
#include <array>

#include "domain/matching/exchange.h"
#include "driver.hpp"

namespace {

#ifdef BENCH_EXCHANGE
using Orders = trade::matching::Exchange;
constexpr const char* name = "exchange";
#else
using Orders = trade::matching::Book;
constexpr const char* name = "trade";
#endif

bool done(bool replaced) { return replaced; }
bool done(trade::Reason refused) { return refused == trade::Reason::none; }

class Engine {
 public:
  Engine(uint32_t symbols, uint64_t max_id, flow::Sink& sink) : sink_(sink), books_(symbols), handles_(max_id + 1) {}

  void on_new(const flow::Msg& m) {
    Events e{*this, m.symbol};
    handles_[m.id] = books_[m.symbol].place({m.id, m.qty, m.price, 0, static_cast<trade::Side>(m.side), trade::OrderType::limit,
                                             m.tif == flow::IOC ? trade::TimeInForce::ioc : trade::TimeInForce::gtc},
                                            e);
  }
  void on_cancel(const flow::Msg& m) {
    if (!books_[m.symbol].cancel(handles_[m.id], m.id, Events{*this, m.symbol})) sink_.reject(m.id);
  }
  void on_modify(const flow::Msg& m) {
    if (!done(books_[m.symbol].replace(handles_[m.id], m.id, m.price, m.qty, Events{*this, m.symbol}))) sink_.reject(m.id);
  }

 private:
  enum class Kind : uint32_t { accepted, cancelled, replaced };
  struct Ack {
    uint64_t id;
    Kind kind;
    uint32_t symbol;
    int64_t leaves;
  };
  // Writes each acknowledgement into a ring, as a venue would on its way out.
  struct Events {
    Engine& engine;
    uint32_t symbol;
    void ack(uint64_t id, Kind kind, int64_t leaves) const {
      engine.ring_[engine.written_++ & (engine.ring_.size() - 1)] = {id, kind, symbol, leaves};
    }
    void accepted(uint64_t id) const { ack(id, Kind::accepted, 0); }
    void rejected(uint64_t id, trade::Reason) const { engine.sink_.reject(id); }
    void trade(uint64_t maker, uint64_t taker, int64_t price, int64_t lots) const {
      engine.sink_.trade(symbol, maker, taker, price, static_cast<uint64_t>(lots));
    }
    void cancelled(uint64_t id, int64_t leaves, ::trade::Reason) const { ack(id, Kind::cancelled, leaves); }
    void triggered(uint64_t) const {}
    void outside(uint64_t, ::trade::Price, int64_t) const {}
    void reduced(uint64_t, int64_t) const {}
    void phase(::trade::TradingPhase) const {}
    void indicated(int64_t, int64_t, int64_t, ::trade::Side) const {}
    void expired(uint64_t id, int64_t leaves) const { ack(id, Kind::cancelled, leaves); }
    void replaced(uint64_t id, int64_t leaves) const { ack(id, Kind::replaced, leaves); }
  };

  flow::Sink& sink_;
  std::vector<Orders> books_;
  std::vector<trade::matching::Book::Handle> handles_;
  std::array<Ack, 4096> ring_{};
  uint64_t written_ = 0;
};

}  // namespace

int main(int c, char** v) { return flow::run<Engine>(name, c, v); }
