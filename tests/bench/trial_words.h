// Cells of the table in words.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>

#include "verdict_trials.h"

namespace loadgen {

inline std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%g", value);
  return text;
}

inline std::string percent_of(std::size_t part, std::size_t whole) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %%",
                whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
  return text;
}

inline double share_in(std::size_t part, std::size_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

/// Three standard deviations of a share of so many runs.
inline double by_chance(std::size_t runs, double share) {
  return runs == 0 ? 1 : 3 * std::sqrt(share * (1 - share) / static_cast<double>(runs));
}

inline Demand at_most(std::string cell, std::size_t part, std::size_t whole, double limit) {
  const double share = share_in(part, whole);
  return {std::move(cell), percent_of(part, whole), "≤ " + number(100 * limit) + " %",
          share <= limit, share <= limit + by_chance(whole, limit)};
}

inline Demand at_least(std::string cell, std::size_t part, std::size_t whole, double limit) {
  const double share = share_in(part, whole);
  return {std::move(cell), percent_of(part, whole), "≥ " + number(100 * limit) + " %",
          share >= limit, share >= limit - by_chance(whole, limit)};
}

struct Limits {
  double low = 0, high = 1;
};

inline Demand between(std::string cell, std::size_t part, std::size_t whole, Limits limits) {
  const double share = share_in(part, whole);
  return {std::move(cell), percent_of(part, whole),
          number(100 * limits.low) + " – " + number(100 * limits.high) + " %",
          share >= limits.low && share <= limits.high,
          share >= limits.low - by_chance(whole, limits.low) &&
              share <= limits.high + by_chance(whole, limits.high)};
}

}  // namespace loadgen
