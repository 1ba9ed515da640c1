#include "adapters/venues/input_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <vector>

namespace trade::venues {

Result<std::shared_ptr<const InputFile>> InputFile::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    const int e = errno;
    return Error{e == ENOENT || e == ENOTDIR ? Failure::not_found : Failure::resource, path, std::strerror(e),
                 "check the path of the feed"};
  }
  std::shared_ptr<InputFile> file(new InputFile(path, fd));
  struct stat s{};
  if (::fstat(fd, &s) != 0) return Error{Failure::resource, path, std::strerror(errno), {}};
  if (!S_ISREG(s.st_mode)) return Error{Failure::usage, path, "is not a file", "name one data file"};
  Sha256 hash;
  std::vector<char> buffer(std::min<std::size_t>(1u << 18, static_cast<std::size_t>(s.st_size) + 1));
  for (;;) {
    const auto n = file->read_at(file->size_, buffer.data(), buffer.size());
    if (!n) return n.error();
    if (*n == 0) break;
    hash.add(buffer.data(), *n);
    file->size_ += *n;
  }
  file->digest_ = hash.finish();
  return std::shared_ptr<const InputFile>(std::move(file));
}

InputFile::~InputFile() { ::close(descriptor_); }

Result<std::size_t> InputFile::read_at(std::uint64_t offset, void* to, std::size_t n) const {
  std::size_t done = 0;
  while (done < n) {
    const auto got = ::pread(descriptor_, static_cast<char*>(to) + done, n - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{Failure::resource, path_, std::strerror(errno), {}};
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace trade::venues
