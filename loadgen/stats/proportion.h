// Shares: intervals for one, and for the difference of two.
#pragma once

#include "loadgen/stats/interval.h"

namespace loadgen::stats {

/// Interval of a share that was observed as `share` of n. n is a real number: for correlated
/// tickets the effective one, n / τ. share in [0, 1], n > 0, confidence in (0, 1), two-sided. The
/// interval lies in [0, 1] and is sensible at 0 and 1. Pure.
/// Source: Wilson 1927. Checked against: 81/263, 0/20 (Newcombe 1998, table I).
Interval wilson(double share, double n, double confidence);

/// One of two shares with its interval.
struct Share {
  double share = 0;
  Interval interval;
};

/// Interval of a.share − b.share from the intervals of the two (method of variance estimates
/// recovery): each bound moves by the distance of the two nearest bounds, in quadrature. Pure.
/// Source: Newcombe 1998, method 10, with Wilson intervals. Checked against: 56/70 − 48/80.
Interval difference(const Share& a, const Share& b);

/// The largest share that n tickets without a single event leave possible: 1 − (1 − confidence)^
/// (1/n), one-sided. n > 0 (effective). Pure. Source: the exact binomial bound.
double upper_bound_of_none(double n, double confidence);

}  // namespace loadgen::stats
