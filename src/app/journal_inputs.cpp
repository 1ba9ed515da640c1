#include "app/journal_inputs.h"

#include "app/catalogue.h"
#include "app/platform.h"

namespace trade {

Result<JournalInputs> open_journal_inputs(Files& files, const std::string& dir, const std::vector<std::string>& data) {
  auto scan = scan_journal(files, dir);
  if (!scan) return scan.error();
  if (scan->end == 0) return Error{Failure::not_found, dir, "holds no journal", {}};
  auto settings = settings_from_json(catalogue(), scan->identity.config);
  if (!settings) return settings.error();
  if (scan->identity.catalogue != catalogue().digest())
    return Error{Failure::config, dir, "its journal was made by a program with other services", "use that program"};
  for (std::size_t i = 0; i < data.size() && i < settings->feeds.size(); ++i) settings->feeds[i].path = data[i];
  auto sources = open_sources(*settings);
  if (!sources) return sources.error();
  for (std::size_t i = 0; i < sources->size(); ++i)
    if (i >= scan->identity.sources.size() || (*sources)[i]->digest() != scan->identity.sources[i].digest)
      return Error{Failure::data, settings->feeds[i].path, "is not the file the journal was made from (SHA-256 differs)",
                   "name the right one with --data"};
  return JournalInputs{std::move(scan).value(), std::move(settings).value(), std::move(sources).value()};
}

}  // namespace trade
