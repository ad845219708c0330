// From server samples to what each server did and what happened to it.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/node_result.h"

namespace loadgen {

/// The nodes of one group, in the order in which they were first sampled, over `spans` (contiguous,
/// in order). Counts are differences between consecutive samples of one server start: what a server
/// counted between its last sample before a restart and its first after it is nobody's to know. A
/// difference belongs to the phase of its later sample. Pure.
std::vector<std::pair<std::string, NodeResult>> nodes_of(const Run& run, const std::string& group,
                                                         const std::vector<PhaseSpan>& spans);

}  // namespace loadgen
