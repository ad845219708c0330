#include "loadgen/experiment/fault.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Staging no_injection() {
  Staging s;
  s.more = command_fault("kill", R"(
inject = ["sh", "-c", "echo no rights >&2; exit 1"]
revert = ["sh", "-c", "echo revert >> life"]
)") + command_fault("needs", R"(
at = "1s"
require = ["sh", "-c", "test $LOADGEN_PHASE = preflight"]
inject = ["sh", "-c", "echo wrongly >> life"]
)");
  return s;
}

Staging no_revert() {
  Staging s;
  s.more = command_fault("kill", R"(
inject = ["true"]
duration = "500ms"
revert = ["sh", "-c", "echo it is stuck; exit 7", "$token"]
)");
  return s;
}

Staging late_revert() {
  Staging s;
  s.phases = "before = \"1s\"\nduring = \"1s\"\n";
  s.more = command_fault("kill", R"(
inject = ["true"]
revert = ["sleep", "1.3"]
)");
  return s;
}

Staging slow_service(std::int64_t response_us) {
  Staging s;
  s.worker.response_us = response_us;
  s.more = command_fault("kill", R"(
inject = ["true"]
)") + command_fault("later", R"(
at = "1s"
inject = ["true"]
)");
  return s;
}

/// All of them at once, so that they take as long as the longest.
struct Stage {
  StagedRun no_injection{loadgen::no_injection()};
  StagedRun no_revert{loadgen::no_revert()};
  StagedRun late_revert{loadgen::late_revert()};
  StagedRun slow_service{loadgen::slow_service(300'000)};
  StagedRun very_slow_service{loadgen::slow_service(5'000'000)};
  Stage() { play({&no_injection, &no_revert, &late_revert, &slow_service, &very_slow_service}); }
};

TEST_CASE("a hook that fails injects nothing: reverted all the same, exit 15, the run goes on") {
  StagedRun& run = staged(&Stage::no_injection);
  CHECK(run.end->forced_exit == ExitCode::not_injected);
  CHECK_FALSE(run.end->aborted);
  CHECK(read_whole_file(run.directory.path() / "life") == "revert\n");
  CHECK(run.marks() ==
        "before@0 during@2 requested(kill)@2 not_injected(kill)@2 reverted(kill)@2 "
        "not_injected(needs)@3 after@4 end@5");
  CHECK(run.mark("not_injected", "kill").detail == "inject: exit code 1: no rights");
  CHECK(run.mark("not_injected", "needs").detail == "require: exit code 1");
  CHECK(run.findings() ==
        "fault kill was not injected: inject: exit code 1: no rights\n"
        "fault needs was not injected: require: exit code 1\n");
}

TEST_CASE("a revert that fails: exit 16 and the command to run by hand") {
  StagedRun& run = staged(&Stage::no_revert);
  CHECK(run.end->forced_exit == ExitCode::not_reverted);
  CHECK(run.marks() == "before@0 during@2 requested(kill)@2 not_reverted(kill)@2 after@4 end@5");
  CHECK(run.findings() ==
        "fault kill could not be reverted: exit code 7: it is stuck\nDo it by hand: cd " +
            run.directory.path().string() +
            " && env LOADGEN_RUN_ID=run-1 LOADGEN_GROUP=experimental LOADGEN_FAULT=kill "
            "LOADGEN_PHASE=during sh -c 'echo it is stuck; exit 7' ***\n");
}

TEST_CASE("during lasts until every revert has returned, and what follows moves with it") {
  StagedRun& run = staged(&Stage::late_revert);
  // Planned 1 … 2 s; the revert begins at 2 s and takes 1.3 s. There is no `after`.
  CHECK(run.marks() == "before@0 during@1 requested(kill)@1 reverted(kill)@3 end@4");
  CHECK(near(run.mark("reverted").at, 3300ms));
  CHECK(run.heard.untils.front().end == 2s);
  CHECK(run.heard.untils.back().end == 4s);
  // The workers' plan never ran out meanwhile: every second has its tickets.
  const Run journal = run.run();
  for (RunSecond s = 0; s < 4; ++s) {
    SliceKey key;
    key.second = s;
    CHECK(journal.recording.slices.count(key) == 1);
  }
}

TEST_CASE("a fault waits for what was due in before, at most for a quarter of during") {
  CHECK(near(staged(&Stage::no_revert).mark("requested").at, 2001ms));
  CHECK(near(staged(&Stage::slow_service).mark("requested", "kill").at, 2300ms));
  CHECK(near(staged(&Stage::slow_service).mark("requested", "later").at, 3000ms));
  CHECK(near(staged(&Stage::very_slow_service).mark("requested", "kill").at, 2500ms));
}

}  // namespace
}  // namespace loadgen
