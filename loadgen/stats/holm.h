// Many tests at once.
#pragma once

#include <span>
#include <vector>

namespace loadgen::stats {

/// p-values adjusted so that comparing each with α keeps the chance of any false finding among them
/// at α, however they depend on each other: the i-th smallest times (n − i + 1), made monotone, at
/// most 1. In the order given. Pure. Source: Holm 1979.
std::vector<double> holm(std::span<const double> p);

}  // namespace loadgen::stats
