// When reads and writes were gone and came back, from the tickets of probes one by one.
#pragma once

#include <optional>
#include <vector>

#include "loadgen/core/recording.h"
#include "loadgen/core/rto.h"

namespace loadgen {

/// A stretch in which no ticket of a class of probes succeeded: what lies between two successes
/// that are neighbours by when they were due. Blind tickets are no part of it.
struct ProbeGap {
  std::optional<RunOffset> last_ok;   // none: there was no success before it
  std::vector<ProbeAnswer> failed;    // ascending by when they were due; at least one
  std::optional<ProbeAnswer> answer;  // the success after it; none: there was none
};

/// All gaps of one workload in one group, in order, over all workers. Pure.
std::vector<ProbeGap> probe_gaps(const Recording& recording, std::uint16_t group,
                                 std::uint16_t workload);

/// From the last success (or the first failure) to the next (or to `end`). Pure.
Duration length_of(const ProbeGap& gap, RunOffset end);

/// The longest gap with a ticket that failed from `requested` on; nothing when there is none. Pure.
std::optional<Rto> rto_of(const Recording& recording, std::uint16_t group, std::uint16_t workload,
                          RunOffset requested);

}  // namespace loadgen
