#include "loadgen/analysis/margins.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

/// Against margins of 0.10 and 0.25; the interval is ± 1.833 standard errors.
AgainstMargin metric(double value, double standard_error, bool guarded = false) {
  AgainstMargin made{{}, 0.10, 0.25, 100};
  Effect effect;
  effect.estimate = {value, standard_error, 9};
  effect.interval = stats::interval(effect.estimate, kConfidence);
  effect.guarded = guarded;
  effect.needed_s = 300;
  made.effect = effect;
  return made;
}

TEST_CASE("the rule of margins") {
  struct Row {
    std::string why;
    std::vector<AgainstMargin> metrics;
    std::string first;
  };
  const AgainstMargin calm = metric(0, 0.01);
  const Row rows[] = {
      {"no change", {metric(0, 0.01)}, "PASS"},
      {"better", {metric(-0.5, 0.01)}, "PASS"},
      {"worse, clearly within the margin", {metric(0.05, 0.01)}, "PASS"},
      {"U just below the margin", {metric(0.0816, 0.01)}, "PASS"},
      {"U just above", {metric(0.0818, 0.01)}, "INCONCLUSIVE"},
      {"at the margin", {metric(0.1001, 0.01)}, "DEGRADED"},
      {"just below the margin, and clearly worse", {metric(0.0999, 0.01)}, "INCONCLUSIVE"},
      {"beyond it, but 0 is possible", {metric(0.15, 0.09)}, "INCONCLUSIVE"},
      {"twice the margin", {metric(0.2, 0.02)}, "DEGRADED"},
      {"L beyond 2.5 margins", {metric(0.3, 0.02)}, "FAILED"},
      {"L just below 2.5 margins", {metric(0.28, 0.02)}, "DEGRADED"},
      {"short for its correlation: never PASS", {metric(0, 0.01, true)}, "INCONCLUSIVE"},
      {"but FAILED", {metric(0.5, 0.01, true)}, "FAILED"},
      {"no effect, no verdict", {AgainstMargin{{}, 0.1, 0.25, 100}}, "INCONCLUSIVE"},
      {"Holm: one of four needs more", {metric(0.14, 0.06), calm, calm, calm}, "INCONCLUSIVE"},
      {"alone it would do", {metric(0.14, 0.06)}, "DEGRADED"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto verdicts = by_margins(row.metrics);
    REQUIRE(verdicts.size() == row.metrics.size());
    CHECK(verdicts.front().verdict == row.first);
  }
}

TEST_CASE("what would decide") {
  // ± 0.1 now; to get below a margin of 0.1 from 0.05 the interval must halve: four times as long.
  CHECK(by_margins({metric(0.05, 0.0546)}).front().why.find("about 401 s") != std::string::npos);
  CHECK(by_margins({metric(0, 0.01, true)}).front().why.find("about 300 s") != std::string::npos);
  CHECK(by_margins({metric(0.0999, 0.01)}).front().why.find("no reasonable length") !=
        std::string::npos);
  CHECK(by_margins({metric(0, 0.01)}).front().why.empty());
}

TEST_CASE("margins of ratios are those of logarithms") {
  const Margins margins;
  for (const Compared& metric : compared_metrics()) {
    CAPTURE(metric.name);
    const AgainstMargin against = against_margin(metric, margins);
    CHECK(against.degraded > 0);
    CHECK(against.failed > against.degraded);
  }
  CHECK(against_margin(compared_metrics()[4], margins).degraded == doctest::Approx(0.139762));
  CHECK(against_margin(compared_metrics()[4], margins).failed == doctest::Approx(0.318454));
  CHECK(against_margin(compared_metrics()[0], margins).failed == doctest::Approx(0.025));
}

}  // namespace
}  // namespace loadgen
