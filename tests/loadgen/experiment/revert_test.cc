#include "loadgen/experiment/revert.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <string>

#include "loadgen/core/journal.h"
#include "tests/loadgen/experiment/staged_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

Mark mark(const std::string& kind, const std::string& name) {
  Mark m;
  m.kind = kind;
  m.name = name;
  return m;
}

TEST_CASE("a fault is applied from its request to its revert") {
  struct Row {
    std::string why;
    std::vector<Mark> marks;
    std::vector<std::string> applied;
  };
  const Row rows[] = {
      {"nothing happened", {mark("phase", "during")}, {}},
      {"requested, then killed", {mark("requested", "a")}, {"a"}},
      {"what was confirmed or recovered still needs its revert",
       {mark("requested", "a"), mark("confirmed", "a"), mark("recovered", "a")},
       {"a"}},
      {"reverted", {mark("requested", "a"), mark("reverted", "a")}, {}},
      {"an injection that failed may have left something",
       {mark("requested", "a"), mark("not_injected", "a")},
       {"a"}},
      {"refused by its require hook", {mark("not_injected", "a")}, {}},
      {"a revert that failed", {mark("requested", "a"), mark("not_reverted", "a")}, {"a"}},
      {"caught up on later",
       {mark("requested", "a"), mark("not_reverted", "a"), mark("reverted", "a")},
       {}},
      {"each by itself, in order",
       {mark("requested", "b"), mark("requested", "a"), mark("requested", "c"),
        mark("reverted", "a")},
       {"b", "c"}},
      {"requested again",
       {mark("requested", "a"), mark("reverted", "a"), mark("requested", "a")},
       {"a"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(applied_faults(row.marks) == row.applied);
  }
}

/// Two faults with hooks; the first one's revert needs a variable that a command prints.
Staging two_faults() {
  Staging s;
  s.phases = "before = \"1s\"\nduring = \"60s\"\n";
  s.more = R"(
[[faults]]
name = "first"
kind = "command"
group = "experimental"
inject = ["touch", "first_injected"]
revert = ["sh", "-c", """
  echo $namespace $token $LOADGEN_FAULT $LOADGEN_RUN_ID >> reverted
  test ! -e stuck"""]
[[faults]]
name = "over"
kind = "command"
group = "experimental"
duration = "100ms"
inject = ["true"]
revert = ["sh", "-c", "echo over >> reverted_in_time"]
[[faults]]
name = "gone"
kind = "command"
group = "experimental"
at = "300ms"
inject = ["touch", "all_injected"]
)";
  return s;
}

/// Runs it in a process of its own until all is injected, and kills that with SIGKILL.
void run_and_kill(StagedRun& run, void (*meanwhile)(StagedRun&)) {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    play({&run});
    ::_exit(0);
  }
  for (int i = 0; i < 500; ++i) {
    if (std::filesystem::exists(run.directory.path() / "all_injected") &&
        std::filesystem::exists(run.directory.path() / "reverted_in_time")) {
      break;
    }
    ::usleep(10'000);
  }
  meanwhile(run);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

std::string lines(const RevertReport& report) {
  std::string text;
  for (const std::string& line : report.lines) text += line + "\n";
  return text;
}

TEST_CASE("a run that was killed: what is still applied is reverted, once") {
  StagedRun run(two_faults());
  run_and_kill(run, [](StagedRun& alive) {
    // Not while it lives: it reverts by itself.
    CHECK_THROWS_WITH_AS(revert_applied(alive.run_directory()),
                         doctest::Contains("the run is still going on"), UserError);
    CHECK_FALSE(std::filesystem::exists(alive.directory.path() / "reverted"));
  });
  REQUIRE(applied_faults(run.run().marks) == std::vector<std::string>{"first", "gone"});

  // The first attempt fails, and can be repeated.
  std::ofstream(run.directory.path() / "stuck");
  const RevertReport failed = revert_applied(run.run_directory());
  CHECK(failed.exit == ExitCode::not_reverted);
  CHECK(lines(failed).find("fault first could not be reverted: exit code 1\nDo it by hand: cd " +
                           run.directory.path().string() + " && env LOADGEN_RUN_ID=run-1") == 0);
  CHECK(lines(failed).find("s3cret") == std::string::npos);
  CHECK(lines(failed).find("fault gone has no revert hook: nothing to run\n") != std::string::npos);

  std::filesystem::remove(run.directory.path() / "stuck");
  const RevertReport done = revert_applied(run.run_directory());
  CHECK(done.exit == ExitCode::pass);
  CHECK(lines(done) == "fault first is reverted\nfault gone has no revert hook: nothing to run\n");
  const std::string line = "blue s3cret-token first run-1\n";
  CHECK(read_whole_file(run.directory.path() / "reverted") == line + line);
  CHECK(read_whole_file(run.directory.path() / "reverted_in_time") == "over\n");

  const Run journal = run.run();
  CHECK(applied_faults(journal.marks) == std::vector<std::string>{"gone"});
  CHECK(journal.hooks.back().hook == "revert");
  CHECK(journal.hooks.back().exit_code == 0);
  CHECK(journal.marks.back().at > 1s);
  CHECK(lines(revert_applied(run.run_directory())) ==
        "fault gone has no revert hook: nothing to run\n");
  CHECK(read_whole_file(run.directory.path() / "reverted") == line + line);
}

TEST_CASE("what is no run directory is said") {
  ScratchDirectory directory;
  CHECK_THROWS_AS(revert_applied(directory.path() / "nowhere"), UserError);
  CHECK_THROWS_AS(revert_applied(directory.path()), UserError);
}

}  // namespace
}  // namespace loadgen
