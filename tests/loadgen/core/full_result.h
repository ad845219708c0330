// A result with a value of its own in every field: what a codec forgets, comparing shows.
#pragma once

#include "loadgen/core/result.h"

namespace loadgen {

Result full_result();

}  // namespace loadgen
