#include <doctest/doctest.h>

#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of a quick run") {
  test::check_golden("reports/quick.terminal.txt", loadtest_summary(example_quick()));
}

TEST_CASE("begins with loadtest's lines, to the character") {
  const std::string text = loadtest_summary(example_quick());
  CHECK(text.find("\n"
                  "Target URL:          http://127.0.0.1:8080/test_db\n"
                  "Max time (s):        20\n"
                  "Target rps:          200\n"
                  "Concurrent clients:  50\n"
                  "Agent:               keepalive\n"
                  "\n"
                  "Completed requests:  4000\n"
                  "Total errors:        15\n"
                  "Total time:          20 s\n"
                  "Mean latency:        12.9 ms\n"
                  "Effective rps:       200\n"
                  "\n"
                  "Percentage of requests served within a certain time\n"
                  "  50%      12 ms\n") == 0);
  CHECK(text.find("\n  http_5xx:   15 errors\n") != text.npos);
}

TEST_CASE("options that were given, and only those") {
  Result result = example_quick();
  result.quick_run->max_requests = 1000;
  result.quick_run->rps.reset();
  result.quick_run->cores = 2;
  result.quick_run->keepalive = false;
  const std::string text = loadtest_summary(result);
  CHECK(text.find("Max requests:        1000\nConcurrent clients:  50\nRunning on cores:    2\n"
                  "Agent:               none\n") != text.npos);
  CHECK(text.find("Max time") == text.npos);
}

TEST_CASE("without the options they are told from what was done") {
  Result result = example_quick();
  result.quick_run.reset();
  const std::string text = loadtest_summary(result);
  CHECK(text.find("Target URL:          http://127.0.0.1:8080\nMax time (s):        20\n"
                  "Target rps:          200\n") != text.npos);
}

TEST_CASE("nothing answered: no latency is made up") {
  const std::string text = loadtest_summary(example_nothing_ok());
  CHECK(text.find("Mean latency:        - ms\n") != text.npos);
  CHECK(text.find("  99%      - ms\n") != text.npos);
  CHECK(text.find("Total errors:        200\n") != text.npos);
  CHECK(text.find("not reached") != text.npos);
  CHECK(loadtest_summary(Result{}).find("Nothing was measured") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
