#include "app/output.h"

#include <cstdio>

namespace trade {
namespace {

Result<void> write_file(const std::string& path, const std::string& text) {
  std::FILE* f = std::fopen(path.c_str(), "wb");
  const bool written = f != nullptr && std::fwrite(text.data(), 1, text.size(), f) == text.size();
  const bool closed = f == nullptr || std::fclose(f) == 0;
  if (!written || !closed) return Error{Failure::resource, path, "cannot be written", "name another place with --report"};
  return {};
}

}  // namespace

Result<void> write_report(const Report& report, const std::string& name, const std::string& title) {
  if (auto json = write_file(name + ".json", report_json(report)); !json) return json;
  return write_file(name + ".html", report_html(report, title));
}

Answer SilentOutside::perform(const Effect& request) { CHECK(false, request.type->name); }

}  // namespace trade
