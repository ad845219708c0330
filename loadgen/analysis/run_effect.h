// How much runs differ from other runs in one metric (statistics.md 5).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/analysis/effect.h"
#include "loadgen/core/comparable_run.h"

namespace loadgen {

/// What one run differs from the next by without any cause, as a share, until stored runs tell it.
inline constexpr double kRunToRun = 0.03;
/// What another CPU may add to that.
inline constexpr double kOtherMachine = 0.10;
/// From here on stored runs tell how much runs differ.
inline constexpr std::size_t kRunsThatTell = 5;
/// Rounds of base and head in turns that pairs need; runs that a prediction limit asks for.
inline constexpr std::size_t kLeastRounds = 6, kLeastStored = 10;

enum class Design : std::uint8_t {
  assumed,    // few runs: errors within the runs, and kRunToRun between them
  predicted,  // stored runs against one: where would another one of them lie?
  unpaired,   // runs against runs: all differences between two of them
  paired,     // base and head in turns: differences of neighbours
};

/// The same metric of the runs of both sides; in pairs, the i-th of both belong together.
struct RunsOfMetric {
  std::string_view name;
  std::vector<const ComparableMetric*> base, head;  // none null
};

struct RunEffect {
  std::optional<Effect> effect;      // worse = positive; of shares in points, else logarithms
  std::optional<double> base, head;  // medians, base units
  Design design = Design::assumed;   // what was done: `wanted`, or what the runs allow
  std::string why_not;               // no effect
};

/// The difference with its 90 % interval.
///   paired, unpaired: Hodges-Lehmann with the exact interval of ranks (signed or summed); its
///   error
///     for tests is at least the t error of the values, and no less than the interval shows.
///   predicted: head against the mean of n stored runs, SE = s·√(1 + 1/n), t with n − 1 degrees;
///     never surer than the head itself.
///   assumed: SE² = errors within the runs + kRunToRun² per run of each side.
/// Shares with fewer than 10 events on a side are no surer than all tickets together make them
/// (Newcombe 1998). `other_machine` widens everything by kOtherMachine on each side. A design that
/// the runs have too little for gives way to `assumed`. Pure.
RunEffect effect_between(const RunsOfMetric& runs, Design wanted, bool other_machine);

}  // namespace loadgen
