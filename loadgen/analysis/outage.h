// Outage windows: stretches without any ok, and stretches with few good answers.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "loadgen/analysis/seconds.h"
#include "loadgen/core/figures.h"

namespace loadgen {

/// The maximal runs of seconds that are down, and of those that are a brown-out (less than half of
/// the tickets good), in time order. Edges of a down window are known to the ticket when the second
/// beside it holds the last ok before it or the first ok after it: an outage from 10.4 to 21.7 s
/// makes ten whole seconds without an ok and is 11.3 s long. Seconds without tickets are bridged,
/// blind seconds end a window. seconds[i] is run second first + i. Pure.
std::vector<Outage> outages_of(std::span<const SecondFigures> seconds, RunSecond first);

/// The windows cut to [from, to); without `to` they run on as far as they were seen. Pure.
std::vector<Outage> cut_outages(const std::vector<Outage>& outages, RunOffset from,
                                std::optional<RunOffset> to);

/// In seconds.
struct OutageTotals {
  double longest_s = 0;   // the longest down window
  double total_s = 0;     // all down windows
  double degraded_s = 0;  // down or brown-out
};
OutageTotals totals_of(const std::vector<Outage>& outages);

}  // namespace loadgen
