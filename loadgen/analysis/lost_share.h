// What became of the tickets of a share whose worker was lost.
#pragma once

#include <cstdint>
#include <map>

#include "loadgen/core/recording.h"

namespace loadgen {

/// The adjustment that makes a share whole: what fell due and was not reported, and what was
/// reported and never ended, is blind{worker_lost}. `reported`: the sum of the share's parts;
/// `due`: its tickets by slice. Pure.
Part settle_share(std::uint32_t share, const Recording& reported,
                  const std::map<SliceKey, std::uint64_t>& due);

}  // namespace loadgen
