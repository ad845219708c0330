// Comparisons of runs to render.
#pragma once

#include "loadgen/core/compared_runs.h"

namespace loadgen::reports {

/// A slower candidate: one metric failed, one degraded, one open, one not judged, in two places.
inline RunComparison example_comparison() {
  RunComparison c;
  c.verdict = Verdict::failed;
  c.reasons = {"p99 of home: 30 ms → 60 ms, +100 % (90 % interval +90 % … +110 %), margin 15 %",
               "p99 of cart: 40 answers beyond it; <b>100</b> are needed | and *no* less"};
  c.warnings = {"other kernel: 6.1 → 6.2"};
  c.method = "1 run against 12 runs stored: log-scale prediction limit";
  c.base = {{"b0", "b1", "b2", "b3", "b4"}, "api", "Fast CPU, 8 cores"};
  c.head = {{"h9"}, "api", "Fast CPU, 8 cores"};
  c.base.faults = {{"canary", "home", "kill <a>", 6, 1, {19.8, {{18.1, 21.0}}}, {18, {{17, 20}}}}};
  c.head.faults = {{"canary", "home", "kill <a>", 1, 1, {}, {}}};
  c.rows = {
      {"",
       "home",
       "before",
       "error_rate",
       0.0,
       0.0005,
       0.0005,
       {{-0.0001, 0.0012}},
       0.01,
       true,
       "PASS",
       ""},
      {"",
       "home",
       "before",
       "p50",
       0.010,
       0.0115,
       0.15,
       {{0.12, 0.18}},
       0.10,
       true,
       "DEGRADED",
       ""},
      {"", "home", "before", "p90", 0.020, 0.0201, 0.005, {{-0.02, 0.03}}, 0.15, false, "", ""},
      {"", "home", "before", "p99", 0.030, 0.060, 1.0, {{0.9, 1.1}}, 0.15, true, "FAILED", ""},
      {"",
       "cart",
       "before",
       "p99",
       0.040,
       {},
       {},
       {},
       0.15,
       true,
       "INCONCLUSIVE",
       "40 answers beyond it; <b>100</b> are needed | and *no* less"},
      {"",
       "cart",
       "before",
       "tps",
       512.5,
       480.0,
       -0.0634,
       {{-0.08, -0.04}},
       0.10,
       true,
       "PASS",
       ""},
  };
  return c;
}

}  // namespace loadgen::reports
