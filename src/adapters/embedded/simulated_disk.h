#pragma once
#include <array>
#include <map>
#include <optional>
#include <set>

#include "ports/file.h"

namespace trade {

// A disk in memory that loses what a real one may lose. Deterministic: the seed and the calls decide everything.
//   Unsynced bytes   at crash() every 512-byte sector on its own keeps its old bytes, takes the new ones, or is torn: a prefix of the
//                    new bytes, then garbage. Bytes of the sector that were durable and not written again survive (power-safe
//                    overwrite, what drives promise).
//   Unsynced size    the old or the new one.
//   Unsynced names   per directory, a prefix of the creations, renames and removals since its last sync_dir().
// Operations are counted from 1, every call that reaches the disk is one; faults are placed by that number.
class SimulatedDisk final : public Files {
 public:
  static constexpr std::size_t sector_bytes = 512;
  enum class Fault : std::uint8_t { io, full };
  struct Counts {
    std::uint64_t operations = 0, writes = 0, syncs = 0, directory_syncs = 0, creations = 0, crashes = 0, torn_sectors = 0,
                  lost_sectors = 0, lost_names = 0;
  };

  explicit SimulatedDisk(std::uint64_t seed = 1) : random_(seed) {}

  // The operation with this number fails once (a failed sync loses some of its sectors and forgets the rest, as kernels do).
  void fail_at(std::uint64_t operation, Fault fault) { faults_[operation] = fault; }
  // From this operation on the machine is off: all fail, until crash().
  void power_off_at(std::uint64_t operation) { power_off_at_ = operation; }
  bool is_off() const { return counts_.operations >= power_off_at_; }
  // No file may grow when all files together would exceed this.
  void set_capacity(std::uint64_t bytes) { capacity_ = bytes; }
  // sync() and sync_dir() succeed and do nothing.
  void lie_about_syncs(bool on) { lying_ = on; }

  // Power is lost and comes back: the disk holds what survived. Open files and locks are dead.
  void crash();
  // The process dies, the machine stays up: nothing is lost, but what was not synced is still not durable.
  void kill();

  const Counts& counts() const { return counts_; }
  // What a power loss at this moment would leave at least of a file: its synced bytes; empty when its name is not durable.
  std::string durable_bytes(const std::string& path) const;
  // Puts bytes on the disk as if they had always been there.
  void plant(const std::string& path, std::string bytes);
  // Turns one bit of a file over, as rot on the disk does.
  void flip_bit(const std::string& path, std::uint64_t bit);

  Result<std::unique_ptr<File>> open(const std::string& path) override;
  Result<std::unique_ptr<File>> create(const std::string& path) override;
  bool exists(const std::string& path) override { return names_.contains(path) || directories_.contains(path); }
  Result<void> make_dir(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& dir) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<void> sync_dir(const std::string& dir) override;
  Result<std::unique_ptr<DirectoryLock>> lock(const std::string& dir) override;
  Result<std::string> read_all(const std::string& path) override;

 private:
  struct Range {
    std::uint32_t from, to;  // written and not synced, within the sector
  };
  struct Node {
    std::string bytes, durable;
    std::map<std::uint64_t, Range> dirty;  // by sector
  };
  using NodePointer = std::shared_ptr<Node>;
  struct NameChange {
    std::string removed, made;
    NodePointer node;
  };
  class OpenFile;
  class Lock;

  std::uint64_t draw(std::uint64_t below);
  std::optional<Error> begin(const std::string& path, std::string_view doing);
  std::optional<Error> grow(Node& node, std::uint64_t size, const std::string& path);
  void write(Node& node, std::uint64_t offset, std::string_view bytes);
  void touch(Node& node, std::uint64_t from, std::uint64_t to);
  void sync(Node& node);
  void lose(Node& node);
  void apply(const NameChange& change);

  std::uint64_t random_;
  std::uint64_t generation_ = 0, capacity_ = UINT64_MAX, power_off_at_ = UINT64_MAX;
  bool lying_ = false;
  Counts counts_;
  std::map<std::uint64_t, Fault> faults_;
  std::set<std::string> directories_, locked_;
  std::map<std::string, NodePointer> names_, durable_names_;
  std::map<std::string, std::vector<NameChange>> changes_;  // by directory, since its last sync
};

}  // namespace trade
