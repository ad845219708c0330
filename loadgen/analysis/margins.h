// The rule of margins: what an undeclared metric's effect comes to (statistics.md 4, "Who
// decides").
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/effect.h"
#include "loadgen/plan/steady_state.h"

namespace loadgen {

/// A metric of the comparison.
struct Compared {
  enum class Kind : std::uint8_t { errors, goodput, quantile };
  const char* name = "";
  Kind kind = Kind::quantile;
  double q = 0;  // of a quantile
  double Margins::*margin = nullptr;
  bool primary = false;  // may decide
};

/// error_rate, goodput, p50, p90, p99, p999.
const std::vector<Compared>& compared_metrics();

/// A primary metric's effect, worse = positive, against its margin, in the effect's unit.
struct AgainstMargin {
  std::optional<Effect> effect;  // nothing: it can't be told
  double degraded = 0;           // from here on it matters
  double failed = 0;             // beyond here it fails: 2.5 margins
  double length_s = 0;           // of the phase, for how much more would decide
};
/// The margin of a metric as that of an effect: of a ratio its logarithm. Pure.
AgainstMargin against_margin(const Compared& metric, const Margins& margins);

struct MarginVerdict {
  std::string verdict;  // "PASS", "DEGRADED", "FAILED", "INCONCLUSIVE"
  std::string why;      // of INCONCLUSIVE, when an effect is there
};

/// One for each of a workload's primary metrics in one phase. On the 90 % interval [L, U]: FAILED
/// when L > failed, DEGRADED when L > 0 and the estimate reaches `degraded`, both after Holm over
/// these metrics; PASS when U < degraded and the effect isn't guarded; INCONCLUSIVE else, with the
/// length that would decide. Pure.
std::vector<MarginVerdict> by_margins(const std::vector<AgainstMargin>& metrics);

}  // namespace loadgen
