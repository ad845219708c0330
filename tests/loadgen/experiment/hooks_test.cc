#include "loadgen/experiment/hooks.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/experiment/awaited.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

struct Stand {
  ScratchDirectory directory;
  HookScene scene;
  Variables variables;
  Fault fault;

  Stand() {
    scene.run_id = "run-1";
    scene.directory = directory.path();
    scene.secrets = {"s3cret-token"};
    variables = {{"namespace", "blue"}, {"token", "s3cret-token"}};
    fault.name = "kill";
    fault.group = "experimental";
    fault.timeout = 5s;
  }
  HookCall call(std::string_view hook) { return {fault, hook, variables, "during", WakeOn{}}; }
  HookEnd run(std::string_view hook) { return awaited(run_hook(scene, call(hook))); }
};

TEST_CASE("a hook sees its variables, its environment and its directory") {
  Stand stand;
  stand.fault.inject = {"sh", "-c",
                        "echo $1 $LOADGEN_RUN_ID $LOADGEN_GROUP $LOADGEN_FAULT $LOADGEN_PHASE; pwd",
                        "x", "$namespace"};
  // The shell's own variables are written with two dollar signs in a scenario.
  stand.fault.inject[2] =
      "echo $$1 $LOADGEN_RUN_ID $LOADGEN_GROUP $LOADGEN_FAULT $LOADGEN_PHASE; pwd";
  const HookEnd end = stand.run("inject");
  CHECK(end.ok());
  CHECK(end.run.output ==
        "blue run-1 experimental kill during\n" + stand.directory.path().string() + "\n");
  CHECK(end.run.fault == "kill");
  CHECK(end.run.group == "experimental");
  CHECK(end.run.hook == "inject");
  CHECK(end.run.exit_code == 0);
  CHECK(end.run.attempts == 1);
  const HookRun record = record_of(end, end.started - 3s);
  CHECK(record.started == 3s);
  CHECK(record.ended >= record.started);
}

TEST_CASE("secrets leave neither argv nor output") {
  Stand stand;
  stand.fault.inject = {"echo", "token=$token"};
  const HookEnd end = stand.run("inject");
  CHECK(end.run.argv == std::vector<std::string>{"echo", "token=***"});
  CHECK(end.run.output == "token=***\n");
  // Printed where the kept output begins, half of it would otherwise remain.
  stand.fault.inject = {"sh", "-c", "printf %s $token; head -c 2040 /dev/zero | tr '\\0' x"};
  const HookEnd edge = stand.run("inject");
  CHECK(edge.run.output == "***" + std::string(2040, 'x'));
}

TEST_CASE("what went wrong is said in one line") {
  struct Row {
    std::string why;
    std::vector<std::string> argv;
    const char* text;
  };
  const Row rows[] = {
      {"the exit code", {"false"}, "exit code 1"},
      {"with the last line", {"sh", "-c", "echo one; echo two; exit 4"}, "exit code 4: two"},
      {"a signal", {"sh", "-c", "kill -9 $$$$"}, "killed by signal 9"},
      {"not there",
       {"loadgen-no-such-program"},
       "could not be started: cannot run 'loadgen-no-such-program': no such program"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Stand stand;
    stand.fault.inject = row.argv;
    CHECK(what_happened(stand.run("inject"), stand.fault) == row.text);
  }
  Stand slow;
  slow.fault.inject = {"sleep", "30"};
  slow.fault.timeout = 100ms;
  const HookEnd end = slow.run("inject");
  CHECK(end.run.timed_out);
  CHECK_FALSE(end.run.exit_code.has_value());
  CHECK(what_happened(end, slow.fault) == "gave no answer within 100ms");
}

TEST_CASE("an unknown variable is the user's mistake") {
  Stand stand;
  stand.fault.inject = {"echo", "$nowhere"};
  CHECK_THROWS_AS(stand.run("inject"), UserError);
}

TEST_CASE("a polled hook runs each second until it exits 0") {
  Stand stand;
  stand.fault.confirm = {"sh", "-c", "echo x >> polled; test $$(wc -l < polled) -ge 2"};
  const HookEnd end = awaited(poll_hook(stand.scene, stand.call("confirm"), Clock::now() + 5s));
  CHECK(end.ok());
  CHECK(end.run.attempts == 2);
  CHECK(read_whole_file(stand.directory.path() / "polled") == "x\nx\n");
  CHECK(end.ended - end.started >= 1s);
  CHECK(end.ended - end.started < 4s);  // of five
}

TEST_CASE("a polled hook is given up") {
  SUBCASE("at its time, after the attempts that fit") {
    Stand stand;
    stand.fault.confirm = {"false"};
    const Instant begun = Clock::now();
    const HookEnd end = awaited(poll_hook(stand.scene, stand.call("confirm"), begun + 1900ms));
    CHECK_FALSE(end.ok());
    CHECK(end.run.attempts == 2);
    CHECK(end.run.exit_code == 1);
    CHECK(Clock::now() - begun < 1900ms);
  }
  SUBCASE("when it hangs") {
    Stand stand;
    stand.fault.confirm = {"sleep", "30"};
    const HookEnd end =
        awaited(poll_hook(stand.scene, stand.call("confirm"), Clock::now() + 300ms));
    CHECK(end.run.timed_out);
    CHECK(end.ended - end.started < 10s);  // of thirty
  }
  SUBCASE("when the run is over, though it runs at least once") {
    Stand stand;
    StopSignal stop;
    stop.raise(Urgency::ending);
    stand.fault.recovered = {"false"};
    HookCall call = stand.call("recovered");
    call.kill_on = {&stop, Urgency::ending};
    const HookEnd end = awaited(poll_hook(stand.scene, call, Clock::now() + 30s));
    CHECK_FALSE(end.ok());
    CHECK(end.run.attempts == 1);
  }
}

TEST_CASE("the command to run by hand works in a shell and holds no secret") {
  Stand stand;
  stand.fault.revert = {"sh", "-c", "echo \"$LOADGEN_FAULT it's $namespace\" > by_hand", "$token"};
  const std::string line = by_hand(stand.scene, stand.call("revert"));
  CHECK(line.find("s3cret-token") == std::string::npos);
  CHECK(::system(line.c_str()) == 0);
  CHECK(read_whole_file(stand.directory.path() / "by_hand") == "kill it's blue\n");
}

TEST_CASE("last lines: whole ones where there are any, valid UTF-8 always") {
  CHECK(last_lines("a\nb\nc\n", 100) == "a\nb\nc\n");
  CHECK(last_lines("aaaa\nbb\nc\n", 6) == "bb\nc\n");
  CHECK(last_lines("aaaa\nbb\nc\n", 5) == "c\n");
  CHECK(last_lines("abcdef", 3) == "def");
  CHECK(last_lines("x\xC3\xA4y", 2) == "y");
  CHECK(last_lines("x\xFFy", 100) == "x\xEF\xBF\xBDy");
  CHECK(last_lines(std::string(3000, '\xFF'), 2048).size() <= 2048);
}

}  // namespace
}  // namespace loadgen
