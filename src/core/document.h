#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace trade {

// A plain tree read from YAML or JSON, with the source line of every node; what config and json forms are read from.
// Scalars keep their source text: numbers are not converted until a field's type is known.
class Document {
 public:
  enum class Kind : unsigned char { null, boolean, number, text, list, table };
  using Member = std::pair<std::string, Document>;

  Document() = default;
  static Document scalar(Kind kind, std::string text, int line) { return Document(kind, std::move(text), line); }
  static Document make_list(int line) { return Document(Kind::list, {}, line); }
  static Document make_table(int line) { return Document(Kind::table, {}, line); }

  Kind kind() const { return kind_; }
  int line() const { return line_; }  // 1-based; 0 when made by the program
  void forget_lines();               // for what came from elsewhere than the file the lines would be looked up in
  const std::string& text() const { return text_; }  // of a scalar
  const std::vector<Document>& items() const { return items_; }
  std::vector<Document>& items() { return items_; }
  const std::vector<Member>& members() const { return members_; }
  std::vector<Member>& members() { return members_; }

  const Document* find(std::string_view key) const {
    for (const auto& m : members_)
      if (m.first == key) return &m.second;
    return nullptr;
  }
  Document* find(std::string_view key) { return const_cast<Document*>(std::as_const(*this).find(key)); }

 private:
  Document(Kind kind, std::string text, int line) : kind_(kind), line_(line), text_(std::move(text)) {}

  Kind kind_ = Kind::null;
  int line_ = 0;
  std::string text_;
  std::vector<Document> items_;
  std::vector<Member> members_;
};

// The member of `known` that is nearest to `word` by edit distance, empty when none is near (distance > 1 + size / 3).
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace trade
