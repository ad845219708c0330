#include "loadgen/analysis/effect.h"

#include <algorithm>
#include <cmath>

#include "loadgen/stats/distributions.h"
#include "loadgen/stats/proportion.h"

namespace loadgen {
namespace {

constexpr double kMany = 1e6;  // degrees of freedom of an error that is taken as known
constexpr double kGuardDegrees = 4;

/// Nothing when more than a fifth of the batches give no value.
std::optional<stats::Estimate> by_batches(const Batched& batched, std::size_t batches) {
  std::vector<double> known;
  for (const auto& value : batched.values(batches)) {
    if (value) known.push_back(*value);
  }
  if (5 * known.size() < 4 * batches) return std::nullopt;
  return stats::of_batches(batched.value, known, batched.least_error);
}

}  // namespace

std::optional<Effect> effect_of(const Batched& batched) {
  auto estimate = by_batches(batched, kBatches);
  if (!estimate) return std::nullopt;
  Effect effect;
  effect.needed_s = kLeastLengths * batched.tau;
  effect.guarded = batched.seconds < effect.needed_s;
  for (const std::size_t batches : {std::size_t{5}, std::size_t{8}}) {
    const auto other = effect.guarded ? by_batches(batched, batches) : std::nullopt;
    if (!other) continue;
    estimate->standard_error = std::max(estimate->standard_error, other->standard_error);
  }
  effect.plain = effect.estimate = *estimate;
  effect.estimate.standard_error *= batched.inflation;
  if (effect.guarded) effect.estimate.degrees = kGuardDegrees;
  effect.interval = stats::interval(effect.estimate, kConfidence);
  return effect;
}

Effect difference(const Effect& a, const Effect& b) {
  Effect effect;
  effect.estimate = stats::difference(a.estimate, b.estimate);
  effect.plain = stats::difference(a.plain.value_or(a.estimate), b.plain.value_or(b.estimate));
  effect.guarded = a.guarded || b.guarded;
  // Welch's degrees of two guarded effects would be more than either has.
  if (effect.guarded) effect.estimate.degrees = std::min(effect.estimate.degrees, kGuardDegrees);
  effect.interval = stats::interval(effect.estimate, kConfidence);
  if (a.estimate.degrees >= kMany || b.estimate.degrees >= kMany) {
    effect.interval = stats::difference(stats::Share{a.estimate.value, a.interval},
                                        stats::Share{b.estimate.value, b.interval});
  }
  effect.needed_s = std::max(a.needed_s, b.needed_s);
  return effect;
}

Effect effect_from(double value, const stats::Interval& interval) {
  const double z = stats::normal_quantile(0.5 + kConfidence / 2);
  Effect effect;
  effect.estimate = {value, std::max(0.0, value - interval.low) / z, kMany};
  effect.interval = interval;
  return effect;
}

}  // namespace loadgen
