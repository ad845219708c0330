// Effects: how much differs, and how sure that is (statistics.md 4).
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "loadgen/analysis/pieces.h"
#include "loadgen/analysis/seconds.h"
#include "loadgen/stats/estimate.h"
#include "loadgen/stats/interval.h"

namespace loadgen {

/// All intervals that are shown cover the truth with this chance; one-sided tests beside them have
/// α = 5 %.
inline constexpr double kConfidence = 0.90;
/// A phase shorter than this many effective lengths can't carry a PASS.
inline constexpr double kLeastLengths = 20;

/// One workload of one group in one phase: what estimates are made from. Borrows both.
struct Side {
  std::span<const SecondFigures> seconds;
  const std::vector<Piece>* pieces = nullptr;  // kPieces of the same stretch
};

/// An estimate with its interval. In the unit of the estimate: a logarithm, a share, seconds.
///
/// Two errors of it: `estimate` has the cautious one, which allows for how much batches resemble
/// each other, with the degrees of freedom that the guard leaves; `plain`, where there is one, has
/// what the batches show. The interval, PASS and DEGRADED go by the cautious error, which keeps
/// equal groups from being told apart. FAILED goes by the plain one: equal groups never come near
/// the second margin, and the cautious error missed one group twice as slow as the other in a third
/// of short runs (simulated: rho 0.95, 120 s).
struct Effect {
  stats::Estimate estimate;
  stats::Interval interval;  // at kConfidence; around estimate.value, not always in its middle
  bool guarded = false;      // the stretch is too short for its own correlation: never PASS
  double needed_s = 0;       // how long it would have to be for that guard
  std::optional<stats::Estimate> plain = {};
};

/// How an effect is estimated from batches.
struct Batched {
  double value = 0;        // from all of the stretch
  double least_error = 0;  // the resolution of the data
  double seconds = 0;      // of data
  double tau = 1;          // its effective length, in seconds: see stats::effective_length
  double inflation = 1;    // of the cautious error, for batches that resemble each other; ≥ 1
  /// One value for each of so many batches, in time order; nothing where one can't give any.
  std::function<std::vector<std::optional<double>>(std::size_t batches)> values;
};

/// The error by ten batches, t with 9 degrees of freedom; nothing when fewer than eight give a
/// value; that is the plain error, the cautious one is `inflation` times as large. Where seconds /
/// tau is below kLeastLengths the effect is guarded: the error is the largest over five, eight and
/// ten batches, and the cautious one has 4 degrees of freedom. Pure.
std::optional<Effect> effect_of(const Batched& batched);

/// a − b of independent effects: Welch and Satterthwaite where both have errors of batches, and the
/// intervals by the method of variance estimates recovery where one does not. Guarded when either
/// is. Pure.
Effect difference(const Effect& a, const Effect& b);

/// An effect from an interval that no batches made: its error is that of its lower half. Pure.
Effect effect_from(double value, const stats::Interval& interval);

}  // namespace loadgen
