#include "loadgen/experiment/timeline.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

RunSecond seconds(Duration d) { return next_second(d); }

}  // namespace

Timeline::Timeline(const Phases& phases)
    : before(seconds(phases.warmup)),
      during(before + seconds(phases.before)),
      after(during + seconds(phases.during)),
      end(after + seconds(phases.after)) {}

void Timeline::move_during(RunSecond to) {
  LG_ASSERT(to >= during);
  const RunSecond by = to - during;
  during += by;
  after += by;
  end += by;
}

void Timeline::move_after(RunSecond to) {
  LG_ASSERT(to >= after);
  end += to - after;
  after = to;
}

std::optional<RunSecond> next_extension(RunSecond planned, RunSecond now) {
  const RunSecond room = 2 * planned - now;
  if (room <= 0) return std::nullopt;
  return std::min(room, std::max<RunSecond>((planned + 3) / 4, 5));
}

Duration drain_of(const Scenario& scenario) {
  Duration longest{0};
  for (const Workload& workload : scenario.workloads) {
    longest = std::max(longest, std::min<Duration>(workload.timeout, std::chrono::seconds(2)));
  }
  return longest;
}

std::string print_seconds(Duration d) {
  char text[32];
  std::snprintf(text, sizeof text, "%.1f s", to_seconds(d));
  return text;
}

}  // namespace loadgen
