#include "loadgen/stats/mser.h"

#include <algorithm>

#include "loadgen/stats/estimate.h"

namespace loadgen::stats {

WarmupCut mser(std::span<const double> batches, std::optional<std::size_t> most) {
  WarmupCut found;
  found.batches = batches.size();
  const std::size_t half = batches.size() / 2;
  if (batches.size() < 4) return found;
  std::optional<double> least;
  for (std::size_t cut = 0; cut <= std::min(half, most.value_or(half)); ++cut) {
    const auto rest = batches.subspan(cut);
    const double s = deviation(rest);
    const auto n = static_cast<double>(rest.size());
    const double error = s * s * (n - 1) / (n * n);
    if (least && error >= *least) continue;
    least = error;
    found.cut = cut;
  }
  found.at_edge = static_cast<double>(found.cut) >= 0.9 * static_cast<double>(half);
  return found;
}

}  // namespace loadgen::stats
