#include "adapters/embedded/simulated_disk.h"

#include <algorithm>

#include "core/digest.h"

namespace trade {
namespace {

Error full_disk(const std::string& path, std::string_view doing) {
  return {Failure::resource, path, std::string(doing) + ": No space left on device",
          "free space on this disk or choose another folder"};
}
Error io_error(const std::string& path, std::string_view doing) {
  return {Failure::resource, path, std::string(doing) + ": Input/output error", {}};
}
Error no_file(const std::string& path) { return {Failure::not_found, path, "open: No such file or directory", {}}; }

}  // namespace

class SimulatedDisk::OpenFile final : public File {
 public:
  OpenFile(SimulatedDisk& disk, NodePointer node, std::string path)
      : disk_(disk), node_(std::move(node)), path_(std::move(path)), generation_(disk.generation_) {}

  Result<void> pwrite(std::uint64_t offset, std::string_view bytes) override {
    if (auto e = usable(true)) return *e;
    const bool was_off = disk_.is_off();
    const auto failed = disk_.begin(path_, "write");
    ++disk_.counts_.writes;
    // A write that meets the loss of power may have reached some sectors.
    if (failed && (was_off || !disk_.is_off())) return *failed;
    if (auto e = disk_.grow(*node_, std::max<std::uint64_t>(node_->bytes.size(), offset + bytes.size()), path_)) return *e;
    disk_.write(*node_, offset, bytes);
    if (failed) return *failed;
    return {};
  }

  Result<std::size_t> pread(std::uint64_t offset, char* to, std::size_t n) override {
    if (auto e = usable(false)) return *e;
    if (auto e = disk_.begin(path_, "read")) return *e;
    if (offset >= node_->bytes.size()) return std::size_t{0};
    return node_->bytes.copy(to, n, offset);
  }

  Result<void> sync() override {
    if (auto e = usable(true)) return *e;
    ++disk_.counts_.syncs;
    if (auto e = disk_.begin(path_, "sync")) {
      if (!disk_.is_off()) disk_.lose(*node_);
      failed_ = e;
      return *e;
    }
    if (!disk_.lying_) disk_.sync(*node_);
    return {};
  }

  Result<void> preallocate(std::uint64_t size) override {
    if (auto e = usable(true)) return *e;
    if (auto e = disk_.begin(path_, "reserve")) return *e;
    if (auto e = disk_.grow(*node_, std::max<std::uint64_t>(node_->bytes.size(), size), path_)) return *e;
    return {};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (auto e = usable(true)) return *e;
    if (auto e = disk_.begin(path_, "set size")) return *e;
    if (size > node_->bytes.size()) {
      if (auto e = disk_.grow(*node_, size, path_)) return *e;
      return {};
    }
    node_->bytes.resize(size);
    auto& dirty = node_->dirty;
    dirty.erase(dirty.lower_bound((size + sector_bytes - 1) / sector_bytes), dirty.end());
    return {};
  }

  Result<std::uint64_t> size() override {
    if (auto e = usable(false)) return *e;
    return static_cast<std::uint64_t>(node_->bytes.size());
  }

 private:
  std::optional<Error> usable(bool changing) const {
    if (generation_ != disk_.generation_) return io_error(path_, "the file was open before a restart");
    return changing ? failed_ : std::nullopt;
  }

  SimulatedDisk& disk_;
  NodePointer node_;
  std::string path_;
  std::uint64_t generation_;
  std::optional<Error> failed_;
};

class SimulatedDisk::Lock final : public DirectoryLock {
 public:
  Lock(SimulatedDisk& disk, std::string dir) : disk_(disk), dir_(std::move(dir)), generation_(disk.generation_) {}
  ~Lock() override { if (generation_ == disk_.generation_) disk_.locked_.erase(dir_); }

 private:
  SimulatedDisk& disk_;
  std::string dir_;
  std::uint64_t generation_;
};

std::uint64_t SimulatedDisk::draw(std::uint64_t below) { return mix64(random_ += 0x9E3779B97F4A7C15ull) % below; }

std::optional<Error> SimulatedDisk::begin(const std::string& path, std::string_view doing) {
  ++counts_.operations;
  if (is_off()) return io_error(path, std::string(doing) + ": the machine is off");
  const auto fault = faults_.find(counts_.operations);
  if (fault == faults_.end()) return std::nullopt;
  return fault->second == Fault::full ? full_disk(path, doing) : io_error(path, doing);
}

std::optional<Error> SimulatedDisk::grow(Node& node, std::uint64_t size, const std::string& path) {
  const auto now = node.bytes.size();
  if (size <= now) return std::nullopt;
  if (capacity_ != UINT64_MAX) {
    std::uint64_t used = 0;
    for (const auto& [name, n] : names_) used += n->bytes.size();
    if (used + (size - now) > capacity_) return full_disk(path, "reserve " + std::to_string(size) + " bytes");
  }
  node.bytes.resize(size);
  if (node.durable.size() > now) touch(node, now, std::min<std::uint64_t>(size, node.durable.size()));  // zeros over old bytes
  return std::nullopt;
}

void SimulatedDisk::touch(Node& node, std::uint64_t from, std::uint64_t to) {
  for (auto sector = from / sector_bytes; sector * sector_bytes < to; ++sector) {
    const auto start = sector * sector_bytes;
    const Range range{static_cast<std::uint32_t>(std::max(from, start) - start),
                      static_cast<std::uint32_t>(std::min(to, start + sector_bytes) - start)};
    const auto [it, fresh] = node.dirty.try_emplace(sector, range);
    if (fresh) continue;
    it->second.from = std::min(it->second.from, range.from);
    it->second.to = std::max(it->second.to, range.to);
  }
}

void SimulatedDisk::write(Node& node, std::uint64_t offset, std::string_view bytes) {
  node.bytes.replace(offset, bytes.size(), bytes);
  touch(node, offset, offset + bytes.size());
}

void SimulatedDisk::sync(Node& node) {
  node.durable.resize(node.bytes.size());
  for (const auto& [sector, range] : node.dirty) {
    const auto from = sector * sector_bytes + range.from;
    const auto to = std::min<std::uint64_t>(sector * sector_bytes + range.to, node.bytes.size());
    if (from < to) node.durable.replace(from, to - from, node.bytes, from, to - from);
  }
  node.dirty.clear();
}

// Decides for every unsynced sector, and the size, what of it reached the disk.
void SimulatedDisk::lose(Node& node) {
  if (node.durable.size() != node.bytes.size() && draw(2) == 0) node.durable.resize(node.bytes.size());
  for (const auto& [sector, range] : node.dirty) {
    const auto from = sector * sector_bytes + range.from;
    const auto to = std::min<std::uint64_t>({sector * sector_bytes + range.to, node.bytes.size(), node.durable.size()});
    if (from >= to) continue;
    const auto fate = draw(5);
    const auto kept = fate < 2 ? to - from : fate < 4 ? 0 : draw(to - from);
    node.durable.replace(from, kept, node.bytes, from, kept);
    if (fate == 2 || fate == 3) ++counts_.lost_sectors;
    if (fate != 4) continue;
    ++counts_.torn_sectors;
    for (auto at = from + kept; at < to; ++at) node.durable[at] = static_cast<char>(draw(256));
  }
  node.dirty.clear();
}

void SimulatedDisk::apply(const NameChange& change) {
  if (!change.removed.empty()) durable_names_.erase(change.removed);
  if (!change.made.empty()) durable_names_[change.made] = change.node;
}

void SimulatedDisk::crash() {
  ++counts_.crashes;
  for (auto& [dir, changes] : changes_) {
    const auto kept = draw(changes.size() + 1);
    for (std::size_t i = 0; i < kept; ++i) apply(changes[i]);
    counts_.lost_names += changes.size() - kept;
  }
  changes_.clear();
  names_ = durable_names_;
  std::set<Node*> done;  // a name replaced and its replacement may share no node, but a node may have two names for a while
  for (auto& [name, node] : names_) {
    if (!done.insert(node.get()).second) continue;
    lose(*node);
    node->bytes = node->durable;
  }
  power_off_at_ = UINT64_MAX;
  kill();
}

void SimulatedDisk::kill() {
  ++generation_;
  locked_.clear();
}

std::string SimulatedDisk::durable_bytes(const std::string& path) const {
  const auto it = durable_names_.find(path);
  return it == durable_names_.end() ? std::string{} : it->second->durable;
}

void SimulatedDisk::plant(const std::string& path, std::string bytes) {
  auto node = std::make_shared<Node>();
  node->bytes = bytes;
  node->durable = std::move(bytes);
  names_[path] = node;
  durable_names_[path] = node;
  directories_.insert(directory_of(path));
}

void SimulatedDisk::flip_bit(const std::string& path, std::uint64_t bit) {
  auto& node = *names_.at(path);
  const auto flip = [&](std::string& bytes) {
    if (bit / 8 < bytes.size()) bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << bit % 8));
  };
  flip(node.bytes);
  flip(node.durable);
}

Result<std::unique_ptr<File>> SimulatedDisk::open(const std::string& path) {
  if (auto e = begin(path, "open")) return *e;
  const auto it = names_.find(path);
  if (it == names_.end()) return no_file(path);
  return std::unique_ptr<File>(std::make_unique<OpenFile>(*this, it->second, path));
}

Result<std::unique_ptr<File>> SimulatedDisk::create(const std::string& path) {
  if (auto e = begin(path, "create")) return *e;
  if (names_.contains(path)) return Error{Failure::busy, path, "create: File exists", {}};
  if (!directories_.contains(directory_of(path))) return no_file(path);
  ++counts_.creations;
  auto node = std::make_shared<Node>();
  names_[path] = node;
  changes_[directory_of(path)].push_back({{}, path, node});
  return std::unique_ptr<File>(std::make_unique<OpenFile>(*this, std::move(node), path));
}

// Directories are durable at once: they are made before anything depends on them.
Result<void> SimulatedDisk::make_dir(const std::string& path) {
  if (auto e = begin(path, "create directory")) return *e;
  for (std::size_t at = 1; at <= path.size(); ++at)
    if (at == path.size() || path[at] == '/') directories_.insert(path.substr(0, at));
  return {};
}

Result<std::vector<std::string>> SimulatedDisk::list(const std::string& dir) {
  if (auto e = begin(dir, "list")) return *e;
  if (!directories_.contains(dir)) return no_file(dir);
  std::set<std::string> found;
  const auto add = [&](const std::string& path) {
    if (path.size() > dir.size() && path.starts_with(dir) && path[dir.size()] == '/')
      found.insert(path.substr(dir.size() + 1, path.find('/', dir.size() + 1) - dir.size() - 1));
  };
  for (const auto& [path, node] : names_) add(path);
  for (const auto& path : directories_) add(path);
  return std::vector<std::string>(found.begin(), found.end());
}

Result<void> SimulatedDisk::rename(const std::string& from, const std::string& to) {
  if (auto e = begin(from, "rename")) return *e;
  const auto it = names_.find(from);
  if (it == names_.end()) return no_file(from);
  auto node = it->second;
  names_.erase(it);
  names_[to] = node;
  changes_[directory_of(to)].push_back({from, to, std::move(node)});
  return {};
}

Result<void> SimulatedDisk::remove(const std::string& path) {
  if (auto e = begin(path, "remove")) return *e;
  if (names_.erase(path) == 0) return no_file(path);
  changes_[directory_of(path)].push_back({path, {}, {}});
  return {};
}

Result<void> SimulatedDisk::sync_dir(const std::string& dir) {
  if (auto e = begin(dir, "sync directory")) return *e;
  ++counts_.directory_syncs;
  if (lying_) return {};
  for (const auto& change : changes_[dir]) apply(change);
  changes_.erase(dir);
  return {};
}

Result<std::unique_ptr<DirectoryLock>> SimulatedDisk::lock(const std::string& dir) {
  if (auto e = begin(dir, "lock")) return *e;
  if (!directories_.contains(dir)) return no_file(dir);
  if (!locked_.insert(dir).second)
    return Error{Failure::busy, dir, "this folder is in use by process 1", "stop it, or choose another data folder"};
  return std::unique_ptr<DirectoryLock>(std::make_unique<Lock>(*this, dir));
}

Result<std::string> SimulatedDisk::read_all(const std::string& path) {
  if (auto e = begin(path, "read")) return *e;
  const auto it = names_.find(path);
  if (it == names_.end()) return no_file(path);
  return it->second->bytes;
}

}  // namespace trade
