#include <doctest/doctest.h>

#include "reports/runs.h"
#include "tests/golden.h"
#include "tests/reports/compared_runs.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of a comparison as test cases") {
  const std::string text = runs_junit(example_comparison());
  CHECK(unbalanced_tag(text) == "");
  test::check_golden("reports/runs.junit.xml", text);
}

TEST_CASE("each verdict has its kind of case, and what is not judged is none") {
  for (const auto& [verdict, counts] :
       {std::pair{Verdict::pass, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\""},
        {Verdict::failed, "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""},
        {Verdict::degraded, "tests=\"1\" failures=\"1\" errors=\"0\" skipped=\"0\""},
        {Verdict::inconclusive, "tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"1\""},
        {Verdict::invalid, "tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\""}}) {
    RunComparison comparison;
    comparison.verdict = verdict;
    comparison.rows = {example_comparison().rows[2]};
    CAPTURE(name_of(verdict));
    CHECK(runs_junit(comparison).find(counts) != std::string::npos);
  }
}

}  // namespace
}  // namespace loadgen::reports
