#include "reports/comparisons.h"

#include <doctest/doctest.h>

namespace loadgen::reports {
namespace {

TEST_CASE("effects, intervals and ranges in words") {
  ComparisonRow ratio;
  ratio.metric = "p99";
  CHECK(effect_in_words(ratio) == "–");
  CHECK(interval_in_words(ratio).empty());
  CHECK(range_in_words(ratio).empty());
  ratio.ratio = 1.5;
  CHECK(effect_in_words(ratio) == "× 1.50");
  ratio.did_ratio = 1.31;
  ratio.interval = std::pair(1.22, 1.41);
  ratio.range = std::pair(0.0098, 0.0104);
  CHECK(effect_in_words(ratio) == "× 1.31");
  CHECK(interval_in_words(ratio) == "1.22 – 1.41");
  CHECK(range_in_words(ratio) == "9.8 ms – 10.4 ms");

  ComparisonRow share;
  share.metric = "error_rate";
  share.difference = 0.012;
  share.interval = std::pair(-0.001, 0.016);
  CHECK(effect_in_words(share) == "+1.20 points");
  CHECK(interval_in_words(share) == "−0.100 – 1.60 points");
  share.did_difference = -0.02;
  CHECK(effect_in_words(share) == "−2.00 points");
}

TEST_CASE("which rows were judged, and their icons") {
  Result result;
  for (const char* verdict : {"PASS", "not judged", "FAILED", "INCONCLUSIVE"}) {
    result.comparison.emplace_back().verdict = verdict;
  }
  const auto rows = judged_rows(result);
  REQUIRE(rows.size() == 3);
  CHECK(icon_of_row(rows[0]->verdict) == "✓");
  CHECK(icon_of_row(rows[1]->verdict) == "✕");
  CHECK(icon_of_row("not judged") == "–");
}

TEST_CASE("steadiness in words") {
  Result result;
  CHECK(steadiness_in_words(result).empty());
  result.steadiness.outcome = "steady";
  result.steadiness.cut_s = 10;
  CHECK(steadiness_in_words(result) ==
        "yes; its first 10 s are left out of comparisons: a rest of warm-up");
  result.steadiness = {"unverifiable", {"too short"}, 0, {}};
  CHECK(steadiness_in_words(result) == "can't be told: too short");
}

TEST_CASE("what keeps all rows of a phase from being judged is said once") {
  ComparisonRow row;
  row.verdict = "not judged";
  std::vector<ComparisonRow> rows(3, row);
  rows[0].note = "a transient; no interval";
  rows[1].note = "something else; a transient";
  rows[2].note = "not a primary metric";
  const auto shared = [&] {
    std::vector<const ComparisonRow*> all;
    for (const ComparisonRow& each : rows) all.push_back(&each);
    return shared_reason(all);
  };
  CHECK(shared() == "a transient");
  CHECK(without(rows[1].note, "a transient") == "something else");
  CHECK(without("a transient", "a transient").empty());
  rows[1].note = "something else";
  CHECK(shared().empty());
  rows[1].verdict = "PASS";
  CHECK(shared().empty());  // one row alone
}

}  // namespace
}  // namespace loadgen::reports
