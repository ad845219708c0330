// What the schema of result.json calls by name.
#pragma once

#include <string>

namespace loadgen {

/// The object of its `$defs`. Pure.
std::string result_definitions();

}  // namespace loadgen
