// Texts of the command line that end up in a scenario nobody wrote.
#pragma once

#include <string>
#include <vector>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Of `loadgen http --check "p99 < 1s"`: what its user knows of the line that was made of it.
struct TypedText {
  std::string flag;     // "--check"
  std::string text;     // as typed
  std::string written;  // as the scenario's text has it, with its quotes
};

/// As parse_scenario; but what is wrong with one of `typed` is told by its flag, and the column in
/// it, instead of a line of the scenario. Throws UserError.
Scenario parse_typed_scenario(const ScenarioSource& source, const std::vector<TypedText>& typed);

}  // namespace loadgen
