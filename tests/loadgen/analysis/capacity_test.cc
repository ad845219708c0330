#include "loadgen/analysis/capacity.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "loadgen/plan/capacity.h"

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

struct Found {
  std::optional<double> highest, missed;
  int steps = 0;
};

Found search(double from, double most, bool whole, const std::function<bool(double)>& holds) {
  CapacitySearch search(from, most, whole);
  Found found;
  while (const auto level = search.next()) {
    CHECK(*level <= most);
    CHECK(*level > 0);
    if (whole) CHECK(*level == std::floor(*level));
    search.record(holds(*level));
    REQUIRE(++found.steps <= 100);
  }
  found.highest = search.highest();
  found.missed = search.missed();
  return found;
}

Result step_of(const std::vector<std::int64_t>& p50_us, const std::string& check,
               bool trusted = true) {
  Result result;
  result.trust.valid = trusted;
  if (!trusted) result.trust.reasons = {"late"};
  WorkloadResult workload;
  PhaseFigures phase;
  phase.from = 2s;
  phase.to = RunOffset(std::chrono::seconds(2 + p50_us.size()));
  phase.ok_per_s = 99;
  phase.response.p50 = 5'000;
  workload.phases = {{"warmup", {}}, {"before", phase}};
  workload.series.start_s = 2;
  for (const std::int64_t us : p50_us) workload.series.p50_us.emplace_back(us);
  result.groups = {{"target", {"control", "", {{"w", workload}}}}};
  CheckResult judged;
  judged.id = kCapacityChecks;
  judged.expression = "p99 < 10ms";
  judged.result = check;
  judged.observed = 0.009;
  judged.observed_text = "9 ms";
  result.checks = {judged};
  return result;
}

}  // namespace

TEST_CASE("the search ends within one percent of what holds, wherever it begins") {
  std::mt19937_64 random(7);
  for (int i = 0; i < 300; ++i) {
    const double truth = std::exp(std::uniform_real_distribution(0.1, 13.0)(random));
    const double from = std::exp(std::uniform_real_distribution(0.0, 13.0)(random));
    CAPTURE(truth);
    CAPTURE(from);
    const Found found = search(from, 1e7, false, [&](double level) { return level <= truth; });
    REQUIRE(found.highest.has_value());
    REQUIRE(found.missed.has_value());
    CHECK(*found.highest <= truth);
    CHECK(*found.missed > truth);
    CHECK(*found.missed / *found.highest <= 1.0101);
    CHECK(found.steps < 40);
  }
}

TEST_CASE("clients are whole numbers") {
  for (const int truth : {1, 2, 3, 50, 199, 200, 5000}) {
    CAPTURE(truth);
    const Found found = search(8, 10'000, true, [&](double level) { return level <= truth; });
    CHECK(found.highest <= truth);
    CHECK(*found.missed - *found.highest <= std::max(1.0, truth * 0.0101));
  }
}

TEST_CASE("where the search ends") {
  const auto always = [](double) { return true; };
  const auto never = [](double) { return false; };
  const Found most = search(10, 100, false, always);
  CHECK(most.highest == 100);
  CHECK_FALSE(most.missed);
  const Found none = search(10, 100, false, never);
  CHECK_FALSE(none.highest);
  CHECK(none.missed == 1);
  CHECK(search(1, 1, true, always).highest == 1);
  CHECK(search(1, 1, true, always).steps == 2);  // tried, and once more
}

TEST_CASE("what does not hold a second time did not hold") {
  int tried_at_64 = 0;
  const Found found = search(64, 1000, true, [&](double level) {
    return level < 64 || (level == 64 && tried_at_64++ == 0);
  });
  CHECK(tried_at_64 == 2);
  CHECK(found.highest == 63);
  CHECK(found.missed == 64);
}

TEST_CASE("a step is judged by its limits, and by whether it was steady") {
  const std::vector<std::int64_t> flat = {5000, 5100, 4900, 5050, 4950,
                                          5000, 5100, 4900, 5000, 5050};
  const std::vector<std::int64_t> rising = {5000, 5300, 5600, 5900, 6200, 6500, 6800, 7100, 7400};
  const std::vector<std::int64_t> falling = {7400, 7100, 6800, 6500, 6200, 5900, 5600, 5300, 5000};
  struct Row {
    std::string why;
    Result result;
    std::string expected, says;
  };
  for (const Row& row : {
           Row{"held and steady", step_of(flat, "held"), "held", ""},
           Row{"a limit was missed", step_of(flat, "refuted"), "missed", "p99 < 10ms: 9 ms"},
           Row{"too little to tell", step_of(flat, "undecided"), "undecided", "p99 < 10ms"},
           Row{"a queue that grows holds no limit for long", step_of(rising, "held"), "unsteady",
               "still rising, by 47"},
           Row{"missed is missed, rising or not", step_of(rising, "refuted"), "missed", "9 ms"},
           Row{"getting faster is no trouble", step_of(falling, "held"), "held", ""},
           Row{"seven seconds are too few for a trend",
               step_of({5000, 5500, 6000, 6500, 7000, 7500, 8000}, "held"), "held", ""},
           Row{"our own trouble", step_of(flat, "held", false), "invalid", "late"},
           Row{"no figures", Result{}, "invalid", "no figures"},
       }) {
    CAPTURE(row.why);
    const CapacityStep step = judge_step(row.result, "w", 120);
    CHECK(step.result == row.expected);
    CHECK(step.level == 120);
    CAPTURE(step.why);
    CHECK(step.why.find(row.says) != std::string::npos);
  }
}

TEST_CASE("what can't be decided is taken as it was observed") {
  Result result = step_of({}, "undecided");
  CHECK(kept_as_observed(result));
  result.checks[0].observed = 0.010;
  CHECK_FALSE(kept_as_observed(result));
  result.checks[0].observed.reset();
  CHECK_FALSE(kept_as_observed(result));
  CHECK_FALSE(kept_as_observed(step_of({}, "refuted")));
}
