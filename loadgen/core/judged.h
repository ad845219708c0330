// What was judged, and how: checks, undeclared comparisons, the steadiness of `before`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace loadgen {

struct CheckResult {
  std::string id, expression, group, workload, phase;
  std::optional<double> observed;  // base units; absent = not reached / no data, see note
  std::string observed_text;       // for people: "182 ms", "not reached, 3.0 % failed"
  double bound = 0;
  std::string bound_text;
  std::optional<std::pair<double, double>> interval;  // 90 %
  std::string result;                                 // "held", "refuted", "undecided"
  std::string note;
  std::string interval_text{};  // "175 – 190 ms", "at least 3.1 s" where one side is open
  bool operator==(const CheckResult&) const = default;
};

/// One undeclared comparison. Ratios are experimental / control; without a control group they are
/// the phase's over that of `before`, and `control` is absent.
struct ComparisonRow {
  std::string workload, phase, metric;
  std::optional<double> control, experimental;  // base units
  std::optional<double> ratio_before, ratio, did_ratio;
  /// 90 %: of did_ratio where there is one, else of ratio; of shares of did_difference, else of
  /// difference.
  std::optional<std::pair<double, double>> interval;
  /// By the margins: "PASS", "DEGRADED", "FAILED", "INCONCLUSIVE"; "not judged" where something
  /// else decides or nothing does, see note.
  std::string verdict;
  std::string note;
  /// Of error_rate and goodput: experimental − control, as fractions; and that net of `before`'s.
  std::optional<double> difference{}, did_difference{};
  /// Of a fault's `during`: the least and the largest that the same figure came to over stretches
  /// of the same length in `before` and in control.
  std::optional<std::pair<double, double>> range{};
  /// Benchmark mode: head / base of each round, or of a share head − base.
  std::vector<double> rounds{};
  bool operator==(const ComparisonRow&) const = default;
};

/// Whether `before` was a steady state (statistics.md 2).
struct Steadiness {
  std::string outcome;               // "steady", "unverifiable", "not steady"; empty: no `before`
  std::vector<std::string> reasons;  // why it is not, or can't be told
  double cut_s = 0;                  // at its begin, left out of comparisons: a rest of warm-up
  std::optional<double> needed_s;  // the length of `before` that would tell, when it was too short
  bool operator==(const Steadiness&) const = default;
};

}  // namespace loadgen
