#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/catalogue.h"
#include "app/command.h"
#include "app/source_digest.h"
#include "runtime/journal_record.h"

namespace trade {

void add_version(CLI::App& app, int& code) {
  auto json = std::make_shared<bool>(false);
  auto* c = app.add_subcommand("version", "version of the program, its journal format and its catalogue");
  c->add_flag("--json", *json, "as JSON");
  c->callback([json, &code] {
    const auto digest = to_hex(catalogue().digest());
    if (*json)
      std::printf("{\"version\":\"%s\",\"journal_format\":%d,\"catalogue\":\"%s\",\"source\":\"%s\"}\n", TRADE_VERSION, record_version,
                  digest.c_str(), to_hex(source_digest()).c_str());
    else std::printf("trade %s, journal format %d, catalogue %.12s, source %.12s\n", TRADE_VERSION, record_version, digest.c_str(),
                     to_hex(source_digest()).c_str());
    code = 0;
  });
}

}  // namespace trade
