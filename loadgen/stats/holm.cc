#include "loadgen/stats/holm.h"

#include <algorithm>
#include <numeric>

namespace loadgen::stats {

std::vector<double> holm(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return p[a] < p[b]; });
  std::vector<double> adjusted(p.size());
  double most = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    most = std::max(most, p[order[i]] * static_cast<double>(p.size() - i));
    adjusted[order[i]] = std::min(most, 1.0);
  }
  return adjusted;
}

}  // namespace loadgen::stats
