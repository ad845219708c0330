// One value per second: what the detector, the series and the blind list look at.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/analysis/pool.h"

namespace loadgen {

/// What one second of one workload in one group came to, over all its operations.
struct SecondFigures {
  std::uint64_t scheduled = 0;
  std::uint64_t planned = 0;  // settled ones only: what is still open is not judged
  std::uint64_t ok = 0;
  std::uint64_t good = 0;  // ok within the latency limit; ok without one
  OutcomeCounts ended{};
  std::uint64_t in_flight = 0;  // at the end of this wall second
  bool waiting = false;         // closed loop: clients waited through it and no ticket fell due
  std::optional<std::int64_t> p50_us, p99_us, max_us;  // of successes
  RunOffset first_ok = Tally::kNever, last_ok = Tally::kNever;
  RunOffset first_not_ok = Tally::kNever, last_not_ok = Tally::kNever;

  std::uint64_t blind() const { return count_of(ended, OutcomeKind::blind); }
  /// More than half of what was due was lost by the instrument: neither good nor bad.
  bool is_blind() const { return 2 * blind() > scheduled; }
  /// Nothing was due, so nothing is known.
  bool is_empty() const { return planned == 0 && !waiting; }
  /// Tickets (or waiting clients) and no ok.
  bool is_down() const { return !is_blind() && !is_empty() && ok == 0; }
  /// Not down, but less than half of the tickets were good.
  bool is_brown_out() const { return !is_blind() && !is_empty() && ok > 0 && 2 * good < planned; }
};

struct SecondsOf {
  Selection selection;
  RunSecond from = 0, to = 0;  // [from, to)
  bool closed_loop = false;
  std::optional<Duration> latency_limit = std::nullopt;
};

/// One entry for every second of [from, to); seconds without a slice are empty. Pure.
std::vector<SecondFigures> seconds_of(const Recording& recording, const SecondsOf& of);

}  // namespace loadgen
