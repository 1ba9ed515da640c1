#include "app/command_inlet.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "wire/json.h"

namespace trade {
namespace {

void print_error(std::size_t line, const Error& error) {
  std::string out = "{\"error\":{\"line\":" + std::to_string(line) + ",\"where\":";
  wire::write_json(out, error.where);
  out += ",\"what\":";
  wire::write_json(out, error.what);
  out += ",\"mend\":";
  wire::write_json(out, error.mend);
  print_line(out + "}}");
}

}  // namespace

void print_line(const std::string& json) {
  static std::mutex mutex;
  const std::lock_guard lock(mutex);
  const std::string line = json + "\n";
  for (std::size_t done = 0; done < line.size();) {
    const auto n = ::write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (n <= 0) return;  // nobody reads any more
    done += static_cast<std::size_t>(n);
  }
}

Result<std::unique_ptr<CommandInlet>> CommandInlet::open(const std::string& path, const Catalogue& catalogue, const Kernel& kernel,
                                                         bool urgent_only) {
  if (path.empty()) return std::unique_ptr<CommandInlet>{};
  const int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error{Failure::not_found, "--commands " + path, "cannot be opened", "name a file or FIFO, or - for standard input"};
  std::vector<const MessageType*> commands;
  for (const auto& e : catalogue.entries) {
    if (e.type == nullptr) continue;
    for (const auto& route : e.type->routes)
      if (!route.query) commands.push_back(kernel.type(route.message));
  }
  return std::unique_ptr<CommandInlet>(new CommandInlet(fd, std::move(commands), urgent_only));
}

CommandInlet::CommandInlet(int fd, std::vector<const MessageType*> commands, bool urgent_only)
    : fd_(fd), commands_(std::move(commands)), urgent_only_(urgent_only) {
  CHECK(::pipe(wake_) == 0);
  thread_ = std::jthread([this] {
    read_lines();
    ended_.store(true, std::memory_order_release);
  });
}

CommandInlet::~CommandInlet() {
  [[maybe_unused]] const auto n = ::write(wake_[1], "x", 1);
  thread_ = {};
  ::close(fd_);
  ::close(wake_[0]);
  ::close(wake_[1]);
}

void CommandInlet::read_lines() {
  std::string pending;
  std::size_t number = 0;
  char bytes[65536];
  for (;;) {
    pollfd fds[2] = {{fd_, POLLIN, 0}, {wake_[0], POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0 || fds[1].revents != 0) return;
    const auto n = ::read(fd_, bytes, sizeof bytes);
    if (n <= 0) return;
    pending.append(bytes, static_cast<std::size_t>(n));
    std::size_t from = 0;
    for (std::size_t end; (end = pending.find('\n', from)) != std::string::npos; from = end + 1)
      read_line(pending.substr(from, end - from), ++number);
    pending.erase(0, from);
  }
}

void CommandInlet::read_line(const std::string& line, std::size_t number) {
  if (line.empty()) return;
  auto document = parse_json(line, "command");
  if (!document) return print_error(number, document.error());
  if (document->kind() != Document::Kind::table || document->members().size() != 1)
    return print_error(number, {Failure::data, {}, "is not one command", "{\"PlaceOrder\": {...}}, one to a line"});
  const auto& [name, body] = document->members().front();
  const auto at =
      std::find_if(commands_.begin(), commands_.end(), [&name = name](const MessageType* t) { return t != nullptr && t->name == name; });
  if (at == commands_.end()) {
    std::vector<std::string_view> known;
    for (const auto* t : commands_) known.push_back(t->name);
    const auto near = nearest(name, known);
    return print_error(number,
                       {Failure::data, name, "there is no such command", near.empty() ? "" : "did you mean " + std::string(near) + "?"});
  }
  if (urgent_only_ && !(*at)->urgent)
    return print_error(number,
                       {Failure::busy, name, "safe mode: only cancels and the kill switch are let in", "see `trade journal quarantine`"});
  auto message = (*at)->from_document(body);
  if (!message) return print_error(number, message.error());
  Posted p;
  p.type = *at;
  p.message = std::move(message).value();
  const std::lock_guard lock(mutex_);
  queue_.push_back(std::move(p));
  arrived_.notify_one();
}

bool CommandInlet::waiting() const {
  const std::lock_guard lock(mutex_);
  return !queue_.empty();
}

void CommandInlet::wait_until(std::chrono::steady_clock::time_point due) {
  std::unique_lock lock(mutex_);
  arrived_.wait_until(lock, due, [this] { return !queue_.empty(); });
}

void CommandInlet::take(const std::function<bool(Posted)>& post) {
  std::deque<Posted> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(queue_);
  }
  for (auto& p : taken)
    if (!post(std::move(p)))
      print_line("{\"error\":{\"what\":\"busy: the inbox is full\",\"mend\":\"send the command again under the same id\"}}");
}

void EdgeOutside::leave(const Effect& effect) {
  Tape::leave(effect);
  if (!print_ || effect.type->role != Role::reply) return;
  std::string out = "{\"";
  out.append(effect.type->name).append("\":");
  effect.type->to_json(out, effect.message.data());
  print_line(out + "}");
}

}  // namespace trade
