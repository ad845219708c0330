// How often the verdict is right: the table of statistics.md 6, from runs whose truth is known.
//
//   verdict_table [--seeds N] [--only SECTION]    prints Markdown; 1,000 seeds take about an hour
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "ground_truth.h"
#include "loadgen/analysis/comparison.h"
#include "loadgen/analysis/steadiness.h"

namespace {

using namespace loadgen;

int aa(std::size_t seeds) {
  for (const double rho : {0.0, 0.5, 0.8, 0.95}) {
    for (const RunSecond length : {120, 300}) {
      for (const double rate : {50.0, 200.0}) {
        std::map<std::string, std::map<std::string, int>> counts;
        std::map<std::string, int> covered, intervals;
        int any = 0;
        for (std::size_t seed = 1; seed <= seeds; ++seed) {
          GroundTruth truth;
          truth.rho = rho;
          truth.rate = rate;
          truth.before = truth.after = length;
          truth.seed = seed;
          const Run run = run_of(truth);
          const Measured measured = measure(run, phases_of(run));
          bool bad = false;
          for (const auto& row : compare_groups(measured)) {
            if (row.phase != "after") continue;
            ++counts[row.metric][row.verdict];
            if (row.verdict == "FAILED" || row.verdict == "DEGRADED") bad = true;
            if (row.interval && row.did_ratio && row.metric[0] == 'p') {
              ++intervals[row.metric];
              covered[row.metric] += row.interval->first <= 1 && 1 <= row.interval->second;
            }
          }
          any += bad;
        }
        std::printf("rho %.2f  %3d s  %4.0f rps  any %.1f%%\n", rho, length, rate,
                    100.0 * any / static_cast<double>(seeds));
        for (const auto& [metric, by] : counts) {
          std::printf("   %-11s", metric.c_str());
          for (const auto& [verdict, n] : by) {
            std::printf(" %s %.1f%%", verdict.c_str(), 100.0 * n / static_cast<double>(seeds));
          }
          if (intervals[metric] > 0) {
            std::printf("  coverage %.1f%% of %d", 100.0 * covered[metric] / intervals[metric],
                        intervals[metric]);
          }
          std::printf("\n");
        }
        std::fflush(stdout);
      }
    }
  }
  return 0;
}

int gate(std::size_t seeds) {
  for (const double rho : {0.0, 0.5, 0.8, 0.95}) {
    for (const RunSecond length : {60, 120, 300}) {
      std::map<std::string, int> outcomes, reasons;
      double cut = 0;
      for (std::size_t seed = 1; seed <= seeds; ++seed) {
        GroundTruth truth;
        truth.rho = rho;
        truth.workloads = 2;
        truth.before = length;
        truth.after = 0;
        truth.seed = seed;
        const Run run = run_of(truth);
        const Steadiness s = steadiness_of(measure(run, phases_of(run)));
        ++outcomes[s.outcome];
        cut += s.cut_s > 0;
        if (s.outcome == "not steady") {
          for (const auto& r : s.reasons) {
            ++reasons[r.substr(0, r.find(' ')) + (r.find("from begin") != r.npos ? " trend"
                                                  : r.find("settled") != r.npos  ? " warmup"
                                                                                 : " shift")];
          }
        }
      }
      std::printf("rho %.2f %3d s:", rho, length);
      for (const auto& [o, n] : outcomes) {
        std::printf("  %s %.1f%%", o.c_str(), 100.0 * n / static_cast<double>(seeds));
      }
      std::printf("  cut %.1f%%  |", 100 * cut / static_cast<double>(seeds));
      for (const auto& [o, n] : reasons) std::printf("  %s %d", o.c_str(), n);
      std::printf("\n");
      std::fflush(stdout);
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::size_t seeds = 100;
  std::string only;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seeds") == 0) seeds = std::strtoul(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--only") == 0) only = argv[i + 1];
  }
  if (only.empty() || only == "gate") gate(seeds);
  if (only.empty() || only == "aa") aa(seeds);
}
