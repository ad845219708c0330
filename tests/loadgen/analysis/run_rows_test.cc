#include "loadgen/analysis/run_rows.h"

#include <doctest/doctest.h>

#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen {
namespace {

using test::run_like;

const RunComparisonRow& row_of(const std::vector<RunComparisonRow>& rows, const char* metric) {
  for (const RunComparisonRow& row : rows) {
    if (row.metric == metric) return row;
  }
  FAIL("no row of " << metric);
  return rows.front();
}

std::vector<RunComparisonRow> compare(const std::vector<ComparableRun>& base,
                                      const std::vector<ComparableRun>& head,
                                      const MarginsByName& margins = {}) {
  const RunSides sides = sides_of(base, head);
  return rows_of(sides, margins);
}

TEST_CASE("each metric by its margin: one against one") {
  struct Row {
    std::string why;
    double factor;
    const char* verdict;
  };
  const Row rows[] = {
      {"the same", 1.00, "PASS"},
      {"faster", 0.80, "PASS"},
      {"2 % slower", 1.02, "PASS"},
      {"9 % slower can't be told from 10 %", 1.09, "INCONCLUSIVE"},
      {"12 % slower is worse than 10 %", 1.12, "DEGRADED"},
      {"24 % slower is not surely 25 %", 1.24, "DEGRADED"},
      {"40 % slower is beyond 2.5 margins", 1.40, "FAILED"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto made =
        compare({run_like()}, {run_like({.p50 = 0.010 * row.factor, .at = 9, .side = "h"})});
    const RunComparisonRow& p50 = row_of(made, "p50");
    CHECK(p50.verdict == row.verdict);
    CHECK(*p50.change == doctest::Approx(row.factor - 1).epsilon(1e-6));
    CHECK(p50.interval->first < *p50.change);
    CHECK(p50.interval->second > *p50.change);
    CHECK(p50.margin == 0.10);
    CHECK(row_of(made, "p99").verdict == "PASS");
    CHECK(row_of(made, "error_rate").verdict == "PASS");
  }
}

TEST_CASE("margins: --margin before the scenario's before the default") {
  ComparableRun head = run_like({.p50 = 0.014, .at = 9, .side = "h"});
  head.margins = {{"p50", 0.6}};
  CHECK(row_of(compare({run_like()}, {head}), "p50").verdict == "PASS");
  const auto strict = compare({run_like()}, {head}, {{"p50", 0.05}});
  CHECK(row_of(strict, "p50").verdict == "FAILED");
  CHECK(row_of(strict, "p50").margin == 0.05);
}

TEST_CASE("throughput is judged, less is worse") {
  const auto with_tps = [](double tps, const char* side, int at) {
    ComparableRun run = run_like({.at = at, .side = side});
    run.stretches[0].metrics.push_back({"tps", tps, 0.005, 9, false, 0, 12'000, 0, ""});
    return run;
  };
  const auto rows = compare({with_tps(500, "b", 0)}, {with_tps(300, "h", 9)});
  const RunComparisonRow& tps = row_of(rows, "tps");
  CHECK(tps.verdict == "FAILED");
  CHECK(*tps.change == doctest::Approx(-0.4));
  CHECK(tps.interval->second < -0.25);
  CHECK(row_of(compare({with_tps(500, "b", 0)}, {with_tps(800, "h", 9)}), "tps").verdict == "PASS");
}

TEST_CASE("a quantile decides with 100 answers beyond it, 10 in each run") {
  struct Row {
    std::string why;
    std::uint64_t n;
    const char* verdict;
    const char* note;
  };
  const Row rows[] = {
      {"just enough", 10'000, "PASS", ""},
      {"just too few", 9'900, "INCONCLUSIVE", "99 answers beyond it; to decide it needs 100"},
      {"and how much longer it takes", 5'000, "INCONCLUSIVE", "about 60 s more at this rate"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto made =
        compare({run_like({.n = row.n})}, {run_like({.n = row.n, .at = 9, .side = "h"})});
    CHECK(row_of(made, "p99").verdict == row.verdict);
    CHECK(row_of(made, "p99").note.find(row.note) != std::string::npos);
  }
}

TEST_CASE("stretches are matched by name, a lone group by being alone") {
  ComparableRun head = run_like({.at = 9, .side = "h"});
  head.stretches[0].group = "head";
  CHECK(row_of(compare({run_like()}, {head}), "p50").verdict == "PASS");
  CHECK(row_of(compare({run_like()}, {head}), "p50").group == "");
  head.stretches[0].workload = "cart";
  const auto rows = compare({run_like()}, {head});
  CHECK(rows.size() == 6);
  for (const RunComparisonRow& row : rows) {
    CAPTURE(row.workload);
    CHECK(row.verdict == "INCONCLUSIVE");
    CHECK(row.note == (row.workload == "cart" ? "only in the candidate" : "only in the baseline"));
  }
}

TEST_CASE("what some runs lack is not judged by the others") {
  std::vector<ComparableRun> base, head;
  for (int i = 0; i < 6; ++i) {
    base.push_back(run_like({.at = 2 * i, .side = "b"}));
    head.push_back(run_like({.at = 2 * i + 1, .side = "h"}));
  }
  CHECK(row_of(compare(base, head), "p50").verdict == "PASS");
  head[3].stretches.clear();
  CHECK(row_of(compare(base, head), "p50").verdict == "INCONCLUSIVE");
  CHECK(row_of(compare(base, head), "p50").note == "not in every run");
}

TEST_CASE("a metric that is not primary is shown and not judged, unless it has a margin") {
  const auto with_p90 = [](const char* side, int at) {
    ComparableRun run = run_like({.at = at, .side = side});
    run.stretches[0].metrics.push_back({"p90", 0.02, 0.005, 9, false, 0, 12'000, 0, ""});
    return run;
  };
  const RunComparisonRow shown = row_of(compare({with_p90("b", 0)}, {with_p90("h", 9)}), "p90");
  CHECK(shown.verdict == "");
  CHECK(shown.interval);
  CHECK(row_of(compare({with_p90("b", 0)}, {with_p90("h", 9)}, {{"p90", 0.2}}), "p90").verdict ==
        "PASS");
}

TEST_CASE("an undecided row says what would decide") {
  ComparableRun guarded = run_like({.at = 9, .side = "h"});
  guarded.stretches[0].metrics[1].guarded = true;
  guarded.stretches[0].metrics[1].needed_s = 180;
  const RunComparisonRow row = row_of(compare({run_like()}, {guarded}), "p50");
  CHECK(row.verdict == "INCONCLUSIVE");
  CHECK(row.note.find("about 180 s") != std::string::npos);
  const RunComparisonRow close =
      row_of(compare({run_like()}, {run_like({.p50 = 0.0108, .at = 9, .side = "h"})}), "p50");
  CHECK(close.note.find("in turns (6 rounds), or keep 10 baseline runs") != std::string::npos);
}

}  // namespace
}  // namespace loadgen
