// Runs whose truth is known (statistics.md 7): to measure how often the analysis is right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/analysis/run.h"

namespace loadgen {

/// What happens to one group from one instant to another, in seconds of the run.
struct TruthEffect {
  std::size_t group = 1;
  double from_s = 0, to_s = 0;
  double multiply = 1;   // of latencies
  double errors = 0;     // share of tickets that fail beyond what fails anyway
  double ramp_back = 0;  // the last so many seconds go back to normal in a straight line
  bool pause = false;    // the server stands still: what falls due waits for its end
  bool blind = false;    // the clock leapt: what falls due is late, and blind
};

/// Latency of a ticket = base · exp(sd · m_t + 0.6 · z), times 3 with probability 1 %; m_t is an
/// AR(1) series per second with coefficient rho and unit variance, z standard normal.
struct GroundTruth {
  double rate = 200;  // per second, to each group; tickets evenly spaced
  double sd = 0.10, rho = 0.5;
  double common = 0;  // share of m_t's variance that the groups have in common
  double base_us = 10'000;
  double errors = 0;      // share of tickets that fail
  double slow_share = 0;  // of tickets that take slow_factor as long: cache misses, a slow worker
  double slow_factor = 5;
  int servers = 0;  // above 0: latencies of a queue (M/M/c, 70 % busy) instead
  RunSecond before = 300, during = 0, after = 300;
  std::size_t groups = 2, workloads = 1;
  double fault_s = -1;  // when the fault is requested; negative: there is none
  std::vector<TruthEffect> effects = {};
  std::string scenario = "";  // more of it: checks, margins
  std::uint64_t seed = 1;
};

/// The whole run, with marks and end, as read from a journal. The same truth gives the same run.
Run run_of(const GroundTruth& truth);

/// The true q-quantile in µs of latency without effects, averaged over m_t. Pure.
double true_quantile_us(const GroundTruth& truth, double q);

}  // namespace loadgen
