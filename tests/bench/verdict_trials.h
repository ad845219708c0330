// Trials of the analysis on runs whose truth is known: one function per part of statistics.md 6.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace loadgen {

/// What one cell of the table came to.
struct Demand {
  std::string cell;      // "rho 0.8, 300 s, 200/s: p50"
  std::string measured;  // "1.2 %"
  std::string limit;     // "≤ 2 %"
  bool met = true;
  bool possible = true;  // of so few runs: within three standard deviations of what is demanded
};

/// Each runs `seeds` runs per cell.
std::vector<Demand> gate_trials(std::size_t seeds);
std::vector<Demand> outage_trials(std::size_t seeds);
std::vector<Demand> aa_trials(std::size_t seeds);
std::vector<Demand> effect_trials(std::size_t seeds);
std::vector<Demand> detector_trials(std::size_t seeds);
std::vector<Demand> disturbance_trials(std::size_t seeds);

}  // namespace loadgen
