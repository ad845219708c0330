#include "reports/runs_cells.h"

#include <doctest/doctest.h>

#include "tests/reports/compared_runs.h"

namespace loadgen::reports {
namespace {

TEST_CASE("changes as people read them") {
  struct Row {
    std::string why, metric;
    double change, low, high;
    const char* shown;
    const char* interval;
  };
  const Row rows[] = {
      {"slower", "p50", 0.15, 0.12, 0.18, "+15.0 %", "+12.0 … +18.0 %"},
      {"faster", "p50", -0.15, -0.18, -0.12, "−15.0 %", "−18.0 … −12.0 %"},
      {"not supported", "p50", 0.15, -0.01, 0.3, "~", "−1.00 … +30.0 %"},
      {"nothing at all", "p50", 0, 0, 0, "~", "0 … 0 %"},
      {"shares in points", "error_rate", 0.015, 0.01, 0.02, "+1.50 pp", "+1.00 … +2.00 pp"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RunComparisonRow made;
    made.metric = row.metric;
    made.change = row.change;
    made.interval = {row.low, row.high};
    CHECK(cells_of(made).change == row.shown);
    CHECK(cells_of(made).interval == row.interval);
  }
}

TEST_CASE("what is missing is shown as such") {
  const RunCells cells = cells_of({});
  CHECK(cells.base == "–");
  CHECK(cells.change == "~");
  CHECK(cells.interval == "");
  CHECK(cells.margin == "");
  CHECK(cells.verdict == "–");
}

TEST_CASE("places, sides and headlines") {
  const RunComparison comparison = example_comparison();
  CHECK(by_place(comparison).size() == 2);
  CHECK(place_of(comparison.rows[0]) == "home, before");
  CHECK(side_in_words(comparison.base) == "5 runs of api on Fast CPU, 8 cores: b0, b1, b2, b3, …");
  CHECK(side_in_words({}) == "0 runs");
  CHECK(headline(comparison) == comparison.reasons.front());
}

}  // namespace
}  // namespace loadgen::reports
