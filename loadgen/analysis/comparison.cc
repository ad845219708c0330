#include "loadgen/analysis/comparison.h"

#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

/// A metric of the comparison: a figure, or a quantile of the successes.
struct Compared {
  const char* name;
  std::optional<double> PhaseFigures::*share;        // null for a quantile
  std::optional<std::int64_t> Quantiles::*quantile;  // null for a share
  double q;
};
constexpr Compared kCompared[] = {
    {"error_rate", &PhaseFigures::error_rate, nullptr, 0},
    {"goodput", &PhaseFigures::goodput, nullptr, 0},
    {"p50", nullptr, &Quantiles::p50, 0.5},
    {"p90", nullptr, &Quantiles::p90, 0.9},
    {"p99", nullptr, &Quantiles::p99, 0.99},
    {"p999", nullptr, &Quantiles::p999, 0.999},
};

/// Base units; nothing without data or when the quantile lies among the failures.
std::optional<double> value_of(const Compared& metric, const PhaseFigures& figures) {
  if (metric.share != nullptr) return figures.*metric.share;
  const auto& us = figures.ok_response.*metric.quantile;
  if (!us || figures.error_rate.value_or(1) >= 1 - metric.q) return std::nullopt;
  return static_cast<double>(*us) / 1e6;
}

std::optional<double> ratio(const std::optional<double>& of, const std::optional<double>& to) {
  if (!of || !to || *to == 0) return std::nullopt;
  return *of / *to;
}

/// The same phase of both groups.
struct Pair {
  const PhaseFigures* control = nullptr;
  const PhaseFigures* experimental = nullptr;
};

ComparisonRow row_of(const Compared& metric, const Pair& phase, const std::optional<Pair>& before) {
  ComparisonRow row;
  row.metric = metric.name;
  row.control = value_of(metric, *phase.control);
  row.experimental = value_of(metric, *phase.experimental);
  row.ratio = ratio(row.experimental, row.control);
  if (before) {
    row.ratio_before =
        ratio(value_of(metric, *before->experimental), value_of(metric, *before->control));
    row.did_ratio = ratio(row.ratio, row.ratio_before);
  }
  row.verdict = "not tested";
  if (metric.share == nullptr && (!row.control || !row.experimental)) {
    const bool answered =
        phase.control->ok_response.has_data || phase.experimental->ok_response.has_data;
    row.note =
        answered ? "not reached: failures are as frequent as the quantile's tail" : "no data";
  } else if (metric.share != nullptr && row.control && row.experimental) {
    row.note = difference_in_words(*row.experimental - *row.control, Unit::fraction);
  }
  return row;
}

}  // namespace

std::vector<ComparisonRow> compare_groups(const Measured& measured) {
  const Scenario& scenario = measured.scenario();
  std::vector<ComparisonRow> rows;
  if (scenario.control() == nullptr || scenario.experimental() == nullptr) return rows;
  const std::size_t control = scenario.group_index(scenario.control()->name);
  const std::size_t experimental = scenario.group_index(scenario.experimental()->name);
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    if (scenario.workloads[w].probe != Probe::none) continue;
    const MeasuredWorkload& base = measured.at(control, w);
    const MeasuredWorkload& other = measured.at(experimental, w);
    std::optional<Pair> before;
    for (std::size_t p = 0; p < measured.spans.size(); ++p) {
      if (measured.spans[p].name == PhaseName::warmup) continue;
      const Pair phase{&base.phases[p].figures, &other.phases[p].figures};
      for (const Compared& metric : kCompared) {
        ComparisonRow row = row_of(metric, phase, before);
        row.workload = scenario.workloads[w].name;
        row.phase = label_of(measured.spans[p].name, measured.run->header);
        if (measured.spans[p].name == PhaseName::during && measured.requested) {
          row.note += row.note.empty() ? "" : "; ";
          row.note += "totals of a transient";
        }
        rows.push_back(std::move(row));
      }
      if (measured.spans[p].name == PhaseName::before) before = phase;
    }
  }
  return rows;
}

}  // namespace loadgen
