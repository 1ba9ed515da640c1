// Every message, through every form: what one form wrote, reading it back must give again, byte for byte.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "messages/books.h"
#include "messages/facts.h"
#include "messages/limits.h"
#include "messages/market.h"
#include "messages/orders.h"
#include "messages/reference.h"
#include "messages/risk.h"
#include "messages/risk_figures.h"
#include "messages/signals.h"
#include "messages/venue.h"
#include "wire/json.h"
#include "wire/random_value.h"

namespace trade {
namespace {

using Messages = testing::Types<VenueDepth, VenueSnapshot, VenueTrade, VenueQuote, VenueBar, VenueFault, FeedEnded, Trade, Quote,
                                BookChanged, MarketStatus, PhaseChanged, AuctionIndicated, FundingDue, Bar, ActivityBarClosed,
                                TradeCorrected, BarCorrected, VenueCorrection, Mark, PlaceOrder, PlaceGroup,
                                CancelOrder, CancelOrders, CancelsRequested, ReplaceOrder, SetKill, CommandAnswered, OrderIntended,
                                OrderApproved, OrderBlocked, OrderAccepted, OrderRejected, CancelRequested, ReplaceRequested, OrderQueried,
                                Execution, OrderChanged, Fill, FillReversed, InstrumentListed, VenueListed, AccountOpened, CalendarListed,
                                CorporateActionDue, ConfigChanged, SignalRaised, VenuePlace, VenueCancel, VenueReplace, VenueQuery,
                                VenueReport, PositionChanged, PnlUpdated, ProposeLimit, ApproveLimit, RevokeLimit, RiskLimitChanged,
                                SetCondition, GrantLocate, AttestBuild, OverrideCheck, SetValueAtRisk, FigureRisk, RiskFigured, RiskAlert,
                                ReportStatement, OwnBreak, ResolveBreak, BreakChanged>;

// A message for the tests below, none of which is a template: one copy of them serves all.
struct Case {
  const MessageType* type;
  int fields;
  FlatMessage (*random)(wire::Draw&);
};
template <class M>
FlatMessage random_message(wire::Draw& draw) {
  M m{};
  wire::randomise(draw, m);
  FlatMessage flat(wire::flat_size(m));
  wire::flatten(m, flat.data());
  return flat;
}
template <class... M>
std::vector<Case> cases_of(testing::Types<M...>*) {
  return {{&describe<M>(), field_count<M>(), &random_message<M>}...};
}
const std::vector<Case>& all_cases() {
  static const auto cases = cases_of(static_cast<Messages*>(nullptr));
  return cases;
}

std::string encoded(const MessageType& type, const void* message) {
  ByteWriter w;
  type.encode(w, message);
  return w.take();
}
std::string json_of(const MessageType& type, const void* message) {
  std::string s;
  type.to_json(s, message);
  return s;
}

class EveryMessage : public testing::TestWithParam<Case> {
 protected:
  const MessageType& type = *GetParam().type;
  wire::Draw draw{type.id};
  FlatMessage random() { return GetParam().random(draw); }
};
INSTANTIATE_TEST_SUITE_P(All, EveryMessage, testing::ValuesIn(all_cases()), [](const auto& p) { return std::string(p.param.type->name); });

TEST_P(EveryMessage, BinaryRoundTrips) {
  for (int i = 0; i < 200; ++i) {
    const FlatMessage m = random();
    const auto bytes = encoded(type, m.data());
    const auto decoded = type.decode(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.error().text();
    ASSERT_EQ(encoded(type, decoded->data()), bytes);
    ASSERT_EQ(decoded->size(), type.flat_size(decoded->data()));
  }
}

TEST_P(EveryMessage, JsonRoundTrips) {
  for (int i = 0; i < 200; ++i) {
    const FlatMessage m = random();
    const auto json = json_of(type, m.data());
    const auto document = parse_json(json, "random");
    ASSERT_TRUE(document.ok()) << document.error().text() << "\n" << json;
    const auto read = type.from_document(document.value());
    ASSERT_TRUE(read.ok()) << read.error().text() << "\n" << json;
    ASSERT_EQ(encoded(type, read->data()), encoded(type, m.data())) << json;
    ASSERT_EQ(json_of(type, read->data()), json);
  }
}

// The flat form is position independent: moved as bytes and rebased it is the same message.
TEST_P(EveryMessage, FlatFormMoves) {
  for (int i = 0; i < 50; ++i) {
    const FlatMessage m = random();
    FlatMessage first(type.flat_size(m.data()));
    type.flatten(m.data(), first.data());
    FlatMessage second(first.size());
    std::memcpy(second.data(), first.data(), first.size());
    if (type.rebase != nullptr) type.rebase(second.data());
    first = FlatMessage(0);
    ASSERT_EQ(encoded(type, second.data()), encoded(type, m.data()));
  }
}

TEST_P(EveryMessage, BytesThatAreNotItAreRefused) {
  for (int i = 0; i < 20; ++i) {
    const FlatMessage m = random();
    const auto bytes = encoded(type, m.data());
    for (std::size_t n = 0; n < bytes.size(); ++n) ASSERT_FALSE(type.decode(std::string_view(bytes).substr(0, n)).ok()) << n;
    ASSERT_FALSE(type.decode(bytes + '\0').ok());
  }
}

// Damaged bytes are refused, or are another message's canonical bytes.
TEST_P(EveryMessage, DamagedBytesNeverDecodeToSomethingElse) {
  const auto expect_canonical = [this](const std::string& bytes) {
    const auto decoded = type.decode(bytes);
    if (decoded.ok()) {
      ASSERT_EQ(encoded(type, decoded->data()), bytes);
      const auto json = json_of(type, decoded->data());  // and it can be shown, whatever its texts hold
      ASSERT_TRUE(parse_json(json, "damaged").ok()) << json;
    }
  };
  for (int i = 0; i < 500; ++i) {
    const FlatMessage m = random();
    auto bytes = encoded(type, m.data());
    if (bytes.empty()) continue;
    for (std::uint64_t flips = 1 + draw.below(3); flips > 0; --flips)
      bytes[draw.below(bytes.size())] ^= static_cast<char>(1 << draw.below(8));
    expect_canonical(bytes);
    std::string noise(draw.below(2 * bytes.size() + 1), '\0');
    for (auto& c : noise) c = static_cast<char>(draw.next());
    expect_canonical(noise);
  }
}

TEST_P(EveryMessage, DamagedJsonIsRefusedOrReadsToAValueWithItsOwnForm) {
  for (int i = 0; i < 500; ++i) {
    const FlatMessage m = random();
    auto json = json_of(type, m.data());
    const std::string_view palette = "{}[]\",:0123456789.-eEtrufalsn\\ \x01\xC3";
    for (std::uint64_t n = 1 + draw.below(3); n > 0; --n)
      json[draw.below(json.size())] = palette[draw.below(palette.size())];
    if (draw.one_in(8)) json.resize(draw.below(json.size()));
    const auto document = parse_json(json, "damaged");
    if (!document.ok()) continue;
    const auto read = type.from_document(document.value());
    if (!read.ok()) continue;
    const auto canonical = json_of(type, read->data());
    const auto again = type.from_document(parse_json(canonical, "again").value());
    ASSERT_TRUE(again.ok()) << again.error().text() << "\n" << canonical;
    ASSERT_EQ(encoded(type, again->data()), encoded(type, read->data()));
  }
}

TEST_P(EveryMessage, AMisspelledFieldIsNamedWithTheRightOne) {
  for (const auto& field : type.fields()) {
    const std::string typo = std::string(field.name) + "x";
    const auto document = parse_json("{\n\"" + typo + "\": 1}", "typo");
    const auto read = type.from_document(document.value());
    ASSERT_FALSE(read.ok());
    EXPECT_EQ(read.error().where, typo + ", line 2");
    EXPECT_EQ(read.error().what, "unknown field \"" + typo + "\"");
    EXPECT_EQ(read.error().mend, "did you mean \"" + std::string(field.name) + "\"?");
  }
}

TEST_P(EveryMessage, FieldsAreDescribed) {
  const auto fields = type.fields();
  EXPECT_EQ(static_cast<int>(fields.size()), GetParam().fields);
  for (const auto& f : fields) {
    EXPECT_FALSE(f.name.empty());
    EXPECT_FALSE(f.type.empty());
    EXPECT_EQ(f.type.find("::"), std::string::npos) << f.type;
  }
}

TEST(Messages, NamesSubjectsAndIdsAreUnique) {
  std::set<std::string_view> names, subjects;
  std::set<std::uint32_t> ids;
  for (const auto& [t, fields, random] : all_cases()) {
    EXPECT_TRUE(names.insert(t->name).second) << t->name;
    EXPECT_FALSE(t->subject.empty()) << t->name;
    EXPECT_TRUE(subjects.insert(t->subject).second) << t->subject;
    EXPECT_TRUE(ids.insert(t->id).second) << t->name;
  }
}

// A message described in this folder and absent from the list above fails here.
TEST(Messages, TheListAboveIsComplete) {
  std::set<std::string> described, tested;
  const std::regex pattern("DESCRIBE(?:_ROW)?\\((\\w+)\\)");
  for (const auto& file : std::filesystem::directory_iterator(TRADE_SOURCE_DIR "/src/messages")) {
    const auto name = file.path().filename().string();
    if (!name.ends_with(".cpp") || name.ends_with("_test.cpp")) continue;
    std::ifstream in(file.path());
    const std::string text((std::istreambuf_iterator<char>(in)), {});
    for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it) described.insert((*it)[1]);
  }
  for (const auto& c : all_cases()) tested.insert(std::string(c.type->name));
  EXPECT_GT(described.size(), 30u);
  EXPECT_EQ(described, tested);
}

TEST(Messages, FieldTypesReadWell) {
  const auto type_of = [](const MessageType& t, std::string_view name) {
    for (const auto& f : t.fields())
      if (f.name == name) return f.type;
    return std::string{"no such field"};
  };
  EXPECT_EQ(type_of(describe<VenueDepth>(), "bids"), "many level");
  EXPECT_EQ(type_of(describe<Trade>(), "price"), "price");
  EXPECT_EQ(type_of(describe<Trade>(), "aggressor"), "side (buy|sell)");
  EXPECT_EQ(type_of(describe<Trade>(), "venue_time"), "time");
  EXPECT_EQ(type_of(describe<Trade>(), "instrument"), "instrument id");
  EXPECT_EQ(type_of(describe<Trade>(), "trade_id"), "uint64");
  EXPECT_EQ(type_of(describe<PlaceOrder>(), "id"), "text 36");
  EXPECT_EQ(type_of(describe<PlaceOrder>(), "terms"), "order_terms");
  EXPECT_EQ(type_of(describe<Fill>(), "fee"), "money");
  EXPECT_EQ(type_of(describe<ConfigChanged>(), "digest"), "digest");
}

// The canonical text itself, once, so that a change of form is noticed.
TEST(Messages, CanonicalJsonOfAFill) {
  Fill f{};
  f.fill = {7};
  f.order = {3};
  f.account = {1};
  f.side = Side::sell;
  f.price = Price{12'345'000'000};
  f.quantity = Quantity{50'000'000};
  f.venue_time = Time{1'723'161'255'030'314'667};
  f.value = {617'250'000'000'000'000, "USDT"};
  f.fee = {-1'000'000'000, "USDT"};
  EXPECT_EQ(json_of(describe<Fill>(), &f),
            R"({"fill":7,"order":3,"account":1,"strategy":0,"instrument":0,"venue":0,"execution":0,"side":"sell","price":123.45,)"
            R"("quantity":0.5,"liquidity":"maker","venue_time":"2024-08-08T23:54:15.030314667Z","value":"61.725 USDT",)"
            R"("fee":"-0.0000001 USDT"})");
}

}  // namespace
}  // namespace trade
