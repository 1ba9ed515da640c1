#pragma once
#include <memory>

#include "ports/file.h"
#include "ports/objects.h"

namespace trade {

// Objects as plain files: ROOT/objects/NAME, and ROOT/digests/NAME with the SHA-256 the file must have. While an object is replaced the
// latter holds two lines, old and new, so that a crash in between leaves either of them whole and known.
class FolderObjects final : public Objects {
 public:
  static Result<std::unique_ptr<FolderObjects>> open(std::shared_ptr<Files> files, const std::string& root);

  Result<StoredObject> put(const std::string& name, std::string_view bytes) override;
  Result<std::string> get(const std::string& name) override;
  Result<StoredObject> look(const std::string& name) override;
  Result<std::vector<std::string>> list(std::string_view prefix) override;
  Result<void> remove(const std::string& name) override;

 private:
  FolderObjects(std::shared_ptr<Files> files, const std::string& root)
      : files_(std::move(files)), objects_(root + "/objects"), digests_(root + "/digests") {}
  Result<void> check(const std::string& name) const;
  Result<void> make_room(const std::string& tree, const std::string& name);
  Result<void> walk(const std::string& inner, std::vector<std::string>& out);

  std::shared_ptr<Files> files_;
  std::string objects_, digests_;
};

}  // namespace trade
