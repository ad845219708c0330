// Quantiles of response time compared: between groups, and between phases.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "loadgen/analysis/effect.h"

namespace loadgen {

/// What a piece comes to. `whole`: the piece is all of the stretch, so a batch's least number of
/// tickets does not bind it. Nothing where it can't be told.
using PieceValue = std::function<std::optional<double>(const Piece& piece, bool whole)>;

/// A value with its error; or why there is none.
struct ValueEffect {
  std::optional<double> value;
  std::optional<Effect> effect;  // nothing: too few tickets or too few batches
};

/// value(a) − value(b) with the error of paired batches: both groups in the same stretches of wall
/// time, so what they share cancels. Pure.
ValueEffect paired_value(const Side& a, const Side& b, const PieceValue& value,
                         double least_error = 0);

/// value(side) alone, for the comparison of phases and for absolute limits. Pure.
ValueEffect lone_value(const Side& side, const PieceValue& value, double least_error = 0);

/// Which quantile, of what (successes only, or failures as infinitely slow), and on which scale.
struct QuantileOf {
  double q = 0.5;
  bool with_failures = false;
  bool logarithm = true;  // ln of µs: differences are ratios; else seconds
};

/// The quantile, interpolated inside its bucket; nothing when it lies among the failures, or
/// without data. Pure.
std::optional<double> quantile_in(const Piece& piece, const QuantileOf& of);

/// How many tickets lie beyond the quantile. Pure.
double tail_of(const Piece& piece, const QuantileOf& of);

/// Why a quantile of a stretch has no error, in words. Pure.
std::string why_no_error(const Side& side, const QuantileOf& of);

/// As paired_value and lone_value. Batches with fewer than 10 tickets beyond the quantile in either
/// group are dropped, and no error is smaller than half a bucket. Pure.
ValueEffect paired_latency(const Side& a, const Side& b, const QuantileOf& of);
ValueEffect lone_latency(const Side& side, const QuantileOf& of);

/// How much the seconds of a stretch resemble each other.
struct Correlation {
  double seconds = 0;    // that have a value
  double tau = 1;        // effective length, in seconds
  double inflation = 1;  // of an error by ten batches: they resemble each other, too
};

/// Of ln p50 per second; of the difference to `b` where it is given. Only seconds in which all have
/// answers. Pure.
Correlation latency_correlation(const Side& a, const Side* b = nullptr);

}  // namespace loadgen
