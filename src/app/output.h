#pragma once
#include "app/report.h"
#include "runtime/outside.h"

namespace trade {

// Writes NAME.json and NAME.html.
Result<void> write_report(const Report& report, const std::string& name, const std::string& title);

// False when the file cannot be written whole.
bool write_text(const std::string& path, const std::string& text);

// Nothing outside: replies and projections of a backtest go nowhere; the catalogue has no requests that need an answer.
class SilentOutside final : public Outside {
 public:
  void leave(const Effect&) override {}
  Answer perform(const Effect& request) override;
};

}  // namespace trade
