#pragma once
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// The recorded data beside the repository (TRADE_DATA, else ../shared/data). A clone without it runs the bundled samples only; that is
// said aloud by RecordedData.IsThere, and is a failure where CI is set.
namespace recorded {

inline std::string root() {
  const char* set = std::getenv("TRADE_DATA");
  return set != nullptr ? set : std::string(TRADE_SOURCE_DIR) + "/../shared/data";
}
inline bool there(std::string_view path) { return std::filesystem::exists(root() + "/" + std::string(path)); }

}  // namespace recorded
