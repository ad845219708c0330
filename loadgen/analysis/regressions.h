// What the comparison of the groups says about the run, in the user's words.
#pragma once

#include <string>
#include <vector>

#include "loadgen/analysis/comparison.h"
#include "loadgen/core/judged.h"

namespace loadgen {

/// Sentences without full stops, from rows that were judged.
struct Regressions {
  std::vector<std::string> failed, degraded;
  std::vector<std::string> open;  // why what was not declared is undecided
  std::size_t passed = 0;         // rows
};

/// Rows that are open for what `doubts` tell are told once. Pure.
Regressions regressions_of(const std::vector<ComparisonRow>& rows, const Measured& measured,
                           const ComparisonDoubts& doubts);

/// "after the fault, experimental p99 of home is 1.31 × control, net of the ratio before (90 %
/// interval 1.22 – 1.41, margin 1.15)". Pure.
std::string regression_in_words(const ComparisonRow& row, const Measured& measured);

}  // namespace loadgen
