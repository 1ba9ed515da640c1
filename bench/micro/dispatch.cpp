#include "bench/measure.h"
#include "bench/micro/benches.h"
#include "runtime/define_service.h"
#include "runtime/process.h"
#include "wire/describe.h"

// What a message costs on its way: from service to service inside a loop, and from loop to loop through the whole of Process.
namespace trade {

struct Ping {
  static constexpr std::string_view subject = "bench.ping";
  std::uint64_t left{};
  Price price;
  Quantity quantity;
  Time time;
  FIELDS(Ping, left, price, quantity, time)
};
struct Pong {
  static constexpr std::string_view subject = "bench.pong";
  std::uint64_t left{};
  Price price;
  Quantity quantity;
  Time time;
  FIELDS(Pong, left, price, quantity, time)
};
DESCRIBE(Ping)
DESCRIBE(Pong)
using bench::alternate;
using bench::keep;
using bench::print;

namespace {

// Sends back what it gets until the count is used up.
template <class From, class To>
class Player {
 public:
  struct Config {
    bool quiet = false;
    FIELDS(Config, quiet)
  };
  struct State {
    std::uint64_t taken{};
    std::int64_t sum{};
    FIELDS(State, taken, sum)
  };
  using In = Consumes<From>;
  using Out = Emits<To>;
  explicit Player(const Config&) {}
  void on(const From& m, Context<Out>& context) {
    ++state.taken;
    state.sum += m.price.units;
    if (m.left != 0) context.publish(To{m.left - 1, m.price, m.quantity, context.now()});
  }
  State state;
};

const ServiceType server = service_type<Player<Ping, Pong>>();
const ServiceType returner = service_type<Player<Pong, Ping>>();

Catalogue table(std::string_view second_loop) {
  Catalogue c;
  c.loops = {"one", "two"};
  c.entries = {{"server", "bench", 1, Lane::backend, 1, "one", &server, {}, 0},
               {"returner", "bench", 1, Lane::backend, 2, second_loop, &returner, {}, 0}};
  return c;
}

constexpr std::uint64_t hops = 8;

// The least a dispatch can be: the message copied into a queue, taken out, and a function called through a pointer.
struct PlainQueue {
  struct Slot {
    void (*call)(PlainQueue&, const Ping&);
    Ping message;
  };
  Slot slots[64];
  std::size_t head = 0, tail = 0;
  std::int64_t sum = 0;

  static void on(PlainQueue& q, const Ping& m) {
    q.sum += m.price.units;
    if (m.left != 0) q.slots[q.tail++ & 63] = {&on, {m.left - 1, m.price, m.quantity, m.time}};
  }
  void handle(const Ping& m) {
    on(*this, m);
    while (head != tail) {
      const auto& s = slots[head++ & 63];
      s.call(*this, s.message);
    }
  }
};

void inside_a_loop() {
  constexpr std::uint64_t inputs = 200'000;
  auto made = Kernel::make(table("one"), {});
  auto& kernel = **made;
  const auto* entry = kernel.entry(0, describe<Ping>().id);
  std::uint64_t place = 0;
  PlainQueue plain;
  auto f = alternate(
      "dispatch.hop", "ns/hop", static_cast<double>(inputs * hops), 15,
      [&] {
        const Ping ping{hops - 1, price_of(100), quantity_of(1), {}};
        for (std::uint64_t i = 0; i < inputs; ++i) kernel.loop(0).handle(*entry, &ping, ++place, Time{static_cast<std::int64_t>(place)});
      },
      [&] {
        const Ping ping{hops - 1, price_of(100), quantity_of(1), {}};
        for (std::uint64_t i = 0; i < inputs; ++i) plain.handle(ping);
        keep(plain.sum);
      });
  f.reference_is = "message copied through a queue and an indirect call";
  f.note = "8 hops an input, the input among them; two services, 32-byte message";
  print(f);
}

void from_loop_to_loop() {
  constexpr std::uint64_t inputs = 20'000;
  auto made = Machine::make(table("two"), {});
  auto& machine = **made;
  Process process(machine, 1, 0, nullptr);
  FlatMessage ping(wire::flat_size(Ping{}));
  wire::flatten(Ping{hops - 1, price_of(100), quantity_of(1), {}}, ping.data());
  std::int64_t now = 0;
  std::vector<std::byte> from(64), to(64);
  auto f = alternate(
      "loop.hop", "ns/hop", static_cast<double>(inputs * hops), 15,
      [&] {
        for (std::uint64_t i = 0; i < inputs; ++i) {
          Input in;
          in.kind = RecordKind::row;
          in.time = Time{++now};
          in.type = &describe<Ping>();
          in.message = ping.data();
          process.take(0, in);
          for (std::size_t to_loop = 1;; to_loop ^= 1) {
            const auto from_loop = static_cast<std::uint8_t>(to_loop ^ 1);
            if (machine.front(from_loop, to_loop, normal_lane) == nullptr) break;
            process.take(to_loop, {Choice::From::ring, normal_lane, from_loop}, Time{now});
          }
        }
      },
      [&] {
        for (std::uint64_t i = 0; i < inputs * hops; ++i) {
          std::memcpy(to.data(), from.data(), 64);
          keep(to[0]);
        }
      });
  f.reference_is = "memcpy of the message";
  f.note = "claim a place, handle, canonical bytes, digest, ring: all that a message to another loop costs, one thread, journal off";
  print(f);
}

}  // namespace

namespace bench {

void dispatch(const Folders&) { inside_a_loop(); }
void loop(const Folders&) { from_loop_to_loop(); }

}  // namespace bench
}  // namespace trade
