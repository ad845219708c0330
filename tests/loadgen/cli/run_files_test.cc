#include "loadgen/cli/run_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/analysis/comparable_runs.h"
#include "tests/loadgen/core/full_result.h"

namespace loadgen {
namespace {

TEST_CASE("a run is found in its directory, its result, and a page that carries it") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path().string();
  const Result result = full_result();
  std::ofstream(path + "/result.json") << write_result(result);
  std::ofstream(path + "/page.html")
      << "<!DOCTYPE html><script type=\"application/json\">" << write_result(result) << "</script>";
  CHECK(read_finished_run(path) == result);
  CHECK(read_finished_run(path + "/result.json") == result);
  CHECK_THROWS_AS(read_finished_run(path + "/nowhere"), UserError);
}

TEST_CASE("a baseline's directory is its stored runs by name, whatever else lies there") {
  const ScratchDirectory scratch;
  const std::string path = scratch.path().string();
  std::ofstream(path + "/b.json") << write_comparable_run(test::run_like({.at = 2}));
  std::ofstream(path + "/a.json") << write_comparable_run(test::run_like({.at = 1}));
  std::ofstream(path + "/README.md") << "text";
  const auto runs = read_baseline(path);
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].run_id == "r1");
  CHECK(read_comparable_runs({path, path + "/b.json"}).size() == 3);
  CHECK(read_baseline(path + "/nowhere").empty());
  CHECK_THROWS_AS(read_baseline(path + "/a.json"), UserError);
  CHECK_THROWS_AS(read_comparable_runs({path + "/nowhere"}), UserError);
}

TEST_CASE("a file that can't be read becomes a run that says so") {
  const ScratchDirectory scratch;
  const std::string file = scratch.path().string() + "/torn.json";
  std::ofstream(file) << "{\"schema\": 1, ";
  const auto runs = read_comparable_runs({file});
  REQUIRE(runs.size() == 1);
  CHECK(runs[0].untrusted);
  CHECK(runs[0].unusable.find("can't be read: ") == 0);
  CHECK(runs[0].file == file);

  const ScratchDirectory nothing;
  const auto none = read_comparable_runs({nothing.path().string()});
  REQUIRE(none.size() == 1);
  CHECK(none[0].unusable.find("neither") != std::string::npos);
}

}  // namespace
}  // namespace loadgen
