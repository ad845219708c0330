// Runs to compare, made by hand or with known noise.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "loadgen/core/comparable_run.h"

namespace loadgen::test {

/// What a run came to; the defaults are a quiet service at 200/s for 60 s.
struct RunLike {
  double p50 = 0.010, p99 = 0.030;
  double error_rate = 0;
  double error = 0.005;  // within the run, of ln p50 and, doubled, of ln p99
  std::uint64_t n = 12'000;
  int at = 0;  // its place in time
  std::string side = "r";
};

inline ComparableRun run_like(const RunLike& like = {}) {
  ComparableRun run;
  char at[40];
  std::snprintf(at, sizeof at, "2026-11-21T%02d:%02d:00.000Z", like.at / 60, like.at % 60);
  run.started_at = at;
  run.run_id = like.side + std::to_string(like.at);
  run.name = "api";
  run.tool_version = "0.1.0";
  run.verdict = "NONE";
  run.host = {{"cpu", "Fast CPU"}, {"cores", "8"}, {"kernel", "6.1"}};
  run.load = {{"home: rate", "200/s"}, {"warmup", "0s"}};
  ComparableMetric errors{"error_rate", like.error_rate, 0.0, 1e6, false, 0, like.n, 0, ""};
  errors.error = std::sqrt(like.error_rate * (1 - like.error_rate) / static_cast<double>(like.n));
  errors.effective_n = static_cast<double>(like.n);
  run.stretches = {{"target",
                    "home",
                    "before",
                    60,
                    {errors,
                     {"p50", like.p50, like.error, 9, false, 0, like.n, 0, ""},
                     {"p99", like.p99, 2 * like.error, 9, false, 0, like.n, 0, ""}}}};
  return run;
}

/// n runs whose latencies differ by `sd` (of the logarithm) from run to run, `factor` times as
/// slow.
inline std::vector<ComparableRun> noisy_runs(std::mt19937_64& random, std::size_t n, double sd,
                                             double factor, RunLike like = {}) {
  std::normal_distribution<double> normal;
  std::vector<ComparableRun> runs;
  for (std::size_t i = 0; i < n; ++i) {
    RunLike each = like;
    each.at = like.at + static_cast<int>(2 * i);
    each.p50 *= factor * std::exp(sd * normal(random));
    each.p99 *= factor * std::exp(sd * normal(random));
    runs.push_back(run_like(each));
  }
  return runs;
}

}  // namespace loadgen::test
