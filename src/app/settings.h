#pragma once
#include <string>
#include <vector>

#include "ports/feed.h"
#include "runtime/catalogue.h"

namespace trade {

// sync: nothing leaves before it is on stable storage. async: venue messages do not wait, acknowledgements
// still do (the operator's choice).
enum class Durability : std::uint8_t { sync, async };
NAMES(Durability, sync, async)

// The `run` section: how, not what. Journals carry it, so what must not change their bytes (threads, pace) is a command-line option.
struct RunSettings {
  Durability durability{};
  std::uint32_t segment_mib = 64;
  FIELDS(RunSettings, durability, segment_mib)
};

// A whole configuration: checked, with every default spelled out.
struct Settings {
  RunSettings run;
  std::vector<FeedSource> feeds;
  Document document;         // sections by service
  std::string effective;     // canonical JSON of all sections: what the journal carries
  Digest services_digest;    // SHA-256 of the services' sections alone: equal behaviour, whatever the paths
};

// Reads YAML at `path`, then TRADE_<SERVICE>__<KEY> from `environment` ("K=V"), then `overrides` ("oms.max_open_orders=5", last wins).
// Unknown sections and keys are errors that name the nearest known one.
Result<Settings> load_settings(const Catalogue& catalogue, const std::string& path, const std::vector<std::string>& overrides,
                               const std::vector<std::string>& environment);
// The same from sections put together by the program.
Result<Settings> settings_from_document(const Catalogue& catalogue, Document root);
// The same from the effective JSON that a journal carries.
Result<Settings> settings_from_json(const Catalogue& catalogue, const std::string& json);

}  // namespace trade
