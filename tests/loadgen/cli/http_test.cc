// `loadgen http`, as typed.
#include <doctest/doctest.h>

#include "loadgen/cli/target.h"
#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "tests/loadgen/drive/scripted_server.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using test::contains;
using test::kept_from_its_answer;
using test::Ran;
using test::run_loadgen;
using test::run_undisturbed;

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

TEST_CASE("a number of requests, its summary in loadtest's words, and nothing else on stdout") {
  Target target({.delay = test::kPunctual});
  target.start();
  const Ran ran = run_undisturbed({"http", "-n", "40", "-c", "4", "--quiet", target.url() + "/x"});
  if (kept_from_its_answer(ran)) return;
  CHECK(ran.code == 0);
  CHECK(ran.err == "");
  CHECK(ran.out.find("Target URL: ") < 40);
  CHECK(contains(ran.out, target.url() + "/x"));
  CHECK(contains(ran.out, "Completed requests:"));
}

TEST_CASE("files that are asked for are written; a document on stdout stands there alone") {
  Target target({.delay = test::kPunctual});
  target.start();
  const ScratchDirectory directory;
  const std::string html = (directory.path() / "r.html").string();
  const std::string saved = (directory.path() / "s.toml").string();
  const Ran ran = run_undisturbed(
      {"http", "-n", "5", "--json", "-", "--html", html, "--save", saved, "--quiet", target.url()});
  if (kept_from_its_answer(ran)) return;
  CHECK(ran.code == 0);
  const Result result = read_result(ran.out, "stdout");
  CHECK(result.groups.at(0).second.workloads.at(0).second.totals.tally.planned() == 5);
  CHECK(contains(read_whole_file(html).value_or(""), "<html"));
  ScenarioSource source;
  source.text = read_whole_file(saved).value_or("");
  CHECK(parse_scenario(source).groups[0].base_url == target.url());
}

TEST_CASE("the exit code: errors against the limit, checks, a target that is not there") {
  Target target({.delay = test::kPunctual, .error_rate = 1});
  target.start();
  const std::string url = target.url();
  struct Row {
    std::string why;
    std::vector<std::string> flags;
    int code;
  };
  for (const Row& row : {
           Row{"every request fails", {}, 10},
           Row{"nothing but successes is no limit", {"--max-error-rate", "100%"}, 10},
           Row{"a check of errors", {"--check", "error_rate < 1%"}, 10},
           Row{"a check that holds decides alone", {"--check", "service_p50 < 60s"}, 0},
           Row{"but for a limit that was typed",
               {"--check", "service_p50 < 60s", "--max-error-rate", "1%"},
               10},
       }) {
    CAPTURE(row.why);
    std::vector<std::string> arguments = {"http", "-n", "5", "--quiet", url};
    arguments.insert(arguments.end(), row.flags.begin(), row.flags.end());
    const Ran ran = run_undisturbed(arguments);
    if (kept_from_its_answer(ran)) return;
    CHECK(ran.code == row.code);
  }
  const test::RefusingPort refusing;
  const Ran refused = run_loadgen({"http", "-n", "5", "--quiet", url_of(refusing.port())});
  CHECK(refused.code == 14);
  CHECK(refused.out == "");
  CHECK(contains(refused.err, "Connection refused"));
}

TEST_CASE("what was typed wrong: 2, one line, and nothing is sent") {
  struct Row {
    std::string why;
    std::vector<std::string> arguments;
    std::string what;
  };
  for (const Row& row : {
           Row{"no URL", {"http"}, "URL"},
           Row{"no scheme", {"http", "127.0.0.1"}, "expected http://"},
           Row{"an unknown flag", {"http", "--fast", "http://a"}, "--fast"},
           Row{"no clients", {"http", "-c", "0", "http://a"}, "-c"},
           Row{"-k and --no-keepalive", {"http", "-k", "--no-keepalive", "http://a"}, "exclude"},
           Row{"no percentage",
               {"http", "--max-error-rate", "5", "http://a"},
               "--max-error-rate: \"5\" is no share; expected 0% to 100%"},
           Row{"above 100 %",
               {"http", "--max-error-rate", "101%", "http://a"},
               "\"101%\" is no share; expected 0% to 100%"},
           Row{"a search for nothing", {"http", "--find-max", "", "http://a"}, "expected limits"},
           Row{"a limit that a search has no use for",
               {"http", "--max-error-rate", "1%", "--find-max", "p99 < 1s", "http://a"},
               "p99 < 1s, error_rate <= 1%"},
           Row{"no check",
               {"http", "--check", "p50 < 1s", "--check", "p98 < 1s", "http://a"},
               "--check \"p98 < 1s\", column 1: "},
           Row{"no limit",
               {"http", "--find-max", "p50 < 1s, p99 < 1", "http://a"},
               "--find-max \"p99 < 1\", column 7: "},
           Row{"a metric that a closed loop has not",
               {"http", "--check", "achieved_rate > 9%", "http://a"},
               "--check \"achieved_rate > 9%\": 'achieved_rate' is null"},
           Row{"a class in quotes",
               {"http", "--check", "failed(\"http5\") < 1%", "http://a"},
               "--check \"failed(\"http5\") < 1%\": unknown class"},
           Row{"a place that can't be written",
               {"http", "-n", "1", "--save", "/proc/nowhere/s.toml", "http://127.0.0.1:1"},
               "--save"},
       }) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen(row.arguments);
    CHECK(ran.code == 2);
    CAPTURE(ran.err);
    CHECK(contains(ran.err, row.what));
    CHECK(ran.out == "");
  }
}

}  // namespace
}  // namespace loadgen
