#include "loadgen/analysis/generator.h"

#include <algorithm>

#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

constexpr double kBusyCore = 0.9;
/// From which share of the time on it is told, and from which on nothing can be believed.
struct Limits {
  double warning, invalid;
};
constexpr Limits kThrottled{0.005, 0.05};
// What a hypervisor takes shows in the send lag, which is judged by itself: with 10 – 25 % stolen
// of two processors 5 – 25 % of the tickets were late. Half of it is beyond doubt.
constexpr Limits kStolen{0.05, 0.5};
constexpr double kInvalidShare = 0.01;

/// Of the workers of one process all tell the same: the most is told once.
double most(const Trust& trust, double WorkerResult::*share) {
  double found = 0;
  for (const WorkerResult& worker : trust.workers) found = std::max(found, worker.*share);
  return found;
}

void tell(double share, const Limits& limits, const std::string& before, const std::string& after,
          Trust& trust) {
  if (share <= limits.warning) return;
  (share > limits.invalid ? trust.reasons : trust.warnings)
      .push_back(before + in_words(share, Unit::fraction) + after);
}

}  // namespace

void fill_cpu(const Recording::Worker& worker, WorkerResult& result) {
  const double heard_us = to_seconds(worker.last_heard) * 1e6;
  if (heard_us <= 0) return;
  result.cpu_user = static_cast<double>(worker.cpu_user_us) / heard_us;
  result.cpu_system = static_cast<double>(worker.cpu_system_us) / heard_us;
  result.cpu = result.cpu_user + result.cpu_system;
  result.cpu_throttled = static_cast<double>(worker.cpu_throttled_us) / heard_us;
  result.cpu_stolen = static_cast<double>(worker.cpu_stolen_us) / heard_us;
}

void judge_cpu(Trust& trust) {
  for (const WorkerResult& worker : trust.workers) {
    if (worker.cpu <= kBusyCore) continue;
    trust.warnings.push_back("worker " + std::to_string(worker.id) + " used " +
                             in_words(worker.cpu, Unit::fraction) +
                             " of a core: it may be the bottleneck; add workers");
  }
  tell(most(trust, &WorkerResult::cpu_throttled), kThrottled,
       "a processor quota throttled loadgen for ",
       " of the run: raise the CPU limit of its container", trust);
  tell(most(trust, &WorkerResult::cpu_stolen), kStolen, "a hypervisor took ",
       " of the processors' time: give loadgen a machine of its own", trust);
}

void judge_sockets(const Measured& measured, Trust& trust) {
  constexpr auto kNoSocket = static_cast<std::size_t>(Outcome::blind_no_socket);
  std::uint64_t attempts = 0, tickets = 0, scheduled = 0;
  for (const MeasuredWorkload& workload : measured.workloads) {
    for (const MeasuredPhase& phase : workload.phases) {
      attempts += phase.pool.tally.connects_failed[kNoSocket];
      tickets += phase.pool.tally.ended[kNoSocket];
      scheduled += phase.pool.tally.scheduled;
    }
  }
  if (attempts == 0 && tickets == 0) return;
  const bool invalid =
      static_cast<double>(tickets) > kInvalidShare * static_cast<double>(scheduled);
  (invalid ? trust.reasons : trust.warnings)
      .push_back(std::to_string(attempts) +
                 " connections could not be made for want of an open file, a local port or memory "
                 "of loadgen's own, and " +
                 std::to_string(tickets) +
                 " tickets were lost to that: raise `ulimit -n`, widen "
                 "net.ipv4.ip_local_port_range, or reuse connections");
}

}  // namespace loadgen
