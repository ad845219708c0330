#include "loadgen/experiment/preflight.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

Staging unwilling_fault() {
  Staging s;
  s.more = command_fault("kill", R"(
require = ["sh", "-c", "echo no cluster; exit 3"]
inject = ["true"]
)");
  return s;
}

Staging unreachable_target() {
  Staging s;
  s.worker.problems = {"http://127.0.0.1:2: connection refused (s3cret-token)"};
  return s;
}

Staging unasked_fault() {
  Staging s = unwilling_fault();
  s.preflight = false;
  return s;
}

/// All of them at once, so that they take as long as the longest.
struct Stage {
  StagedRun unwilling{unwilling_fault()};
  StagedRun unasked{unasked_fault()};
  StagedRun unreachable{unreachable_target()};
  Stage() { play({&unwilling, &unasked, &unreachable}); }
};

TEST_CASE("preflight: a fault or a target that is not ready keeps any load from being sent") {
  StagedRun& unwilling = staged(&Stage::unwilling);
  CHECK_FALSE(unwilling.end->started);
  CHECK(unwilling.end->forced_exit == ExitCode::preflight_failed);
  CHECK(unwilling.findings() ==
        "fault kill: require (sh -c 'echo no cluster; exit 3'): exit code 3: no cluster\n");
  StagedRun& unreachable = staged(&Stage::unreachable);
  CHECK_FALSE(unreachable.end->started);
  CHECK(unreachable.end->forced_exit == ExitCode::preflight_failed);
  CHECK(unreachable.findings() == "http://127.0.0.1:2: connection refused (***)\n");
  CHECK_FALSE(std::filesystem::exists(unreachable.run_directory() / "journal"));
}

TEST_CASE("--no-preflight asks the fault only when it is due") {
  StagedRun& run = staged(&Stage::unasked);
  CHECK(run.end->started);
  CHECK(run.end->forced_exit == ExitCode::not_injected);
  CHECK_FALSE(run.heard.assign.preflight);
  CHECK(run.run().hooks.size() == 1);
  CHECK(run.marks() == "before@0 during@2 not_injected(kill)@2 after@4 end@5");
}

}  // namespace
}  // namespace loadgen
