// When a share's first ticket falls due.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {

/// A seed of its own for each stream of tickets, so that two workloads' Poisson arrivals are
/// independent. Streams: the workloads by their number, then the load windows in the order in which
/// they became known. Pure.
std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t stream);

/// The earliest ticket of a share over all open loops; nothing when there is none, or a closed
/// loop, whose clients begin at once. Pure.
std::optional<RunOffset> first_due(const Scenario& scenario, std::uint64_t seed, Share share);

}  // namespace loadgen
