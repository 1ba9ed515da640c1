#include "app/command.h"

#include <unistd.h>

#include <cstdio>

#include "wire/json.h"

namespace trade {
namespace {

constexpr std::string_view class_of(Failure kind) {
  switch (kind) {
    case Failure::usage: return "usage";
    case Failure::config: return "config";
    case Failure::data: return "data";
    case Failure::corruption: return "corruption";
    case Failure::resource: return "resource";
    case Failure::busy: return "busy";
    case Failure::not_found: return "not_found";
  }
  return "?";
}

}  // namespace

int exit_code(Failure kind) { return static_cast<int>(kind) + 2; }

int fail(const Error& error, bool json) {
  if (json) {
    std::string out = "{\"error\":{\"class\":\"";
    out.append(class_of(error.kind)).append("\",\"where\":");
    wire::write_json(out, error.where);
    out += ",\"what\":";
    wire::write_json(out, error.what);
    out += ",\"mend\":";
    wire::write_json(out, error.mend);
    std::printf("%s}}\n", out.c_str());
  } else {
    std::fprintf(stderr, "trade: %s\n", error.text().c_str());
  }
  return exit_code(error.kind);
}

std::vector<std::string> environment() {
  std::vector<std::string> out;
  for (char** e = environ; *e != nullptr; ++e) out.emplace_back(*e);
  return out;
}

}  // namespace trade
