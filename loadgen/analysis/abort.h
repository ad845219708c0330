// Abort rules: guardrails over complete seconds, judged while the run goes on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/histogram.h"
#include "loadgen/core/outcome.h"
#include "loadgen/plan/steady_state.h"

namespace loadgen {

/// What is known by now of one complete second of one workload in one group.
struct AbortSecond {
  std::uint64_t planned = 0;  // without blind ones
  std::uint64_t ok = 0;
  std::uint64_t bad = 0;  // ended other than ok; planned − ok − bad are still open
  OutcomeCounts ended{};  // by class, for failed("…"); may stay empty without such a rule
  const Histogram* response_ok = nullptr;  // of its successes; null: quantiles are not judged

  std::uint64_t open() const { return planned - ok - bad; }
};

/// Whether the rule's condition held in each of the last K complete seconds (K from `for`, default
/// one). The last entry of `seconds` is the newest; they are consecutive. A ticket that is still
/// open counts for nothing and against nothing: a condition holds only if it holds however the open
/// ones end. A second without planned tickets never fulfils a condition. Returns what was seen, for
/// the mark and the report: "error rate was 38.2 % for 10 s". Judges error_rate, failed, tps,
/// ok_rate and quantiles of response and ok_ response time; other metrics never fire. Pure.
std::optional<std::string> fired(const AbortRule& rule, const std::vector<AbortSecond>& seconds);

}  // namespace loadgen
