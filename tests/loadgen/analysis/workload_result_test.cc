#include "loadgen/analysis/workload_result.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

WorkloadResult result_of(const RecordedRun& recorded, std::size_t group = 0) {
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  return workload_result(measured, measured.at(group, 0));
}

TEST_CASE("totals leave out warm-up, and phases add up to them") {
  RecordedRun recorded;
  recorded.phases().both({0, 5}, {.ok = 7}).both({5, 65}, {.ok = 90, .refused = 10, .late = 1});
  const WorkloadResult result = result_of(recorded);
  REQUIRE(result.phases.size() == 4);
  Tally sum;
  for (const auto& [name, figures] : result.phases) {
    const Tally& t = figures.tally;
    CHECK(t.open() == 0);
    if (name != "warmup") sum += t;
  }
  CHECK(result.phases[0].second.tally.scheduled == 35);
  CHECK(result.totals.tally == sum);
  CHECK(result.totals.tally.scheduled == 60 * 101);
  CHECK(result.totals.from == std::chrono::seconds{5});
  CHECK(result.totals.to == std::chrono::seconds{65});
  CHECK(result.series.start_s == 0);
  CHECK(result.series.planned.size() == 65);
  CHECK(result.kind == "http");
  CHECK(*result.latency_limit_s == 0.05);
  CHECK(result.operations.empty());
}

TEST_CASE("tenths hold all of the phase") {
  struct Row {
    std::string why;
    RunSecond length;
    std::size_t pieces;
  };
  const Row rows[] = {{"even", 20, 10}, {"uneven", 23, 10}, {"short", 3, 3}, {"one second", 1, 1}};
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.mark(0, "phase", "before").mark(row.length, "phase", "end");
    for (RunSecond s = 0; s < row.length; ++s) {
      recorded.seconds(0, {s, s + 1}, {.ok = 5, .ok_us = 1000 + 10 * s});
    }
    const WorkloadResult result = result_of(recorded);
    const auto& tenths = result.response_tenths.at("before");
    REQUIRE(tenths.size() == row.pieces);
    SparseHistogram sum;
    for (const SparseHistogram& tenth : tenths) sum += tenth;
    CHECK(sum.total == 5U * static_cast<std::uint64_t>(row.length));
    CHECK(sum.max_us == 1000 + 10 * (row.length - 1));
    CHECK(result.service_tenths.at("before").size() == row.pieces);
  }
}

TEST_CASE("each constant step of stages has its row") {
  const auto with_stages = [](const std::string& stages) {
    std::string text = kTwoGroups;
    const std::string rate = "rate = 100\n";
    return text.replace(text.find(rate), rate.size(), "stages = [" + stages + "]\n");
  };
  struct Row {
    std::string why, stages;
    std::vector<std::pair<int, int>> steps;
  };
  const Row rows[] = {
      {"a ramp and a hold, which holds on to the end",
       R"({ to = 100, over = "10s", hold = "20s" })",
       {{10, 65}}},
      {"two steps",
       R"({ to = 10, hold = "20s" }, { to = 20, hold = "20s" }, { to = 0, over = "5s" })",
       {{0, 20}, {20, 40}}},
      {"equal neighbours are one",
       R"({ to = 10, hold = "20s" }, { hold = "20s" }, { to = 30, hold = "5s" })",
       {{0, 40}, {40, 65}}},
      {"only whole seconds",
       R"({ to = 10, over = "1500ms", hold = "3s" }, { to = 0, over = "1s" })",
       {{2, 4}}},
      {"a step past the end is absent",
       R"({ to = 10, hold = "100s" }, { to = 20, hold = "10s" })",
       {{0, 65}}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(with_stages(row.stages));
    recorded.phases().both({0, 65}, {.ok = 10});
    const WorkloadResult result = result_of(recorded);
    REQUIRE(result.steps.size() == row.steps.size());
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      CHECK(result.steps[i].from == std::chrono::seconds{row.steps[i].first});
      CHECK(result.steps[i].to == std::chrono::seconds{row.steps[i].second});
      CHECK(result.steps[i].tally.ok() ==
            10U * static_cast<std::uint64_t>(row.steps[i].second - row.steps[i].first));
    }
  }
  RecordedRun constant;
  constant.phases().both({0, 65}, {.ok = 10});
  CHECK(result_of(constant).steps.empty());
}

TEST_CASE("several operations each have their phases") {
  std::string text = kTwoGroups;
  const std::string rate = "rate = 100\n";
  text.replace(text.find(rate), rate.size(),
               rate +
                   "requests = [{ path = \"/a\", name = \"a\" }, { path = \"/b\", name = "
                   "\"b\" }]\n");
  RecordedRun recorded(text);
  recorded.phases().both({0, 65}, {.ok = 10});
  recorded.seconds(0, {0, 65}, {.ok = 1, .refused = 1}, {.operation = 1});
  const WorkloadResult result = result_of(recorded);
  REQUIRE(result.operations.size() == 2);
  CHECK(result.operations.at("a")[1].first == "before");
  CHECK(result.operations.at("a")[1].second.tally.ok() == 200);
  CHECK(*result.operations.at("b")[1].second.error_rate == 0.5);
  CHECK(result.phases[1].second.tally.scheduled == 240);
}

TEST_CASE("a quick run has one phase, called run") {
  RecordedRun recorded;
  recorded.run.header.quick = true;
  recorded.mark(0, "phase", "before").mark(3, "phase", "end").both({0, 3}, {.ok = 10});
  const WorkloadResult result = result_of(recorded);
  REQUIRE(result.phases.size() == 1);
  CHECK(result.phases[0].first == "run");
  CHECK(result.response_tenths.count("run") == 1);
}

}  // namespace
}  // namespace loadgen
