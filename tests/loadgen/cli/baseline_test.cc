// `loadgen baseline`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "loadgen/cli/target.h"
#include "loadgen/core/comparable_run.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "tests/loadgen/core/full_result.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

/// result.json files of runs that can be a baseline.
struct Results {
  Results() : path(directory.path().string() + "/") {
    for (const char* id : {"one", "two", "three"}) put(id, [](Result&) {});
  }
  template <class Change>
  void put(const std::string& id, const Change& change) const {
    Result result = full_result();
    result.run_id = id;
    result.trust.valid = true;
    result.aborted = false;
    result.capacity.reset();
    result.verdict = Verdict::pass;
    result.scenario =
        "schema = 1\n[phases]\nbefore = \"60s\"\n[groups.target]\nbase_url = "
        "\"http://127.0.0.1:1\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 10\n";
    result.overrides.clear();
    change(result);
    std::ofstream(path + id + ".result") << write_result(result);
  }
  std::string operator()(const std::string& id) const { return path + id + ".result"; }
  std::string baseline() const { return path + "baseline"; }
  std::string stored(const std::string& id) const {
    return read_whole_file(baseline() + "/" + id + ".json").value_or("");
  }
  ScratchDirectory directory;
  std::string path;
};

TEST_CASE("add keeps runs as small files, each once; show tells what they are") {
  const Results results;
  const Ran first = run_loadgen({"baseline", "add", results("one"), "--to", results.baseline()});
  CAPTURE(first.err);
  CHECK(first.code == 0);
  CHECK(contains(first.out, "holds 1 run; 10 are asked for"));
  const std::string text = results.stored("one");
  CHECK(is_comparable_run(text));
  CHECK(text.size() < 10'000);
  CHECK(read_comparable_run(text, "one").load.at("home: rate") == "10/s");

  const Ran again =
      run_loadgen({"baseline", "add", results("one"), results("two"), "--to", results.baseline()});
  CHECK(contains(again.err, "one is stored already"));
  CHECK(contains(again.out, "holds 2 runs"));
  CHECK(results.stored("one") == text);

  const Ran shown = run_loadgen({"baseline", "show", results.baseline()});
  CHECK(shown.code == 0);
  CHECK(contains(shown.out, "one"));
  CHECK(contains(shown.out, "error_rate"));
}

TEST_CASE("accept replaces, and leaves alone what is no stored run") {
  const Results results;
  run_loadgen({"baseline", "add", results("one"), results("two"), "--to", results.baseline()});
  std::ofstream(results.baseline() + "/notes.json") << "{\"mine\": 1}";
  const Ran ran = run_loadgen(
      {"baseline", "accept", results("two"), results("three"), "--to", results.baseline()});
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "replaced 1 run"));
  CHECK(results.stored("one") == "");
  CHECK(results.stored("two") != "");
  CHECK(results.stored("three") != "");
  CHECK(results.stored("notes") != "");
}

TEST_CASE("a run that nothing may rest on is no baseline, and nothing is changed") {
  const Results results;
  run_loadgen({"baseline", "add", results("one"), "--to", results.baseline()});
  results.put("invalid", [](Result& result) { result.trust.valid = false; });
  results.put("aborted", [](Result& result) { result.aborted = true; });
  for (const char* id : {"invalid", "aborted"}) {
    for (const char* action : {"add", "accept"}) {
      CAPTURE(id);
      const Ran ran = run_loadgen(
          {"baseline", action, results("two"), results(id), "--to", results.baseline()});
      CHECK(ran.code == 2);
      CHECK(contains(ran.err, "can't be a baseline"));
      CHECK(results.stored("one") != "");
      CHECK(results.stored("two") == "");
    }
  }
}

TEST_CASE("another load or machine is told, a failed run as well") {
  const Results results;
  run_loadgen({"baseline", "add", results("one"), "--to", results.baseline()});
  results.put("odd", [](Result& result) {
    result.overrides = {"workloads.home.rate=20"};
    result.environment["cpu"] = "other";
    result.verdict = Verdict::failed;
  });
  const Ran ran = run_loadgen({"baseline", "add", results("odd"), "--to", results.baseline()});
  CHECK(ran.code == 0);
  CHECK(contains(ran.err, "home: rate 10/s → 20/s"));
  CHECK(contains(ran.err, "another machine"));
  CHECK(contains(ran.err, "odd was FAILED"));
}

TEST_CASE("a run whose requests failed is stored, and told") {
  const Results results;
  struct Row {
    double error_rate;
    std::string warned;
  };
  for (const Row& row : {Row{0.1, ""}, Row{1, "100 % of the requests of http to target failed"}}) {
    CAPTURE(row.error_rate);
    Target target({.error_rate = row.error_rate});
    target.start();
    const Ran measured = run_loadgen(
        {"http", "-t", "1", "--rps", "40", "--quiet", "--json", results("failed"), target.url()});
    CAPTURE(measured.err);
    const std::string json = read_whole_file(results("failed")).value_or("");
    std::ofstream(results("failed")) << write_result(test::trusted(read_result(json, "failed")));
    const Ran ran = run_loadgen({"baseline", "add", results("failed"), "--to", results.baseline()});
    CHECK(ran.code == 0);
    CHECK(contains(ran.out, "stored "));
    CHECK(ran.err.empty() == row.warned.empty());
    CHECK(contains(ran.err, row.warned));
  }
}

TEST_CASE("a file name never leaves the directory") {
  const Results results;
  results.put("sly", [](Result& result) { result.run_id = "../../etc/evil"; });
  const Ran ran = run_loadgen({"baseline", "add", results("sly"), "--to", results.baseline()});
  CHECK(ran.code == 0);
  CHECK(results.stored("______etc_evil") != "");
}

TEST_CASE("what is missing or broken exits 2") {
  const Results results;
  CHECK(run_loadgen({"baseline"}).code == 2);
  CHECK(run_loadgen({"baseline", "add"}).code == 2);
  CHECK(run_loadgen({"baseline", "show", results.baseline()}).code == 2);
  CHECK(run_loadgen({"baseline", "add", results("nowhere"), "--to", results.baseline()}).code == 2);
  std::filesystem::create_directory(results.baseline());
  std::ofstream(results.baseline() + "/x.json") << "{\"loadgen_baseline\": 7}";
  CHECK(contains(run_loadgen({"baseline", "show", results.baseline()}).err, "reads format 1"));
}

}  // namespace
}  // namespace loadgen
