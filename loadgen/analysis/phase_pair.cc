#include "loadgen/analysis/phase_pair.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/latency.h"
#include "loadgen/analysis/shares.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/stats/histogram_quantile.h"
#include "loadgen/stats/trend.h"

namespace loadgen {
namespace {

constexpr double kLeastTailToDecide = 100, kLeastTailToShow = 50;

PhaseEffect latency_effect(const Side& experimental, const Side& control, const Pair& pair,
                           const Compared& metric) {
  const QuantileOf of{metric.q, false};
  const auto reached = [&](const MeasuredPhase& phase) {
    return phase.figures.error_rate.value_or(1) < 1 - metric.q;
  };
  PhaseEffect found;
  if (!reached(*pair.control_phase) || !reached(*pair.experimental_phase)) {
    const bool answered = pair.control_phase->figures.ok_response.has_data ||
                          pair.experimental_phase->figures.ok_response.has_data;
    found.why_not =
        answered ? "not reached: failures are as frequent as the quantile's tail" : "no data";
    return found;
  }
  if (!pair.same_group) {
    const ValueEffect paired = paired_latency(experimental, control, of);
    found.value = paired.value;
    found.effect = paired.effect;
    if (!found.effect) found.why_not = why_no_error(experimental, of);
    return found;
  }
  const ValueEffect now = lone_latency(experimental, of), then = lone_latency(control, of);
  if (now.value && then.value) found.value = *now.value - *then.value;
  if (now.effect && then.effect) found.effect = difference(*now.effect, *then.effect);
  if (!found.effect) found.why_not = why_no_error(now.effect ? control : experimental, of);
  return found;
}

}  // namespace

PhaseEffect effect_in(const Measured& measured, const Pair& pair, const Compared& metric) {
  const Side control = measured.side(*pair.control, *pair.control_phase);
  const Side experimental = measured.side(*pair.experimental, *pair.experimental_phase);
  if (metric.kind == Compared::Kind::quantile) {
    return latency_effect(experimental, control, pair, metric);
  }
  PhaseEffect found;
  const bool errors = metric.kind == Compared::Kind::errors;
  if (!errors && !pair.experimental->latency_limit) {
    found.why_not = "no latency limit is known";
    return found;
  }
  const Counted counted =
      errors ? errors_counted() : poor_counted(*pair.experimental->latency_limit);
  if (pair.same_group) {
    const auto now = lone_share(experimental, counted), then = lone_share(control, counted);
    if (now && then) found.effect = difference(*now, *then);
  } else {
    found.effect = paired_share(experimental, control, counted);
  }
  if (found.effect) found.value = found.effect->estimate.value;
  if (!found.effect) found.why_not = "no data";
  return found;
}

std::optional<double> value_of(const Compared& metric, const PhaseFigures& figures) {
  switch (metric.kind) {
    case Compared::Kind::errors:
      return figures.error_rate;
    case Compared::Kind::goodput:
      return figures.goodput;
    case Compared::Kind::quantile:
      break;
  }
  const Quantiles& q = figures.ok_response;
  const auto& us = metric.q == 0.5    ? q.p50
                   : metric.q == 0.9  ? q.p90
                   : metric.q == 0.99 ? q.p99
                                      : q.p999;
  if (!us || figures.error_rate.value_or(1) >= 1 - metric.q) return std::nullopt;
  return static_cast<double>(*us) / 1e6;
}

SampleFloor sample_floor(const Compared& metric, const std::vector<const MeasuredPhase*>& phases) {
  SampleFloor floor;
  if (metric.kind != Compared::Kind::quantile) return floor;
  std::string& why = floor.too_few;
  double most_s = 0;
  for (const MeasuredPhase* phase : phases) {
    const std::uint64_t ok = phase->figures.tally.ok();
    const double tail = stats::tail_samples(ok, metric.q);
    if (tail < kLeastTailToShow) floor.shown = false;
    if (tail >= kLeastTailToDecide) continue;
    const double needed = std::ceil(kLeastTailToDecide / (1 - metric.q) - 1e-6);
    const double rate = phase->figures.ok_per_s;
    if (rate > 0) most_s = std::max(most_s, std::ceil(needed / rate));
    why = "too few requests to decide: " + in_words(needed, Unit::count) + " are needed";
  }
  if (!why.empty() && most_s > 0) why += ", " + in_words(most_s, Unit::seconds) + " at this rate";
  return floor;
}

std::string drifted_apart(const Pair& before, const Margins& margins) {
  std::vector<double> apart;
  const auto control = merged(before.control_phase->pieces, kBatches);
  const auto experimental = merged(before.experimental_phase->pieces, kBatches);
  for (std::size_t i = 0; i < kBatches; ++i) {
    const auto a = quantile_in(experimental[i], {}), b = quantile_in(control[i], {});
    if (a && b) apart.push_back(*a - *b);
  }
  const auto found = stats::trend(apart);
  if (!found || apart.size() < kBatches || found->p >= 0.01) return {};
  if (std::abs(found->slope) * kBatches < std::log1p(margins.p50)) return {};
  return "the groups' p50 drifted apart in `before`: trends are not parallel";
}

}  // namespace loadgen
