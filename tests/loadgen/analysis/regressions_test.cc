#include "loadgen/analysis/regressions.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

ComparisonRow row(const std::string& metric, const std::string& verdict) {
  ComparisonRow made;
  made.workload = "home";
  made.phase = "after";
  made.metric = metric;
  made.verdict = verdict;
  made.control = made.experimental = 0.1;
  return made;
}

TEST_CASE("in the user's words") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.phases().mark(25, "requested", "kill").both({0, 65}, {.ok = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));

  ComparisonRow p99 = row("p99", "DEGRADED");
  p99.ratio = 1.4;
  p99.did_ratio = 1.31;
  p99.interval = {1.22, 1.41};
  CHECK(regression_in_words(p99, measured) ==
        "after the fault, experimental p99 of home is 1.31 × control, net of the ratio before "
        "(90 % interval 1.22 – 1.41, margin 1.15)");
  p99.control.reset();
  p99.did_ratio.reset();
  CHECK(regression_in_words(p99, measured) ==
        "after the fault, experimental p99 of home is 1.4 × what it was before (90 % interval "
        "1.22 – 1.41, margin 1.15); before/after only: time is confounded");

  ComparisonRow errors = row("error_rate", "FAILED");
  errors.difference = errors.did_difference = 0.031;
  errors.interval = {0.028, 0.034};
  CHECK(regression_in_words(errors, measured) ==
        "after the fault, experimental error rate of home is 3.1 points above control, net of the "
        "difference before (90 % interval 2.8 – 3.4 points, margin 1 point)");
  ComparisonRow goodput = row("goodput", "FAILED");
  goodput.difference = -0.08;
  goodput.interval = {-0.09, -0.07};
  CHECK(regression_in_words(goodput, measured) ==
        "after the fault, experimental goodput of home is 8 points below control (90 % interval 7 "
        "– 9 points, margin 2 points)");
}

TEST_CASE("groups go by the names that the user gave them") {
  std::string named(kTwoGroups);
  for (const auto& [role, name] :
       {std::pair("control", "base"), std::pair("experimental", "head")}) {
    const std::string table = std::string("[groups.") + role + "]\n";
    REQUIRE(named.find(table) != named.npos);
    named.replace(named.find(table), table.size(),
                  std::string("[groups.") + name + "]\nrole = \"" + role + "\"\n");
  }
  RecordedRun recorded(named);
  recorded.phases().both({0, 65}, {.ok = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  ComparisonRow p50 = row("p50", "FAILED");
  p50.ratio = 2;
  CHECK(regression_in_words(p50, measured) ==
        "in `after`, head p50 of home is 2 × base (margin 1.1)");
  ComparisonRow errors = row("error_rate", "FAILED");
  errors.difference = 0.05;
  CHECK(regression_in_words(errors, measured) ==
        "in `after`, head error rate of home is 5 points above base (margin 1 point)");
}

TEST_CASE("gathered by verdict; what keeps all from passing is told once") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  std::vector<ComparisonRow> rows = {row("p50", "PASS"), row("p99", "FAILED"),
                                     row("goodput", "DEGRADED"), row("p90", "not judged")};
  for (const char* metric : {"error_rate", "p50"}) {
    rows.push_back(row(metric, "INCONCLUSIVE"));
    rows.back().note = "too short";
  }
  Regressions found = regressions_of(rows, measured, {});
  CHECK(found.passed == 1);
  CHECK(found.failed.size() == 1);
  CHECK(found.degraded.size() == 1);
  CHECK(found.open.size() == 2);
  CHECK(found.open.front().find("undecided: too short") != std::string::npos);
  CHECK(regressions_of(rows, measured, {"", "too short"}).open.size() == 1);
  CHECK(regressions_of(rows, measured, {"both were down", ""}).open.empty());
}

}  // namespace
}  // namespace loadgen
