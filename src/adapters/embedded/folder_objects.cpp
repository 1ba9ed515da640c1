#include "adapters/embedded/folder_objects.h"

#include <algorithm>

namespace trade {

Result<std::unique_ptr<FolderObjects>> FolderObjects::open(std::shared_ptr<Files> files, const std::string& root) {
  std::unique_ptr<FolderObjects> o(new FolderObjects(std::move(files), root));
  for (const auto& dir : {o->objects_, o->digests_})
    if (auto made = o->files_->make_dir(dir); !made) return made.error();
  if (auto synced = o->files_->sync_dir(root); !synced) return synced.error();
  return o;
}

Result<void> FolderObjects::check(const std::string& name) const {
  if (is_object_name(name)) return {};
  return Error{Failure::usage, "object \"" + name + "\"", "is not a name: parts of [A-Za-z0-9_=.-] joined by '/'", {}};
}

// Makes the folders that lead to `name`; none of them may be an object.
Result<void> FolderObjects::make_room(const std::string& tree, const std::string& name) {
  for (auto at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1)) {
    const auto dir = tree + "/" + name.substr(0, at);
    if (files_->exists(dir)) {
      if (files_->list(dir)) continue;
      return Error{Failure::usage, "object \"" + name + "\"", "\"" + name.substr(0, at) + "\" is an object, not a folder", {}};
    }
    if (auto made = files_->make_dir(dir); !made) return made;
    if (auto synced = files_->sync_dir(directory_of(dir)); !synced) return synced;
  }
  if (files_->list(tree + "/" + name)) return Error{Failure::usage, "object \"" + name + "\"", "is a folder of other objects", {}};
  return {};
}

Result<StoredObject> FolderObjects::put(const std::string& name, std::string_view bytes) {
  if (auto good = check(name); !good) return good.error();
  for (const auto& tree : {objects_, digests_})
    if (auto room = make_room(tree, name); !room) return room.error();
  const StoredObject object{name, bytes.size(), sha256(bytes)};
  std::string known = to_hex(object.sha256) + "\n";
  if (files_->exists(objects_ + "/" + name)) {
    const auto old = files_->read_all(objects_ + "/" + name);
    if (!old) return old.error();
    known += to_hex(sha256(*old)) + "\n";
  }
  if (auto put = replace_file(*files_, digests_ + "/" + name, known); !put) return put.error();
  if (auto put = replace_file(*files_, objects_ + "/" + name, bytes); !put) return put.error();
  return object;
}

Result<std::string> FolderObjects::get(const std::string& name) {
  if (auto good = check(name); !good) return good.error();
  const auto path = objects_ + "/" + name;
  if (!files_->exists(path) || files_->list(path)) return Error{Failure::not_found, path, "there is no such object", {}};
  auto bytes = files_->read_all(path);
  if (!bytes) return bytes;
  const auto known = files_->read_all(digests_ + "/" + name);
  if (!known || known->find(to_hex(sha256(*bytes))) == std::string::npos)
    return Error{Failure::corruption, path, "is not what was put there: its SHA-256 is not in " + digests_ + "/" + name, {}};
  return bytes;
}

Result<StoredObject> FolderObjects::look(const std::string& name) {
  const auto bytes = get(name);
  if (!bytes) return bytes.error();
  return StoredObject{name, bytes->size(), sha256(*bytes)};
}

Result<void> FolderObjects::walk(const std::string& inner, std::vector<std::string>& out) {
  const auto names = files_->list(inner.empty() ? objects_ : objects_ + "/" + inner);
  if (!names) return names.error();
  for (const auto& n : *names) {
    const auto name = inner.empty() ? n : inner + "/" + n;
    if (files_->list(objects_ + "/" + name)) {
      if (auto walked = walk(name, out); !walked) return walked;
    } else if (is_object_name(name)) {
      out.push_back(name);
    }
  }
  return {};
}

Result<std::vector<std::string>> FolderObjects::list(std::string_view prefix) {
  std::vector<std::string> all;
  if (auto walked = walk({}, all); !walked) return walked.error();
  std::erase_if(all, [prefix](const std::string& n) { return !n.starts_with(prefix); });
  std::ranges::sort(all);
  return all;
}

Result<void> FolderObjects::remove(const std::string& name) {
  if (auto there = get(name); !there && there.error().kind != Failure::corruption) return there.error();
  for (const auto& path : {objects_ + "/" + name, digests_ + "/" + name}) {
    if (!files_->exists(path)) continue;
    if (auto removed = files_->remove(path); !removed) return removed;
    if (auto synced = files_->sync_dir(directory_of(path)); !synced) return synced;
  }
  return {};
}

}  // namespace trade
