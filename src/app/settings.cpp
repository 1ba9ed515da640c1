#include "app/settings.h"

#include <algorithm>

#include "adapters/system/yaml.h"
#include "app/calendars.h"
#include "app/references.h"
#include "wire/config.h"

namespace trade {
namespace {

Error config_error(std::string where, std::string what, std::string mend = {}) {
  return {Failure::config, std::move(where), std::move(what), std::move(mend)};
}

// Puts `value` (YAML text) at the dotted `key`, making tables on the way; "a.0.b" enters a list.
Result<void> put_setting(Document& root, const std::string& key, const std::string& value, const std::string& origin) {
  auto parsed = read_yaml(value, origin);
  if (!parsed) return parsed.error();
  Document* at = &root;
  for (std::size_t from = 0; from <= key.size();) {
    const auto dot = std::min(key.find('.', from), key.size());
    const auto part = key.substr(from, dot - from);
    from = dot + 1;
    if (part.empty()) return config_error(origin, "'" + key + "' is not section.key");
    if (at->kind() == Document::Kind::list) {
      std::size_t index = 0;
      for (const char c : part) {
        if (c < '0' || c > '9') return config_error(origin, "'" + part + "' is not a position in a list");
        index = index * 10 + static_cast<std::size_t>(c - '0');
      }
      if (index >= at->items().size()) return config_error(origin, "the list has no item " + part);
      at = &at->items()[index];
      continue;
    }
    if (at->kind() == Document::Kind::null) *at = Document::make_table(0);
    if (at->kind() != Document::Kind::table) return config_error(origin, "'" + key + "' goes through a plain value");
    Document* next = at->find(part);
    if (next == nullptr) {
      at->members().emplace_back(part, Document{});
      next = &at->members().back().second;
    }
    at = next;
  }
  parsed->forget_lines();
  *at = std::move(parsed).value();
  return {};
}

// "TRADE_RISK__MAX_VALUE=5" is risk.max_value=5.
Result<void> put_environment(Document& root, const std::vector<std::string>& environment) {
  for (const auto& line : environment) {
    const auto equal = line.find('=');
    if (!line.starts_with("TRADE_") || equal == std::string::npos || line.find("__") >= equal) continue;
    std::string key = line.substr(6, equal - 6);
    for (std::size_t at; (at = key.find("__")) != std::string::npos;) key.replace(at, 2, ".");
    std::transform(key.begin(), key.end(), key.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (auto put = put_setting(root, key, line.substr(equal + 1), line.substr(0, equal)); !put) return put;
  }
  return {};
}

Result<void> check_sections(const Catalogue& catalogue, const Document& root) {
  std::vector<std::string_view> known{"run", "feed"};
  for (const auto& e : catalogue.entries)
    if (e.type != nullptr) known.push_back(e.name);
  for (const auto& [name, section] : root.members()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const auto* absent = catalogue.find(name);
    const auto near = nearest(name, known);
    return config_error(section.line() == 0 ? std::string(name) : "line " + std::to_string(section.line()),
                        absent != nullptr ? "service '" + name + "' is not there yet" : "unknown section '" + name + "'",
                        near.empty() ? "" : "did you mean '" + std::string(near) + "'?");
  }
  return {};
}

}  // namespace

Result<Settings> settings_from_document(const Catalogue& catalogue, Document root) {
  if (root.kind() == Document::Kind::null) root = Document::make_table(0);
  if (root.kind() != Document::Kind::table) return config_error({}, "a configuration is a table of sections");
  if (auto checked = check_sections(catalogue, root); !checked) return checked.error();
  Settings s;
  if (auto read = wire::read_config(root.find("run"), s.run, "run"); !read) return read.error();
  if (s.run.segment_mib == 0 || s.run.segment_mib > 4096) return config_error("run.segment_mib", "must be 1..4096");
  if (const auto* feed = root.find("feed"); feed != nullptr && feed->kind() != Document::Kind::null)
    if (auto read = wire::read_document(*feed, s.feeds, "feed"); !read) {
      Error e = read.error();
      e.kind = Failure::config;
      return e;
    }
  std::string services;
  for (const auto& e : catalogue.entries) {
    if (e.type == nullptr) continue;
    auto section = e.type->effective(root.find(e.name));
    if (!section) {
      Error error = section.error();
      error.where = std::string(e.name) + (error.where.empty() ? "" : "." + error.where);
      return error;
    }
    services.append(services.empty() ? "\"" : ",\"").append(e.name).append("\":").append(*section);
  }
  if (auto good = check_references(root); !good) return good.error();
  s.services_digest = sha256(services);
  s.effective = "{\"run\":";
  wire::write_json(s.effective, s.run);
  s.effective += ",\"feed\":";
  wire::write_json(s.effective, s.feeds);
  s.effective += "," + services + "}";
  s.document = std::move(root);
  return s;
}

Result<Settings> load_settings(const Catalogue& catalogue, const std::string& path, const std::vector<std::string>& overrides,
                               const std::vector<std::string>& environment) {
  auto root = read_yaml_file(path);
  if (!root) return root.error();
  if (auto put = put_environment(*root, environment); !put) return put.error();
  for (const auto& o : overrides) {
    const auto equal = o.find('=');
    if (equal == std::string::npos) return Error{Failure::usage, "--set " + o, "is not key=value", "e.g. --set risk.max_value=100000"};
    if (auto put = put_setting(*root, o.substr(0, equal), o.substr(equal + 1), "--set " + o); !put) return put.error();
  }
  auto calendars = read_calendar_files(*root);
  auto built = calendars ? settings_from_document(catalogue, std::move(root).value()) : Result<Settings>(calendars.error());
  if (built) return built;
  Error error = built.error();
  error.where = path + (error.where.empty() ? "" : ", " + error.where);
  return error;
}

Result<Settings> settings_from_json(const Catalogue& catalogue, const std::string& json) {
  auto root = parse_json(json, "journal configuration");
  if (!root) return root.error();
  return settings_from_document(catalogue, std::move(root).value());
}

}  // namespace trade
