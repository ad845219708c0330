// `loadgen run`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "loadgen/cli/target.h"
#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using test::contains;
using test::kept_from_its_answer;
using test::Ran;
using test::run_loadgen;
using test::run_undisturbed;

/// A scenario of one second against a target of the test, written to a file.
struct Stage {
  explicit Stage(const std::string& more = "") : path((directory.path() / "s.toml").string()) {
    target.start();
    std::ofstream(path) << "schema = 1\n[experiment]\nname = \"stage\"\n[phases]\nbefore = \"1s\"\n"
                           "[groups.target]\nbase_url = \""
                        << target.url()
                        << "\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 50\n"
                           "[steady_state]\nmargins = \"none\"\n[[steady_state.checks]]\n"
                           "id = \"any\"\nphase = \"before\"\nassert = [\"error_rate < 100%\"]\n"
                        << more;
  }
  Target target{{.delay = test::kPunctual}};
  ScratchDirectory directory;
  std::string path;
};

TEST_CASE("a run leaves its journal, result and reports in its directory, and a summary") {
  const Stage stage;
  const std::string out = (stage.directory.path() / "out").string();
  const Ran ran = run_undisturbed(
      {"run", stage.path, "--out", out, "--seed", "3", "--workers", "2", "--progress", "plain"},
      out);
  if (kept_from_its_answer(ran)) return;
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "PASS"));
  CHECK(contains(ran.err, "event phase=before"));
  CHECK(contains(ran.err, "report: " + out + "/report.html"));
  for (const char* name : {"journal", "result.json", "report.html", "report.md", "junit.xml"}) {
    CAPTURE(name);
    CHECK(std::filesystem::file_size(std::filesystem::path(out) / name) > 0);
  }
  const std::string json = out + "/result.json";
  const Result result = read_result(read_whole_file(json).value_or(""), json);
  CHECK(result.seed == 3);
  CHECK(result.name == "stage");
  CHECK(result.groups.at(0).second.workloads.at(0).second.totals.tally.scheduled == 50);
  // The same directory is not used twice.
  const Ran again = run_loadgen({"run", stage.path, "--out", out});
  CHECK(again.code == 2);
  CHECK(contains(again.err, "holds a run already"));
}

TEST_CASE("the directory of the scenario, with its name filled in, and overrides") {
  const Stage stage;
  const std::string dir = (stage.directory.path() / "of-${name}").string();
  const Ran ran = run_undisturbed({"run", stage.path, "--set", "outputs.dir=" + dir, "--set",
                                   "workloads.home.rate=20", "--progress", "none"},
                                  stage.directory.path() / "of-stage");
  if (kept_from_its_answer(ran)) return;
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  const std::string json = (stage.directory.path() / "of-stage" / "result.json").string();
  const Result result = read_result(read_whole_file(json).value_or("{}"), json);
  CHECK(result.groups.at(0).second.workloads.at(0).second.totals.tally.scheduled == 20);
  CHECK(result.overrides.size() == 2);
}

TEST_CASE("a refuted check exits 10, and 0 when that was asked for") {
  const Stage stage(
      "[[steady_state.checks]]\nid = \"no\"\nphase = \"before\"\n"
      "assert = [\"tps > 1000\"]\n");
  const std::string out = (stage.directory.path() / "out").string();
  const Ran refuted =
      run_undisturbed({"run", stage.path, "--out", out + "1", "--progress", "none"}, out + "1");
  if (kept_from_its_answer(refuted)) return;
  CHECK(refuted.code == 10);
  CHECK(run_loadgen({"run", stage.path, "--out", out + "2", "--progress", "none", "--exit-zero"})
            .code == 0);
}

TEST_CASE("what was typed wrong exits 2") {
  const Stage stage;
  CHECK(run_loadgen({"run"}).code == 2);
  CHECK(run_loadgen({"run", "nowhere.toml"}).code == 2);
  CHECK(run_loadgen({"run", stage.path, "--progress", "loud"}).code == 2);
  CHECK(run_loadgen({"run", stage.path, "--degraded", "maybe"}).code == 2);
  CHECK(run_loadgen({"run", stage.path, "--set", "workloads.home.rat=1"}).code == 2);
}

}  // namespace
}  // namespace loadgen
