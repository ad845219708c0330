// Margins of differences between runs, or between rounds.
#pragma once

#include <string>
#include <string_view>

#include "loadgen/analysis/margins.h"

namespace loadgen {

/// Of tps and ok_rate, which the scenario's margins don't name.
inline constexpr double kThroughputMargin = 0.10;

/// The margin of a metric (a share of it, or points) on the scale of its differences, without an
/// effect yet. Pure.
AgainstMargin run_margin(std::string_view metric, double margin);

/// What would decide an effect that is open: "about 14 rounds would decide" when errors shrink with
/// the root of their number. what: "rounds", "runs of each side". Pure.
std::string more_runs_would_decide(const AgainstMargin& metric, std::size_t runs,
                                   std::string_view what);

}  // namespace loadgen
