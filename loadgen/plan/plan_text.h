// What `loadgen plan` prints: the whole run, before a single request is sent.
#pragma once

#include <string>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Timeline with absolute offsets, rates, connections and caps, expected requests per phase and
/// group, every fault's time and every hook's command ($variables filled in, secrets as ***),
/// checks, warnings. `file`: the scenario's path, for the title. Plain UTF-8, ends with a newline.
/// Pure.
std::string plan_text(const Scenario& scenario, const std::string& file);

}  // namespace loadgen
