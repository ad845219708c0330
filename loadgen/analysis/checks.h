// The hypothesis: every declared check, judged.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/analysis/measured.h"
#include "loadgen/core/result.h"
#include "loadgen/plan/steady_state.h"

namespace loadgen {

/// A check's result with what it was judged for. Borrows the scenario.
struct JudgedCheck {
  CheckResult result;
  const CheckSet* set = nullptr;
  const Check* check = nullptr;
};

/// Judges every assertion of `sets` for every group and workload that it speaks of: in `before` and
/// `after` by its interval where one can be had, held when the bound lies beyond it, undecided when
/// inside; else by the observed value, which the note says. What is missing, blind or too little is
/// undecided, never held. In the order of the file.
/// Pure.
std::vector<JudgedCheck> judge(const Measured& measured, const std::vector<CheckSet>& sets);

}  // namespace loadgen
