#include "loadgen/analysis/repeated_faults.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using Runs = std::vector<ComparableRun>;

std::vector<RepeatedFaults> of(const Runs& runs) {
  std::vector<const ComparableRun*> pointers;
  for (const ComparableRun& run : runs) pointers.push_back(&run);
  return repeated_faults(pointers);
}

/// A run whose workload recovered after so long, of which it was out all but a second.
ComparableRun run_with(double recovery_s, bool recovered = true, const char* faults = "kill") {
  ComparableRun run;
  run.recoveries = {{"canary", "home", faults, recovery_s, recovered, recovery_s - 1}};
  return run;
}

TEST_CASE("medians over runs, with an interval from six on") {
  struct Row {
    std::string why;
    Runs runs;
    std::size_t not_recovered;
    std::optional<double> median_s;
    std::optional<std::pair<double, double>> interval;
  };
  const Row rows[] = {
      {"one run is what it is", {run_with(7)}, 0, 7.0, {}},
      {"five are too few",
       {run_with(9), run_with(7), run_with(8), run_with(5), run_with(6)},
       0,
       7.0,
       {}},
      {"six tell",
       {run_with(9), run_with(7), run_with(8), run_with(5), run_with(6), run_with(4)},
       0,
       6.5,
       {{4.0, 9.0}}},
      {"one that did not recover within 60 s lasts longer than all, not 60 s",
       {run_with(4), run_with(60, false), run_with(5)},
       1,
       5.0,
       {}},
      {"half of them did not", {run_with(60, false), run_with(60, false), run_with(5)}, 2, {}, {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = of(row.runs);
    REQUIRE(found.size() == 1);
    CHECK(found[0].runs == row.runs.size());
    CHECK(found[0].not_recovered == row.not_recovered);
    CHECK(found[0].recovery.median_s == row.median_s);
    CHECK(found[0].recovery.interval == row.interval);
    if (row.median_s) CHECK(found[0].outage.median_s == *row.median_s - 1);
  }
}

TEST_CASE("other faults and other workloads are told apart, and runs without any add nothing") {
  ComparableRun both = run_with(5);
  both.recoveries.push_back({"canary", "cart", "kill", 1, true, 0});
  const auto found = of({run_with(5), both, ComparableRun{}, run_with(5, true, "cut")});
  REQUIRE(found.size() == 3);
  CHECK(found[0].runs == 2);
  CHECK(found[1].workload == "cart");
  CHECK(found[2].faults == "cut");
  CHECK(of({ComparableRun{}}).empty());
}

}  // namespace
}  // namespace loadgen
