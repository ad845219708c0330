#include "loadgen/cluster/running_totals.h"

namespace loadgen {

void WideBuckets::add(const SparseHistogram& values) {
  static const auto kBoundIndex = [] {
    std::array<std::uint32_t, kBoundsUs.size()> indices{};
    for (std::size_t i = 0; i < indices.size(); ++i) indices[i] = hdr::index_of(kBoundsUs[i]);
    return indices;
  }();
  std::size_t bound = 0;
  for (const auto& [index, count] : values.buckets) {  // ascending
    while (bound < kBoundIndex.size() && index > kBoundIndex[bound]) ++bound;
    if (bound == kBoundIndex.size()) break;
    counts[bound] += count;
  }
  total += values.total;
  sum_us += values.sum_us;
}

void RunningTotals::describe(const Scenario& scenario) {
  const std::lock_guard guard(lock_);
  if (!named_.empty()) return;
  for (std::uint16_t g = 0; g < scenario.groups.size(); ++g) {
    for (std::uint16_t w = 0; w < scenario.workloads.size(); ++w) {
      const Workload& workload = scenario.workloads[w];
      Row row;
      row.group = scenario.groups[g].name;
      row.workload = workload.name;
      row.closed_loop = workload.closed_loop();
      row.of_postgres = workload.kind == WorkloadKind::pgbench;
      named_.emplace_back(Key{g, w}, std::move(row));
    }
  }
}

void RunningTotals::add(const Part& part) {
  const std::lock_guard guard(lock_);
  // A part tells of all that its worker has open; what it does not mention is nothing.
  for (auto& [key, sums] : sums_) sums.in_flight.erase(part.worker);
  for (const auto& [key, slice] : part.slices) {
    Sums& sums = sums_[{key.group, key.workload}];
    const Tally& tally = slice.tally;
    sums.scheduled += tally.scheduled;
    for (std::size_t i = 0; i < kOutcomes; ++i) sums.ended[i] += tally.ended[i];
    sums.response_ok.add(slice[Measure::response_ok]);
    sums.send_lag.add(slice[Measure::send_lag]);
    if (!part.last && tally.in_flight > 0) sums.in_flight[part.worker] += tally.in_flight;
    Second& second = sums.recent[key.second];
    second.scheduled += tally.scheduled;
    second.unsent += tally.blind() + count_of(tally.ended, OutcomeKind::not_sent);
    while (sums.recent.begin()->first + kRecent <= sums.recent.rbegin()->first)
      sums.recent.erase(sums.recent.begin());
  }
}

void RunningTotals::add(const Mark& mark) {
  const std::lock_guard guard(lock_);
  if (mark.kind == "phase") phase_ = mark.name == "end" ? "" : mark.name;
  if (mark.kind != "worker_lost" && mark.kind != "worker_restarted") return;
  for (auto& [key, sums] : sums_)
    std::erase_if(sums.in_flight,
                  [&](const auto& open) { return std::to_string(open.first) == mark.name; });
}

RunningTotals::State RunningTotals::state() const {
  const std::lock_guard guard(lock_);
  State state;
  state.phase = phase_;
  for (const auto& [key, name] : named_) {
    Row& row = state.rows.emplace_back(name);
    const auto found = sums_.find(key);
    if (found == sums_.end()) continue;
    const Sums& sums = found->second;
    row.scheduled = sums.scheduled;
    row.ended = sums.ended;
    row.response_ok = sums.response_ok;
    row.send_lag = sums.send_lag;
    for (const auto& [worker, open] : sums.in_flight) row.in_flight += open;
    Second recent;
    for (const auto& [number, second] : sums.recent) {
      recent.scheduled += second.scheduled;
      recent.unsent += second.unsent;
    }
    if (!row.closed_loop && recent.scheduled > 0) {
      row.achieved = 1 - static_cast<double>(recent.unsent) / static_cast<double>(recent.scheduled);
    }
  }
  return state;
}

}  // namespace loadgen
