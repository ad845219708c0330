// How much a series repeats itself: the price of treating its values as independent.
#pragma once

#include <cstddef>
#include <span>

namespace loadgen::stats {

/// Correlation of x_i with x_{i+lag}, in [−1, 1]; 0 for a constant series and for lag ≥ n. Both
/// sums are divided by n, which keeps the sequence positive definite. Pure.
double autocorrelation(std::span<const double> series, std::size_t lag);

/// τ = 1 + 2 Σ ρ_k, the factor by which correlation widens the variance of the series' mean: n
/// values are worth n / τ independent ones. At least 1 (a series that alternates is not counted as
/// more than its values) and at most n. The sum runs over Geyer's initial positive sequence: pairs
/// ρ_2k + ρ_2k+1 while they are positive, after which only noise follows. A trend makes τ large, as
/// it should. 1 for fewer than four values and for a constant series. Pure. Source: Geyer 1992.
double effective_length(std::span<const double> series);

}  // namespace loadgen::stats
