#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

TEST_CASE("experiment, observers and outputs: mistakes") {
  check_rows({
      {"an observer that does nothing", "[phases]",
       "[[observe]]\nname = \"x\"\ncommand = []\n[phases]", "4:11", "'command' is empty"},
      {"too often", "[phases]",
       "[[observe]]\nname = \"x\"\ncommand = [\"a\"]\nevery = \"999ms\"\n[phases]", "5:9",
       "'every' must be at least 1s"},
      {"an unknown variable", "[phases]",
       "[[observe]]\nname = \"x\"\ncommand = [\"a\", \"$zoone\"]\n[phases]", "4:17",
       "unknown variable $zoone"},
      {"two of one name", "[phases]",
       "[[observe]]\nname = \"x\"\ncommand = [\"a\"]\n[[observe]]\nname = \"x\"\ncommand = "
       "[\"a\"]\n"
       "[phases]",
       "6:8", "a second observer is called 'x'"},
      {"two years", "before = \"60s\"", "before = \"17520h\"", "2:1",
       "a phase is longer than a year"},
      {"no workers", "[phases]", "[distribution]\nworkers = 0\n[phases]", "3:11",
       "out of range: 0"},
      {"an address without a port", "[phases]", "[outputs]\nlisten = \"localhost\"\n[phases]",
       "3:10", "'localhost' is no place to listen at; expected HOST:PORT"},
      {"a port without a host", "[phases]", "[outputs]\nlisten = \":9464\"\n[phases]", "3:10",
       "':9464' is no place to listen at"},
      {"the first port that there is not", "[phases]",
       "[outputs]\nlisten = \"[::1]:65536\"\n[phases]", "3:10", "is no place to listen at"},
      {"lingering without an address", "[phases]", "[outputs]\nlinger = \"5s\"\n[phases]", "3:10",
       "'linger' needs 'listen'"},
  });
}

TEST_CASE("experiment, observers and outputs: what is read") {
  const Scenario scenario =
      parsed(std::string(kValid) +
             "[experiment]\nname = \"e\"\nhypothesis = \"h\"\nlabels = { z = \"1\", a = \"2\" }\n"
             "[[observe]]\nname = \"CPU cores\"\ncommand = [\"cat\", \"$zone\"]\nevery = \"10s\"\n"
             "[distribution]\nworkers = 2\njoin_timeout = \"5s\"\non_worker_loss = \"invalidate\"\n"
             "[outputs]\ndir = \"out\"\nlisten = \"[::1]:65535\"\nlinger = \"1m\"\n");
  CHECK(scenario.experiment.name == "e");
  CHECK(scenario.experiment.hypothesis == "h");
  CHECK(scenario.experiment.labels.at(0).first == "z");
  CHECK(scenario.observe.at(0).name == "CPU cores");
  CHECK(scenario.observe[0].command == std::vector<std::string>{"cat", "$zone"});
  CHECK(scenario.observe[0].every == 10s);
  CHECK(scenario.distribution.workers == 2);
  CHECK(scenario.distribution.join_timeout == 5s);
  CHECK_FALSE(scenario.distribution.tolerate_worker_loss);
  CHECK(scenario.outputs.dir == "out");
  CHECK(scenario.outputs.listen == "[::1]:65535");
  CHECK(scenario.outputs.linger == 1min);
}

TEST_CASE("an experiment without a name is called like its file") {
  const auto name = [](const std::string& path) {
    ScenarioSource source = source_of(std::string(kValid));
    source.path = path;
    return parse_scenario(source).experiment.name;
  };
  CHECK(name("a/b/pod_kill.toml") == "pod_kill");
  CHECK(name("my run.v2.toml") == "my-run-v2");
  CHECK(name("") == "run");
  CHECK(name("-.toml") == "run");
}
