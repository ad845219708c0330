#include <doctest/doctest.h>

#include <algorithm>

#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

TEST_CASE("one line per second, group and workload") {
  const std::string text = csv(example_experiment());
  CHECK(std::count(text.begin(), text.end(), '\n') == 1 + 2 * 130);
  CHECK(text.find("\n54,during,control,test_db,150,150,") != text.npos);
}

TEST_CASE("golden of a quick run") {
  test::check_golden("reports/quick.csv", csv(example_quick()));
}

TEST_CASE("names cannot break a line or become a formula") {
  Result result = example_nothing_ok();
  result.groups[0].first = "a,\"b\"\nc";
  result.groups[0].second.workloads[0].first = "=cmd()";
  const std::string text = csv(result);
  CHECK(text.find(",\"a,\"\"b\"\"\nc\",'=cmd(),") != text.npos);
  CHECK(csv(Result{}).find('\n') == csv(Result{}).size() - 1);
}

}  // namespace
}  // namespace loadgen::reports
