#include "loadgen/analysis/run_comparison.h"

#include <doctest/doctest.h>

#include <cmath>

#include "loadgen/core/error.h"
#include "tests/loadgen/analysis/comparable_runs.h"

namespace loadgen {
namespace {

using test::noisy_runs;
using test::run_like;
using test::RunLike;

TEST_CASE("the verdict is that of the worst, and its first reason says why") {
  const RunComparison pass = compare_runs({run_like()}, {run_like({.at = 9, .side = "h"})});
  CHECK(pass.verdict == Verdict::pass);
  CHECK(pass.reasons.front() == "no metric is worse by its margin: 3 were compared");
  CHECK(pass.method.find("single run against single run: 3 %") == 0);
  CHECK(pass.base.host == "Fast CPU, 8 cores");

  const RunComparison failed =
      compare_runs({run_like()}, {run_like({.p50 = 0.02, .p99 = 0.031, .at = 9, .side = "h"})});
  CHECK(failed.verdict == Verdict::failed);
  CHECK(failed.reasons.front().find("p50 of home: 10 ms → 20 ms, +100 % (90 % interval +") == 0);
  CHECK(failed.reasons.front().find("margin 10 %") != std::string::npos);

  const RunComparison errors =
      compare_runs({run_like()}, {run_like({.error_rate = 0.03, .at = 9, .side = "h"})});
  CHECK(errors.verdict == Verdict::failed);
  CHECK(errors.reasons.front().find("error_rate of home: 0 % → 3 %, +3 points") == 0);
}

TEST_CASE("nothing passes for want of data, of trust, or of sameness") {
  struct Row {
    std::string why;
    std::vector<ComparableRun> base, head;
    Verdict verdict;
    const char* reason;
  };
  const auto head = [](const auto& change) {
    ComparableRun run = run_like({.at = 9, .side = "h"});
    change(run);
    return std::vector<ComparableRun>{run};
  };
  const auto nothing = [](ComparableRun&) {};
  const Row rows[] = {
      {"no baseline", {}, head(nothing), Verdict::inconclusive, "no baseline run"},
      {"no candidate", {run_like()}, {}, Verdict::inconclusive, "no candidate run"},
      {"the same run", {run_like()}, {run_like()}, Verdict::inconclusive, "both sides"},
      {"the candidate's generator was late",
       {run_like()},
       head([](ComparableRun& run) {
         run.unusable = "the run is INVALID: 3 % late";
         run.untrusted = true;
       }),
       Verdict::invalid,
       "3 % late"},
      {"an aborted baseline",
       head([](ComparableRun& run) { run.unusable = "aborted"; }),
       {run_like()},
       Verdict::inconclusive,
       "baseline run h9: aborted"},
      {"no data at all",
       {run_like()},
       head([](ComparableRun& run) { run.stretches[0].metrics.clear(); }),
       Verdict::inconclusive,
       "only in the baseline"},
      {"no phase",
       {run_like()},
       head([](ComparableRun& run) { run.stretches.clear(); }),
       Verdict::inconclusive,
       "only in the baseline"},
      {"all failed",
       {run_like()},
       head([](ComparableRun& run) {
         run.stretches[0].metrics = {{"error_rate", 1, 0.0, 1e6, false, 0, 12'000, 12'000, ""},
                                     {"p50", {}, {}, 0, false, 0, 0, 0, "not reached"},
                                     {"p99", {}, {}, 0, false, 0, 0, 0, "not reached"}};
       }),
       Verdict::failed,
       "error_rate"},
      {"all failed, before as well", head([](ComparableRun& run) {
         run.stretches[0].metrics = {{"error_rate", 1, 0.0, 1e6, false, 0, 12'000, 12'000, ""},
                                     {"p50", {}, {}, 0, false, 0, 0, 0, "not reached"}};
       }),
       std::vector<ComparableRun>{[] {
         ComparableRun run = run_like({.at = 5, .side = "x"});
         run.stretches[0].metrics = {{"error_rate", 1, 0.0, 1e6, false, 0, 12'000, 12'000, ""},
                                     {"p50", {}, {}, 0, false, 0, 0, 0, "not reached"}};
         return run;
       }()},
       Verdict::inconclusive, "not reached"},
      {"another load, ten times as slow",
       {run_like()},
       head([](ComparableRun& run) {
         run.load["home: rate"] = "9/s";
         run.stretches[0].metrics[1].value = 0.1;
       }),
       Verdict::inconclusive,
       "different loads"},
      {"another version of the instrument",
       {run_like()},
       head([](ComparableRun& run) { run.tool_version = "9"; }),
       Verdict::inconclusive,
       "the instrument's"},
      {"another CPU",
       {run_like()},
       head([](ComparableRun& run) { run.host["cpu"] = "Slow"; }),
       Verdict::inconclusive,
       "single runs can't tell"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const RunComparison made = compare_runs(row.base, row.head);
    CHECK(name_of(made.verdict) == name_of(row.verdict));
    CAPTURE(made.reasons.front());
    CHECK(made.reasons.front().find(row.reason) != std::string::npos);
  }
}

TEST_CASE("metrics that are undecided for the same reason are told in one sentence") {
  ComparableRun head = run_like({.at = 9, .side = "h"});
  for (ComparableMetric& metric : head.stretches[0].metrics) {
    metric.guarded = true;
    metric.needed_s = metric.name == "error_rate" ? 0 : 180;
  }
  const RunComparison made = compare_runs({run_like()}, {head});
  CAPTURE(made.reasons.front());
  CHECK(made.verdict == Verdict::inconclusive);
  REQUIRE(made.reasons.size() == 2);
  CHECK(made.reasons[1].find("p50, p99 of home: the runs are short") == 0);
}

TEST_CASE("margins as typed") {
  CHECK(parse_margin("p99=15%") == std::pair(std::string("p99"), 0.15));
  CHECK(parse_margin("error_rate=0.5pp").second == doctest::Approx(0.005));
  CHECK(parse_margin("goodput=2%") == std::pair(std::string("goodput"), 0.02));
  CHECK(parse_margin("tps=5%").first == "tps");
  for (const char* wrong : {"", "p99", "p99=", "p99=15", "p99=0%", "p99=-1%", "p99=1pp", "p98=15%",
                            "error_rate=1%", "p99=x%", "=15%", "p99=nan%"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(parse_margin(wrong), UserError);
  }
}

/// How often a verdict of `rounds` comparisons of noisy runs is worse than INCONCLUSIVE, and how
/// often FAILED.
struct Flagged {
  int flagged = 0, failed = 0, passed = 0;
};
struct Setting {
  std::size_t base = 1, head = 1;
  double sd = 0.03;   // between runs
  double factor = 1;  // head against base
  bool in_turns = false;
};
Flagged flagged(const Setting& setting, int rounds) {
  std::mt19937_64 random(1);
  Flagged count;
  for (int i = 0; i < rounds; ++i) {
    const auto base = noisy_runs(random, setting.base, setting.sd, 1, {.at = 0, .side = "b"});
    const auto head = noisy_runs(random, setting.head, setting.sd, setting.factor,
                                 {.at = setting.in_turns ? 1 : 600, .side = "h"});
    const Verdict verdict = compare_runs(base, head).verdict;
    count.failed += verdict == Verdict::failed ? 1 : 0;
    count.flagged += verdict == Verdict::failed || verdict == Verdict::degraded ? 1 : 0;
    count.passed += verdict == Verdict::pass ? 1 : 0;
  }
  return count;
}

TEST_CASE("identical systems are flagged in at most 2 % of comparisons, 5 % when they are wild") {
  const Setting settings[] = {
      {.base = 1, .head = 1},
      {.base = 5, .head = 1, .sd = 0.05},
      {.base = 12, .head = 1, .sd = 0.05},
      {.base = 12, .head = 1, .sd = 0.10},
      {.base = 5, .head = 5, .sd = 0.05},
      {.base = 6, .head = 6, .sd = 0.05, .in_turns = true},
      {.base = 6, .head = 6, .sd = 0.15, .in_turns = true},
  };
  for (const Setting& setting : settings) {
    CAPTURE(setting.base);
    CAPTURE(setting.head);
    CAPTURE(setting.sd);
    const Flagged count = flagged(setting, 1000);
    // However much runs differ, Holm keeps all metrics together at 5 %.
    CHECK(count.flagged <= (setting.sd > 0.05 ? 50 : 20));
    CHECK(count.failed <= 5);
  }
}

TEST_CASE("a slowdown of 30 % is flagged, and exactly the margin passes in at most 10 %") {
  const Setting slow[] = {
      {.base = 1, .head = 1, .sd = 0.03, .factor = 1.3},
      {.base = 12, .head = 1, .sd = 0.05, .factor = 1.3},
      {.base = 6, .head = 6, .sd = 0.05, .factor = 1.3, .in_turns = true},
  };
  for (Setting setting : slow) {
    CAPTURE(setting.base);
    CHECK(flagged(setting, 300).flagged >= 285);
    setting.factor = 1.10;
    CHECK(flagged(setting, 300).passed <= 30);
    setting.factor = 2;
    CHECK(flagged(setting, 300).failed >= 297);
  }
}

}  // namespace
}  // namespace loadgen
