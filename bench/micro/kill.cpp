#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "core/document.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/venue.h"
#include "runtime/process.h"
#include "wire/describe.h"

// From a kill to the last cancel of a thousand orders, with the product's oms, risk and exeq, up to the messages that leave for the venue.
namespace trade {
extern const ServiceType oms_service;
extern const ServiceType risk_service;
extern const ServiceType exeq_service;

namespace {

constexpr std::size_t order_count = 1'000;

class Desk {
 public:
  Desk() {
    Catalogue c;
    c.loops = {"trading"};
    c.entries = {{"oms", "bench", 1, Lane::lowlatency, 1, "trading", &oms_service, {}, 0},
                 {"risk", "bench", 1, Lane::lowlatency, 2, "trading", &risk_service, {}, 0},
                 {"exeq", "bench", 1, Lane::lowlatency, 3, "trading", &exeq_service, {}, 0}};
    auto oms = Document::make_table(1), config = Document::make_table(1);
    oms.members().emplace_back("max_live_orders", Document::scalar(Document::Kind::number, std::to_string(order_count), 1));
    config.members().emplace_back("oms", oms);
    machine_ = std::move(Machine::make(c, config)).value();
    process_ = std::make_unique<Process>(*machine_, 1, 0, nullptr);
    Instrument i;
    i.id = InstrumentId{1};
    i.contract = Contract::linear;
    i.quote = i.settle = "USDT";
    i.tick = Price{1};
    i.lot = Quantity{1};
    i.multiplier = quantity_of(1);
    take(InstrumentListed{i});
    take(VenueListed{Venue{VenueId{1}, "v", {}, {}, {}, {}}});
    take(AccountOpened{Account{AccountId{1}, "main", {1'000'000 * money_one, "USDT"}}});
    take(Quote{InstrumentId{1}, VenueId{1}, price_of(99), quantity_of(1), price_of(101), quantity_of(1)});
    for (std::size_t n = 1; n <= order_count; ++n) place(n);
  }
  // Cancels that left for the venue.
  std::size_t kill() {
    take(SetKill{ClientId("kill"), AccountId{}, true});
    std::size_t cancels = 0;
    for (const auto& e : machine_->effects(0)) cancels += e.type == &describe<VenueCancel>();
    return cancels;
  }

 private:
  void place(std::size_t n) {
    OrderTerms t;
    t.account = AccountId{1};
    t.instrument = InstrumentId{1};
    t.type = OrderType::limit;
    t.tif = TimeInForce::gtc;
    t.quantity = quantity_of(1);
    t.limit = Price{price_of(90).units + static_cast<std::int64_t>(n)};
    take(PlaceOrder{ClientId("o" + std::to_string(n)), t});
    machine_->effects(0).clear();
    VenueReport r;
    r.child = ChildId{n};
    r.venue = VenueId{1};
    r.kind = ReportKind::accepted;
    r.leaves = t.quantity;
    r.limit = t.limit;
    take(r);
  }
  template <class M>
  void take(const M& m) {
    FlatMessage flat(wire::flat_size(m));
    wire::flatten(m, flat.data());
    Input in;
    in.kind = RecordKind::row;
    in.time = Time{++now_};
    in.type = &describe<M>();
    in.message = flat.data();
    process_->take(0, in);
  }

  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Process> process_;
  std::int64_t now_ = 0;
};

}  // namespace

namespace bench {

void kill(const Folders&) {
  Timings all;
  std::size_t cancels = 0;
  for (int i = 0; i < 15; ++i) {
    Desk desk;
    all.add(timed([&] { cancels = desk.kill(); }));
  }
  if (cancels != order_count) return print_error("orders.kill_1000", std::to_string(cancels) + " cancels left");
  constexpr double ms = 1e6;
  Figure f{"orders.kill_1000", "ms", all.cpu_median() / ms, all.wall_minimum() / ms, 50, "what is wanted at most", {}};
  f.note = "firm-wide kill of 1,000 open orders until the last cancel may leave for its venue; oms, risk, exeq; journal off";
  print(f);
}

}  // namespace bench
}  // namespace trade
