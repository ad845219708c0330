#include "loadgen/plan/first_due.h"

#include <algorithm>

namespace loadgen {

std::uint64_t stream_seed(std::uint64_t seed, std::uint64_t stream) {
  return seed ^ (0x9e3779b97f4a7c15ULL * (stream + 1));
}

std::optional<RunOffset> first_due(const Scenario& scenario, std::uint64_t seed, Share share) {
  std::optional<RunOffset> first;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Workload& workload = scenario.workloads[w];
    if (workload.closed_loop()) return std::nullopt;
    Schedule schedule(segments_of(workload), workload.arrival, stream_seed(seed, w), share);
    const auto due = schedule.next();
    if (due) first = std::min(first.value_or(due->intended), due->intended);
  }
  return first;
}

}  // namespace loadgen
