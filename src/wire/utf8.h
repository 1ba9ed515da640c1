#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace trade::wire {

// Bytes of the well-formed UTF-8 sequence that `s` begins with; 0 when there is none (Unicode 15, table 3-7).
std::size_t utf8_length(std::string_view s);
bool is_utf8(std::string_view s);
// Appends the code point as UTF-8; it is a Unicode scalar value.
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace trade::wire
