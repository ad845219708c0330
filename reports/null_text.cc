#include "reports/null_text.h"

#include <algorithm>

#include "loadgen/analysis/run_effect.h"
#include "reports/baseline.h"
#include "reports/columns.h"
#include "reports/format.h"
#include "reports/paint.h"

namespace loadgen::reports {
namespace {

std::string share(std::size_t part, const NullCount& count) {
  return percent(count.comparisons == 0
                     ? std::optional<double>()
                     : static_cast<double>(part) / static_cast<double>(count.comparisons));
}

std::vector<std::string> row(const std::string& name, const NullCount& count) {
  return {one_line_for_terminal(name), share(count.flagged(), count),
          share(count.failed, count),  share(count.degraded, count),
          share(count.passed, count),  share(count.undecided(), count)};
}

std::string stretch_in_words(const NullStretch& stretch, std::size_t width) {
  std::string out = "\n" + one_line_for_terminal(stretch.workload + " in " + stretch.group + ", " +
                                                 stretch.phase + " of run " + stretch.run_id);
  if (!stretch.why_not.empty()) return out + "\n  " + wrapped(stretch.why_not, width, 2);
  out += ": " + count(stretch.all.comparisons) + " random halves of " +
         std::to_string(stretch.batches) + " batches\n";
  std::vector<std::vector<std::string>> rows;
  for (const NullMetric& metric : stretch.metrics) rows.push_back(row(metric.metric, metric.count));
  rows.push_back(row("any of them", stretch.all));
  out += columns({{"metric", false, 4},
                  {"flagged", true, 4},
                  {"FAILED", true, 2},
                  {"DEGRADED", true, 2},
                  {"PASS", true, 3},
                  {"undecided", true, 3}},
                 rows, width);
  for (const NullMetric& metric : stretch.metrics) {
    if (metric.why_open.empty()) continue;
    out += "  " +
           wrapped(one_line_for_terminal(metric.metric) + " is undecided in " +
                       share(metric.count.undecided(), metric.count) + ": " + metric.why_open + ".",
                   width, 2);
  }
  return out;
}

/// Whether the 3 % that single runs are given are enough here.
std::string between_runs(const std::vector<RunSpread>& spreads, std::size_t width) {
  std::string worst;
  double most = 0;
  for (const RunSpread& spread : spreads) {
    const bool decides = spread.metric == "p50" || spread.metric == "p99" ||
                         spread.metric == "tps" || spread.metric == "ok_rate";
    if (!decides || !spread.deviation || *spread.deviation <= most) continue;
    most = *spread.deviation;
    worst = spread.metric + " of " + spread.workload;
  }
  if (worst.empty()) return "";
  const std::string assumed = percent(kRunToRun);
  return "  " + wrapped("From run to run " + one_line_for_terminal(worst) + " differs by " +
                            percent(most) + " (standard deviation). " +
                            (most > kRunToRun
                                 ? "That is more than the " + assumed +
                                       " that a comparison of single runs assumes: keep a baseline "
                                       "of " +
                                       std::to_string(kLeastStored) +
                                       " runs, or run base and head in turns."
                                 : "A comparison of single runs assumes " + assumed + "."),
                        width, 2);
}

}  // namespace

std::string null_terminal(const std::vector<NullStretch>& stretches,
                          const std::vector<RunSpread>& spreads, const NullCount& pairs,
                          int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 60));
  std::string out = wrapped(
      "Nothing differs between the halves of a run, so whatever is flagged is false.", room, 0);
  for (const NullStretch& stretch : stretches) out += stretch_in_words(stretch, room);
  if (stretches.empty()) out += "\nThere is no stretch that no fault has touched.\n";
  if (pairs.comparisons == 0) return out;
  out += spread_table(spreads, width) + "\n" + between_runs(spreads, room) + "  " +
         wrapped("Each run against each other one, as single runs: " + count(pairs.comparisons) +
                     " comparisons, " + share(pairs.flagged(), pairs) + " flagged, " +
                     share(pairs.passed, pairs) + " PASS, " + share(pairs.undecided(), pairs) +
                     " undecided.",
                 room, 2);
  return out;
}

}  // namespace loadgen::reports
