// A site's own noise, judged by the rules: how often nothing at all is called a regression.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// How often a comparison of a thing with itself came to what.
struct NullCount {
  std::size_t comparisons = 0;
  std::size_t failed = 0, degraded = 0, passed = 0;  // the others are undecided

  std::size_t flagged() const { return failed + degraded; }
  std::size_t undecided() const { return comparisons - flagged() - passed; }
  void count(Verdict verdict);
  bool operator==(const NullCount&) const = default;
};

struct NullMetric {
  std::string metric;
  NullCount count;
  std::string why_open;  // of the undecided ones: what they lack, and what would decide
  bool operator==(const NullMetric&) const = default;
};

/// One phase of one workload whose batches were dealt into two halves again and again.
struct NullStretch {
  std::string run_id, group, workload, phase;
  std::size_t batches = 0;
  NullCount all;                    // of the stretch: the worst of its metrics
  std::vector<NullMetric> metrics;  // the primary ones
  std::string why_not;              // nothing could be dealt
  bool operator==(const NullStretch&) const = default;
};

/// Deals the batches of each stretch that no fault touched (of the control group all phases, else
/// `before`; never warm-up) into two random halves, `splits` times, and judges one against the
/// other by the scenario's margins, as a comparison would be. Halves that were dealt have no trend
/// between them: what comes out is the rules' rate at this site's noise, not what a drift adds.
/// The same seed gives the same halves. Pure.
std::vector<NullStretch> deal_halves(const Result& result, std::size_t splits, std::uint64_t seed);

/// Every run against every other one, as `compare` judges single runs. Pure.
NullCount each_against_each(const std::vector<ComparableRun>& runs);

}  // namespace loadgen
