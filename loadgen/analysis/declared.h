// What the user declared goes before what the margins say.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// A metric of one workload of one group in one phase, by name.
struct MetricPlace {
  std::string_view metric, workload, group;
  PhaseName phase = PhaseName::before;
};

/// The id of the declared check that alone decides the metric there; empty when none does. Checks
/// of a single operation decide nothing about the whole. Pure.
std::string decided_by(const Scenario& scenario, const MetricPlace& place);

}  // namespace loadgen
