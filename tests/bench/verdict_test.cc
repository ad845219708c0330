// The short version of verdict_table: few seeds, and demands as far as so few can tell. Seeds are
// fixed, so it either holds or doesn't; verdict_table.md has the long one.
#include <doctest/doctest.h>

#include "verdict_trials.h"

namespace loadgen {
namespace {

void check(const std::vector<Demand>& demands) {
  for (const Demand& demand : demands) {
    CAPTURE(demand.cell);
    CAPTURE(demand.measured);
    CAPTURE(demand.limit);
    CHECK(demand.possible);
  }
}

TEST_CASE("a steady system is not refused") { check(gate_trials(4)); }
TEST_CASE("outages are exact, and declared limits decided rightly") { check(outage_trials(1)); }
TEST_CASE("equal groups are equal") { check(aa_trials(1)); }
TEST_CASE("known effects are seen") { check(effect_trials(2)); }
TEST_CASE("onset and recovery are where they are") { check(detector_trials(4)); }
TEST_CASE("what disturbs both groups fails none") { check(disturbance_trials(1)); }

}  // namespace
}  // namespace loadgen
