// Reproducible noise for properties of the statistics.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace loadgen::stats {

/// n standard normal values with lag-1 correlation rho (AR(1), stationary from the first one).
inline std::vector<double> noise(std::uint64_t seed, std::size_t n, double rho = 0) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> values;
  double at = normal(random);
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(at);
    at = rho * at + std::sqrt(1 - rho * rho) * normal(random);
  }
  return values;
}

}  // namespace loadgen::stats
