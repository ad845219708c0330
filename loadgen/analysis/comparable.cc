#include "loadgen/analysis/comparable.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/latency.h"
#include "loadgen/analysis/load.h"
#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/run.h"
#include "loadgen/analysis/shares.h"
#include "loadgen/analysis/stretch.h"

namespace loadgen {
namespace {

void take_error(const std::optional<Effect>& effect, ComparableMetric& metric) {
  if (!effect) return;
  metric.error = effect->estimate.standard_error;
  metric.degrees = effect->estimate.degrees;
  metric.guarded = effect->guarded;
  if (effect->guarded) metric.needed_s = effect->needed_s;
}

ComparableMetric quantile(const Compared& compared, const Stretch& stretch) {
  ComparableMetric metric;
  metric.name = compared.name;
  const Side side = stretch.side();
  const Piece all = merged(stretch.pieces, 1).front();
  metric.n = all.histogram.total;
  const QuantileOf of{.q = compared.q};
  const auto due = static_cast<double>(settled(all.tally));
  // 1 − 0.99 is a little more than 0.01, and 1 % of failures reach the 99th percentile.
  if (due > 0 && static_cast<double>(all.not_ok()) >= (1 - compared.q - 1e-9) * due) {
    metric.why_not = "not reached: failures are as frequent as the quantile's tail";
    return metric;
  }
  const ValueEffect found = lone_latency(side, of);
  if (found.value) metric.value = std::exp(*found.value) / 1e6;
  take_error(found.effect, metric);
  if (!metric.error) metric.why_not = why_no_error(side, of);
  return metric;
}

ComparableMetric share(const char* name, const Counted& counted, const Stretch& stretch) {
  ComparableMetric metric;
  metric.name = name;
  const Side side = stretch.side();
  const ShareCount count = count_in(side, counted);
  metric.n = count.n;
  if (count.n == 0) {
    metric.why_not = "no ticket fell due";
    return metric;
  }
  const bool good = metric.name == "goodput";
  metric.value = good ? 1 - count.share() : count.share();
  metric.effective_n = effective_tickets(side, counted);
  take_error(lone_share(side, counted), metric);
  return metric;
}

ComparableMetric throughput(const char* name, const Stretch& stretch) {
  ComparableMetric metric;
  metric.name = name;
  const Piece all = merged(stretch.pieces, 1).front();
  metric.n = all.tally.ok();
  const ValueEffect found =
      lone_value(stretch.side(), [](const Piece& piece, bool) -> std::optional<double> {
        if (piece.to <= piece.from || piece.tally.ok() == 0) return std::nullopt;
        return std::log(static_cast<double>(piece.tally.ok()) / (piece.to - piece.from));
      });
  if (found.value) metric.value = std::exp(*found.value);
  take_error(found.effect, metric);
  if (!metric.error) {
    metric.why_not = found.value ? "no interval: too few stretches with an answer" : "no answer";
  }
  return metric;
}

std::vector<ComparableMetric> metrics_of(const Stretch& stretch, const WorkloadResult& result,
                                         const std::optional<Duration>& limit) {
  std::vector<ComparableMetric> metrics;
  for (const Compared& compared : compared_metrics()) {
    if (compared.kind == Compared::Kind::quantile) {
      metrics.push_back(quantile(compared, stretch));
    } else if (compared.kind == Compared::Kind::errors) {
      metrics.push_back(share(compared.name, errors_counted(), stretch));
    } else if (limit) {
      metrics.push_back(share(compared.name, poor_counted(*limit), stretch));
    }
  }
  if (result.closed_loop) {
    metrics.push_back(throughput(result.kind == "pgbench" ? "tps" : "ok_rate", stretch));
  }
  return metrics;
}

bool had_fault(const Result& result) {
  return result.fault_requested ||
         std::any_of(result.marks.begin(), result.marks.end(),
                     [](const Mark& mark) { return mark.kind == "requested"; });
}

void add_stretches(const Result& result, const std::map<std::string, Duration>& limits,
                   ComparableRun& run) {
  for (const auto& [group_name, group] : result.groups) {
    for (const auto& [name, workload] : group.workloads) {
      const auto limit = limits.find(name);
      const std::optional<Duration> declared =
          limit == limits.end() ? std::nullopt : std::optional(limit->second);
      for (const auto& [phase, figures] : workload.phases) {
        if (phase == "warmup" || (had_fault(result) && phase != "before")) continue;
        const bool is_first = phase == "before" || phase == "run";
        const Stretch stretch =
            stretch_of(workload, phase, declared, is_first ? result.steadiness.cut_s : 0);
        run.stretches.push_back({group_name, name, phase,
                                 static_cast<double>(stretch.seconds.size()),
                                 metrics_of(stretch, workload, declared)});
      }
    }
  }
}

std::string faults_of(const Result& result) {
  std::string names;
  for (const Mark& mark : result.marks) {
    if (mark.kind == "requested") names += (names.empty() ? "" : ", ") + mark.name;
  }
  return names;
}

/// The untouched group has nothing to recover from.
void add_recoveries(const Result& result, ComparableRun& run) {
  for (const auto& [group_name, group] : result.groups) {
    if (group.role == "control") continue;
    for (const auto& [name, workload] : group.workloads) {
      if (!workload.recovery) continue;
      const Recovery& recovery = *workload.recovery;
      const std::optional<double>& open = recovery.not_recovered_within_s;
      run.recoveries.push_back({group_name, name, faults_of(result),
                                open.value_or(recovery.time_to_recover_s.value_or(0)),
                                !open.has_value(), recovery.longest_outage_s});
    }
  }
}

std::string with(const std::string& text, const std::string& detail) {
  return detail.empty() ? text : text + ": " + detail;
}

std::string why_unusable(const Result& result) {
  if (!result.trust.valid || result.verdict == Verdict::invalid) {
    return with("the run is INVALID", !result.trust.reasons.empty() ? result.trust.reasons.front()
                                      : !result.reasons.empty()     ? result.reasons.front()
                                                                    : "");
  }
  if (result.capacity) return "the run was a search for the highest load";
  const auto in_turns = [](const ComparisonRow& row) { return !row.rounds.empty(); };
  if (std::any_of(result.comparison.begin(), result.comparison.end(), in_turns)) {
    return "its groups took turns, and its own verdict compares them";
  }
  if (result.aborted) return with("the run was aborted", result.abort_reason);
  return {};
}

std::map<std::string, double> margins_of(const Margins& margins) {
  std::map<std::string, double> map;
  for (const Compared& compared : compared_metrics()) map[compared.name] = margins.*compared.margin;
  return map;
}

}  // namespace

Judging judging_of(const Result& result) {
  Judging judging;
  RunHeader header;
  header.scenario_text = result.scenario;
  header.scenario_path = result.scenario_path;
  header.overrides = result.overrides;
  try {
    const Scenario scenario = scenario_of(header);
    judging.margins = scenario.steady_state.margins;
    judging.load = load_of(scenario);
    // Limits that are not declared are derived, and differ from run to run.
    for (const Workload& workload : scenario.workloads) {
      if (workload.latency_limit) judging.latency_limits[workload.name] = *workload.latency_limit;
    }
  } catch (const UserError&) {
    judging.readable = false;
  }
  return judging;
}

ComparableRun comparable(const Result& result) {
  ComparableRun run;
  run.run_id = result.run_id;
  run.name = result.name;
  run.started_at = result.started_at;
  run.tool_version = result.tool_version;
  run.tool_commit = result.tool_commit;
  run.verdict = name_of(result.verdict);
  run.host = result.environment;
  run.unusable = why_unusable(result);
  run.untrusted = !result.trust.valid || result.verdict == Verdict::invalid;
  const Judging judging = judging_of(result);
  if (judging.readable) {
    run.load = judging.load;
    run.margins = margins_of(judging.margins);
  } else if (run.unusable.empty()) {
    run.unusable = "its scenario can't be read by this version";
  }
  if (result.steadiness.outcome == "not steady") {
    run.doubts.push_back(
        with("`before` was not a steady state",
             result.steadiness.reasons.empty() ? "" : result.steadiness.reasons.front()));
  }
  add_stretches(result, judging.latency_limits, run);
  add_recoveries(result, run);
  if (run.stretches.empty() && run.unusable.empty()) {
    run.unusable = "it holds no phase that can be compared";
  }
  return run;
}

}  // namespace loadgen
