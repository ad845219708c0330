#include "loadgen/analysis/analyse.h"

#include <algorithm>

#include "loadgen/analysis/checks.h"
#include "loadgen/analysis/comparison.h"
#include "loadgen/analysis/measured.h"
#include "loadgen/analysis/nodes.h"
#include "loadgen/analysis/rto.h"
#include "loadgen/analysis/steadiness.h"
#include "loadgen/analysis/trust.h"
#include "loadgen/analysis/verdict.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/analysis/workload_result.h"
#include "loadgen/core/digest.h"
#include "loadgen/plan/redact.h"

namespace loadgen {
namespace {

/// What the header and the end of the journal say.
void describe(const Run& run, Result& result) {
  const RunHeader& header = run.header;
  result.tool_version = header.tool_version;
  result.tool_commit = header.tool_commit;
  result.tool_build = header.tool_build;
  result.run_id = header.run_id;
  result.name = run.scenario.experiment.name;
  result.hypothesis = run.scenario.experiment.hypothesis;
  result.labels = run.scenario.experiment.labels;
  result.seed = header.seed;
  result.scenario = header.scenario_text;
  result.scenario_sha256 = sha256_hex(header.scenario_text);
  result.scenario_path = header.scenario_path;
  result.overrides = header.overrides;
  result.quick = header.quick;
  result.environment = header.environment;

  const RunOffset ended = run.end ? run.end->at : last_heard(run).value_or(run.last);
  result.started_at = iso_utc(header.started_at_us);
  result.ended_at = iso_utc(header.started_at_us + whole_us(ended));
  result.aborted = !run.end || run.end->aborted;
  result.abort_reason = run.end ? run.end->reason
                                : "loadgen ended early at " +
                                      in_words(to_seconds(ended), Unit::seconds) +
                                      ": the journal has no end";
  result.marks = run.marks;
  std::stable_sort(result.marks.begin(), result.marks.end(),
                   [](const Mark& a, const Mark& b) { return a.at < b.at; });
  result.hooks = run.hooks;
  result.observations = run.observations;
}

/// Control first, else in the order of the file.
std::vector<std::size_t> group_order(const Scenario& scenario) {
  std::vector<std::size_t> order;
  for (std::size_t g = 0; g < scenario.groups.size(); ++g) order.push_back(g);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return scenario.groups[a].role < scenario.groups[b].role;
  });
  return order;
}

void add_groups(const Measured& measured, Result& result) {
  const Scenario& scenario = measured.scenario();
  for (const std::size_t g : group_order(scenario)) {
    GroupResult group;
    group.role = std::string(name_of(scenario.groups[g].role));
    group.target = without_credentials(scenario.groups[g].base_url);
    for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
      WorkloadResult made = workload_result(measured, measured.at(g, w));
      const bool is_probe = scenario.workloads[w].probe != Probe::none;
      if (is_probe) {
        // What a probe saw is when it was answered; its latencies are drawn nowhere.
        made.series = {};
        made.response_tenths.clear();
        made.service_tenths.clear();
        if (measured.requested) {
          made.rto = rto_of(measured.run->recording, static_cast<std::uint16_t>(g),
                            static_cast<std::uint16_t>(w), *measured.requested);
        }
      }
      (is_probe ? group.probes : group.workloads)
          .emplace_back(scenario.workloads[w].name, std::move(made));
    }
    group.nodes = nodes_of(*measured.run, scenario.groups[g].name, measured.spans);
    result.groups.emplace_back(scenario.groups[g].name, std::move(group));
  }
}

ComparisonDoubts doubts_of(const Measured& measured, const Steadiness& steadiness) {
  ComparisonDoubts doubts;
  doubts.disturbed = shared_disturbance(measured).value_or("");
  if (steadiness.outcome == "steady" || steadiness.reasons.empty()) return doubts;
  doubts.unsteady =
      (steadiness.outcome == "not steady" ? "`before` was not a steady state: " : "") +
      steadiness.reasons.front();
  return doubts;
}

bool has_mark(const Result& result, std::string_view kind) {
  return std::any_of(result.marks.begin(), result.marks.end(),
                     [&](const Mark& mark) { return mark.kind == kind; });
}

}  // namespace

Result analyse(const Run& run) {
  Result result;
  describe(run, result);
  Measured measured = measure(run, phases_of(run));
  result.fault_requested = measured.requested;
  result.steadiness = steadiness_of(measured);
  leave_out_warmup(measured, static_cast<RunSecond>(result.steadiness.cut_s));
  add_groups(measured, result);
  result.trust = trust_of(measured);
  const auto judged = judge(measured, run.scenario.steady_state.checks);
  for (const JudgedCheck& check : judged) result.checks.push_back(check.result);
  const ComparisonDoubts doubts = doubts_of(measured, result.steadiness);
  result.comparison = compare_groups(measured, doubts);
  Decision decision = decide(evidence_of(measured, judged, result, doubts));
  result.verdict = decision.verdict;
  result.reasons = std::move(decision.reasons);
  return result;
}

GateJudgement judge_gate(const Run& run, RunSecond from, RunSecond to) {
  std::vector<CheckSet> gates;
  for (const CheckSet& set : run.scenario.steady_state.checks) {
    if (set.gate && set.phase == PhaseName::before) gates.push_back(set);
  }
  GateJudgement judgement;
  if (gates.empty()) return judgement;
  const Measured measured = measure(run, {{PhaseName::before, from, std::max(from, to)}});
  for (JudgedCheck& check : judge(measured, gates)) {
    judgement.checks.push_back(std::move(check.result));
  }
  judgement.steadiness = steadiness_of(measured);
  return judgement;
}

ExitCode exit_code_of(const Result& result) {
  if (has_mark(result, "not_reverted")) return ExitCode::not_reverted;
  if (has_mark(result, "not_injected")) return ExitCode::not_injected;
  if (has_mark(result, "interrupted")) return ExitCode::interrupted;
  return exit_code_of(result.verdict);
}

ExitCode quick_exit_code(const Result& result, double max_error_rate) {
  const ExitCode code = exit_code_of(result);
  if (code != ExitCode::pass || !result.checks.empty()) return code;
  bool answered = false;
  for (const auto& [group_name, group] : result.groups) {
    for (const auto& [name, workload] : group.workloads) {
      if (workload.totals.error_rate.value_or(0) > max_error_rate) return ExitCode::failed;
      answered = answered || workload.totals.tally.ok() > 0;
    }
  }
  return answered ? ExitCode::pass : ExitCode::failed;
}

}  // namespace loadgen
