// A workload's result made by a small simulation: counts that balance, histograms, series and
// figures that belong together, the same on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// What one second of one group is like.
struct Weather {
  double median_ms = 30;
  double spread = 0.35;
  double refused = 0, http_5xx = 0, timed_out = 0, not_sent = 0;  // shares of the tickets
  double zone_a = 0.5;                                            // share of the answers
};

struct Plan {
  std::uint64_t seed = 1;
  std::vector<std::pair<std::string, int>> phases;  // name and length in seconds
  int rate = 150;
  std::uint32_t cap = 1800;
  std::function<Weather(int second)> weather;
};

/// Equal plans give equal results.
WorkloadResult simulate(const Plan& plan);

}  // namespace loadgen::reports
