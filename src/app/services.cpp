#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/catalogue.h"
#include "app/command.h"
#include "wire/json.h"

namespace trade {
namespace {

std::string join(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out.append(out.empty() ? "" : " ").append(w);
  return out;
}

std::vector<std::string> subjects_in(const CatalogueEntry& e) {
  std::vector<std::string> out;
  if (e.type != nullptr)
    for (const auto& c : e.type->in) out.emplace_back(c.type->subject);
  return out;
}
std::vector<std::string> subjects_out(const CatalogueEntry& e) {
  std::vector<std::string> out;
  if (e.type != nullptr)
    for (const auto* t : e.type->out) out.emplace_back(t->subject);
  return out;
}
std::string_view status_of(const CatalogueEntry& e) { return e.type == nullptr ? "absent" : "present"; }

std::string as_json(const Catalogue& c) {
  std::string out = "[";
  for (const auto& e : c.entries) {
    const auto text = [&out](std::string_view key, std::string_view value) {
      if (out.back() != '{') out += ',';
      out.append("\"").append(key).append("\":");
      wire::write_json(out, std::string(value));
    };
    if (out.size() > 1) out += ',';
    out += '{';
    text("name", e.name);
    text("category", e.category);
    out += ",\"priority\":" + std::to_string(e.priority);
    text("lane", name_of(e.lane));
    out += ",\"port\":" + std::to_string(e.port);
    text("loop", e.loop);
    out += ",\"in\":";
    wire::write_json(out, subjects_in(e));
    out += ",\"out\":";
    wire::write_json(out, subjects_out(e));
    text("status", status_of(e));
    out += '}';
  }
  return out + "]\n";
}

std::string as_table(const Catalogue& c) {
  std::string out;
  char line[256];
  std::snprintf(line, sizeof line, "%-20s %-14s %-3s %-11s %5s  %-8s %s\n", "name", "category", "pri", "lane", "port", "loop", "status");
  out += line;
  for (const auto& e : c.entries) {
    std::snprintf(line, sizeof line, "%-20s %-14s P%-2d %-11s %5s  %-8s %s\n", std::string(e.name).c_str(), std::string(e.category).c_str(),
                  e.priority, std::string(name_of(e.lane)).c_str(), e.port == 0 ? "-" : std::to_string(e.port).c_str(),
                  e.loop.empty() ? "-" : std::string(e.loop).c_str(), std::string(status_of(e)).c_str());
    out += line;
  }
  return out;
}

std::string as_markdown(const Catalogue& c) {
  std::string out =
      "| service | category | priority | lane | port | loop | in | out | status |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- "
      "|\n";
  for (const auto& e : c.entries)
    out += "| " + std::string(e.name) + " | " + std::string(e.category) + " | P" + std::to_string(e.priority) + " | " +
           std::string(name_of(e.lane)) + " | " + (e.port == 0 ? "library" : std::to_string(e.port)) + " | " +
           std::string(e.loop.empty() ? "-" : e.loop) + " | " + join(subjects_in(e)) + " | " + join(subjects_out(e)) + " | " +
           std::string(status_of(e)) + " |\n";
  return out;
}

}  // namespace

void add_services(CLI::App& app, int& code) {
  struct Options {
    bool json = false, markdown = false;
  };
  auto o = std::make_shared<Options>();
  auto* c = app.add_subcommand("services", "every service of the inventory and whether it is there");
  c->add_flag("--json", o->json, "as JSON");
  c->add_flag("--markdown", o->markdown, "as the table of docs/services.md");
  c->callback([o, &code] {
    const auto& all = catalogue();
    std::fputs((o->json ? as_json(all) : o->markdown ? as_markdown(all) : as_table(all)).c_str(), stdout);
    code = 0;
  });
}

}  // namespace trade
