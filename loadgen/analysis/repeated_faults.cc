#include "loadgen/analysis/repeated_faults.h"

#include <algorithm>

#include "loadgen/stats/survival.h"

namespace loadgen {
namespace {

constexpr double kConfidence = 0.95;

RepeatedDuration repeated(const std::vector<stats::Lifetime>& lifetimes) {
  const stats::MedianLifetime found = stats::median_lifetime(lifetimes, kConfidence);
  RepeatedDuration duration{found.median, std::nullopt};
  if (found.interval) duration.interval.emplace(found.interval->low, found.interval->high);
  return duration;
}

struct Lifetimes {
  RepeatedFaults told;
  std::vector<stats::Lifetime> recovery, outage;
};

}  // namespace

std::vector<RepeatedFaults> repeated_faults(const std::vector<const ComparableRun*>& runs) {
  std::vector<Lifetimes> all;
  for (const ComparableRun* run : runs) {
    for (const ComparableRecovery& each : run->recoveries) {
      auto found = std::find_if(all.begin(), all.end(), [&](const Lifetimes& known) {
        return known.told.group == each.group && known.told.workload == each.workload &&
               known.told.faults == each.faults;
      });
      if (found == all.end()) {
        all.push_back({{each.group, each.workload, each.faults, 0, 0, {}, {}}, {}, {}});
        found = all.end() - 1;
      }
      found->told.runs += 1;
      found->told.not_recovered += each.recovered ? 0 : 1;
      found->recovery.push_back({each.recovery_s, each.recovered});
      found->outage.push_back({each.longest_outage_s, each.recovered});
    }
  }
  std::vector<RepeatedFaults> faults;
  for (Lifetimes& each : all) {
    each.told.recovery = repeated(each.recovery);
    each.told.outage = repeated(each.outage);
    faults.push_back(std::move(each.told));
  }
  return faults;
}

}  // namespace loadgen
