#pragma once
#include "ports/file.h"

namespace trade {

// The files of this machine (POSIX).
std::unique_ptr<Files> posix_files();

}  // namespace trade
