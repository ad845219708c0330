#include "loadgen/analysis/run_effect.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/metric_scale.h"
#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/order.h"
#include "loadgen/stats/proportion.h"
#include "loadgen/stats/ranks.h"

namespace loadgen {
namespace {

constexpr double kKnown = 1e6;          // degrees of freedom of an error that is taken as known
constexpr double kBucket = 1.0 / 1024;  // a histogram's bucket is never wider, as a share
constexpr double kFewEvents = 10;

using Values = std::vector<double>;

Values scaled(std::string_view metric, const std::vector<const ComparableMetric*>& runs) {
  Values values;
  for (const ComparableMetric* run : runs) values.push_back(to_scale(metric, *run->value));
  return values;
}

std::optional<double> median_of(const std::vector<const ComparableMetric*>& runs) {
  Values values;
  for (const ComparableMetric* run : runs) {
    if (run->value) values.push_back(*run->value);
  }
  return stats::median(values);
}

/// What a share of the value is on the scale of differences: of a logarithm the share itself.
double relative(const RunsOfMetric& runs, double share) {
  if (!is_share(runs.name)) return share;
  double most = 0;
  for (const auto* side : {&runs.base, &runs.head}) {
    for (const ComparableMetric* run : *side) {
      const double bad = runs.name == "goodput" ? 1 - *run->value : *run->value;
      most = std::max(most, std::min(bad, 1 - bad));
    }
  }
  return share * most;
}

double least_error(const RunsOfMetric& runs) { return is_share(runs.name) ? 0 : kBucket / 2; }

Effect with_interval(const stats::Estimate& estimate) {
  return {estimate, stats::interval(estimate, kConfidence), false, 0};
}

/// The estimate of ranks, with a t error that is no surer than its interval.
std::optional<Effect> by_ranks(const std::optional<stats::RankTest>& ranks, stats::Estimate by_t) {
  if (!ranks || !ranks->interval) return std::nullopt;
  by_t.value = ranks->estimate;
  const double t = stats::t_quantile(0.5 + kConfidence / 2, by_t.degrees);
  by_t.standard_error = std::max(by_t.standard_error, (ranks->estimate - ranks->interval->low) / t);
  return Effect{by_t, *ranks->interval, false, 0};
}

std::optional<Effect> paired(const RunsOfMetric& runs) {
  LG_ASSERT(runs.base.size() == runs.head.size());
  if (runs.base.size() < kLeastRounds) return std::nullopt;
  const Values base = scaled(runs.name, runs.base), head = scaled(runs.name, runs.head);
  Values differences;
  for (std::size_t i = 0; i < base.size(); ++i) differences.push_back(head[i] - base[i]);
  const auto by_t = stats::of_batches(0, differences, least_error(runs));
  return by_t ? by_ranks(stats::signed_rank(differences, kConfidence), *by_t) : std::nullopt;
}

std::optional<Effect> unpaired(const RunsOfMetric& runs) {
  const Values base = scaled(runs.name, runs.base), head = scaled(runs.name, runs.head);
  const auto of_base = stats::of_batches(0, base, least_error(runs));
  const auto of_head = stats::of_batches(0, head, least_error(runs));
  if (!of_base || !of_head) return std::nullopt;
  return by_ranks(stats::mann_whitney(head, base, kConfidence),
                  stats::difference(*of_head, *of_base));
}

std::optional<Effect> predicted(const RunsOfMetric& runs) {
  if (runs.base.size() < kRunsThatTell || runs.head.size() != 1) return std::nullopt;
  const Values base = scaled(runs.name, runs.base);
  const auto n = static_cast<double>(base.size());
  const double spread =
      std::max({stats::deviation(base), least_error(runs), runs.head.front()->error.value_or(0)});
  return with_interval({to_scale(runs.name, *runs.head.front()->value) - stats::mean(base),
                        spread * std::sqrt(1 + 1 / n), n - 1});
}

/// The mean of one side, with the errors within its runs.
std::optional<stats::Estimate> within(std::string_view metric,
                                      const std::vector<const ComparableMetric*>& runs) {
  stats::Estimate estimate{stats::mean(scaled(metric, runs)), 0, 0};
  double squares = 0;
  for (const ComparableMetric* run : runs) {
    if (!run->error) return std::nullopt;
    squares += *run->error * *run->error;
    estimate.degrees += run->degrees;
  }
  estimate.standard_error = std::sqrt(squares) / static_cast<double>(runs.size());
  return estimate;
}

std::optional<Effect> assumed(const RunsOfMetric& runs) {
  const auto base = within(runs.name, runs.base), head = within(runs.name, runs.head);
  if (!base || !head) return std::nullopt;
  const double between =
      relative(runs, kRunToRun) * std::sqrt(1 / static_cast<double>(runs.base.size()) +
                                            1 / static_cast<double>(runs.head.size()));
  Effect effect =
      with_interval(stats::difference(stats::difference(*head, *base), {0, between, kKnown}));
  for (const auto* side : {&runs.base, &runs.head}) {
    for (const ComparableMetric* run : *side) {
      effect.guarded = effect.guarded || run->guarded;
      effect.needed_s = std::max(effect.needed_s, run->needed_s);
    }
  }
  return effect;
}

/// All tickets of a side together: how sure the share can be at most.
struct Pooled {
  double events = 0;
  stats::Share share;
};

Pooled pooled(const RunsOfMetric& runs, const std::vector<const ComparableMetric*>& side) {
  Pooled pooled;
  double n = 0, effective = 0;
  for (const ComparableMetric* run : side) {
    const double bad = runs.name == "goodput" ? 1 - *run->value : *run->value;
    pooled.events += bad * static_cast<double>(run->n);
    n += static_cast<double>(run->n);
    effective += std::max(1.0, run->effective_n);
  }
  pooled.share.share = n > 0 ? std::clamp(pooled.events / n, 0.0, 1.0) : 0;
  pooled.share.interval = stats::wilson(pooled.share.share, effective, kConfidence);
  const double bound = stats::upper_bound_of_none(effective, 0.5 + kConfidence / 2);
  if (pooled.share.share == 0) pooled.share.interval = {0, bound};
  if (pooled.share.share == 1) pooled.share.interval = {1 - bound, 1};
  return pooled;
}

void no_surer_than_tickets(const RunsOfMetric& runs, Effect& effect) {
  const Pooled base = pooled(runs, runs.base), head = pooled(runs, runs.head);
  if (base.events >= kFewEvents && head.events >= kFewEvents) return;
  const stats::Interval tickets = stats::difference(head.share, base.share);
  effect.interval.low = std::min(effect.interval.low, tickets.low);
  effect.interval.high = std::max(effect.interval.high, tickets.high);
  const double t = stats::t_quantile(0.5 + kConfidence / 2, effect.estimate.degrees);
  effect.estimate.standard_error =
      std::max(effect.estimate.standard_error, (effect.estimate.value - effect.interval.low) / t);
}

/// Every bound moves out by what the two machines may differ, in quadrature.
void widen(double between_machines, Effect& effect) {
  const double extra = between_machines * std::sqrt(2.0);
  const double z = stats::normal_quantile(0.5 + kConfidence / 2);
  const double at = effect.estimate.value;
  effect.estimate.standard_error = std::hypot(effect.estimate.standard_error, extra);
  effect.interval.low = at - std::hypot(at - effect.interval.low, z * extra);
  effect.interval.high = at + std::hypot(effect.interval.high - at, z * extra);
}

std::optional<Effect> by_design(const RunsOfMetric& runs, Design design) {
  switch (design) {
    case Design::paired:
      return paired(runs);
    case Design::unpaired:
      return unpaired(runs);
    case Design::predicted:
      return predicted(runs);
    case Design::assumed:
      break;
  }
  return assumed(runs);
}

/// Why the metric can't be compared, when a run has no value of it.
std::string missing(const RunsOfMetric& runs) {
  if (runs.base.empty() || runs.head.empty()) {
    return std::string("only in the ") + (runs.base.empty() ? "candidate" : "baseline");
  }
  for (const auto* side : {&runs.base, &runs.head}) {
    for (const ComparableMetric* run : *side) {
      if (!run->value) return run->why_not.empty() ? "no data" : run->why_not;
    }
  }
  return {};
}

}  // namespace

RunEffect effect_between(const RunsOfMetric& runs, Design wanted, bool other_machine) {
  RunEffect found;
  found.base = median_of(runs.base);
  found.head = median_of(runs.head);
  found.why_not = missing(runs);
  if (!found.why_not.empty()) return found;
  found.design = wanted;
  found.effect = by_design(runs, wanted);
  if (!found.effect && wanted != Design::assumed) {
    found.design = Design::assumed;
    found.effect = assumed(runs);
  }
  if (!found.effect) {
    for (const auto* side : {&runs.base, &runs.head}) {
      for (const ComparableMetric* run : *side) {
        if (!run->error && found.why_not.empty()) found.why_not = run->why_not;
      }
    }
    if (found.why_not.empty()) found.why_not = "no interval";
    return found;
  }
  if (is_share(runs.name)) no_surer_than_tickets(runs, *found.effect);
  if (other_machine) widen(relative(runs, kOtherMachine), *found.effect);
  if (is_share(runs.name)) {
    // What is assumed between runs knows no ends; shares have them.
    stats::Interval& interval = found.effect->interval;
    interval.low = std::clamp(interval.low, -1.0, 1.0);
    interval.high = std::clamp(interval.high, -1.0, 1.0);
  }
  return found;
}

}  // namespace loadgen
