#include "adapters/system/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>
#include <vector>

#include "wire/utf8.h"

namespace trade {
namespace {

using Kind = Document::Kind;

// Thrown to leave yaml-cpp's parser; never leaves read_yaml.
struct Refused {
  int line;
  std::string what;
};

bool is_json_number(std::string_view s) {
  const auto take_digits = [&s] {
    const auto n = std::min(s.find_first_not_of("0123456789"), s.size());
    s.remove_prefix(n);
    return n;
  };
  if (s.starts_with('-')) s.remove_prefix(1);
  const bool zero = s.starts_with('0');
  const auto whole = take_digits();
  if (whole == 0 || (zero && whole > 1)) return false;
  if (s.starts_with('.')) {
    s.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  if (s.starts_with('e') || s.starts_with('E')) {
    s.remove_prefix(1);
    if (s.starts_with('+') || s.starts_with('-')) s.remove_prefix(1);
    if (take_digits() == 0) return false;
  }
  return s.empty();
}

Document plain_scalar(const std::string& s, int line) {
  if (s == "true" || s == "True" || s == "TRUE") return Document::scalar(Kind::boolean, "true", line);
  if (s == "false" || s == "False" || s == "FALSE") return Document::scalar(Kind::boolean, "false", line);
  return Document::scalar(is_json_number(s) ? Kind::number : Kind::text, s, line);
}

std::size_t count_nodes(const Document& d) {
  std::size_t n = 1;
  for (const auto& item : d.items()) n += count_nodes(item);
  for (const auto& m : d.members()) n += count_nodes(m.second);
  return n;
}
int depth_of(const Document& d) {
  int deepest = 0;
  for (const auto& item : d.items()) deepest = std::max(deepest, depth_of(item));
  for (const auto& m : d.members()) deepest = std::max(deepest, depth_of(m.second));
  return deepest + (d.kind() == Kind::list || d.kind() == Kind::table);
}

// Builds the tree from the parser's events; a table's events alternate between key and value.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const YamlLimits& limits) : limits_(limits) {}
  Document take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) throw Refused{line_of(mark), "a second document"};
  }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(Document::scalar(Kind::null, "", line_of(mark)), anchor);
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchored_.find(anchor);
    if (found == anchored_.end()) throw Refused{line_of(mark), "an alias inside the node it names"};
    count(count_nodes(found->second), line_of(mark));
    if (static_cast<int>(open_.size()) + depth_of(found->second) > limits_.depth) too_deep(line_of(mark));
    place(found->second, line_of(mark));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, const std::string& value) override {
    const int line = line_of(mark);
    if (tag == "?") return add(plain_scalar(value, line), anchor);
    if (tag != "!" && tag != "tag:yaml.org,2002:str") throw Refused{line, "the tag " + tag + " is not supported"};
    add(Document::scalar(Kind::text, value, line), anchor);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Document::make_list(line_of(mark)), tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(Document::make_table(line_of(mark)), tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Document node;
    YAML::anchor_t anchor = 0;
    bool has_key = false;
    std::string key;
    std::set<std::string> keys;
  };

  static int line_of(const YAML::Mark& mark) { return mark.line + 1; }
  [[noreturn]] void too_deep(int line) const { throw Refused{line, "nested deeper than " + std::to_string(limits_.depth)}; }
  void count(std::size_t nodes, int line) {
    nodes_ += nodes;
    if (nodes_ > limits_.nodes) throw Refused{line, "more than " + std::to_string(limits_.nodes) + " nodes"};
  }

  void open(Document node, const std::string& tag, YAML::anchor_t anchor) {
    const int line = node.line();
    if (tag != "?" && tag != "!" && !tag.empty()) throw Refused{line, "the tag " + tag + " is not supported"};
    if (static_cast<int>(open_.size()) >= limits_.depth) too_deep(line);
    if (expects_key()) throw Refused{line, "a key is not a scalar"};
    count(1, line);
    open_.push_back({std::move(node), anchor, false, {}, {}});
  }
  void close() {
    Document node = std::move(open_.back().node);
    const auto anchor = open_.back().anchor;
    open_.pop_back();
    remember(node, anchor);
    const int line = node.line();
    place(std::move(node), line);
  }
  void add(Document node, YAML::anchor_t anchor) {
    const int line = node.line();
    count(1, line);
    remember(node, anchor);
    place(std::move(node), line);
  }
  void remember(const Document& node, YAML::anchor_t anchor) {
    if (anchor == 0) return;
    count(count_nodes(node), node.line());
    anchored_.insert_or_assign(anchor, node);
  }
  bool expects_key() const { return !open_.empty() && open_.back().node.kind() == Kind::table && !open_.back().has_key; }

  void place(Document node, int line) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Open& top = open_.back();
    if (top.node.kind() == Kind::list) {
      top.node.items().push_back(std::move(node));
    } else if (!top.has_key) {
      if (node.kind() == Kind::list || node.kind() == Kind::table) throw Refused{line, "a key is not a scalar"};
      if (!top.keys.insert(node.text()).second) throw Refused{line, "duplicate key " + node.text()};
      top.key = node.text();
      top.has_key = true;
    } else {
      top.node.members().emplace_back(std::move(top.key), std::move(node));
      top.has_key = false;
    }
  }

  const YamlLimits& limits_;
  Document root_;
  std::vector<Open> open_;
  std::map<YAML::anchor_t, Document> anchored_;
  std::size_t nodes_ = 0;
  int documents_ = 0;
};

// Finds bytes yaml-cpp would replace, or take for the end of the text (0x04); 0 when there are none, else their line.
int line_of_bad_byte(std::string_view text) {
  int line = 1;
  while (!text.empty()) {
    const char c = text.front();
    const auto n = wire::utf8_length(text);
    if (n == 0 || (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t') || c == 0x7F) return line;
    line += c == '\n';
    text.remove_prefix(n);
  }
  return 0;
}

Error refused(std::string_view name, int line, std::string what) {
  return {Failure::config, std::string(name) + (line > 0 ? ":" + std::to_string(line) : ""), std::move(what), {}};
}

}  // namespace

Result<Document> read_yaml(std::string_view text, std::string_view name, const YamlLimits& limits) {
  if (text.size() > limits.bytes) return refused(name, 0, "longer than " + std::to_string(limits.bytes) + " bytes");
  if (const int line = line_of_bad_byte(text); line != 0) return refused(name, line, "bad UTF-8 or a control character");
  try {
    std::istringstream in{std::string(text)};
    YAML::Parser parser(in);
    TreeBuilder tree(limits);
    while (parser.HandleNextDocument(tree)) {
    }
    return tree.take();
  } catch (const Refused& r) {
    return refused(name, r.line, r.what);
  } catch (const YAML::Exception& e) {
    return refused(name, e.mark.line + 1, e.msg);
  } catch (const std::exception& e) {
    return refused(name, 0, e.what());
  }
}

Result<Document> read_yaml_file(const std::string& path, const YamlLimits& limits) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Error{Failure::not_found, path, "cannot be opened", "name a configuration, e.g. examples/demo.yaml"};
  std::string text;
  try {
    text.resize(limits.bytes + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
  } catch (const std::exception& e) {
    return Error{Failure::resource, path, e.what(), {}};
  }
  if (file.bad()) return Error{Failure::resource, path, "cannot be read", {}};
  return read_yaml(text, path, limits);
}

}  // namespace trade
