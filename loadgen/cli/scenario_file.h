// Reading the scenario that a command names.
#pragma once

#include <string>
#include <vector>

#include "loadgen/plan/scenario.h"

namespace loadgen {

struct ScenarioFile {
  std::string text;
  Scenario scenario;
};

/// Reads and parses with the process environment. Prints the scenario's warnings on stderr. Throws
/// UserError.
ScenarioFile read_scenario(const std::string& path, const std::vector<std::string>& overrides);

}  // namespace loadgen
