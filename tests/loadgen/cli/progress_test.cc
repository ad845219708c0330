#include "loadgen/cli/progress.h"

#include <doctest/doctest.h>

#include "command_line.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/cluster/fake_run.h"
#include "tests/loadgen/drive/driver_rig.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

/// A coordinator of one worker, played by the test.
struct Stage {
  Stage() {
    auto [here, there] = Channel::pair();
    coordinator.add_worker(std::move(here));
    worker = std::move(there);
  }
  void start() { coordinator.start(Clock::now() - 3s, 0); }
  /// Second `second` of the run: `ok` answers of 2 ms, `failed` failures.
  void report(RunSecond second, std::uint64_t ok, std::uint64_t failed) {
    Part part;
    part.sequence = static_cast<std::uint64_t>(second) + 1;
    part.made_at = std::chrono::seconds(second + 1);
    Slice& slice = part.slices[{0, 0, 0, second}];
    slice.tally.scheduled = ok + failed;
    slice.tally.in_flight = 4;
    slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = ok;
    slice.tally.ended[static_cast<std::size_t>(Outcome::reset)] = failed;
    Histogram response;
    response.record_us(2000, ok);
    slice[Measure::response_ok] = slice[Measure::send_lag] = response.sparse();
    worker.send(part);
    io.restart();
    io.poll();
  }
  static RunHeader header() {
    RunHeader header;
    header.scenario_text = test::kScenarioText;
    return header;
  }
  Scenario scenario = test::http_scenario("http://a");
  ScratchDirectory directory;
  boost::asio::io_context io;
  Coordinator coordinator{io, directory.path(), header()};
  Channel worker;
};

TEST_CASE("a view before the run has started") {
  Stage stage;
  const ProgressView view = progress_view(stage.scenario, stage.coordinator, 5);
  CHECK(view.name == "test");
  CHECK(view.phase == "opening connections");
  CHECK(view.now == RunOffset{0});
  REQUIRE(view.rows.size() == 1);
  CHECK(view.rows[0].offered_per_s == 0);
  CHECK_FALSE(view.rows[0].p99_us);
}

TEST_CASE("a view of the last seconds: rates, errors, quantiles with failures as infinite") {
  Stage stage;
  stage.start();
  for (RunSecond second = 0; second < 3; ++second) stage.report(second, 90, second == 0 ? 110 : 10);
  stage.coordinator.mark({0s, "phase", "before", "", ""});
  stage.coordinator.mark({2s, "requested", "kill", "target", ""});
  stage.coordinator.mark({2s, "confirmed", "kill", "target", ""});
  stage.coordinator.mark({2s, "phase", "during", "", ""});
  const ProgressView view = progress_view(stage.scenario, stage.coordinator, 2);
  CHECK(view.phase == "during");
  CHECK(view.fault == "kill confirmed");
  CHECK(view.now >= 3s);
  CHECK(view.planned == stage.scenario.phases.total());
  REQUIRE(view.rows.size() == 1);
  const ProgressRow& row = view.rows[0];
  CHECK(row.workload == "home");
  CHECK(row.group == "target");
  CHECK(row.offered_per_s == 100);
  CHECK(row.done_per_s == 90);
  CHECK(row.error_rate == doctest::Approx(0.1));
  CHECK(row.p50_us == 2000);
  CHECK_FALSE(row.p99_us);  // a tenth has failed
  CHECK(row.lag_p99_us == 2000);
  CHECK(row.in_flight == 4);
  CHECK(row.recent == std::vector<double>{90, 90, 90});
  CHECK(view.workers == 1);
  CHECK(view.heard == 1);
}

TEST_CASE("events are told as they happen, in lines or as JSON, and not after the end") {
  for (const ProgressMode mode :
       {ProgressMode::plain, ProgressMode::json, ProgressMode::tty, ProgressMode::none}) {
    Stage stage;
    const test::Caught caught;
    Progress progress(stage.io, stage.scenario, stage.coordinator, mode);
    stage.start();
    stage.report(0, 10, 0);
    stage.coordinator.mark({0s, "phase", "before", "", ""});
    const std::string told = caught.err();
    if (mode == ProgressMode::plain) CHECK(test::contains(told, "event phase=before\n"));
    if (mode == ProgressMode::json) CHECK(test::contains(told, "\"kind\":\"phase\""));
    if (mode == ProgressMode::tty || mode == ProgressMode::none) CHECK(told == "");
    progress.stop();
    CHECK(test::contains(caught.err(), "home") == (mode == ProgressMode::tty));
    const std::string last = caught.err();
    stage.coordinator.mark({1s, "phase", "end", "", ""});
    CHECK(caught.err() == last);
    CHECK(caught.out() == "");
    stage.coordinator.end({1s, false, ""});
    stage.io.restart();
    stage.io.run();  // nothing is left that would keep it
  }
}

}  // namespace
}  // namespace loadgen
