#include "adapters/system/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

namespace trade {
namespace {

// An Error for errno; `doing` is what was tried.
Error system_error(const std::string& path, std::string_view doing) {
  const int code = errno;
  Error e{Failure::resource, path, std::string(doing) + ": " + std::generic_category().message(code), {}};
  switch (code) {
    case ENOENT: case ENOTDIR: e.kind = Failure::not_found; break;
    case EEXIST: e.kind = Failure::busy; break;
    case ENOSPC: case EDQUOT: e.mend = "free space on this disk or choose another folder"; break;
    case EFBIG: e.mend = "raise the limit on file sizes (ulimit -f)"; break;
    case EACCES: case EPERM: case EROFS: e.mend = "the folder must be writable by this user"; break;
    default: break;
  }
  return e;
}

// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(Descriptor&& d) noexcept : fd_(std::exchange(d.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& d) noexcept { std::swap(fd_, d.fd_); return *this; }
  ~Descriptor() { if (fd_ >= 0) ::close(fd_); }
  int get() const { return fd_; }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_;
};

class PosixFile final : public File {
 public:
  PosixFile(Descriptor fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<void> pwrite(std::uint64_t offset, std::string_view bytes) override {
    if (failed_) return *failed_;
    while (!bytes.empty()) {
      const auto n = ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return system_error(path_, "write");
      bytes.remove_prefix(static_cast<std::size_t>(n));
      offset += static_cast<std::uint64_t>(n);
    }
    return {};
  }

  Result<std::size_t> pread(std::uint64_t offset, char* to, std::size_t n) override {
    std::size_t done = 0;
    while (done < n) {
      const auto got = ::pread(fd_.get(), to + done, n - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return system_error(path_, "read");
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Result<void> sync() override {
    if (failed_) return *failed_;
    int rc;
    do rc = ::fdatasync(fd_.get());
    while (rc != 0 && errno == EINTR);
    if (rc == 0) return {};
    failed_ = system_error(path_, "sync");
    failed_->mend = "what was written last may be lost: check the disk, then restart, which recovers from the journal";
    return *failed_;
  }

  Result<void> preallocate(std::uint64_t size) override {
    if (failed_) return *failed_;
    const int code = ::posix_fallocate(fd_.get(), 0, static_cast<off_t>(size));
    if (code == 0) return {};
    if (code != EOPNOTSUPP && code != EINVAL) {
      errno = code;
      return system_error(path_, "reserve " + std::to_string(size) + " bytes");
    }
    const auto now = this->size();
    if (!now) return now.error();
    return *now < size ? truncate(size) : Result<void>{};
  }

  Result<void> truncate(std::uint64_t size) override {
    if (failed_) return *failed_;
    if (::ftruncate(fd_.get(), static_cast<off_t>(size)) != 0) return system_error(path_, "set size");
    return {};
  }

  Result<std::uint64_t> size() override {
    struct stat s;
    if (::fstat(fd_.get(), &s) != 0) return system_error(path_, "stat");
    return static_cast<std::uint64_t>(s.st_size);
  }

 private:
  Descriptor fd_;
  std::string path_;
  std::optional<Error> failed_;
};

class PosixLock final : public DirectoryLock {
 public:
  explicit PosixLock(Descriptor fd) : fd_(std::move(fd)) {}

 private:
  Descriptor fd_;
};

class PosixFiles final : public Files {
 public:
  Result<std::unique_ptr<File>> open(const std::string& path) override { return opened(path, O_RDWR); }
  Result<std::unique_ptr<File>> create(const std::string& path) override { return opened(path, O_RDWR | O_CREAT | O_EXCL); }
  bool exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<void> make_dir(const std::string& path) override {
    for (std::size_t at = 1; at <= path.size(); ++at) {
      if (at != path.size() && path[at] != '/') continue;
      const auto part = path.substr(0, at);
      if (::mkdir(part.c_str(), 0755) == 0 || errno == EEXIST) continue;
      if (errno == ENOTDIR) return Error{Failure::resource, part, "lies below a file, not a directory", "choose another folder"};
      return system_error(part, "create directory");
    }
    struct stat s;
    if (::stat(path.c_str(), &s) != 0) return system_error(path, "create directory");
    if (S_ISDIR(s.st_mode)) return {};
    return Error{Failure::resource, path, "is a file, not a directory", "choose another folder"};
  }

  Result<std::vector<std::string>> list(const std::string& dir) override {
    DIR* d = ::opendir(dir.c_str());
    if (d == nullptr) return system_error(dir, "list");
    std::vector<std::string> names;
    while (const auto* entry = ::readdir(d)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") names.emplace_back(name);
    }
    ::closedir(d);
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<void> rename(const std::string& from, const std::string& to) override {
    if (::rename(from.c_str(), to.c_str()) != 0) return system_error(from, "rename to " + to);
    return {};
  }

  Result<void> remove(const std::string& path) override {
    if (::unlink(path.c_str()) != 0) return system_error(path, "remove");
    return {};
  }

  Result<void> sync_dir(const std::string& dir) override {
    Descriptor fd(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) return system_error(dir, "sync directory");
    return {};
  }

  Result<std::unique_ptr<DirectoryLock>> lock(const std::string& dir) override {
    const std::string path = dir + "/lock";
    Descriptor fd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!fd) return system_error(path, "lock");
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK) return system_error(path, "lock");
      char holder[32] = {};
      const auto n = ::pread(fd.get(), holder, sizeof holder - 1, 0);
      const std::string who = n > 0 ? "process " + std::string(holder, static_cast<std::size_t>(n)) : "another process";
      return Error{Failure::busy, dir, "this folder is in use by " + who, "stop it, or choose another data folder"};
    }
    const std::string pid = std::to_string(::getpid());
    if (::ftruncate(fd.get(), 0) != 0 || ::pwrite(fd.get(), pid.data(), pid.size(), 0) < 0) return system_error(path, "lock");
    return std::unique_ptr<DirectoryLock>(std::make_unique<PosixLock>(std::move(fd)));
  }

  Result<std::string> read_all(const std::string& path) override {
    Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat s;
    if (!fd || ::fstat(fd.get(), &s) != 0) return system_error(path, "open");
    if (S_ISDIR(s.st_mode)) {
      errno = EISDIR;
      return system_error(path, "open");
    }
    std::string bytes(static_cast<std::size_t>(s.st_size), '\0');
    PosixFile file(std::move(fd), path);
    const auto n = file.pread(0, bytes.data(), bytes.size());
    if (!n) return n.error();
    bytes.resize(*n);
    return bytes;
  }

 private:
  static Result<std::unique_ptr<File>> opened(const std::string& path, int flags) {
    Descriptor fd(::open(path.c_str(), flags | O_CLOEXEC, 0644));
    if (!fd && (flags & O_CREAT) == 0 && (errno == EACCES || errno == EROFS))
      fd = Descriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) return system_error(path, (flags & O_CREAT) != 0 ? "create" : "open");
    return std::unique_ptr<File>(std::make_unique<PosixFile>(std::move(fd), path));
  }
};

}  // namespace

std::unique_ptr<Files> posix_files() { return std::make_unique<PosixFiles>(); }

}  // namespace trade
