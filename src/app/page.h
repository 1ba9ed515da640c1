#pragma once
#include <string>
#include <string_view>

namespace trade {

// Text for a page: what would be markup is not.
std::string escaped(std::string_view s);
// The beginning of a self-contained page, up to and with its heading; light and dark as the reader has it. Ends with "</html>".
std::string page_start(std::string_view title);

// One figure of a list of them (<dl>).
std::string figure_of(std::string_view label, std::string_view value);

}  // namespace trade
