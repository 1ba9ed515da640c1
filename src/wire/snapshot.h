#pragma once
#include <string>
#include <string_view>

#include "wire/binary.h"

// The snapshot form of a service's State is its canonical binary form; equal states are equal bytes however they were reached.
namespace trade::wire {

template <class T>
std::string state_bytes(const T& state) {
  ByteWriter w;
  write_binary(w, state);
  return w.take();
}

// False, with `state` partly read, when the bytes are not exactly one T.
template <class T>
bool read_state(std::string_view bytes, T& state) {
  ByteReader r(bytes);
  return read_binary(r, state) && r.at_end();
}

}  // namespace trade::wire
