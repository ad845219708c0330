// What a search for the highest load found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// One run at one load.
struct CapacityStep {
  double level = 0;    // per second, or clients
  double seconds = 0;  // that were judged
  std::string result;  // "held", "missed", "unsteady", "undecided", "invalid"
  std::string why;     // of any but held: the first limit that was missed, or what else
  double ok_per_s = 0;
  std::optional<double> error_rate;
  std::optional<std::int64_t> p50_us, p99_us;  // failures as infinite; none: not reached
  bool operator==(const CapacityStep&) const = default;
};

/// Why a search ended that came to its end: there is no more to be tried between the two.
inline constexpr std::string_view kNextMissed = "the next one that was tried did not hold";

struct Capacity {
  std::string workload;
  bool over_clients = false;  // else over the rate
  std::vector<std::string> limits;
  /// The highest load that held, each time that it was tried; none: not even the lowest did.
  std::optional<double> highest;
  /// The lowest that did not; none: the search ended below it. The capacity is between the two.
  std::optional<double> missed;
  std::string ended;  // why no higher one is told: a sentence
  std::vector<CapacityStep> steps;
  bool operator==(const Capacity&) const = default;
};

}  // namespace loadgen
