// The verdict: what the evidence comes to, in the user's words.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "loadgen/analysis/checks.h"
#include "loadgen/analysis/comparison.h"
#include "loadgen/analysis/measured.h"
#include "loadgen/core/error.h"
#include "loadgen/core/result.h"

namespace loadgen {

/// Everything a verdict rests on, as sentences without full stops.
struct Evidence {
  std::vector<std::string> distrust;     // why the run can't be trusted → INVALID
  std::vector<std::string> refutations;  // refuted checks, abort rules, regressions → FAILED
  std::vector<std::string> regressions;  // worse than a margin → DEGRADED
  std::vector<std::string> doubts;       // what the evidence leaves open → INCONCLUSIVE
  std::size_t declared = 0;              // checks
  std::size_t compared = 0;              // undeclared metrics that are within their margins
  bool only_undeclared_open = false;     // every doubt is about what was not declared
  std::string observation;               // told with a PASS: "the outage lasted 11 s"
  std::vector<std::string> remarks;      // told with any verdict
};

struct Decision {
  Verdict verdict = Verdict::none;
  std::vector<std::string> reasons;  // the first is the headline: "FAILED: …"
};

/// INVALID > FAILED > DEGRADED > INCONCLUSIVE > PASS; NONE when no check was declared, nothing was
/// compared and nothing is in doubt. Pure.
Decision decide(const Evidence& evidence);

/// 0, 10, 11, 12 or 13. Pure.
ExitCode exit_code_of(Verdict verdict);

/// Gathers the evidence. `result` needs its trust, marks, abort reason, steadiness and comparison,
/// which was made with `doubts`. Pure.
Evidence evidence_of(const Measured& measured, const std::vector<JudgedCheck>& judged,
                     const Result& result, const ComparisonDoubts& doubts);

}  // namespace loadgen
