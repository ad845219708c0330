#include "loadgen/cli/execute.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "command_line.h"
#include "loadgen/cli/quick_scenario.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/drive/scripted_server.h"

namespace loadgen {
namespace {

TEST_CASE("which exit codes are softened, and on what request") {
  const std::vector<ExitCode> all = {
      ExitCode::pass,         ExitCode::internal_error,   ExitCode::usage,
      ExitCode::failed,       ExitCode::degraded,         ExitCode::inconclusive,
      ExitCode::invalid,      ExitCode::preflight_failed, ExitCode::not_injected,
      ExitCode::not_reverted, ExitCode::interrupted};
  struct Row {
    std::string why;
    Leniency leniency;
    std::vector<ExitCode> softened;
  };
  for (const Row& row : {
           Row{"nothing asked", {}, {}},
           Row{"--degraded pass", {true, false, false}, {ExitCode::degraded}},
           Row{"--inconclusive pass", {false, true, false}, {ExitCode::inconclusive}},
           Row{"--exit-zero is about verdicts, not about faults left behind",
               {false, false, true},
               {ExitCode::failed, ExitCode::degraded, ExitCode::inconclusive, ExitCode::invalid}},
       }) {
    CAPTURE(row.why);
    for (const ExitCode code : all) {
      CAPTURE(static_cast<int>(code));
      const bool soft =
          std::find(row.softened.begin(), row.softened.end(), code) != row.softened.end();
      CHECK(row.leniency.soften(code) == (soft ? ExitCode::pass : code));
    }
  }
}

TEST_CASE("a run's id is its time and six random digits") {
  const std::string id = new_run_id();
  REQUIRE(id.size() == 23);
  CHECK(id[8] == 'T');
  CHECK(id.substr(15, 2) == "Z-");
  CHECK(id.find_first_not_of("0123456789TZ-abcdef") == std::string::npos);
  CHECK(new_run_id().substr(17) != id.substr(17));
}

Execution quick_execution(const std::string& url, const ScratchDirectory& directory) {
  QuickFlags flags;
  flags.url = url;
  flags.max_seconds = 1;
  flags.rps = 50;
  Execution execution;
  execution.text = quick_scenario(flags);
  ScenarioSource source;
  source.text = execution.text;
  execution.scenario = parse_scenario(source);
  execution.directory = directory.path() / "run";
  execution.workers = 2;
  execution.seed = 7;
  execution.quick = true;
  execution.progress = ProgressMode::none;
  return execution;
}

TEST_CASE("a run from the scenario to its result, its journal left in the directory") {
  test::ScriptedServer server(test::answers(test::ok_answer()));
  const ScratchDirectory directory;
  const Execution execution =
      quick_execution("http://127.0.0.1:" + std::to_string(server.port()), directory);
  const test::Caught caught;
  const Executed executed = execute(execution);
  REQUIRE(executed.result);
  CHECK_FALSE(executed.exit);
  const Result& result = *executed.result;
  CHECK(result.seed == 7);
  CHECK(result.quick);
  CHECK(result.scenario == execution.text);
  CHECK(result.tool_version != "");
  CHECK(result.environment.contains("kernel"));
  CHECK(result.trust.workers.size() == 2);
  const Tally& tally = result.groups.at(0).second.workloads.at(0).second.totals.tally;
  CHECK(tally.scheduled == 50);
  CHECK(tally.ok() + tally.blind() == 50);
  CHECK(std::filesystem::exists(execution.directory / "journal"));
}

TEST_CASE("a target that refuses: 14 and the reason on stderr, from a run and from a preflight") {
  const test::RefusingPort refusing;
  const std::string url = "http://127.0.0.1:" + std::to_string(refusing.port());
  for (const bool only_preflight : {false, true}) {
    CAPTURE(only_preflight);
    const ScratchDirectory directory;
    const Execution execution = quick_execution(url, directory);
    const test::Caught caught;
    if (only_preflight) {
      CHECK(preflight(execution) == ExitCode::preflight_failed);
    } else {
      const Executed executed = execute(execution);
      CHECK_FALSE(executed.result);
      CHECK(executed.exit == ExitCode::preflight_failed);
    }
    CHECK(test::contains(caught.err(), url + ": Connection refused"));
    CHECK_FALSE(std::filesystem::exists(execution.directory / "journal"));
  }
}

TEST_CASE("a preflight of a target that answers") {
  test::ScriptedServer server(test::answers(test::ok_answer()));
  const ScratchDirectory directory;
  CHECK(preflight(quick_execution("http://127.0.0.1:" + std::to_string(server.port()),
                                  directory)) == ExitCode::pass);
}

TEST_CASE("a directory that can't be made is the user's mistake") {
  const ScratchDirectory directory;
  Execution execution = quick_execution("http://127.0.0.1:1", directory);
  execution.directory = "/proc/nowhere/run";
  CHECK_THROWS_AS(execute(execution), UserError);
}

}  // namespace
}  // namespace loadgen
