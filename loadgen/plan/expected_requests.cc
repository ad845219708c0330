#include "loadgen/plan/expected_requests.h"

#include <algorithm>

#include "loadgen/plan/rounds.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {

double expected_requests(const Scenario& scenario, const Workload& workload,
                         const std::string& group, RunOffset from, RunOffset to) {
  const std::vector<Segment> segments = segments_of(workload);
  const auto between = [&](RunOffset begin, RunOffset end) {
    return begin < end ? expected_events(segments, end) - expected_events(segments, begin) : 0.0;
  };
  double events = between(from, to);
  const Rounds rounds(scenario);
  if (rounds.any() && from < to) {  // under a constant rate
    const auto index = static_cast<std::uint16_t>(scenario.group_index(group));
    events *= to_seconds(rounds.length_within(index, from, to)) / to_seconds(to - from);
  }
  const RunOffset during = scenario.phases.warmup + scenario.phases.before;
  for (const Fault& fault : scenario.faults) {
    const bool adds =
        fault.kind == FaultKind::load && fault.workload == workload.name && fault.group == group;
    if (!adds) continue;
    const RunOffset begin = during + fault.at;
    const RunOffset end =
        fault.duration ? begin + *fault.duration : during + scenario.phases.during;
    events += (fault.multiply - 1) * between(std::max(begin, from), std::min(end, to));
  }
  return events;
}

}  // namespace loadgen
