#include "loadgen/analysis/run_spread.h"

#include <cmath>

#include "loadgen/analysis/metric_scale.h"
#include "loadgen/analysis/run_effect.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/order.h"

namespace loadgen {
namespace {

std::optional<double> value_in(const ComparableRun& run, const ComparableStretch& place,
                               const std::string& metric) {
  for (const ComparableStretch& stretch : run.stretches) {
    if (stretch.group != place.group || stretch.workload != place.workload ||
        stretch.phase != place.phase) {
      continue;
    }
    const ComparableMetric* found = stretch.metric(metric);
    if (found != nullptr) return found->value;
  }
  return std::nullopt;
}

RunSpread spread_in(const std::vector<ComparableRun>& runs, const ComparableStretch& place,
                    const std::string& metric) {
  RunSpread spread{place.group, place.workload, place.phase, metric, 0, {}, {}, {}};
  std::vector<double> values, scaled;
  for (const ComparableRun& run : runs) {
    const auto value = value_in(run, place, metric);
    if (!value) continue;
    values.push_back(*value);
    scaled.push_back(to_scale(metric, *value));
  }
  spread.runs = values.size();
  spread.median = stats::median(values);
  if (values.size() < 2) return spread;
  spread.deviation = stats::deviation(scaled);
  if (values.size() < kRunsThatTell) return spread;
  const auto n = static_cast<double>(values.size());
  const double t = stats::t_quantile(0.5 + kConfidence / 2, n - 1);
  spread.limit =
      from_scale(metric, stats::mean(scaled) + t * *spread.deviation * std::sqrt(1 + 1 / n));
  return spread;
}

}  // namespace

std::vector<RunSpread> spread_of(const std::vector<ComparableRun>& runs) {
  std::vector<RunSpread> all;
  if (runs.empty()) return all;
  for (const ComparableStretch& stretch : runs.front().stretches) {
    for (const ComparableMetric& metric : stretch.metrics) {
      all.push_back(spread_in(runs, stretch, metric.name));
    }
  }
  return all;
}

}  // namespace loadgen
