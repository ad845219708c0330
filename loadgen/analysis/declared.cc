#include "loadgen/analysis/declared.h"

namespace loadgen {

std::string decided_by(const Scenario& scenario, const MetricPlace& place) {
  for (const CheckSet& set : scenario.steady_state.checks) {
    if (set.phase != place.phase || !set.operation.empty()) continue;
    if (!set.workload.empty() && set.workload != place.workload) continue;
    if (!set.group.empty() && set.group != place.group) continue;
    for (const Check& check : set.asserts) {
      std::string_view name = name_of(check.metric);
      if (name.substr(0, 3) == "ok_" && name != "ok_rate") name.remove_prefix(3);
      if (name == place.metric) return set.id;
    }
  }
  return {};
}

}  // namespace loadgen
