// The ways out that a person or a supervisor asks for: SIGTERM (SIGINT goes the same way), once and
// twice.
#include <doctest/doctest.h>

#include <regex>

#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr const char* kLong = "before = \"1s\"\nduring = \"30s\"\nafter = \"30s\"\n";

Staging applied() {
  Staging s;
  s.signals = true;
  s.phases = kLong;
  s.more = command_fault("kill", R"(
inject = ["true"]
recovered = ["false"]
revert = ["sh", "-c", "sleep 0.4; touch reverted"]
[[faults]]
name = "spike"
kind = "load"
group = "experimental"
workload = "home"
multiply = 2
)") + command_fault("later", R"(
at = "20s"
inject = ["touch", "later_injected"]
revert = ["touch", "later_reverted"]
)");
  return s;
}

Staging hanging_inject() {
  Staging s;
  s.signals = true;
  s.phases = kLong;
  s.more = command_fault("kill", R"(
inject = ["sh", "-c", "sleep 25; touch injected"]
revert = ["touch", "reverted"]
)");
  return s;
}

Staging never_armed() {
  Staging s;
  s.signals = true;
  s.worker.arms = false;
  return s;
}

bool exists(const StagedRun& run, const char* name) {
  return std::filesystem::exists(run.directory.path() / name);
}

TEST_CASE("SIGTERM once: the load stops, faults are reverted, the journal ends well") {
  StagedRun run(applied()), hanging(hanging_inject()), arming(never_armed());
  const Instant begun = Clock::now();
  play({&run, &hanging, &arming}, {1800ms});
  CHECK(Clock::now() - begun < 15s);  // a hook takes 25 s if it is not killed

  {
    INFO("with a fault applied");
    REQUIRE(run.end.has_value());
    CHECK(run.end->started);
    CHECK(run.end->aborted);
    CHECK(run.end->reason == "interrupted by SIGTERM");
    CHECK(run.end->forced_exit == ExitCode::interrupted);
    CHECK_FALSE(run.end->skip_report);
    const std::string names = std::regex_replace(run.marks(), std::regex("@[0-9]+"), "");
    CHECK(names.find("before during requested(spike) confirmed(spike) requested(kill) "
                     "interrupted(SIGTERM) reverted(spike) ") == 0);
    const RunOffset end = run.mark("phase", "end").at;
    CHECK(end % 1s == 0s);
    CHECK(end > run.mark("interrupted").at);
    CHECK(end < run.mark("interrupted").at + 3s);
    CHECK(run.mark("reverted", "spike").detail == "the load was stopped");
    CHECK(run.mark("reverted", "kill").at >= run.mark("interrupted").at + 400ms);
    CHECK(run.mark("interrupted").at >= 1400ms);
    CHECK(exists(run, "reverted"));
    CHECK_FALSE(exists(run, "later_injected"));
    CHECK_FALSE(exists(run, "later_reverted"));
    REQUIRE_FALSE(run.heard.stops.empty());
    CHECK(run.heard.stops[0].abort);
    const Run journal = run.run();
    REQUIRE(journal.end.has_value());
    CHECK(journal.end->aborted);
    CHECK(journal.end->reason == "interrupted by SIGTERM");
    CHECK(journal.recording.workers.at(0).finished);
  }
  {
    INFO("while a fault is being injected");
    REQUIRE(hanging.end.has_value());
    CHECK(hanging.end->forced_exit == ExitCode::interrupted);
    CHECK(hanging.mark("reverted", "kill").at < 15s);
    CHECK(exists(hanging, "reverted"));
    CHECK_FALSE(exists(hanging, "injected"));
  }
  {
    INFO("before anything was sent");
    REQUIRE(arming.end.has_value());
    CHECK_FALSE(arming.end->started);
    CHECK(arming.end->forced_exit == ExitCode::interrupted);
    CHECK_FALSE(std::filesystem::exists(arming.run_directory() / "journal"));
  }
}

TEST_CASE("SIGTERM twice: nothing is waited for but the revert") {
  Staging staging = applied();
  staging.worker.last_part = false;  // once would wait for it, for 5 s
  StagedRun run(staging);
  const Instant begun = Clock::now();
  play({&run}, {1800ms, 1900ms});
  CHECK(Clock::now() - begun < 6s);
  REQUIRE(run.end.has_value());
  CHECK(run.end->skip_report);
  CHECK(run.end->forced_exit == ExitCode::interrupted);
  CHECK(exists(run, "reverted"));
  CHECK(run.mark("reverted", "kill").at > 1900ms - 400ms);
}

}  // namespace
}  // namespace loadgen
