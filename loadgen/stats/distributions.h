// Quantiles and tail probabilities of the distributions that the procedures need.
//
// All are pure and never return NaN: the arguments are asserted to be in their domain. Source:
// Boost.Math, which stays inside the .cc.
#pragma once

#include <cstdint>

namespace loadgen::stats {

/// The p-quantile of the standard normal. p in (0, 1).
double normal_quantile(double p);
/// P(Z > z) for the standard normal.
double normal_above(double z);

/// The p-quantile of Student's t. p in (0, 1), degrees > 0, fractions welcome (Welch).
double t_quantile(double p, double degrees);
/// P(T > t). t may be infinite.
double t_above(double t, double degrees);

/// P(B ≤ x) of the beta distribution. a, b > 0; x is clamped to [0, 1].
double beta_below(double x, double a, double b);

/// P(B = k) of the binomial distribution. 0 ≤ k ≤ n, p in (0, 1).
double binomial_probability(std::uint64_t k, std::uint64_t n, double p);

}  // namespace loadgen::stats
