#include "loadgen/analysis/blind.h"

#include <algorithm>
#include <tuple>

namespace loadgen {

std::vector<BlindStretch> blind_stretches(const Run& run) {
  std::vector<BlindStretch> stretches;
  const BlindKey* last = nullptr;
  // Keys ascend by worker, group, workload, reason, second: what belongs together stands together.
  for (const auto& [key, tickets] : run.blind) {
    const RunOffset from = std::chrono::seconds{key.second};
    const RunOffset to = from + std::chrono::seconds{1};
    const bool goes_on = last != nullptr && last->second + 1 == key.second &&
                         std::tie(last->worker, last->group, last->workload, last->reason) ==
                             std::tie(key.worker, key.group, key.workload, key.reason);
    last = &key;
    if (goes_on) {
      stretches.back().to = to;
      stretches.back().tickets += tickets;
      continue;
    }
    stretches.push_back({key.worker, from, to, run.scenario.groups.at(key.group).name,
                         run.scenario.workloads.at(key.workload).name,
                         std::string(name_of(key.reason)), tickets});
  }
  std::stable_sort(stretches.begin(), stretches.end(),
                   [](const BlindStretch& a, const BlindStretch& b) { return a.from < b.from; });
  return stretches;
}

}  // namespace loadgen
