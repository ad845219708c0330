// A number with its standard error: how estimates from batches are tested, compared and combined.
#pragma once

#include <optional>
#include <span>

#include "loadgen/stats/interval.h"

namespace loadgen::stats {

/// An estimate whose error follows Student's t. value and standard_error in one unit (often a
/// logarithm), degrees of freedom > 0. Regular value.
struct Estimate {
  double value = 0;
  double standard_error = 0;  // ≥ 0
  double degrees = 1;
};

/// Arithmetic mean; values must not be empty. Pure.
double mean(std::span<const double> values);
/// Standard deviation with n − 1; 0 for fewer than two values. Pure.
double deviation(std::span<const double> values);

/// `value`, with the error that independent estimates of it from equal parts of the data show:
/// s(batches) / √n, n − 1 degrees of freedom. Nothing for fewer than two batches. `least_error`
/// keeps the resolution of the data (half a bucket) from being undercut. Pure.
/// Source: batch means, e.g. Law, Simulation Modeling and Analysis, ch. 9; for quantiles Nakayama
/// 2014 (sectioning: the estimate comes from all data, the error from the sections).
std::optional<Estimate> of_batches(double value, std::span<const double> batches,
                                   double least_error = 0);

/// a − b of independent estimates: squared errors add, degrees of freedom by Welch and
/// Satterthwaite. With no error at all the smaller degrees are kept. Pure. Source: Welch 1947.
Estimate difference(const Estimate& a, const Estimate& b);

/// value ± t · standard_error, two-sided. confidence in (0, 1). Pure.
Interval interval(const Estimate& estimate, double confidence);

/// One-sided p-value of "the truth is at most `limit`": small when the estimate lies clearly above
/// it. Without error 0 or 1. Pure.
double p_at_most(const Estimate& estimate, double limit);

}  // namespace loadgen::stats
