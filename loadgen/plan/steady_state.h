// What a scenario demands of the groups: checks, abort rules, margins.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/plan/check.h"

namespace loadgen {

enum class PhaseName : std::uint8_t { warmup, before, during, after };
std::string_view name_of(PhaseName phase);

/// One [[steady_state.checks]] table.
struct CheckSet {
  std::string id;
  PhaseName phase = PhaseName::before;
  std::string group;      // empty: every group (phase before), else experimental when there is one,
                          // else every group
  std::string workload;   // empty: every workload that has the metric
  std::string operation;  // empty: the whole workload
  std::string vs;         // "control", "before" or empty
  std::vector<Check> asserts;
  bool gate = false;
};

/// One entry of steady_state.abort: "control: error_rate > 5% for 10s".
struct AbortRule {
  std::string text;
  std::string group;  // empty: any group
  Check check;
};

struct Margins {
  bool none = false;  // margins = "none"
  double p50 = 0.10, p90 = 0.15, p99 = 0.15, p999 = 0.25;
  double error_rate = 0.01;  // points
  double goodput = 0.02;
};

struct SteadyState {
  std::vector<AbortRule> abort;
  bool inject_when_unsteady = false;  // on_unsteady = "inject"
  Margins margins;
  std::vector<CheckSet> checks;
};

}  // namespace loadgen
