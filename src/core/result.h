#pragma once
#include <optional>
#include <string>
#include <utility>

#include "core/check.h"

namespace trade {

// What kind of failure it was; decides the exit code of a command and, later, the HTTP status.
enum class Failure : std::uint8_t { usage, config, data, corruption, resource, busy, not_found };

// A failure outside: what happened, where (file, line, record or field) and how to mend it. Owned by whoever holds it.
struct Error {
  Failure kind = Failure::data;
  std::string where;
  std::string what;
  std::string mend;

  // "where: what (mend)", leaving out what is empty.
  std::string text() const {
    std::string s = where.empty() ? what : where + ": " + what;
    return mend.empty() ? s : s + " (" + mend + ")";
  }
};

// A value or the Error that took its place; reading the wrong one is a bug.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  explicit operator bool() const { return ok(); }
  T& value() & { CHECK(ok(), error_->what); return *value_; }
  const T& value() const& { CHECK(ok(), error_->what); return *value_; }
  T&& value() && { CHECK(ok(), error_->what); return *std::move(value_); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  const Error& error() const { CHECK(!ok()); return *error_; }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() {}  // not defaulted: that would clear an Error's room each time
  Result(Error error) : error_(std::move(error)) {}
  bool ok() const { return !error_.has_value(); }
  explicit operator bool() const { return ok(); }
  const Error& error() const { CHECK(!ok()); return *error_; }

 private:
  std::optional<Error> error_;
};

}  // namespace trade
