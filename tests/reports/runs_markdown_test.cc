#include <doctest/doctest.h>

#include "reports/runs.h"
#include "tests/golden.h"
#include "tests/reports/compared_runs.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of a comparison for a pull request") {
  test::check_golden("reports/runs.md", runs_markdown(example_comparison()));
}

TEST_CASE("no markup gets through from outside") {
  RunComparison comparison = example_comparison();
  comparison.reasons[0] = comparison.rows[0].workload = comparison.head.name =
      "<script>x|y</script>";
  const std::string text = runs_markdown(comparison);
  CHECK(text.find("<script>") == std::string::npos);
  CHECK(text.find("x|y") == std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
