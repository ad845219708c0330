// How many requests a plan comes to.
#pragma once

#include <string>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Requests of an open-loop workload that fall due in one group within [from, to), by the plan: its
/// turns only, when the groups take turns, and what load faults add to the group. 0 in closed loop.
/// Pure.
double expected_requests(const Scenario& scenario, const Workload& workload,
                         const std::string& group, RunOffset from, RunOffset to);

}  // namespace loadgen
