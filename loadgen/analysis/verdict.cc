#include "loadgen/analysis/verdict.h"

#include <algorithm>

#include "loadgen/analysis/ledger_result.h"
#include "loadgen/analysis/regressions.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

std::string with(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + ": " + detail;
}

/// "during the fault, experimental error rate of test_db was 38.2 % (allowed < 15 %)".
std::string sentence(const JudgedCheck& judged, const Measured& measured) {
  const CheckResult& result = judged.result;
  const Check& check = *judged.check;
  std::string text = of_ledger(check.metric)
                         ? "in the whole run, "
                         : phase_in_words(result.phase, measured.requested.has_value()) + ", ";
  if (measured.scenario().groups.size() > 1 && !result.group.empty()) text += result.group + " ";
  text += metric_in_words(check);
  if (!result.workload.empty()) text += " of " + result.workload;
  if (!judged.set->operation.empty()) text += " (" + judged.set->operation + ")";
  if (check.form == Check::Form::value) {
    text += " was ";
  } else {
    text += check.form == Check::Form::ratio ? " changed by a factor of " : " changed by ";
  }
  text += result.observed_text;
  if (check.form != Check::Form::value && judged.set->vs == "control") {
    const Group* control = measured.scenario().control();
    text += ", net of " + (control == nullptr ? "control" : control->name) + ",";
  }
  text += " (";
  if (!result.interval_text.empty()) text += "90 % interval " + result.interval_text + ", ";
  return text + "allowed " + result.bound_text + ")";
}

/// Whether the mark's abort rule is about the control group. A lone group is what is tested, never
/// a control.
bool on_control(const Measured& measured, const Mark& mark) {
  const Scenario& scenario = measured.scenario();
  if (scenario.groups.size() < 2) return false;
  std::string group = mark.group;
  for (const AbortRule& rule : scenario.steady_state.abort) {
    if (group.empty() && rule.text == mark.name) group = rule.group;
  }
  return scenario.control() != nullptr && group == scenario.control()->name;
}

/// What marks say against or beside the checks.
void weigh_marks(const Measured& measured, const Result& result, Evidence& evidence) {
  const Scenario& scenario = measured.scenario();
  const Mark* gate = nullptr;
  bool told = false;
  for (const Mark& mark : result.marks) {
    if (mark.kind == "abort") {
      told = true;
      const std::string text = with("the abort rule \"" + mark.name + "\" fired", mark.detail);
      (on_control(measured, mark) ? evidence.distrust : evidence.refutations).push_back(text);
    } else if (mark.kind == "interrupted") {
      told = true;
      evidence.doubts.push_back("the run was interrupted at " +
                                in_words(to_seconds(mark.at), Unit::seconds));
    } else if (mark.kind == "gate") {
      gate = &mark;
    }
  }
  if (gate != nullptr && gate->name == "refused") {
    told = true;
    evidence.doubts.push_back(
        with("the gate refused to inject: `before` is not a steady state", gate->detail));
  } else if (gate != nullptr && gate->name == "not_steady" && measured.requested) {
    evidence.doubts.push_back(with(scenario.steady_state.inject_when_unsteady
                                       ? "the fault was injected though `before` was not steady"
                                       : "the fault was forced though `before` was not steady",
                                   gate->detail));
  } else if (measured.run->header.forced) {
    evidence.doubts.push_back("--force was given: the gate could not have refused");
  }
  if (result.aborted && !told) {
    evidence.doubts.push_back(with("the run was aborted", result.abort_reason));
  }
}

/// The gate has dealt with its own checks when it refused or was overruled: refuted ones leave the
/// experiment undone or in doubt, they don't fail the system.
bool gate_decided(const Result& result) {
  const Mark* last = nullptr;
  for (const Mark& mark : result.marks) {
    if (mark.kind == "gate") last = &mark;
  }
  return last != nullptr && (last->name == "refused" || last->name == "not_steady");
}

/// "the outage lasted 11 s": the longest one of the experimental group, when a fault was requested.
std::string outage_in_words(const Measured& measured) {
  const Scenario& scenario = measured.scenario();
  if (!measured.requested) return {};
  const Group* group = scenario.experimental();
  const std::size_t g = group == nullptr ? 0 : scenario.group_index(group->name);
  double longest_s = 0, degraded_s = 0;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const auto& recovery = measured.at(g, w).recovery;
    if (!recovery || scenario.workloads[w].probe != Probe::none) continue;
    longest_s = std::max(longest_s, recovery->longest_outage_s);
    degraded_s = std::max(degraded_s, recovery->degraded_s);
  }
  if (longest_s > 0) return "the outage lasted " + in_words(longest_s, Unit::seconds);
  if (degraded_s > 0) {
    return "no outage, but a brown-out of " + in_words(degraded_s, Unit::seconds);
  }
  return "no outage was seen";
}

/// What the ledger says that no check asks about.
std::vector<std::string> ledger_remarks(const Measured& measured,
                                        const std::vector<JudgedCheck>& judged) {
  std::vector<std::string> remarks;
  const Scenario& scenario = measured.scenario();
  for (const MeasuredWorkload& one : measured.workloads) {
    const auto audit = audit_of(*measured.run, one.group, one.workload);
    const std::string& group = scenario.groups[one.group].name;
    const std::string& workload = scenario.workloads[one.workload].name;
    const bool asked = std::any_of(judged.begin(), judged.end(), [&](const JudgedCheck& check) {
      return of_ledger(check.check->metric) && check.result.group == group &&
             check.result.workload == workload;
    });
    if (!audit || asked) continue;
    const std::string who = group + ", " + workload + ": ";
    if (!audit->decides) {
      remarks.push_back(who + audit->doubt);
      continue;
    }
    const LedgerCounts& counts = audit->readings[*audit->decides].reading.counts;
    if (counts.lost + counts.phantoms + counts.duplicates == 0) continue;
    remarks.push_back(who + "of the acknowledged writes " + std::to_string(counts.lost) +
                      " are lost, and there are " + std::to_string(counts.phantoms) +
                      " phantoms and " + std::to_string(counts.duplicates) +
                      " duplicates; no check asks about them");
  }
  return remarks;
}

std::string held_in_words(const Evidence& evidence) {
  return evidence.declared == 1
             ? "the declared check held"
             : "all " + std::to_string(evidence.declared) + " declared checks held";
}

std::string headline(const Decision& decision, const Evidence& evidence) {
  const std::string word = std::string(name_of(decision.verdict)) + ": ";
  switch (decision.verdict) {
    case Verdict::invalid:
      return word + evidence.distrust.front();
    case Verdict::failed:
      return word + evidence.refutations.front();
    case Verdict::degraded:
      return word + evidence.regressions.front();
    case Verdict::inconclusive: {
      const bool all = evidence.declared > 0 && evidence.only_undeclared_open;
      return word + (all ? held_in_words(evidence) + ", but " : "") + evidence.doubts.front();
    }
    case Verdict::pass: {
      std::string text = evidence.declared > 0 ? held_in_words(evidence) : "";
      if (evidence.compared > 0) {
        text += std::string(text.empty() ? "" : ", and ") + "nothing that was compared is worse " +
                "than its margin";
      }
      return word + text + (evidence.observation.empty() ? "" : "; " + evidence.observation);
    }
    default:
      return word + "no check was declared" +
             (evidence.observation.empty() ? "" : "; " + evidence.observation);
  }
}

}  // namespace

Decision decide(const Evidence& evidence) {
  Decision decision;
  const bool asked = evidence.declared > 0 || evidence.compared > 0;
  decision.verdict = !evidence.distrust.empty()      ? Verdict::invalid
                     : !evidence.refutations.empty() ? Verdict::failed
                     : !evidence.regressions.empty() ? Verdict::degraded
                     : !evidence.doubts.empty()      ? Verdict::inconclusive
                     : asked                         ? Verdict::pass
                                                     : Verdict::none;
  // Every reason is told; the one in the headline is not told twice.
  std::vector<std::string> all;
  append(all, evidence.distrust);
  append(all, evidence.refutations);
  append(all, evidence.regressions);
  append(all, evidence.doubts);
  if (!all.empty()) all.erase(all.begin());
  decision.reasons.push_back(headline(decision, evidence));
  append(decision.reasons, all);
  append(decision.reasons, evidence.remarks);
  return decision;
}

ExitCode exit_code_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::invalid:
      return ExitCode::invalid;
    case Verdict::failed:
      return ExitCode::failed;
    case Verdict::degraded:
      return ExitCode::degraded;
    case Verdict::inconclusive:
      return ExitCode::inconclusive;
    case Verdict::pass:
    case Verdict::none:
      break;
  }
  return ExitCode::pass;
}

Evidence evidence_of(const Measured& measured, const std::vector<JudgedCheck>& judged,
                     const Result& result, const ComparisonDoubts& doubts) {
  const Scenario& scenario = measured.scenario();
  Evidence evidence;
  evidence.distrust = result.trust.reasons;
  weigh_marks(measured, result, evidence);
  evidence.declared = judged.size();
  for (const JudgedCheck& check : judged) {
    if (check.result.result == "refuted") {
      // What the groups have in common is no change between them.
      const bool shared = !doubts.disturbed.empty() && check.set->vs == "control" &&
                          check.check->form != Check::Form::value;
      const bool of_gate = check.set->gate && gate_decided(result);
      (of_gate || shared ? evidence.doubts : evidence.refutations)
          .push_back(sentence(check, measured));
    } else if (check.result.result == "undecided") {
      std::string where = check.result.phase;
      if (!check.result.group.empty()) where += ", " + check.result.group;
      if (!check.result.workload.empty()) where += ", " + check.result.workload;
      evidence.doubts.push_back(with(
          "\"" + check.result.expression + "\" (" + where + ") is undecided", check.result.note));
    }
  }
  if (!doubts.disturbed.empty()) evidence.doubts.push_back(doubts.disturbed);
  Regressions regressions = regressions_of(result.comparison, measured, doubts);
  append(evidence.refutations, regressions.failed);
  evidence.regressions = std::move(regressions.degraded);
  evidence.only_undeclared_open = evidence.doubts.empty();
  append(evidence.doubts, regressions.open);
  evidence.compared = regressions.passed;
  evidence.observation = outage_in_words(measured);
  evidence.remarks = ledger_remarks(measured, judged);
  if (const std::uint32_t rounds = scenario.experiment.rounds; rounds > 0) {
    evidence.remarks.push_back(
        scenario.control()->name + " and " + scenario.experimental()->name +
        " took turns, ABBA: " + std::to_string(rounds) +
        " rounds, paired; Hodges-Lehmann estimates with exact signed-rank intervals");
  }
  if (result.steadiness.outcome == "not steady" && !gate_decided(result)) {
    evidence.remarks.push_back(
        with("`" + label_of(PhaseName::before, measured.run->header) + "` was not a steady state",
             result.steadiness.reasons.front()));
  }
  return evidence;
}

}  // namespace loadgen
