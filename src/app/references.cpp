#include "app/references.h"

#include <algorithm>
#include <array>

namespace trade {
namespace {

// A key that holds an id, or a list of them, and the list of `config` where that must be found. Lists on the way are walked.
struct Reference {
  std::string_view path, list;
};
constexpr std::array references{
    Reference{"feed.venue", "venues"},
    Reference{"feed.instrument", "instruments"},
    Reference{"feed.symbols.instrument", "instruments"},
    Reference{"normalizer.quoted.instrument", "instruments"},
    Reference{"wps.venues.venue", "venues"},
    Reference{"wps.venues.feed", "venues"},
    Reference{"exeq.venues.instrument", "instruments"},
    Reference{"exeq.venues.venues", "venues"},
    Reference{"risk.overrides.account", "accounts"},
    Reference{"risk.overrides.instrument", "instruments"},
    Reference{"signals.strategies.account", "accounts"},
    Reference{"signals.strategies.instrument", "instruments"},
    Reference{"signals.strategies.venue", "venues"},
    Reference{"signals.strategies.data_venue", "venues"},
    Reference{"signals.strategies.legs.venue", "venues"},
    Reference{"signals.strategies.inputs.instrument", "instruments"},
    Reference{"signals.strategies.inputs.data_venue", "venues"},
};

std::vector<std::string> listed_ids(const Document& root, std::string_view list) {
  std::vector<std::string> ids;
  const auto* config = root.find("config");
  const auto* entries = config == nullptr ? nullptr : config->find(list);
  if (entries == nullptr) return ids;
  for (const auto& entry : entries->items())
    if (const auto* id = entry.find("id")) ids.push_back(id->text());
  return ids;
}

Error unlisted(const Document& id, const Reference& r, const std::string& where, const std::vector<std::string>& ids) {
  std::string there;
  for (const auto& i : ids) there.append(there.empty() ? "" : ", ").append(i);
  const std::string kind(r.list.substr(0, r.list.size() - 1));
  return {Failure::config, where + (id.line() > 0 ? ", line " + std::to_string(id.line()) : ""), kind + " " + id.text() + " is not listed",
          "list it under config." + std::string(r.list) + (there.empty() ? "" : ", which has " + there)};
}

Result<void> check(const Document& at, std::string_view rest, const Reference& r, const std::string& where,
                   const std::vector<std::string>& ids) {
  for (std::size_t i = 0; i < at.items().size(); ++i)
    if (auto good = check(at.items()[i], rest, r, where + "[" + std::to_string(i) + "]", ids); !good) return good;
  if (at.kind() == Document::Kind::table && !rest.empty()) {
    const auto dot = std::min(rest.find('.'), rest.size());
    const auto* next = at.find(rest.substr(0, dot));
    if (next == nullptr) return {};
    return check(*next, rest.substr(std::min(dot + 1, rest.size())), r,
                 where + (where.empty() ? "" : ".") + std::string(rest.substr(0, dot)), ids);
  }
  const bool names_one = at.kind() == Document::Kind::number && rest.empty() && at.text() != "0";
  if (names_one && std::find(ids.begin(), ids.end(), at.text()) == ids.end()) return unlisted(at, r, where, ids);
  return {};
}

}  // namespace

Result<void> check_references(const Document& root) {
  for (const auto& r : references)
    if (auto good = check(root, r.path, r, {}, listed_ids(root, r.list)); !good) return good;
  return {};
}

}  // namespace trade
