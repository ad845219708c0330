#include "loadgen/analysis/comparison.h"

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

const ComparisonRow& row(const std::vector<ComparisonRow>& rows, const char* phase,
                         const char* metric) {
  for (const ComparisonRow& row : rows) {
    if (row.phase == phase && row.metric == metric) return row;
  }
  FAIL("no row for " << phase << " " << metric);
  return rows.front();
}

TEST_CASE("control against experimental, phase by phase") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.phases().mark(30, "requested", "kill");
  recorded.seconds(0, {0, 65}, {.ok = 1000, .ok_us = 1000});
  recorded.seconds(1, {0, 25}, {.ok = 1000, .ok_us = 1100});
  recorded.seconds(1, {25, 45}, {.ok = 900, .ok_us = 2000, .refused = 100});
  recorded.seconds(1, {45, 65}, {.ok = 995, .ok_us = 1320, .refused = 5});
  const auto rows = compare_groups(measure(recorded.run, phases_of(recorded.run)));
  CHECK(rows.size() == 3 * 6 + 2);
  const ComparisonRow& before = row(rows, "before", "p50");
  CHECK(*before.control == doctest::Approx(0.001));
  CHECK(*before.ratio == doctest::Approx(1.1));
  CHECK_FALSE(before.ratio_before);
  CHECK(before.verdict == "not judged");
  CHECK(before.note == "before the fault: the base of the later comparison");
  REQUIRE(before.interval);
  CHECK(before.interval->first <= 1.1);
  CHECK(before.interval->second >= 1.1);
  const ComparisonRow& after = row(rows, "after", "p50");
  CHECK(*after.ratio == doctest::Approx(1.32));
  CHECK(*after.ratio_before == doctest::Approx(1.1));
  CHECK(*after.did_ratio == doctest::Approx(1.2));

  // 0.5 % fail in after: p99 is reached, p999 is not. 10 % in during: p90 is not.
  CHECK(row(rows, "after", "p99").experimental);
  CHECK_FALSE(row(rows, "after", "p999").experimental);
  CHECK(row(rows, "after", "p999").control);
  CHECK(row(rows, "after", "p999").note.find("not reached") != std::string::npos);
  CHECK_FALSE(row(rows, "during", "p90").experimental);
  const ComparisonRow& transient = row(rows, "during", "p50");
  CHECK(transient.note == "totals of a transient, beside what is usual");
  CHECK(transient.verdict == "not judged");
  CHECK_FALSE(transient.interval);
  REQUIRE(transient.range);
  CHECK(transient.range->first == doctest::Approx(0.001));
  CHECK(transient.range->second == doctest::Approx(0.0011));
  CHECK(*row(rows, "during", "requests_lost").experimental == 2000);
  CHECK(*row(rows, "during", "requests_lost").control == 0);
  CHECK(*row(rows, "during", "error_seconds").experimental == 20);
  CHECK(row(rows, "during", "error_seconds").range->second == 0);

  const ComparisonRow& errors = row(rows, "after", "error_rate");
  CHECK(*errors.experimental == doctest::Approx(0.005));
  CHECK_FALSE(errors.ratio);  // control had none
  CHECK(*errors.difference == doctest::Approx(0.005));
  CHECK(*errors.did_difference == doctest::Approx(0.005));
  REQUIRE(errors.interval);
  CHECK(errors.interval->first < 0.005);
  CHECK(errors.interval->second > 0.005);
  CHECK(errors.verdict == "PASS");
  CHECK(after.verdict == "DEGRADED");
  CHECK(*row(rows, "after", "goodput").ratio == doctest::Approx(0.995));
}

TEST_CASE("without two roles or without data there is nothing to compare") {
  RecordedRun lone(R"(
schema = 1
[phases]
before = "10s"
[groups.target]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "home"
kind = "http"
rate = 100
)");
  lone.mark(0, "phase", "before").seconds(0, {0, 10}, {.ok = 10});
  CHECK(compare_groups(measure(lone.run, phases_of(lone.run))).empty());

  RecordedRun silent;
  silent.phases();
  silent.run.last = std::chrono::seconds{65};
  for (const ComparisonRow& row : compare_groups(measure(silent.run, phases_of(silent.run)))) {
    CHECK_FALSE(row.ratio);
    CHECK_FALSE(row.did_ratio);
  }
}

}  // namespace
}  // namespace loadgen
