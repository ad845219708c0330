#include "loadgen/plan/first_due.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Scenario scenario_of(std::vector<Workload> workloads) {
  Scenario scenario;
  scenario.workloads = std::move(workloads);
  return scenario;
}

Workload open_loop(Rate rate) {
  Workload workload;
  workload.rate = rate;
  return workload;
}

TEST_CASE("a share begins with the earliest of its tickets") {
  const Scenario scenario = scenario_of({open_loop(10_rps), open_loop(100_rps)});
  CHECK(first_due(scenario, 1, {0, 4}) == RunOffset(0));
  CHECK(first_due(scenario, 1, {3, 4}) == RunOffset(30ms));  // of the faster workload
  CHECK(first_due(scenario_of({open_loop(10_rps)}), 1, {3, 4}) == RunOffset(300ms));
}

TEST_CASE("Poisson arrivals depend on the seed, and are those of the whole schedule") {
  Workload poisson = open_loop(100_rps);
  poisson.arrival = Arrival::poisson;
  const Scenario scenario = scenario_of({poisson});
  CHECK(first_due(scenario, 1, {0, 1}) != first_due(scenario, 2, {0, 1}));
  Schedule whole(segments_of(poisson), poisson.arrival, stream_seed(1, 0), {0, 1});
  for (std::uint32_t share = 0; share < 4; ++share)
    CHECK(first_due(scenario, 1, {share, 4}) == whole.next()->intended);
}

TEST_CASE("a closed loop begins at once") {
  Workload closed;
  closed.clients = 5;
  REQUIRE(closed.closed_loop());
  CHECK_FALSE(first_due(scenario_of({open_loop(10_rps), closed}), 1, {0, 1}));
}

}  // namespace
}  // namespace loadgen
