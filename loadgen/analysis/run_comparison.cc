#include "loadgen/analysis/run_comparison.h"

#include <algorithm>

#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/metric_scale.h"
#include "loadgen/analysis/repeated_faults.h"
#include "loadgen/analysis/run_sides.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/core/error.h"
#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_shape.h"

namespace loadgen {
namespace {

ComparedRuns described(const std::vector<const ComparableRun*>& runs) {
  ComparedRuns described;
  for (const ComparableRun* run : runs) {
    described.runs.push_back(run->run_id);
    const std::string host = host_in_words(*run);
    if (described.host.empty()) described.host = host;
    if (described.host != host) described.host = "mixed machines";
    if (described.name.empty()) described.name = run->name;
  }
  described.faults = repeated_faults(runs);
  return described;
}

std::string runs_in_words(std::size_t n) { return std::to_string(n) + (n == 1 ? " run" : " runs"); }

std::string method_of(const RunSides& sides) {
  const std::string n = runs_in_words(sides.base.size()), m = runs_in_words(sides.head.size());
  switch (sides.design) {
    case Design::paired:
      return std::to_string(sides.base.size()) +
             " rounds of base and head in turns: paired differences, Hodges-Lehmann estimate with "
             "the exact signed-rank interval";
    case Design::unpaired:
      return m + " against " + n +
             ", not in turns: Hodges-Lehmann estimate with the exact interval of all differences; "
             "what changed between the two times is part of it";
    case Design::predicted: {
      std::string text = m + " against " + n + " stored: log-scale prediction limit";
      if (sides.base.size() < kLeastStored) {
        text += " (" + std::to_string(kLeastStored) + " stored runs are asked for)";
      }
      return text;
    }
    case Design::assumed:
      break;
  }
  const std::string what = sides.base.size() == 1 && sides.head.size() == 1
                               ? "single run against single run"
                               : m + " against " + n;
  return what + ": 3 % between runs is assumed, until " + std::to_string(kRunsThatTell) +
         " stored runs tell";
}

Unit unit_of(std::string_view metric) {
  if (is_share(metric)) return Unit::fraction;
  return is_throughput(metric) ? Unit::per_second : Unit::seconds;
}

std::string change_in_words(const RunComparisonRow& row) {
  const auto change = [&](double value) {
    std::string text = difference_in_words(value, Unit::fraction);
    const std::size_t points = text.find(" points");
    if (!is_share(row.metric)) text.replace(points, std::string::npos, " %");
    return text;
  };
  return change(*row.change) + " (90 % interval " + change(row.interval->first) + " … " +
         change(row.interval->second) + ")";
}

std::string place_in_words(const RunComparisonRow& row) {
  return row.workload + (row.group.empty() ? "" : " in " + row.group);
}

std::string sentence(const RunComparisonRow& row) {
  const Unit unit = unit_of(row.metric);
  return row.metric + " of " + place_in_words(row) + ": " + in_words(row.base.value_or(0), unit) +
         " → " + in_words(row.head.value_or(0), unit) + ", " + change_in_words(row) + ", margin " +
         (is_share(row.metric) ? difference_in_words(row.margin, Unit::fraction).substr(1)
                               : in_words(row.margin, Unit::fraction));
}

/// What is undecided, metrics of one place with the same reason together: "p50, p99 of home: …".
std::vector<std::string> undecided(const std::vector<RunComparisonRow>& rows) {
  std::vector<std::pair<std::string, std::string>> metrics;  // of a place and reason, in order
  for (const RunComparisonRow& row : rows) {
    if (!row.judged || row.verdict != "INCONCLUSIVE") continue;
    const std::string why = " of " + place_in_words(row) + ": " + row.note;
    const auto same = std::find_if(metrics.begin(), metrics.end(),
                                   [&](const auto& each) { return each.second == why; });
    if (same == metrics.end()) {
      metrics.emplace_back(row.metric, why);
    } else {
      same->first += ", " + row.metric;
    }
  }
  std::vector<std::string> reasons;
  for (const auto& [names, why] : metrics) reasons.push_back(names + why);
  return reasons;
}

void decide(const RunSides& sides, RunComparison& comparison) {
  std::vector<std::string> failed, degraded;
  std::size_t passed = 0;
  for (const RunComparisonRow& row : comparison.rows) {
    if (!row.judged) continue;
    if (row.verdict == "FAILED") failed.push_back(sentence(row));
    if (row.verdict == "DEGRADED") degraded.push_back(sentence(row));
    if (row.verdict == "PASS") ++passed;
  }
  const auto take = [&](Verdict verdict, const std::vector<std::string>& reasons) {
    if (reasons.empty()) return;
    if (comparison.reasons.empty()) comparison.verdict = verdict;
    comparison.reasons.insert(comparison.reasons.end(), reasons.begin(), reasons.end());
  };
  take(Verdict::invalid, sides.distrust);
  take(Verdict::inconclusive, sides.blocks);
  take(Verdict::failed, failed);
  take(Verdict::degraded, degraded);
  take(Verdict::inconclusive, sides.doubts);
  take(Verdict::inconclusive, undecided(comparison.rows));
  if (!comparison.reasons.empty()) return;
  if (passed == 0) {
    take(Verdict::inconclusive, {"there is nothing that could be compared"});
    return;
  }
  take(Verdict::pass,
       {"no metric is worse by its margin: " + std::to_string(passed) + " were compared"});
}

}  // namespace

std::pair<std::string, double> parse_margin(const std::string& text) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  std::vector<std::string_view> known = {"tps", "ok_rate"};
  for (const Compared& metric : compared_metrics()) known.emplace_back(metric.name);
  if (std::find(known.begin(), known.end(), name) == known.end()) {
    throw UserError("--margin: \"" + name + "\" is no metric that is compared" +
                    did_you_mean(name, known) + "; expected such as p99=15% or error_rate=1pp");
  }
  const auto share = equals == std::string::npos
                         ? std::nullopt
                         : parse_share(std::string_view(text).substr(equals + 1));
  const bool fits =
      share && share->fraction > 0 && (name == "goodput" || share->points == is_share(name));
  if (!fits) {
    throw UserError("--margin: \"" + text + "\"; expected " + name + "=" +
                    (is_share(name) ? "1pp, a difference in points above 0"
                                    : "15%, a change in percent above 0"));
  }
  return {name, share->fraction};
}

RunComparison compare_runs(const std::vector<ComparableRun>& baseline,
                           const std::vector<ComparableRun>& candidates,
                           const MarginsByName& margins) {
  RunComparison comparison;
  const RunSides sides = sides_of(baseline, candidates);
  comparison.warnings = sides.warnings;
  comparison.base = described(sides.base);
  comparison.head = described(sides.head);
  if (!sides.base.empty() && !sides.head.empty()) {
    comparison.method = method_of(sides);
    comparison.rows = rows_of(sides, margins);
  }
  decide(sides, comparison);
  return comparison;
}

}  // namespace loadgen
