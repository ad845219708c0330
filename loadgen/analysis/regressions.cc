#include "loadgen/analysis/regressions.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

const Compared* metric_of(const ComparisonRow& row) {
  for (const Compared& metric : compared_metrics()) {
    if (row.metric == metric.name) return &metric;
  }
  return nullptr;
}

std::string name_in_words(const ComparisonRow& row) {
  std::string name = row.metric;
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

/// A fraction in points, without the unit.
std::string points_in_words(double fraction) { return ratio_in_words(fraction * 100); }

/// "90 % interval 1.22 – 1.41, ". Of a difference in the direction that is told: above or below.
std::string interval_text(const ComparisonRow& row, bool ratio, bool below = false) {
  if (!row.interval) return {};
  auto [low, high] = *row.interval;
  if (below) std::tie(low, high) = std::pair(-high, -low);
  const std::string range =
      ratio ? interval_in_words(ratio_in_words(low), ratio_in_words(high))
            : interval_in_words(points_in_words(low), points_in_words(high)) + " points";
  return "90 % interval " + range + ", ";
}

std::string where_of(const ComparisonRow& row, const Measured& measured) {
  return phase_in_words(row.phase, measured.requested.has_value()) + ", ";
}

/// "experimental p99 of home".
std::string what_of(const ComparisonRow& row, const Measured& measured) {
  const Group* experimental = measured.scenario().experimental();
  const bool two = measured.scenario().groups.size() > 1 && experimental != nullptr;
  return (two ? experimental->name + " " : "") + name_in_words(row) + " of " + row.workload;
}

/// What the row compares with: the control group by the name that the user gave it.
std::string reference_of(const ComparisonRow& row, const Measured& measured) {
  const Group* control = measured.scenario().control();
  return !row.control || control == nullptr ? "what it was before" : control->name;
}

}  // namespace

std::string regression_in_words(const ComparisonRow& row, const Measured& measured) {
  const Compared* metric = metric_of(row);
  if (metric == nullptr) return where_of(row, measured) + what_of(row, measured);
  const double margin = measured.scenario().steady_state.margins.*metric->margin;
  const bool lone = !row.control;
  const bool ratio = metric->kind == Compared::Kind::quantile;
  std::string text = where_of(row, measured) + what_of(row, measured) + " is ";
  if (ratio) {
    text += ratio_in_words(row.did_ratio.value_or(row.ratio.value_or(1))) + " × " +
            reference_of(row, measured);
    if (row.did_ratio) text += ", net of the ratio before";
    text += " (" + interval_text(row, true) + "margin " + ratio_in_words(1 + margin);
  } else {
    const double difference = row.did_difference.value_or(row.difference.value_or(0));
    text += points_in_words(std::abs(difference)) + " points" +
            (difference > 0 ? " above " : " below ") + reference_of(row, measured);
    if (row.did_difference) text += ", net of the difference before";
    text += " (" + interval_text(row, false, difference < 0) + "margin " + points_in_words(margin) +
            (margin == 0.01 ? " point" : " points");
  }
  text += ")";
  if (lone) text += "; before/after only: time is confounded";
  return text;
}

Regressions regressions_of(const std::vector<ComparisonRow>& rows, const Measured& measured,
                           const ComparisonDoubts& doubts) {
  Regressions found;
  bool told_unsteady = false;
  for (const ComparisonRow& row : rows) {
    if (row.verdict == "FAILED") found.failed.push_back(regression_in_words(row, measured));
    if (row.verdict == "DEGRADED") found.degraded.push_back(regression_in_words(row, measured));
    if (row.verdict == "PASS") ++found.passed;
    if (row.verdict != "INCONCLUSIVE" || !doubts.disturbed.empty()) continue;
    if (!doubts.unsteady.empty() && row.note.find(doubts.unsteady) != std::string::npos) {
      if (!told_unsteady)
        found.open.push_back("what was not declared can't pass: " + doubts.unsteady);
      told_unsteady = true;
      continue;
    }
    found.open.push_back(where_of(row, measured) + what_of(row, measured) +
                         ", which no check declares, is undecided" +
                         (row.note.empty() ? "" : ": " + row.note));
  }
  return found;
}

}  // namespace loadgen
