// `loadgen compare`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "loadgen/cli/outputs.h"
#include "loadgen/cli/target.h"
#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "tests/loadgen/analysis/comparable_runs.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_like;
using test::run_loadgen;
using test::unfolded;

/// Stored runs in files of a directory: base, and candidates of different speed.
struct Files {
  Files() : path(directory.path().string() + "/") {
    put("base", run_like());
    put("same", run_like({.at = 9, .side = "h"}));
    put("slow", run_like({.p50 = 0.012, .at = 9, .side = "h"}));
    put("slower", run_like({.p50 = 0.02, .at = 9, .side = "h"}));
    ComparableRun broken = run_like({.at = 9, .side = "h"});
    broken.unusable = "the run was aborted";
    put("aborted", broken);
    std::ofstream(path + "torn") << "{\"loadgen_baseline\": 1, ";
    std::ofstream(path + "later") << "{\"schema\": 2}";
    std::ofstream(path + "empty").flush();
    std::ofstream(path + "page") << "<!DOCTYPE html><p>nothing</p>";
  }
  void put(const std::string& name, const ComparableRun& run) const {
    std::ofstream(path + name) << write_comparable_run(run);
  }
  std::string operator()(const std::string& name) const { return path + name; }
  ScratchDirectory directory;
  std::string path;
};

TEST_CASE("the exit code is the verdict's") {
  const Files files;
  struct Row {
    std::string why, base, head;
    int code;
    const char* out;
  };
  const Row rows[] = {
      {"nothing changed", "base", "same", 0, "✓ PASS"},
      {"beyond the margin", "base", "slow", 11, "▼ DEGRADED"},
      {"beyond 2.5 margins", "base", "slower", 10, "✕ FAILED"},
      {"the same file", "base", "base", 12, "both sides"},
      {"aborted", "base", "aborted", 12, "the run was aborted"},
      {"torn", "base", "torn", 13, "! INVALID"},
      {"of a later version", "later", "same", 13, "this program reads schema 1"},
      {"empty", "base", "empty", 13, "! INVALID"},
      {"a page without data", "base", "page", 13, "report.html"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen({"compare", files(row.base), "--", files(row.head)});
    CAPTURE(ran.out);
    CAPTURE(ran.err);
    CHECK(ran.code == row.code);
    CHECK(contains(unfolded(ran.out), row.out));
    CHECK_FALSE(contains(ran.out, "nan"));
    CHECK_FALSE(contains(ran.out, "inf"));
  }
}

TEST_CASE("options stand before and behind the runs") {
  const Files files;
  const std::string junit = files("out/junit.xml"), html = files("out/page.html");
  const Ran behind = run_loadgen({"compare", files("base"), "--", files("slow"), "--margin",
                                  "p50=60%", "--junit", junit, "--html", html});
  CHECK(behind.code == 0);
  CHECK(contains(read_whole_file(junit).value_or(""), "<testsuites tests=\"4\""));
  CHECK(contains(read_whole_file(html).value_or(""), "</html>"));
  const Ran before =
      run_loadgen({"compare", "--margin", "p50=60%", files("base"), "--", files("slow")});
  CHECK(before.code == 0);
  const Ran markdown =
      run_loadgen({"compare", files("base"), "--", files("slow"), "--markdown", "-"});
  CHECK(markdown.out.find("## 🔻 DEGRADED") == 0);
}

TEST_CASE("a page that carries its data is a run") {
  const Files files;
  std::ofstream(files("report.html"))
      << "<!DOCTYPE html><script>1</script><script type=\"application/json\" id=\"result\">"
         "{\"schema\": 3}</script>";
  const Ran ran = run_loadgen({"compare", files("base"), "--", files("report.html")});
  CHECK(contains(ran.out, "schema is 3"));
}

TEST_CASE("two report.html say what their result.json say") {
  const Files files;
  Target target({.delay = test::kPunctual});
  target.start();
  for (const std::string name : {"a", "b"}) {
    const std::string json = files(name + ".json");
    const Ran ran =
        run_loadgen({"http", "-t", "1", "--rps", "100", "--quiet", "--json", json, target.url()});
    CAPTURE(ran.err);
    const Result result = read_result(read_whole_file(json).value_or(""), json);
    OutputPaths paths;
    paths.json = json;
    paths.html = files(name + ".html");
    write_outputs(test::trusted(result), paths);
  }
  const Ran pages = run_loadgen({"compare", files("a.html"), "--", files("b.html")});
  const Ran data = run_loadgen({"compare", files("a.json"), "--", files("b.json")});
  CAPTURE(pages.err);
  CHECK(contains(pages.out, "http, run\n  metric"));
  CHECK(pages.code == data.code);
  std::string of_data = data.out;
  for (std::size_t at = 0; (at = of_data.find(".json", at)) != std::string::npos; at += 5)
    of_data.replace(at, 5, ".html");
  CHECK(pages.out == of_data);
}

TEST_CASE("what is typed wrongly exits 2 and says what was expected") {
  const Files files;
  struct Row {
    std::string why;
    std::vector<std::string> arguments;
    const char* err;
  };
  const Row rows[] = {
      {"no candidates", {"compare", files("base")}, "BASELINE… -- CANDIDATE…"},
      {"none behind the dashes", {"compare", files("base"), "--"}, ""},
      {"no baseline", {"compare", "--", files("base")}, ""},
      {"a path that is not there", {"compare", files("nowhere"), "--", files("base")}, "nowhere"},
      {"a metric that is none",
       {"compare", files("base"), "--", files("same"), "--margin", "p98=5%"},
       "did you mean 'p90'"},
      {"points for a ratio",
       {"compare", files("base"), "--", files("same"), "--margin", "p99=1pp"},
       "p99=15%"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen(row.arguments);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, row.err));
  }
}

}  // namespace
}  // namespace loadgen
