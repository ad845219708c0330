#include "loadgen/experiment/conductor.h"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

const HookRun* hook(const Run& run, const std::string& name, RunOffset after = -1h) {
  for (const HookRun& h : run.hooks) {
    if (h.hook == name && h.started >= after) return &h;
  }
  return nullptr;
}

/// A fault whose hooks leave traces in files, by the environment that they see.
Staging whole_life() {
  Staging s;
  s.phases = "warmup = \"1s\"\nbefore = \"1s\"\nduring = \"3s\"\nafter = \"2s\"\n";
  s.more = command_fault("kill", R"(
at = "500ms"
duration = "1s"
require = ["sh", "-c", "echo require $LOADGEN_PHASE >> life"]
inject = ["sh", "-c", """
  echo inject $LOADGEN_PHASE $LOADGEN_RUN_ID $LOADGEN_GROUP $LOADGEN_FAULT $namespace >> life
  echo $token"""]
confirm = ["sh", "-c", "grep -q inject life"]
recovered = ["sh", "-c", "grep -q revert life"]
revert = ["sh", "-c", "echo revert $LOADGEN_PHASE >> life"]
[[faults]]
name = "spike"
kind = "load"
group = "experimental"
workload = "home"
at = "1s"
multiply = 3
duration = "1s"
[[faults]]
name = "elsewhere"
kind = "external"
group = "experimental"
at = "0s"
wait = "900ms"
[[observe]]
name = "answer"
command = ["sh", "-c", "echo noise >&2; echo 42"]
every = "2s"
[[observe]]
name = "broken"
command = ["sh", "-c", "exit 1"]
every = "2s"
)");
  return s;
}

std::string gate(const std::string& limit, const std::string& more = {}) {
  return command_fault("kill", "inject = [\"touch\", \"injected\"]\n") + "[steady_state]\n" + more +
         "[[steady_state.checks]]\nid = \"healthy\"\nphase = \"before\"\nassert = [\"" + limit +
         "\"]\ngate = true\n";
}

std::uint64_t half_of_experimental(std::uint16_t group, RunSecond) { return group == 1 ? 10 : 0; }

Staging refused() {
  Staging s;
  s.more = gate("error_rate < 30%");
  s.worker.failing = half_of_experimental;
  return s;
}

Staging forced() {
  Staging s = refused();
  s.force = true;
  return s;
}

Staging extended() {
  Staging s;
  s.more = gate("error_rate < 30%");
  // Half of the first two seconds, then none: 50 % at first, then less than 30 %.
  s.worker.failing = [](std::uint16_t group, RunSecond second) -> std::uint64_t {
    return group == 1 && second < 2 ? 8 : 0;
  };
  return s;
}

Staging aborted_by_rule() {
  Staging s;
  s.phases = "before = \"1s\"\nduring = \"20s\"\n";
  s.more = command_fault("kill", R"(
inject = ["true"]
revert = ["touch", "reverted"]
[steady_state]
abort = ["experimental: error_rate > 60% for 2s"]
)");
  s.worker.failing = [](std::uint16_t group, RunSecond second) -> std::uint64_t {
    return group == 1 && second >= 2 ? 15 : 0;
  };
  return s;
}

Staging worker_gone() {
  Staging s;
  s.phases = "before = \"1s\"\nduring = \"20s\"\n";
  s.more = command_fault("kill", R"(
inject = ["true"]
revert = ["touch", "reverted"]
)");
  s.worker.goes_away_at = 2;
  return s;
}

Staging silent_worker() {
  Staging s;
  s.phases = "before = \"1s\"\n";
  s.worker.last_part = false;
  return s;
}

Staging nothing_more_to_send() {
  Staging s;
  s.phases = "before = \"60s\"\n";
  s.worker.done_at = 1;
  return s;
}

/// All of them at once, so that the suite takes as long as the longest.
struct Stage {
  StagedRun whole_life{loadgen::whole_life()};
  StagedRun refused{loadgen::refused()};
  StagedRun forced{loadgen::forced()};
  StagedRun extended{loadgen::extended()};
  StagedRun rule{aborted_by_rule()};
  StagedRun gone{worker_gone()};
  StagedRun silent{silent_worker()};
  StagedRun done{nothing_more_to_send()};
  Stage() { play({&whole_life, &refused, &forced, &extended, &rule, &gone, &silent, &done}); }
};

TEST_CASE("a whole experiment: phases, three kinds of fault, observers") {
  StagedRun& run = staged(&Stage::whole_life);
  CHECK(run.end->started);
  CHECK_FALSE(run.end->aborted);
  CHECK_FALSE(run.end->forced_exit.has_value());
  CHECK(run.end->findings.empty());
  CHECK(read_whole_file(run.directory.path() / "life") ==
        "require preflight\nrequire during\n"
        "inject during run-1 experimental kill blue\nrevert during\n");
  CHECK(run.marks() ==
        "warmup@0 before@1 during@2 requested(elsewhere)@2 requested(kill)@2 confirmed(kill)@2 "
        "reverted(elsewhere)@2 "
        "requested(spike)@3 confirmed(spike)@3 reverted(kill)@3 "
        "recovered(kill)@3 reverted(spike)@4 after@5 end@7");
  CHECK(near(run.mark("requested", "kill").at, 2500ms));
  CHECK(near(run.mark("reverted", "kill").at, 3500ms));
  CHECK(run.mark("reverted", "kill").detail.substr(0, 7) == "after 1");
  CHECK(run.mark("requested", "spike").at == 3s);
  CHECK(run.mark("reverted", "spike").at == 4s);
  CHECK(run.mark("requested", "kill").group == "experimental");

  const Run journal = run.run();
  REQUIRE(journal.end.has_value());
  CHECK_FALSE(journal.end->aborted);
  REQUIRE(hook(journal, "require") != nullptr);
  CHECK(hook(journal, "require")->started < 0s);  // the one of preflight
  CHECK(hook(journal, "require", 0s) != nullptr);
  REQUIRE(hook(journal, "inject") != nullptr);
  CHECK(hook(journal, "inject")->output == "***\n");
  CHECK(hook(journal, "inject")->argv.back().find("s3cret") == std::string::npos);
  std::size_t answers = 0, failures = 0;
  for (const Observation& o : journal.observations) {
    if (o.name == "answer") {
      CHECK(o.value == 42.0);
      ++answers;
    } else {
      CHECK_FALSE(o.value.has_value());
      CHECK(o.detail == "exit code 1");
      ++failures;
    }
  }
  CHECK(answers == 8);  // at 0, 2, 4 and 6 s in two groups
  CHECK(failures == 8);

  REQUIRE_FALSE(run.heard.untils.empty());
  CHECK(run.heard.untils.front().end == 7s);
  CHECK(run.heard.untils.front().windows.empty());
  REQUIRE(run.heard.untils.back().windows.size() == 1);
  const LoadWindow& window = run.heard.untils.back().windows[0];
  CHECK(window.from == 3s);
  CHECK(window.to == 4s);
  CHECK(window.multiply == 3);
  CHECK(window.group == 1);
  CHECK(run.heard.stops.empty());
  CHECK(run.heard.assign.variables.at(1).at("token") == "s3cret-token");
}

TEST_CASE("the gate extends, then refuses: nothing is injected") {
  StagedRun& run = staged(&Stage::refused);
  CHECK_FALSE(run.end->aborted);
  CHECK_FALSE(run.end->forced_exit.has_value());  // the analysis says INCONCLUSIVE
  CHECK(run.marks() == "before@0 gate(extended)@1 gate(refused)@3 end@4");
  CHECK(run.mark("gate", "extended")
            .detail.find("by 2 s; healthy: error_rate < 30% refuted in "
                         "experimental") == 0);
  CHECK_FALSE(std::filesystem::exists(run.directory.path() / "injected"));
  CHECK(run.heard.untils.back().end == 4s);
}

TEST_CASE("--force injects where the gate would refuse") {
  StagedRun& run = staged(&Stage::forced);
  CHECK(run.marks() ==
        "before@0 gate(extended)@1 gate(not_steady)@3 during@4 requested(kill)@4 after@6 end@7");
  CHECK(std::filesystem::exists(run.directory.path() / "injected"));
}

TEST_CASE("a gate that holds after an extension lets the fault through") {
  StagedRun& run = staged(&Stage::extended);
  CHECK(run.marks() ==
        "before@0 gate(extended)@1 gate(steady)@3 during@4 requested(kill)@4 after@6 end@7");
  CHECK(run.heard.untils.back().end == 7s);
}

TEST_CASE("an abort rule stops the load and reverts") {
  StagedRun& run = staged(&Stage::rule);
  CHECK(run.end->aborted);
  CHECK_FALSE(run.end->skip_report);
  CHECK_FALSE(run.end->forced_exit.has_value());
  CHECK(run.end->reason.find("abort rule \"experimental: error_rate > 60% for 2s\"") == 0);
  CHECK(run.marks() ==
        "before@0 during@1 requested(kill)@1 abort(experimental: error_rate > 60% for 2s)@4 "
        "reverted(kill)@4 end@5");
  CHECK(run.mark("abort").group == "experimental");
  REQUIRE(run.heard.stops.size() >= 1);
  CHECK(run.heard.stops[0].abort);
  CHECK(std::filesystem::exists(run.directory.path() / "reverted"));
  CHECK(run.run().end->aborted);
}

TEST_CASE("a worker that goes away ends the run, the fault is reverted") {
  StagedRun& run = staged(&Stage::gone);
  CHECK(run.end->aborted);
  CHECK(run.end->reason == "worker 0: it went away");
  CHECK(std::filesystem::exists(run.directory.path() / "reverted"));
  CHECK(run.mark("worker_lost").at < 10s);  // of twenty
}

TEST_CASE("a last part that never comes is not waited for without end") {
  StagedRun& run = staged(&Stage::silent);
  CHECK(run.marks() == "before@0 end@1 worker_silent(0)@4 worker_lost(0)@7");
  CHECK_FALSE(run.end->aborted);
  CHECK(run.findings() == "not every worker delivered its last part\n");
}

TEST_CASE("workers that have nothing more to send end the run") {
  StagedRun& run = staged(&Stage::done);
  CHECK(run.marks() == "before@0 end@2");
  CHECK_FALSE(run.end->aborted);
  CHECK(run.run().recording.workers.at(0).finished);
}

TEST_CASE("what can't begin ends with an error, and the worker is let go") {
  StagedRun journal_exists(Staging{});
  std::ofstream(journal_exists.run_directory() / "journal") << "another run's";
  StagedRun no_token(Staging{});
  no_token.scenario.groups[1].vars[1].command = {"false"};
  const Instant begun = Clock::now();
  play({&journal_exists, &no_token});
  CHECK(Clock::now() - begun < 10s);
  CHECK(journal_exists.error != nullptr);
  REQUIRE(no_token.error != nullptr);
  CHECK_THROWS_WITH_AS(std::rethrow_exception(no_token.error),
                       "groups.experimental.vars.token: its command false: exit code 1", UserError);
}

}  // namespace
}  // namespace loadgen
