#include "loadgen/cluster/balance.h"

#include <algorithm>

namespace loadgen {

namespace {

/// Clocks are far better than this; it only keeps seconds that can't be from being counted.
constexpr RunSecond kFarAhead = 3600;

std::string of_part(const Part& part) {
  return "part " + std::to_string(part.sequence) + " of worker " + std::to_string(part.worker);
}

}  // namespace

Balance::Balance(const Scenario& scenario) : groups_(scenario.groups.size()) {
  for (const Workload& workload : scenario.workloads)
    operations_.push_back(workload.operations().size());
}

bool Balance::planned(const SliceKey& key) const {
  return key.group < groups_ && key.workload < operations_.size() &&
         key.operation < operations_[key.workload];
}

std::string Balance::refuses(const Part& part, RunOffset now) const {
  const RunSecond latest = run_second(now) + kFarAhead;
  for (const auto& [key, slice] : part.slices) {
    if (!planned(key)) return of_part(part) + " tells of an operation that the scenario has not";
    if (key.second < 0 || key.second > latest)
      return of_part(part) + " tells of second " + std::to_string(key.second);
  }
  if (run_second(part.made_at) > latest)
    return of_part(part) + " was made in second " + std::to_string(run_second(part.made_at));
  if (!std::all_of(part.samples.begin(), part.samples.end(),
                   [&](const ErrorSample& sample) { return planned(sample.key); })) {
    return of_part(part) + " has a sample of an operation that the scenario has not";
  }
  return imbalance(part, open_);
}

void Balance::add(const Part& part) {
  for (const auto& [key, slice] : part.slices) {
    const auto kept = open_.slices.try_emplace(key).first;
    Tally& tally = kept->second.tally;
    tally.scheduled += slice.tally.scheduled;
    for (std::size_t i = 0; i < kOutcomes; ++i) tally.ended[i] += slice.tally.ended[i];
    if (tally.open() == 0) open_.slices.erase(kept);
  }
  if (part.ledger.empty()) return;
  Part ledger;
  ledger.worker = part.worker;
  ledger.ledger = part.ledger;
  open_ += ledger;
}

}  // namespace loadgen
