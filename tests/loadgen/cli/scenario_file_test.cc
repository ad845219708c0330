#include "loadgen/cli/scenario_file.h"

#include <doctest/doctest.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

const std::string kText =
    "schema = 1\n[phases]\nbefore = \"60s\"\n[groups.target]\nbase_url = \"http://a\"\n"
    "[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 100\n";

TEST_CASE("text and scenario of a file, with overrides") {
  const ScratchDirectory directory;
  const std::string path = (directory.path() / "s.toml").string();
  std::ofstream(path) << kText;
  const ScenarioFile file = read_scenario(path, {"workloads.home.rate=7"});
  CHECK(file.text == kText);
  CHECK(file.scenario.workloads[0].rate.per_second == 7);
}

TEST_CASE("a file that is not there, and one that is wrong, are told with their name") {
  CHECK_THROWS_WITH_AS(
      read_scenario("nowhere.toml", {}),
      "can't read the scenario nowhere.toml; `loadgen init` prints one to start from", UserError);
  const ScratchDirectory directory;
  const std::string path = (directory.path() / "s.toml").string();
  std::ofstream(path) << kText << "rat = 1\n";
  try {
    read_scenario(path, {});
    FAIL("taken");
  } catch (const UserError& error) {
    CHECK(test::contains(error.what(), path + ":10:1"));
  }
}

TEST_CASE("warnings go to stderr") {
  const ScratchDirectory directory;
  const std::string path = (directory.path() / "s.toml").string();
  // A cap below rate × timeout makes an outage look longer.
  std::ofstream(path) << kText << "max_in_flight = 10\n";
  const test::Caught caught;
  CHECK_FALSE(read_scenario(path, {}).scenario.warnings.empty());
  CHECK(caught.err().find("loadgen: warning: ") == 0);
  CHECK(caught.out() == "");
}

}  // namespace
}  // namespace loadgen
