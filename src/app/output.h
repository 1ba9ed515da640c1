#pragma once
#include <deque>
#include <mutex>

#include "app/report.h"
#include "runtime/outside.h"

namespace trade {

// Writes NAME.json and NAME.html.
Result<void> write_report(const Report& report, const std::string& name, const std::string& title);

// False when the file cannot be written whole.
bool write_text(const std::string& path, const std::string& text);

// The edge of a run without clients: keeps the latest fills for the report's page. The catalogue has no requests that need an answer.
class Tape : public Outside {
 public:
  static constexpr std::size_t limit = 10'000;
  void leave(const Effect& effect) override;
  bool wants(const MessageType& type) const override { return &type == &describe<Fill>(); }
  Answer perform(const Effect& request) override;
  std::vector<Fill> take();

 private:
  std::mutex mutex_;  // loops of a live run leave from several threads
  std::deque<Fill> fills_;
};

}  // namespace trade
