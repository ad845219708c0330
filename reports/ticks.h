// Where an axis has its ticks and what they are called.
#pragma once

#include <string>
#include <vector>

namespace loadgen::reports {

struct Tick {
  double at = 0;
  std::string label;
  bool minor = false;  // dropped on narrow screens
};

/// Ticks at 1, 2 or 5 × 10ⁿ, about `wanted` of them in [from, to]. Pure.
std::vector<double> linear_ticks(double from, double to, int wanted);
/// Decades, with 2 and 5 between them when there are few. Pure.
std::vector<double> log_ticks(double from, double to);
/// Ticks for seconds, at steps that people count in; `zero` is subtracted in the labels. Pure.
std::vector<Tick> second_ticks(double from, double to);

/// "50.0 ms" → "50 ms": ticks are round numbers, so their zeros say nothing. Pure.
std::string without_zeros(const std::string& number);

}  // namespace loadgen::reports
