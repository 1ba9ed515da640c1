#pragma once
#include <string>

#include "ports/file.h"

namespace trade {

// A data folder holds its journal in `journal`; either may be named.
inline std::string journal_folder(Files& files, const std::string& path) {
  const auto inner = path + "/journal";
  return files.exists(inner) ? inner : path;
}

}  // namespace trade
