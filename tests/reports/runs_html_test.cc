#include <doctest/doctest.h>

#include "reports/runs.h"
#include "tests/reports/compared_runs.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

TEST_CASE("a whole page, well-formed, with every figure") {
  const std::string page = runs_html(example_comparison());
  CHECK(page.find("<!DOCTYPE html>") == 0);
  CHECK(unbalanced_tag(page) == "");
  for (const char* part : {"FAILED", "+15.0 %", "+90.0 … +110 %", "30 ms", "60 ms", "other kernel",
                           "prediction limit", "home, before", "cart, before"}) {
    CAPTURE(part);
    CHECK(page.find(part) != std::string::npos);
  }
}

TEST_CASE("no markup gets through from outside") {
  RunComparison comparison = example_comparison();
  comparison.reasons = {"<script>", "<script>"};
  comparison.warnings = {"<script>"};
  comparison.method = comparison.head.name = comparison.base.runs[0] = "<script>";
  for (RunComparisonRow& row : comparison.rows) row.workload = row.metric = row.note = "<script>";
  CHECK(runs_html(comparison).find("<script") == std::string::npos);
  CHECK(unbalanced_tag(runs_html(comparison)) == "");
  CHECK(unbalanced_tag(runs_html({})) == "");
}

}  // namespace
}  // namespace loadgen::reports
