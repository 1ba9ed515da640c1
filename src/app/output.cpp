#include "app/output.h"

#include <cstdio>

namespace trade {

bool write_text(const std::string& path, const std::string& text) {
  std::FILE* f = std::fopen(path.c_str(), "wb");
  if (f == nullptr) return false;
  const bool written = std::fwrite(text.data(), 1, text.size(), f) == text.size();
  return std::fclose(f) == 0 && written;
}

namespace {

Result<void> write_file(const std::string& path, const std::string& text) {
  if (!write_text(path, text)) return Error{Failure::resource, path, "cannot be written", "name another place with --report"};
  return {};
}

}  // namespace

Result<void> write_report(const Report& report, const std::string& name, const std::string& title) {
  if (auto json = write_file(name + ".json", report_json(report)); !json) return json;
  return write_file(name + ".html", report_html(report, title));
}

void Tape::leave(const Effect& effect) {
  if (effect.type != &describe<Fill>()) return;
  const std::lock_guard lock(mutex_);
  if (fills_.size() == limit) fills_.pop_front();
  fills_.push_back(*static_cast<const Fill*>(effect.message.data()));
}

Answer Tape::perform(const Effect& request) { CHECK(false, request.type->name); }

std::vector<Fill> Tape::take() {
  const std::lock_guard lock(mutex_);
  return {fills_.begin(), fills_.end()};
}

}  // namespace trade
