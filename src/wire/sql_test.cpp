#include "wire/sql.h"

#include <gtest/gtest.h>

#include <cmath>

namespace trade::wire {
namespace {

enum class Kind : std::uint8_t { plain, odd };
NAMES(Kind, plain, odd)
struct Terms {
  Price limit;
  Kind kind{};
  FIELDS(Terms, limit, kind)
};
struct Row {
  OrderId order;
  std::uint32_t trades{};
  bool open{};
  Terms terms;
  Money fee;
  Time time;
  Text<20> note;
  double ratio{};
  std::vector<int> list;
  FIELDS(Row, order, trades, open, terms, fee, time, note, ratio, list)
};

TEST(Sql, TableOfFields) {
  EXPECT_EQ(create_table<Row>("order \"book\""),
            "CREATE TABLE IF NOT EXISTS \"order \"\"book\"\"\" (\"order\" DECIMAL(20,0), \"trades\" BIGINT, \"open\" BOOLEAN, "
            "\"terms_limit\" DECIMAL(38,16), \"terms_kind\" VARCHAR, \"fee\" DECIMAL(38,16), \"fee_currency\" VARCHAR, \"time\" BIGINT, "
            "\"note\" VARCHAR, \"ratio\" DOUBLE PRECISION, \"list\" VARCHAR);");
}

TEST(Sql, InsertOfRows) {
  Row a;
  a.order = {7};
  a.open = true;
  a.terms = {Price{-150'000'000}, Kind::odd};
  a.fee = {money_one / 4, "USDT"};
  a.time = {5};
  a.note = "it's; DROP";
  a.ratio = std::nan("");
  a.list = {1, 2};
  const std::vector<Row> rows{a, Row{}};
  EXPECT_EQ(insert_rows<Row>("orders", rows),
            "INSERT INTO \"orders\" (\"order\",\"trades\",\"open\",\"terms_limit\",\"terms_kind\",\"fee\",\"fee_currency\",\"time\","
            "\"note\",\"ratio\",\"list\") VALUES "
            "(7,0,TRUE,-1.5,'odd',0.25,'USDT',5,'it''s; DROP',NULL,'[1,2]'),(0,0,FALSE,0,'plain',0,'',0,'',0,'[]');");
  EXPECT_EQ(insert_rows<Row>("orders", {}), "");
}

TEST(Sql, TextCannotLeaveItsQuotes) {
  std::string s;
  write_sql_text(s, std::string_view("a'b\0c\xFF\\'", 8));
  EXPECT_EQ(s, "'a''bc\xEF\xBF\xBD\\'''");
}

}  // namespace
}  // namespace trade::wire
