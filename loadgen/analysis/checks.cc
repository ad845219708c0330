#include "loadgen/analysis/checks.h"

#include <algorithm>
#include <limits>
#include <string>

#include "loadgen/analysis/change.h"
#include "loadgen/analysis/check_interval.h"
#include "loadgen/analysis/observed.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

/// More open tickets than this share, and a run that is still going on can't be judged yet.
constexpr double kMostOpen = 0.05;

void add_note(std::string& note, const std::string& more) {
  if (more.empty()) return;
  if (!note.empty()) note += "; ";
  note += more;
}

/// Why the stretch itself can't be judged; empty when it can.
std::string gap_in(const Measured& measured, const MeasuredWorkload& workload, const Where& where) {
  const Tally tally =
      pool_of(measured.run->recording, {workload.group, workload.workload, where.operation},
              where.span.from, where.span.to)
          .tally;
  if (2 * tally.blind() > tally.scheduled) {
    return "blind: the instrument lost " + std::to_string(tally.blind()) + " of " +
           std::to_string(tally.scheduled) + " requests";
  }
  if (static_cast<double>(tally.open()) > kMostOpen * static_cast<double>(tally.planned())) {
    return std::to_string(tally.open()) + " of " + std::to_string(tally.planned()) +
           " answers are still outstanding";
  }
  return {};
}

/// What is known of one assertion.
struct Known {
  Observed observed;
  std::string gap;           // why the stretch itself can't be judged
  CheckIntervalOf interval;  // with an interval it is that which decides
};

/// Where the interval lies: "held" wholly within the bound, "refuted" wholly beyond it.
std::string by_interval(const Check& check, const CheckInterval& interval) {
  const bool upper = check.op == Comparator::less || check.op == Comparator::less_equal;
  const auto &worst = upper ? interval.high : interval.low,
             &best = upper ? interval.low : interval.high;
  if (worst && compare(*worst, check.op, check.bound)) return "held";
  // An open end is never within a limit, and never beyond one.
  if (best && !compare(*best, check.op, check.bound)) return "refuted";
  return "undecided";
}

/// "held", "refuted" or "undecided". A doubt never lets a check be held; it keeps a change from
/// being refuted too, since that compares two values of which one is doubtful.
std::string verdict_on(const Check& check, const Known& known) {
  const Observed& observed = known.observed;
  if (!observed.known() || !known.gap.empty()) return "undecided";
  const double value =
      observed.not_reached ? std::numeric_limits<double>::infinity() : *observed.value;
  const bool holds = compare(value, check.op, check.bound);
  if (!observed.doubt.empty() && (holds || check.form != Check::Form::value)) return "undecided";
  if (known.interval.interval) return by_interval(check, *known.interval.interval);
  // Nothing left has no logarithm, so no interval: the opposite of a quantile not reached.
  const bool nothing_left = check.form == Check::Form::ratio && value == 0 && !holds;
  if (known.interval.needed && !observed.not_reached && !nothing_left) return "undecided";
  if (!holds) return "refuted";
  return compare(value + observed.at_most_more, check.op, check.bound) ? "held" : "undecided";
}

/// How the check was judged, and what else a reader should know.
std::string note_on(const CheckSet& set, const Check& check, const Known& known,
                    const std::string& result) {
  const Observed& observed = known.observed;
  std::string note;
  if (!set.operation.empty()) add_note(note, "operation " + set.operation);
  if (!set.vs.empty() && check.form != Check::Form::value) {
    add_note(note, set.vs == "control" ? "change since before, net of control's"
                                       : "change since before: time is confounded");
  }
  if (result != "refuted" || observed.not_reached) add_note(note, observed.doubt);
  add_note(note, known.gap);
  add_note(note, observed.note);
  if (result == "undecided" && observed.at_most_more > 0 && observed.doubt.empty()) {
    add_note(note, in_words(observed.at_most_more, Unit::seconds) + " of it are blind");
  }
  const CheckIntervalOf& interval = known.interval;
  if (interval.interval && result == "undecided") {
    add_note(note,
             "the bound lies inside the interval " + interval_in_words(*interval.interval, check));
  } else if (!interval.interval && result == "undecided") {
    if (observed.known() && observed.doubt.empty() && known.gap.empty()) {
      add_note(note, interval.why_not);
    }
  } else if (!interval.interval) {
    add_note(note, "judged by the observed value");
    add_note(note, interval.why_not);
  }
  return note;
}

/// Fills in everything but where it was judged.
CheckResult result_of(const CheckSet& set, const Check& check, const Known& known) {
  CheckResult result;
  result.id = set.id;
  result.expression = check.text;
  result.bound = check.bound;
  result.bound_text = bound_in_words(check);
  result.result = verdict_on(check, known);
  if (!known.observed.censored) result.observed = known.observed.value;
  result.observed_text = known.observed.text;
  if (const auto& interval = known.interval.interval) {
    if (interval->low && interval->high) result.interval = {*interval->low, *interval->high};
    result.interval_text = interval_in_words(*interval, check);
  }
  result.note = note_on(set, check, known, result.result);
  return result;
}

/// The groups that a set speaks of.
std::vector<std::size_t> groups_of(const Scenario& scenario, const CheckSet& set) {
  if (!set.group.empty()) return {scenario.group_index(set.group)};
  const Group* experimental = scenario.experimental();
  const bool net = set.vs == "control";
  if (experimental != nullptr && (net || set.phase != PhaseName::before)) {
    return {scenario.group_index(experimental->name)};
  }
  std::vector<std::size_t> all;
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) all.push_back(g);
  return all;
}

/// The index of the set's operation among the workload's; nothing when it has none of that name.
std::optional<std::uint16_t> operation_of(const Workload& workload, const CheckSet& set) {
  const std::vector<std::string> names = workload.operations();
  const auto found = std::find(names.begin(), names.end(), set.operation);
  if (found == names.end()) return std::nullopt;
  return static_cast<std::uint16_t>(found - names.begin());
}

/// The workloads that a set speaks of: the one it names, else those that have metric and operation.
std::vector<std::size_t> workloads_of(const Scenario& scenario, const CheckSet& set,
                                      const Check& check) {
  std::vector<std::size_t> found;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Workload& workload = scenario.workloads[w];
    // A probe is judged when it is named.
    if (set.workload.empty() ? workload.probe != Probe::none : workload.name != set.workload)
      continue;
    if (!has_metric(workload, check.metric)) continue;
    if (!set.operation.empty() && !operation_of(workload, set)) continue;
    found.push_back(w);
  }
  return found;
}

Observed no_data(const std::string& why) {
  Observed observed;
  observed.text = "no data";
  observed.doubt = why;
  return observed;
}

CheckResult judge_one(const Measured& measured, const CheckSet& set, const Check& check,
                      const MeasuredWorkload& workload) {
  const MeasuredPhase* phase = workload.phase(set.phase);
  if (phase == nullptr) {
    return result_of(
        set, check,
        {no_data("phase `" + std::string(name_of(set.phase)) + "` was never reached"), "", {}});
  }
  Where where{phase->span};
  if (!set.operation.empty()) {
    where.operation = operation_of(measured.scenario().workloads[workload.workload], set);
  }
  const bool changes = check.form != Check::Form::value;
  Known known{changes ? observe_change(measured, workload, where, check, set.vs)
                      : observe(measured, workload, where, check),
              gap_in(measured, workload, where),
              interval_of(measured, workload, where, check, set.vs)};
  if (known.interval.net && known.observed.value) {
    known.observed.value = known.interval.net;
    known.observed.text = check.form == Check::Form::ratio
                              ? ratio_in_words(*known.interval.net)
                              : difference_in_words(*known.interval.net, unit_of(check.metric));
    add_note(known.observed.note, "a rest of warm-up in `before` is left out");
  }
  return result_of(set, check, known);
}

void judge_check(const Measured& measured, const CheckSet& set, const Check& check,
                 std::vector<JudgedCheck>& judged) {
  const Scenario& scenario = measured.scenario();
  const auto add = [&](CheckResult result, const std::string& group, const std::string& workload) {
    result.group = group;
    result.workload = workload;
    result.phase = label_of(set.phase, measured.run->header);
    judged.push_back({std::move(result), &set, &check});
  };
  if (check.metric == Metric::healed) {  // of a fault, not of a workload
    std::string group;
    for (const Fault& fault : scenario.faults) {
      if (fault.name == check.argument) group = fault.group;
    }
    add(result_of(set, check, {observe(measured, measured.workloads.front(), {}, check), "", {}}),
        group, "");
    return;
  }
  const auto workloads = workloads_of(scenario, set, check);
  for (const std::size_t g : groups_of(scenario, set)) {
    if (workloads.empty()) {
      add(result_of(set, check, {no_data("nothing in this run has this metric"), "", {}}),
          scenario.groups[g].name, set.workload);
    }
    for (const std::size_t w : workloads) {
      add(judge_one(measured, set, check, measured.at(g, w)), scenario.groups[g].name,
          scenario.workloads[w].name);
    }
  }
}

}  // namespace

std::vector<JudgedCheck> judge(const Measured& measured, const std::vector<CheckSet>& sets) {
  std::vector<JudgedCheck> judged;
  for (const CheckSet& set : sets) {
    for (const Check& check : set.asserts) judge_check(measured, set, check, judged);
  }
  return judged;
}

}  // namespace loadgen
