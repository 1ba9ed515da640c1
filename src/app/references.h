#pragma once
#include "core/document.h"
#include "core/result.h"

namespace trade {

// Every instrument, venue and account that a section names by its id is listed under `config`; the error names the key that is not.
Result<void> check_references(const Document& root);

}  // namespace trade
