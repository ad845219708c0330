// What `loadgen run` and `loadgen coordinator` share. Whole runs are in run_test.cc.
#include "loadgen/cli/run_flags.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "loadgen/core/scratch_directory.h"

namespace loadgen {
namespace {

TEST_CASE("how progress is asked for") {
  CHECK(parse_progress("auto") == ProgressMode::automatic);
  CHECK(parse_progress("tty") == ProgressMode::tty);
  CHECK(parse_progress("plain") == ProgressMode::plain);
  CHECK(parse_progress("json") == ProgressMode::json);
  CHECK(parse_progress("none") == ProgressMode::none);
  CHECK_THROWS_AS(parse_progress("loud"), UserError);
}

TEST_CASE("what is typed becomes what is executed") {
  const ScratchDirectory directory;
  const std::string path = (directory.path() / "s.toml").string();
  std::ofstream(path) << "schema = 1\n[experiment]\nname = \"x\"\n[phases]\nbefore = \"1s\"\n"
                         "[groups.target]\nbase_url = \"http://127.0.0.1:1\"\n[[workloads]]\n"
                         "name = \"home\"\nkind = \"http\"\nrate = 50\n";
  RunFlags flags;
  flags.scenario = path;
  flags.overrides = {"workloads.home.rate=7"};
  flags.seed = 3;
  flags.force = flags.no_preflight = true;
  flags.progress = "none";
  const Execution named = execution_of(flags, true);
  CHECK(named.directory.string().find("results/x-") == 0);
  CHECK(named.scenario.workloads[0].rate == 7_rps);
  CHECK(named.seed == 3);
  CHECK(named.force);
  CHECK_FALSE(named.preflight);
  CHECK(named.progress == ProgressMode::none);
  CHECK_FALSE(named.hosting);

  flags.out = directory.path().string();
  CHECK(execution_of(flags, true).directory == directory.path());
  std::ofstream(directory.path() / "journal") << "x";
  CHECK_THROWS_AS(execution_of(flags, true), UserError);  // it holds a run
  CHECK(execution_of(flags, false).directory == directory.path());
}

}  // namespace
}  // namespace loadgen
