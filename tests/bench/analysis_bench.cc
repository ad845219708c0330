// How long the analysis of a long run takes: two groups × two workloads, an hour, a fault.
//
//   analysis_bench [RATE]     requests per second to each group and workload; default 200
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "ground_truth.h"
#include "loadgen/analysis/analyse.h"

int main(int argc, char** argv) {
  using namespace loadgen;
  GroundTruth truth;
  truth.rate = argc > 1 ? std::strtod(argv[1], nullptr) : 200;
  truth.workloads = 2;
  truth.before = 1500;
  truth.during = 600;
  truth.after = 1500;
  truth.fault_s = 1510;
  truth.errors = 0.001;
  truth.effects = {{1, 1510, 1570, 1, 1}};
  const Run run = run_of(truth);
  std::vector<double> seconds;
  for (int i = 0; i < 6; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const Result result = analyse(run);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    if (i == 0) std::printf("%s\n", result.reasons.front().c_str());
    if (i > 0) seconds.push_back(took.count());  // the first one warms up
  }
  std::sort(seconds.begin(), seconds.end());
  double sum = 0;
  for (const double each : seconds) sum += each;
  std::printf(
      "analyse, 1 h, 2 groups x 2 workloads at %.0f/s: min %.3f s, mean %.3f s, max %.3f s\n",
      truth.rate, seconds.front(), sum / static_cast<double>(seconds.size()), seconds.back());
}
