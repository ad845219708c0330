// How a metric of checks is made of pieces, and the pieces that it is made of.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "loadgen/analysis/latency.h"
#include "loadgen/analysis/measured.h"
#include "loadgen/analysis/shares.h"
#include "loadgen/plan/check.h"

namespace loadgen {

/// How a metric is made of pieces.
struct Recipe {
  enum class Kind { fact, quantile, mean, share, rate } kind = Kind::fact;
  Measure measure = Measure::response_ok;
  QuantileOf quantile;  // also with_failures of a mean
  Counted counted;
};

/// What has no error of its own (outages, marks, maxima, what the generator achieved) is a fact.
/// Pure.
Recipe recipe_of(const MeasuredWorkload& workload, const Check& check);

/// A mean or a rate of a piece, in base units; its logarithm where ratios are asked for. Pure.
PieceValue piece_value(const Recipe& recipe, Check::Form form);

/// The sides of phases as a recipe wants them: of one operation, or with other histograms than the
/// measured ones. Borrows the measured run and owns what it made on purpose.
class Sides {
 public:
  Sides(const Measured& measured, Measure measure, std::optional<std::uint16_t> operation)
      : measured_(measured), measure_(measure), operation_(operation) {}

  /// whole: no rest of warm-up is left out. What it returns is valid as long as this is.
  Side of(const MeasuredWorkload& workload, const MeasuredPhase& phase, bool whole);

 private:
  struct Own {
    std::vector<Piece> pieces;
    std::vector<SecondFigures> seconds;
  };
  const Measured& measured_;
  Measure measure_;
  std::optional<std::uint16_t> operation_;
  std::vector<std::unique_ptr<Own>> own_;
};

}  // namespace loadgen
