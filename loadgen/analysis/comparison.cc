#include "loadgen/analysis/comparison.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/declared.h"
#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/phase_pair.h"
#include "loadgen/analysis/round_comparison.h"
#include "loadgen/analysis/transient.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

using Range = std::pair<double, double>;

void add_note(std::string& note, const std::string& more) {
  if (more.empty()) return;
  note += (note.empty() ? "" : "; ") + more;
}

/// A row with what it is judged by.
struct Draft {
  const Compared* metric = nullptr;
  ComparisonRow row;
  AgainstMargin against;  // worse = positive
  std::string obstacle;   // why it can't be judged
};

std::optional<double> over(const std::optional<double>& a, const std::optional<double>& b) {
  if (!a || !b || *b == 0) return std::nullopt;
  return *a / *b;
}

std::optional<double> exp_of(const std::optional<double>& ln) {
  return ln ? std::optional<double>(std::exp(*ln)) : std::nullopt;
}

void fill_ratio(const PhaseEffect& now, const std::optional<PhaseEffect>& before, Draft& draft) {
  ComparisonRow& row = draft.row;
  row.ratio = exp_of(now.value);
  if (!before) return;
  row.ratio_before = exp_of(before->value);
  if (now.value && before->value) row.did_ratio = std::exp(*now.value - *before->value);
}

/// Shares: differences decide; ratios stand beside them. sign: of "worse" in the row's own terms.
void fill_difference(const PhaseEffect& now, const std::optional<PhaseEffect>& before,
                     const Pair* pair_before, Draft& draft) {
  ComparisonRow& row = draft.row;
  const double sign = draft.metric->kind == Compared::Kind::goodput ? -1 : 1;
  row.ratio = over(row.experimental, row.control);
  if (now.value) row.difference = sign * *now.value;
  if (!before || pair_before == nullptr) return;
  row.ratio_before = over(value_of(*draft.metric, pair_before->experimental_phase->figures),
                          value_of(*draft.metric, pair_before->control_phase->figures));
  row.did_ratio = over(row.ratio, row.ratio_before);
  if (now.value && before->value) row.did_difference = sign * (*now.value - *before->value);
}

void fill_interval(Draft& draft) {
  if (!draft.against.effect) return;
  const stats::Interval& i = draft.against.effect->interval;
  if (draft.metric->kind == Compared::Kind::quantile) {
    draft.row.interval = Range{std::exp(i.low), std::exp(i.high)};
  } else if (draft.metric->kind == Compared::Kind::goodput) {
    draft.row.interval = Range{-i.high, -i.low};
  } else {
    draft.row.interval = Range{i.low, i.high};
  }
}

/// A row with its estimate and interval, not yet judged.
Draft draft_of(const Measured& measured, const Compared& metric, const Pair& pair,
               const Pair* before) {
  Draft draft;
  draft.metric = &metric;
  draft.against = against_margin(metric, measured.scenario().steady_state.margins);
  const PhaseSpan& span = pair.experimental_phase->span;
  draft.against.length_s = span.to - span.from;
  if (!pair.same_group) draft.row.control = value_of(metric, pair.control_phase->figures);
  draft.row.metric = metric.name;
  draft.row.experimental = value_of(metric, pair.experimental_phase->figures);

  const PhaseEffect now = effect_in(measured, pair, metric);
  std::optional<PhaseEffect> then;
  std::vector<const MeasuredPhase*> phases = {pair.control_phase, pair.experimental_phase};
  if (before != nullptr) {
    then = effect_in(measured, *before, metric);
    phases.push_back(before->control_phase);
    phases.push_back(before->experimental_phase);
  }
  if (metric.kind == Compared::Kind::quantile) {
    fill_ratio(now, then, draft);
  } else {
    fill_difference(now, then, before, draft);
  }
  const SampleFloor floor = sample_floor(metric, phases);
  draft.obstacle = now.value ? floor.too_few : now.why_not;
  if (now.effect && floor.shown && (!then || then->effect)) {
    draft.against.effect = then ? difference(*now.effect, *then->effect) : *now.effect;
  }
  if (!draft.against.effect && draft.obstacle.empty()) {
    draft.obstacle = !now.effect ? now.why_not : then ? then->why_not : "";
  }
  if (then && then->effect && metric.primary && span.name != PhaseName::during) {
    const stats::Interval& before_interval = then->effect->interval;
    const double margin = draft.against.degraded;
    if (before_interval.low < -margin || before_interval.high > margin) {
      add_note(draft.row.note, "the groups were not shown alike before: the change alone counts");
    }
  }
  fill_interval(draft);
  return draft;
}

/// What keeps the rows of a phase from being judged by the margins.
std::string not_judged(const Measured& measured, const Draft& draft, const Pair& pair) {
  const Scenario& scenario = measured.scenario();
  const PhaseName phase = pair.experimental_phase->span.name;
  if (!draft.metric->primary) return "not a primary metric";
  if (scenario.steady_state.margins.none) return "margins = \"none\": only declared checks decide";
  if (!scenario.faults.empty() && !measured.requested) {
    return "the fault was not requested: nothing happened that could be judged";
  }
  const std::string id = decided_by(
      scenario, {draft.metric->name, scenario.workloads[pair.experimental->workload].name,
                 scenario.groups[pair.experimental->group].name, phase});
  if (!id.empty()) return "the declared check " + id + " decides";
  if (measured.requested && phase == PhaseName::before) {
    return "before the fault: the base of the later comparison";
  }
  return {};
}

void judge_rows(const Measured& measured, const Pair& pair, const ComparisonDoubts& doubts,
                std::vector<Draft>& drafts) {
  std::vector<AgainstMargin> family;
  std::vector<Draft*> judged;
  for (Draft& draft : drafts) {
    const std::string why_not = not_judged(measured, draft, pair);
    if (!why_not.empty()) {
      draft.row.verdict = "not judged";
      add_note(draft.row.note, why_not);
      if (!draft.row.interval) add_note(draft.row.note, draft.obstacle);
      continue;
    }
    judged.push_back(&draft);
    family.push_back(draft.against);
    if (!draft.obstacle.empty()) family.back().effect.reset();
  }
  const std::vector<MarginVerdict> verdicts = by_margins(family);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    ComparisonRow& row = judged[i]->row;
    row.verdict = verdicts[i].verdict;
    add_note(row.note, judged[i]->obstacle.empty() ? verdicts[i].why : judged[i]->obstacle);
    if (!doubts.disturbed.empty()) {
      row.verdict = "INCONCLUSIVE";
      add_note(row.note, doubts.disturbed);
    } else if (row.verdict == "PASS" && !doubts.unsteady.empty()) {
      row.verdict = "INCONCLUSIVE";
      add_note(row.note, doubts.unsteady);
    }
    if (pair.same_group && row.verdict != "FAILED" && row.verdict != "DEGRADED") {
      row.verdict = "not judged";
    }
  }
}

void compare_phase(const Measured& measured, const Pair& pair, const Pair* before,
                   const ComparisonDoubts& doubts, std::vector<ComparisonRow>& rows) {
  const Scenario& scenario = measured.scenario();
  const bool transient =
      measured.requested && pair.experimental_phase->span.name == PhaseName::during;
  const MeasuredWorkload* control = pair.same_group ? nullptr : pair.control;
  const std::vector<PhaseFigures> usual = transient
                                              ? usual_figures(measured, *pair.experimental, control)
                                              : std::vector<PhaseFigures>{};
  std::vector<Draft> drafts;
  for (const Compared& metric : compared_metrics()) {
    drafts.push_back(draft_of(measured, metric, pair, before));
  }
  if (!transient) judge_rows(measured, pair, doubts, drafts);
  const std::string drift =
      before == nullptr ? "" : drifted_apart(*before, scenario.steady_state.margins);
  const std::string phase = label_of(pair.experimental_phase->span.name, measured.run->header);
  const std::string& workload = scenario.workloads[pair.experimental->workload].name;
  for (Draft& draft : drafts) {
    ComparisonRow& row = draft.row;
    row.workload = workload;
    row.phase = phase;
    if (transient) {
      row.verdict = "not judged";
      row.interval.reset();
      row.range =
          range_of(usual, [&](const PhaseFigures& f) { return value_of(*draft.metric, f); });
      add_note(row.note, "totals of a transient, beside what is usual");
      if (!row.experimental) add_note(row.note, draft.obstacle);
    } else if (pair.same_group) {
      add_note(row.note, "before/after only: time is confounded");
    } else if (before != nullptr && draft.metric->primary) {
      add_note(row.note, drift);
    }
    rows.push_back(std::move(row));
  }
  if (!transient) return;
  for (ComparisonRow& row : transient_rows(measured, *pair.experimental, control)) {
    row.workload = workload;
    row.phase = phase;
    rows.push_back(std::move(row));
  }
}

/// The rows of one workload.
void compare_workload(const Measured& measured, const MeasuredWorkload* control,
                      const MeasuredWorkload& experimental, const ComparisonDoubts& doubts,
                      std::vector<ComparisonRow>& rows) {
  std::optional<Pair> before;
  for (std::size_t p = 0; p < measured.spans.size(); ++p) {
    const PhaseName name = measured.spans[p].name;
    if (name == PhaseName::warmup) continue;
    const MeasuredPhase* reference =
        control != nullptr ? &control->phases[p] : experimental.phase(PhaseName::before);
    if (reference == nullptr || (control == nullptr && name == PhaseName::before)) continue;
    const Pair pair{control != nullptr ? control : &experimental, &experimental, reference,
                    &experimental.phases[p], control == nullptr};
    compare_phase(measured, pair, before ? &*before : nullptr, doubts, rows);
    if (name == PhaseName::before) before = pair;
  }
}

}  // namespace

std::vector<ComparisonRow> compare_groups(const Measured& measured,
                                          const ComparisonDoubts& doubts) {
  const Scenario& scenario = measured.scenario();
  if (scenario.experiment.rounds > 0) return compare_rounds(measured);
  std::vector<ComparisonRow> rows;
  const bool two = scenario.control() != nullptr && scenario.experimental() != nullptr;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    if (scenario.workloads[w].probe != Probe::none) continue;
    if (two) {
      compare_workload(measured, &measured.at(scenario.group_index(scenario.control()->name), w),
                       measured.at(scenario.group_index(scenario.experimental()->name), w), doubts,
                       rows);
      continue;
    }
    for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
      compare_workload(measured, nullptr, measured.at(g, w), doubts, rows);
    }
  }
  return rows;
}

}  // namespace loadgen
