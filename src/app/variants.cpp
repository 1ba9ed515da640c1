#include "app/variants.h"

#include <algorithm>
#include <charconv>

namespace trade {
namespace {

using Kind = Document::Kind;

bool equal(const Document& a, const Document& b) {
  if (a.kind() != b.kind() || a.text() != b.text() || a.items().size() != b.items().size() || a.members().size() != b.members().size())
    return false;
  for (std::size_t i = 0; i < a.items().size(); ++i)
    if (!equal(a.items()[i], b.items()[i])) return false;
  for (const auto& [key, value] : a.members()) {
    const auto* other = b.find(key);
    if (other == nullptr || !equal(value, *other)) return false;
  }
  return true;
}

// The list at section.key; null when it is not there.
const Document* list_at(const Document& root, std::string_view section, std::string_view key) {
  const auto* s = root.find(section);
  const auto* list = s == nullptr ? nullptr : s->find(key);
  return list != nullptr && list->kind() == Kind::list ? list : nullptr;
}
Document* list_at(Document& root, std::string_view section, std::string_view key) {
  return const_cast<Document*>(list_at(std::as_const(root), section, key));
}

std::uint32_t number_at(const Document& table, std::string_view key) {
  std::uint32_t n = 0;
  if (const auto* d = table.find(key); d != nullptr) std::from_chars(d->text().data(), d->text().data() + d->text().size(), n);
  return n;
}
void put(Document& table, std::string_view key, const Document& value) {
  if (auto* d = table.find(key)) *d = value;
  else table.members().emplace_back(std::string(key), value);
}
void put_number(Document& table, std::string_view key, std::uint32_t n) {
  put(table, key, Document::scalar(Kind::number, std::to_string(n), 0));
}

// What may differ from variant to variant, emptied.
Document common_part(Document root) {
  for (const auto& [section, key] : {std::pair{"config", "accounts"}, {"config", "venues"}, {"wps", "venues"}, {"signals", "strategies"}})
    if (auto* list = list_at(root, section, key)) list->items().clear();
  return root;
}

bool asks_others(const Document& d) {
  if (d.text().find("stance") != std::string::npos) return true;
  return std::any_of(d.items().begin(), d.items().end(), asks_others) ||
         std::any_of(d.members().begin(), d.members().end(), [](const auto& m) { return asks_others(m.second); });
}

// Whether the parts that belong to one variant can be told from the others'.
bool separable(const Document& root) {
  const auto* venues = list_at(root, "wps", "venues");
  const auto* strategies = list_at(root, "signals", "strategies");
  if (venues == nullptr || strategies == nullptr || venues->items().empty()) return false;
  for (const auto& v : venues->items())
    if (v.find("agents") != nullptr || number_at(v, "venue") == 0 || number_at(v, "venue") >= venue_stride) return false;
  for (const auto& s : strategies->items())
    if (number_at(s, "account") >= account_stride || number_at(s, "id") >= account_stride || asks_others(s) ||
        (number_at(s, "venue") == 0 && venues->items().size() != 1))
      return false;
  const auto* risk = root.find("risk");
  return risk == nullptr || risk->find("overrides") == nullptr;
}

void add_variant(Document& all, const Document& one, std::uint32_t n) {
  const std::uint32_t more_accounts = account_stride * (n + 1), more_venues = venue_stride * (n + 1);
  const auto take = [&](std::string_view section, std::string_view key, auto&& change) {
    const auto* from = list_at(one, section, key);
    if (from == nullptr) return;
    for (Document entry : from->items()) {
      change(entry);
      list_at(all, section, key)->items().push_back(std::move(entry));
    }
  };
  const auto rename = [&](Document& entry, std::uint32_t more) {
    const auto id = number_at(entry, "id");
    put_number(entry, "id", id + more);
    put(entry, "name", Document::scalar(Kind::text, "variant " + std::to_string(n) + ": " + std::to_string(id), 0));
  };
  take("config", "accounts", [&](Document& a) { rename(a, more_accounts); });
  const auto* simulated = list_at(one, "wps", "venues");
  take("config", "venues", [&](Document& v) { rename(v, more_venues); });
  take("wps", "venues", [&](Document& v) {
    const auto own = number_at(v, "venue"), feed = number_at(v, "feed");
    put_number(v, "venue", own + more_venues);
    put_number(v, "feed", feed == 0 ? own : feed);
  });
  take("signals", "strategies", [&](Document& s) {
    rename(s, more_accounts);
    put_number(s, "account", number_at(s, "account") + more_accounts);
    const auto venue = number_at(s, "venue");
    put_number(s, "venue", (venue == 0 ? number_at(simulated->items().front(), "venue") : venue) + more_venues);
  });
}

}  // namespace

Result<Axis> parse_axis(const std::string& text) {
  const auto bad = [&](const std::string& what) {
    return Error{Failure::usage, "--vary " + text, what, "e.g. --vary risk.max_value=1000,2000"};
  };
  const auto equal_sign = text.find('=');
  if (equal_sign == std::string::npos || equal_sign == 0) return bad("is not key=value,value");
  Axis axis{text.substr(0, equal_sign), {""}};
  int depth = 0;
  char quote = 0;
  for (const char c : text.substr(equal_sign + 1)) {
    if (quote != 0) quote = c == quote ? char{0} : quote;
    else if (c == '"' || c == '\'') quote = c;
    else if (c == '[' || c == '{' || c == '(') ++depth;
    else if (c == ']' || c == '}' || c == ')') --depth;
    if (c == ',' && depth == 0 && quote == 0) axis.values.emplace_back();
    else axis.values.back() += c;
  }
  if (quote != 0 || depth != 0) return bad("a quote or bracket is not closed");
  for (const auto& v : axis.values)
    if (v.empty()) return bad("has an empty value");
  return axis;
}

Result<std::vector<Variant>> make_variants(const Catalogue& catalogue, const std::string& config, const std::vector<std::string>& overrides,
                                           const std::vector<Axis>& axes) {
  constexpr std::size_t most = 10'000;
  std::size_t count = 1;
  for (const auto& a : axes) {
    count *= a.values.size();
    if (count > most) return Error{Failure::usage, "--vary", "more than 10,000 variants", "vary less at a time"};
  }
  std::vector<Variant> all;
  for (std::size_t n = 0; n < count; ++n) {
    Variant v;
    auto settings = overrides;
    std::size_t rest = n;
    for (std::size_t a = axes.size(); a-- > 0; rest /= axes[a].values.size())
      v.values.insert(v.values.begin(), axes[a].values[rest % axes[a].values.size()]);
    for (std::size_t a = 0; a < axes.size(); ++a) settings.push_back(axes[a].key + "=" + v.values[a]);
    auto loaded = load_settings(catalogue, config, settings, {});
    if (!loaded) return loaded.error();
    v.settings = std::move(loaded).value();
    all.push_back(std::move(v));
  }
  return all;
}

std::optional<Document> side_by_side(const std::vector<const Settings*>& variants) {
  if (variants.empty() || variants.size() > most_side_by_side) return std::nullopt;
  const Document& first = variants.front()->document;
  const Document common = common_part(first);
  for (const auto* v : variants)
    if (!separable(v->document) || !equal(common_part(v->document), common)) return std::nullopt;
  Document all = common;
  // The recorded venues themselves stay listed: the market data is theirs.
  if (const auto* listed = list_at(first, "config", "venues")) *list_at(all, "config", "venues") = *listed;
  for (std::size_t n = 0; n < variants.size(); ++n) add_variant(all, variants[n]->document, static_cast<std::uint32_t>(n));
  return all;
}

}  // namespace trade
