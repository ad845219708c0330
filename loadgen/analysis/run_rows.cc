#include "loadgen/analysis/run_rows.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/metric_scale.h"
#include "loadgen/analysis/run_floor.h"
#include "loadgen/analysis/run_margin.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

/// A metric by its name; throughput has no entry in compared_metrics().
const Compared* compared_named(std::string_view name) {
  for (const Compared& metric : compared_metrics()) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

bool is_primary(std::string_view name) {
  const Compared* metric = compared_named(name);
  return metric != nullptr ? metric->primary : is_throughput(name);
}

/// --margin, else what the candidate's scenario declares, else the default.
double margin_of(const std::string& name, const ComparableRun& run, const MarginsByName& margins) {
  for (const auto& named : {margins, run.margins}) {
    const auto found = named.find(name);
    if (found != named.end()) return found->second;
  }
  const Compared* metric = compared_named(name);
  return metric != nullptr ? Margins{}.*metric->margin : kThroughputMargin;
}

/// A stretch by what it is called on both sides: a lone group may be called as it likes.
using Place = std::tuple<std::string, std::string, std::string>;

class Comparing {
 public:
  Comparing(const RunSides& sides, const MarginsByName& margins)
      : sides_(sides), margins_(margins), lone_group_(!any_has_groups()) {}

  std::vector<RunComparisonRow> rows() {
    std::vector<RunComparisonRow> rows;
    std::set<Place> done;
    for (const auto* side : {&sides_.head, &sides_.base}) {
      for (const ComparableRun* run : *side) {
        for (const ComparableStretch& stretch : run->stretches) {
          if (done.insert(place_of(stretch)).second) add_place(place_of(stretch), rows);
        }
      }
    }
    return rows;
  }

 private:
  bool any_has_groups() const {
    for (const auto* side : {&sides_.base, &sides_.head}) {
      for (const ComparableRun* run : *side) {
        for (const ComparableStretch& stretch : run->stretches) {
          if (stretch.group != run->stretches.front().group) return true;
        }
      }
    }
    return false;
  }

  Place place_of(const ComparableStretch& stretch) const {
    return {lone_group_ ? "" : stretch.group, stretch.workload, stretch.phase};
  }

  const ComparableStretch* find(const ComparableRun& run, const Place& place) const {
    for (const ComparableStretch& stretch : run.stretches) {
      if (place_of(stretch) == place) return &stretch;
    }
    return nullptr;
  }

  /// The metric in every run of the side that has it; how long those lasted is added to length_s.
  std::vector<const ComparableMetric*> in_runs(const std::vector<const ComparableRun*>& runs,
                                               const Place& place, const std::string& name,
                                               double& length_s) const {
    std::vector<const ComparableMetric*> found;
    for (const ComparableRun* run : runs) {
      const ComparableStretch* stretch = find(*run, place);
      const ComparableMetric* metric = stretch == nullptr ? nullptr : stretch->metric(name);
      if (metric == nullptr) continue;
      found.push_back(metric);
      length_s += stretch->length_s;
    }
    return found;
  }

  /// Every metric that some run has there, in the order of the first that has it.
  std::vector<std::string> metrics_at(const Place& place) const {
    std::vector<std::string> names;
    for (const auto* side : {&sides_.head, &sides_.base}) {
      for (const ComparableRun* run : *side) {
        const ComparableStretch* stretch = find(*run, place);
        if (stretch == nullptr) continue;
        for (const ComparableMetric& metric : stretch->metrics) {
          if (std::find(names.begin(), names.end(), metric.name) == names.end()) {
            names.push_back(metric.name);
          }
        }
      }
    }
    return names;
  }

  void add_place(const Place& place, std::vector<RunComparisonRow>& rows) {
    std::vector<AgainstMargin> family;
    std::vector<std::size_t> judged;
    for (const std::string& name : metrics_at(place)) {
      RunComparisonRow row;
      std::tie(row.group, row.workload, row.phase) = place;
      row.metric = name;
      row.margin = margin_of(row.metric, *sides_.head.front(), margins_);
      row.judged = is_primary(row.metric) || margins_.count(row.metric) > 0;
      const std::optional<Effect> effect = compare(place, row);
      if (row.judged) {
        judged.push_back(rows.size());
        family.push_back(run_margin(name, row.margin));
        if (row.note.empty()) family.back().effect = effect;
      }
      rows.push_back(std::move(row));
    }
    const std::vector<MarginVerdict> verdicts = by_margins(family);
    for (std::size_t i = 0; i < judged.size(); ++i) {
      RunComparisonRow& row = rows[judged[i]];
      row.verdict = verdicts[i].verdict;
      if (row.verdict == "INCONCLUSIVE" && row.note.empty()) row.note = would_decide(family[i]);
    }
  }

  /// Fills in the row's figures; its note says why the effect may not decide.
  std::optional<Effect> compare(const Place& place, RunComparisonRow& row) const {
    double base_s = 0, head_s = 0;
    const RunsOfMetric runs{row.metric, in_runs(sides_.base, place, row.metric, base_s),
                            in_runs(sides_.head, place, row.metric, head_s)};
    if (!runs.base.empty() && !runs.head.empty() &&
        (runs.base.size() < sides_.base.size() || runs.head.size() < sides_.head.size())) {
      row.note = "not in every run";
      return std::nullopt;
    }
    const RunEffect found = effect_between(runs, sides_.design, sides_.other_machine);
    row.base = found.base;
    row.head = found.head;
    row.note = too_few(runs, base_s, head_s);
    if (row.note.empty() || !row.base || !row.head) row.note = found.why_not;
    if (!row.judged) row.note.clear();
    if (found.effect) fill(*found.effect, row);
    return found.effect;
  }

  static void fill(const Effect& effect, RunComparisonRow& row) {
    const auto change = [&](double difference) { return change_of(row.metric, difference); };
    row.change = change(effect.estimate.value);
    const double a = change(effect.interval.low), b = change(effect.interval.high);
    row.interval = {std::min(a, b), std::max(a, b)};
  }

  std::string would_decide(const AgainstMargin& metric) const {
    if (!metric.effect) return "can't be told";
    const Effect& effect = *metric.effect;
    if (effect.guarded && effect.interval.high < metric.degraded) {
      return "the runs are short for how much their seconds resemble each other: they need about " +
             in_words(std::ceil(effect.needed_s), Unit::seconds);
    }
    if (sides_.design == Design::assumed) {
      return "single runs can't tell a difference this small: run base and head in turns (" +
             std::to_string(kLeastRounds) + " rounds), or keep " + std::to_string(kLeastStored) +
             " baseline runs";
    }
    if (sides_.design == Design::predicted) {
      return "the stored runs differ too much from each other: repeat the candidate as well";
    }
    return more_runs_would_decide(metric, sides_.head.size(), "runs of each side");
  }

  const RunSides& sides_;
  const MarginsByName& margins_;
  bool lone_group_;
};

}  // namespace

std::vector<RunComparisonRow> rows_of(const RunSides& sides, const MarginsByName& margins) {
  return Comparing(sides, margins).rows();
}

}  // namespace loadgen
