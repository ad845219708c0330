// [capacity]: the search for the highest load at which the limits hold.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace loadgen {

/// What [capacity] asks for. The limits stand in the scenario's checks, too, as the set
/// kCapacityChecks of phase `before`: each step is a run that is judged by them.
struct CapacityPlan {
  std::vector<std::string> limits;  // as written, at least one
  std::string workload;             // raised: its rate, or in closed loop its clients
  bool over_clients = false;
  double from = 1;       // the first step: per second, or clients
  double most = 0;       // never above
  bool own_cap = false;  // the workload says its max_in_flight
  double slowest_s = 0;  // longest latency that a limit names; 0: none does
  bool operator==(const CapacityPlan&) const = default;
};

inline constexpr const char* kCapacityChecks = "capacity";

}  // namespace loadgen
