// From a result to what other runs can be compared with.
#pragma once

#include <map>
#include <string>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/result.h"
#include "loadgen/plan/steady_state.h"

namespace loadgen {

/// What of a result's scenario its judging needs.
struct Judging {
  Margins margins;
  std::map<std::string, Duration> latency_limits;  // declared ones, by workload
  std::map<std::string, std::string> load;         // load_of
  bool readable = true;  // false: this program can't read the scenario; defaults are given
};
/// Never throws. Pure.
Judging judging_of(const Result& result);

/// The stretches of a run that can be compared: every phase but warm-up, and of a run with a fault
/// only `before`; in each the metrics of compared_metrics(). Goodput needs a latency limit that the
/// scenario declares (else each run would be held to a limit of its own), closed loops have their
/// throughput (`ok_rate`; `tps` of pgbench), too. Never throws: a scenario that can't be read makes
/// the run unusable. Pure.
ComparableRun comparable(const Result& result);

}  // namespace loadgen
