#include "loadgen/analysis/measured.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

std::string without_limit() {
  std::string text = kTwoGroups;
  const std::string line = "latency_limit = \"50ms\"\n";
  return text.erase(text.find(line), line.size());
}

TEST_CASE("a run is summed by group, workload and phase") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 100});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  REQUIRE(measured.workloads.size() == 2);
  CHECK(measured.from == 0);
  CHECK(measured.to == 65);
  CHECK(measured.at(1, 0).group == 1);
  CHECK(measured.at(1, 0).seconds.size() == 65);
  REQUIRE(measured.at(0, 0).phase(PhaseName::during) != nullptr);
  CHECK(measured.at(0, 0).phase(PhaseName::during)->pool.tally.ok() == 2000);
  CHECK_FALSE(measured.requested);
  CHECK_FALSE(measured.at(1, 0).recovery);
}

TEST_CASE("the latency limit") {
  SUBCASE("is the scenario's") {
    RecordedRun recorded;
    recorded.phases().both({0, 65}, {.ok = 10});
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    CHECK(*measured.at(0, 0).latency_limit == std::chrono::milliseconds{50});
  }
  SUBCASE("else 1.1 times the p99 of before, the same for both groups") {
    RecordedRun recorded(without_limit());
    recorded.phases();
    recorded.seconds(0, {0, 65}, {.ok = 10, .ok_us = 1000});
    recorded.seconds(1, {0, 25}, {.ok = 10, .ok_us = 2000});
    recorded.seconds(1, {25, 65}, {.ok = 10, .ok_us = 90'000});
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    CHECK(*measured.at(0, 0).latency_limit == std::chrono::microseconds{2200});
    CHECK(*measured.at(1, 0).latency_limit == std::chrono::microseconds{2200});
    CHECK(*measured.at(1, 0).phase(PhaseName::after)->figures.goodput == 0);
  }
  SUBCASE("or none, when there was no before") {
    RecordedRun recorded(without_limit());
    recorded.mark(0, "phase", "warmup").both({0, 3}, {.ok = 10});
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    CHECK_FALSE(measured.at(0, 0).latency_limit);
    CHECK_FALSE(measured.at(0, 0).phase(PhaseName::warmup)->figures.goodput);
  }
}

TEST_CASE("a fault is watched in both groups") {
  RecordedRun recorded(std::string(kTwoGroups) + kFault);
  recorded.phases().mark(30, "requested", "kill").mark(27, "requested", "earlier");
  recorded.seconds(0, {0, 65}, {.ok = 100});
  recorded.seconds(1, {0, 30}, {.ok = 100}).seconds(1, {30, 40}, {.refused = 100});
  recorded.seconds(1, {40, 65}, {.ok = 100});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  CHECK(*measured.requested == std::chrono::seconds{27});
  REQUIRE(measured.at(0, 0).recovery);
  CHECK_FALSE(measured.at(0, 0).recovery->onset);
  CHECK(*measured.at(1, 0).recovery->onset == std::chrono::seconds{30});
  CHECK(*measured.at(1, 0).recovery->time_to_recover_s == 13);
}

TEST_CASE("a run without marks is nothing, not a crash") {
  RecordedRun recorded;
  recorded.both({0, 5}, {.ok = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  CHECK(measured.spans.empty());
  CHECK(measured.at(0, 0).seconds.empty());
}

}  // namespace
}  // namespace loadgen
