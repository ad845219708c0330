// The load-relevant part of a scenario: what has to be the same for two runs to be comparable.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loadgen/plan/scenario.h"

namespace loadgen {

/// What is sent, how often, for how long and over what, by key ("home: rate" → "100/s"). Where it
/// is sent to is not part of it: base and head stand at different addresses. Bodies and headers
/// are named by a digest. Pure.
std::map<std::string, std::string> load_of(const Scenario& scenario);

/// "home: rate 100/s → 200/s", "cart: rate none → 50/s": where two loads differ; empty when they
/// don't. Pure.
std::vector<std::string> differences(const std::map<std::string, std::string>& a,
                                     const std::map<std::string, std::string>& b);

}  // namespace loadgen
