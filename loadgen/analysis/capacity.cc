#include "loadgen/analysis/capacity.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "loadgen/analysis/wording.h"
#include "loadgen/core/assert.h"
#include "loadgen/plan/capacity.h"
#include "loadgen/plan/check.h"
#include "loadgen/stats/trend.h"

namespace loadgen {

namespace {

constexpr double kPrecision = 1.01;
/// Far more than doubling and halving over all that can be asked for take.
constexpr int kMostSteps = 100;
constexpr double kZ = 1.96, kDrift = 0.10;
/// A trend of fewer seconds is chance.
constexpr std::size_t kLeastSeconds = 8;

/// Four digits: for people, and well within the precision.
double rounded(double level) {
  char text[40];
  std::snprintf(text, sizeof text, "%.4g", level);
  return std::strtod(text, nullptr);
}

const WorkloadResult* find(const Result& result, const std::string& workload) {
  for (const auto& [name, group] : result.groups) {
    for (const auto& [its_name, figures] : group.workloads) {
      if (its_name == workload) return &figures;
    }
  }
  return nullptr;
}

/// The last one: warm-up, where there is any, comes before it.
const PhaseFigures* judged(const WorkloadResult& workload) {
  return workload.phases.empty() ? nullptr : &workload.phases.back().second;
}

/// How much more of it the p50 is at the end of the phase than at its begin; nothing when that may
/// be chance.
std::optional<double> rise(const WorkloadResult& workload, const PhaseFigures& phase) {
  std::vector<double> logs;
  const Series& series = workload.series;
  for (std::size_t i = 0; i < series.p50_us.size(); ++i) {
    const RunOffset at = std::chrono::seconds(series.start_s + static_cast<std::int64_t>(i));
    if (at < phase.from || at >= phase.to || !series.p50_us[i] || *series.p50_us[i] <= 0) continue;
    logs.push_back(std::log(static_cast<double>(*series.p50_us[i])));
  }
  if (logs.size() < kLeastSeconds) return std::nullopt;
  const std::optional<stats::Trend> trend = stats::trend(logs);
  if (!trend || trend->z < kZ) return std::nullopt;
  const double drift = trend->slope * static_cast<double>(logs.size() - 1);
  if (drift < std::log1p(kDrift)) return std::nullopt;
  return std::expm1(drift);
}

}  // namespace

CapacitySearch::CapacitySearch(double from, double most, bool whole)
    : first_(from), least_(std::min(from, 1.0)), most_(most), whole_(whole) {
  LG_ASSERT(from > 0 && from <= most);
  choose();
}

std::optional<double> CapacitySearch::highest() const {
  if (held_.empty()) return std::nullopt;
  return held_.back();
}

void CapacitySearch::record(bool held) {
  LG_ASSERT(next_.has_value());
  ++tried_;
  const double level = *next_;
  if (held) {
    confirmed_ = repeats_;
    if (!repeats_) held_.insert(std::upper_bound(held_.begin(), held_.end(), level), level);
  } else {
    missed_ = level;
    confirmed_ = false;
    while (!held_.empty() && held_.back() >= level) held_.pop_back();
  }
  choose();
}

double CapacitySearch::middle() const {
  const double low = held_.back(), high = *missed_;
  const double exact = std::sqrt(low * high);
  const double level = whole_ ? std::round(exact) : rounded(exact);
  if (level > low && level < high) return level;
  return whole_ ? low + 1 : exact;
}

void CapacitySearch::choose() {
  repeats_ = false;
  next_.reset();
  if (tried_ >= kMostSteps) return;
  if (held_.empty()) {
    if (!missed_) {
      next_ = first_;
    } else if (*missed_ > least_) {
      next_ = std::max(least_, whole_ ? std::floor(*missed_ / 2) : *missed_ / 2);
    }
    return;
  }
  const double low = held_.back();
  if (!missed_ && low < most_) {
    next_ = std::min(low * 2, most_);
    return;
  }
  const bool narrow = !missed_ || (whole_ ? *missed_ - low <= 1 : *missed_ / low <= kPrecision) ||
                      (whole_ && *missed_ / low <= kPrecision);
  if (!narrow) {
    next_ = middle();
  } else if (!confirmed_) {
    next_ = low;
    repeats_ = true;
  }
}

CapacityStep judge_step(const Result& result, const std::string& workload, double level) {
  CapacityStep step;
  step.level = level;
  const WorkloadResult* figures = find(result, workload);
  const PhaseFigures* phase = figures == nullptr ? nullptr : judged(*figures);
  if (phase == nullptr) {
    step.result = "invalid";
    step.why = "it has no figures";
    return step;
  }
  step.seconds = to_seconds(phase->to - phase->from);
  step.ok_per_s = phase->ok_per_s;
  step.error_rate = phase->error_rate;
  step.p50_us = phase->response.p50;
  step.p99_us = phase->response.p99;
  step.result = "held";
  if (!result.trust.valid) {
    step.result = "invalid";
    step.why = result.trust.reasons.empty() ? "it can't be trusted" : result.trust.reasons.front();
    return step;
  }
  for (const CheckResult& check : result.checks) {
    if (check.id != kCapacityChecks || check.result == "held") continue;
    const bool missed = check.result == "refuted";
    if (!missed && step.result != "held") continue;
    step.result = missed ? "missed" : "undecided";
    step.why =
        check.expression + ": " + (check.observed_text.empty() ? check.note : check.observed_text);
    if (missed) return step;
  }
  if (const std::optional<double> more = rise(*figures, *phase)) {
    step.result = "unsteady";
    step.why = "p50 was still rising, by " + in_words(*more, Unit::fraction) + " over the step";
  }
  return step;
}

bool kept_as_observed(const Result& result) {
  return std::all_of(result.checks.begin(), result.checks.end(), [](const CheckResult& check) {
    if (check.id != kCapacityChecks || check.result == "held") return true;
    if (check.result == "refuted" || !check.observed) return false;
    const Check limit = parse_check(check.expression);
    return compare(*check.observed, limit.op, limit.bound);
  });
}

}  // namespace loadgen
