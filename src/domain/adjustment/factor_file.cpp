#include "domain/adjustment/factor_file.h"

#include <algorithm>
#include <limits>

#include "core/int128.h"
#include "domain/adjustment/csv_rows.h"

namespace trade {
namespace {

constexpr Ratio one{decimal_one};

// units x a / (1e8 x b), half to even; both factors are in 1e-8. nullopt: it does not fit.
std::optional<std::int64_t> scaled(std::int64_t units, int128 numerator, int128 denominator) {
  int128 product;
  if (__builtin_mul_overflow(static_cast<int128>(units), numerator, &product)) return std::nullopt;
  const auto v = divide_half_even(product, denominator);
  if (v > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
  return static_cast<std::int64_t>(v);
}

}  // namespace

FactorRow FactorFile::on(Date d) const {
  const auto row = std::ranges::lower_bound(rows, d, {}, &FactorRow::date);
  return row == rows.end() ? FactorRow{d, one, one, {}} : *row;
}

Result<Candle> FactorFile::adjusted(const Candle& c, Date d, Adjustment how) const {
  if (how == Adjustment::raw) return c;
  const auto row = on(d);
  const int128 factor = static_cast<int128>(row.split_factor.units) * (how == Adjustment::total ? row.price_factor : one).units;
  Candle out = c;
  bool fits = true;
  const auto scale = [&](auto& value, int128 numerator, int128 denominator) {
    const auto v = scaled(value.units, numerator, denominator);
    fits = fits && v.has_value();
    value.units = v.value_or(0);
  };
  for (Price* p : {&out.open, &out.high, &out.low, &out.close}) scale(*p, factor, static_cast<int128>(decimal_one) * decimal_one);
  scale(out.volume, decimal_one, row.split_factor.units);
  if (!fits) return Error{Failure::data, print(d), "adjusted prices or volume are too large", "check the factor file"};
  return out;
}

Result<FactorFile> parse_factor_file(std::string_view text, std::string_view name) {
  FactorFile file;
  for (const auto& row : csv_rows(text, name)) {
    if (row.columns.size() != 3 && row.columns.size() != 4)
      return row.wrong(row.columns.size(), {}, "has " + std::to_string(row.columns.size()) + " columns",
                       "yyyymmdd,price factor,split factor[,reference price]");
    const auto date = row.date();
    if (!date) return date.error();
    if (!file.rows.empty() && *date <= file.rows.back().date)
      return row.wrong(0, "date", "does not lie after that of the row before", "order the rows by date, each once");
    FactorRow f{*date, {}, {}, {}};
    for (const std::size_t column : {1u, 2u}) {
      const auto v = parse_scaled<Ratio>(row.columns[column]);
      const auto* label = column == 1 ? "price factor" : "split factor";
      if (!v || v->units <= 0) return row.wrong(column, label, "is no number above 0 with 8 decimals at most", "1 when nothing changes");
      (column == 1 ? f.price_factor : f.split_factor) = *v;
    }
    if (row.columns.size() == 4) {
      const auto v = parse_scaled<Price>(row.columns[3]);
      if (!v || v->units < 0) return row.wrong(3, "reference price", "is no price", "0 when it is not known");
      f.reference = *v;
    }
    file.rows.push_back(f);
  }
  return file;
}

}  // namespace trade
