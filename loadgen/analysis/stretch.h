// A phase of a finished result, brought back to what estimates are made from.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/effect.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// A phase of one workload in one group: its seconds, and its tenths as pieces. Regular value; its
/// side() borrows from it.
struct Stretch {
  std::vector<SecondFigures> seconds;  // those that the result's series has
  std::vector<Piece> pieces;           // kPieces

  Side side() const { return {seconds, &pieces}; }
};

/// A result keeps ten histograms of a phase, not forty pieces: each stands in the first of its
/// pieces and the others are empty, so that ten and five batches are whole ones. It does not say
/// which seconds of a tenth were good, either: they share what the tenth came to. The first `cut_s`
/// seconds are left out, with the tenths that they touch. Pure.
Stretch stretch_of(const WorkloadResult& workload, const std::string& phase,
                   const std::optional<Duration>& latency_limit, double cut_s = 0);

}  // namespace loadgen
