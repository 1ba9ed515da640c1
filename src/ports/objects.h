#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/digest.h"
#include "core/result.h"

// Port: whole objects under names.
namespace trade {

struct StoredObject {
  std::string name;
  std::uint64_t bytes{};
  Digest sha256;
  bool operator==(const StoredObject&) const = default;
};

// A name is parts of [A-Za-z0-9_=.-] joined by '/', none beginning with '.', at most 200 bytes in all, not ending in ".tmp".
// Another name is a usage Error, and so is one that is also a folder of others ("a" beside "a/b").
// Not for sharing between threads.
class Objects {
 public:
  virtual ~Objects() = default;
  // Puts the object in place of what was there. Durable when it returns; a reader, and a restart, sees the old or the new one whole.
  virtual Result<StoredObject> put(const std::string& name, std::string_view bytes) = 0;
  // not_found when there is none; corruption when its bytes are not those that were put.
  virtual Result<std::string> get(const std::string& name) = 0;
  // The same without the bytes.
  virtual Result<StoredObject> look(const std::string& name) = 0;
  // The names that begin with `prefix`, sorted.
  virtual Result<std::vector<std::string>> list(std::string_view prefix) = 0;
  // not_found when there is none.
  virtual Result<void> remove(const std::string& name) = 0;
};

// Whether `name` is one.
bool is_object_name(std::string_view name);

}  // namespace trade
