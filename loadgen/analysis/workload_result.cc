#include "loadgen/analysis/workload_result.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/errors.h"
#include "loadgen/analysis/ledger_result.h"
#include "loadgen/analysis/outage.h"
#include "loadgen/analysis/series.h"
#include "loadgen/analysis/statements.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {
namespace {

PhaseFigures totals_of(const Measured& measured, const MeasuredWorkload& workload) {
  Pool sum;
  std::optional<PhaseSpan> all;
  for (const MeasuredPhase& phase : workload.phases) {
    if (phase.span.name == PhaseName::warmup) continue;
    sum += phase.pool;
    if (!all) all = phase.span;
    all->to = phase.span.to;
  }
  const PhaseSpan span = all.value_or(PhaseSpan{});
  return figures_of(sum, measured.span_of(workload, span));
}

/// The stretches of `stages` in which the rate stands still above 0, as whole seconds inside them,
/// cut to what was measured. Stages count from the run's start.
std::vector<PhaseSpan> constant_steps(const Measured& measured, const Workload& workload) {
  std::vector<PhaseSpan> steps;
  if (workload.stages.empty()) return steps;
  const auto seconds = [](RunOffset offset) { return to_seconds(offset); };
  std::vector<Segment> flat;
  for (const Segment& segment : segments_of(workload)) {
    if (segment.from != segment.to || segment.from <= 0) continue;
    const bool goes_on = !flat.empty() && flat.back().to == segment.from &&
                         flat.back().begin + flat.back().length == segment.begin;
    if (!goes_on) {
      flat.push_back(segment);
    } else if (segment.length == Duration::max()) {
      flat.back().length = segment.length;
    } else {
      flat.back().length += segment.length;
    }
  }
  for (const Segment& segment : flat) {
    const auto from = static_cast<RunSecond>(std::ceil(seconds(segment.begin)));
    const bool endless = segment.length == Duration::max();
    const auto to =
        endless ? measured.to
                : static_cast<RunSecond>(std::floor(seconds(segment.begin + segment.length)));
    const PhaseSpan step{PhaseName::before, std::max(from, measured.from),
                         std::min(to, measured.to)};
    if (step.to > step.from) steps.push_back(step);
  }
  return steps;
}

/// One histogram per tenth of the phase; of a phase shorter than ten seconds, one per second.
std::vector<SparseHistogram> tenths_of(const Measured& measured, const MeasuredWorkload& workload,
                                       const PhaseSpan& span, Measure measure) {
  const RunSecond length = span.to - span.from;
  const RunSecond pieces = std::min<RunSecond>(10, length);
  std::vector<SparseHistogram> tenths;
  Histogram sum;
  for (RunSecond i = 0; i < pieces; ++i) {
    sum.clear();
    each_slice(measured.run->recording, {workload.group, workload.workload},
               span.from + length * i / pieces, span.from + length * (i + 1) / pieces,
               [&](const SliceKey&, const Slice& slice) { sum += slice[measure]; });
    tenths.push_back(sum.sparse());
  }
  return tenths;
}

/// Of an operation, over the whole run.
std::vector<Outage> outages_of_operation(const Measured& measured, const MeasuredWorkload& workload,
                                         std::uint16_t operation) {
  const auto seconds = seconds_of(measured.run->recording,
                                  {.selection = {workload.group, workload.workload, operation},
                                   .from = measured.from,
                                   .to = measured.to,
                                   .closed_loop = measured.clients_wait(workload.workload),
                                   .latency_limit = workload.latency_limit});
  return outages_of(seconds, measured.from);
}

void add_operations(const Measured& measured, const MeasuredWorkload& workload,
                    WorkloadResult& result) {
  if (result.operation_names.size() < 2) return;
  for (std::size_t i = 0; i < result.operation_names.size(); ++i) {
    const std::string& name = result.operation_names[i];
    result.operation_outages[name] =
        outages_of_operation(measured, workload, static_cast<std::uint16_t>(i));
    auto& phases = result.operations[name];
    for (const PhaseSpan& span : measured.spans) {
      phases.emplace_back(label_of(span.name, measured.run->header),
                          measured.figures(workload, span, static_cast<std::uint16_t>(i)));
    }
  }
}

}  // namespace

WorkloadResult workload_result(const Measured& measured, const MeasuredWorkload& workload) {
  const Workload& plan = measured.scenario().workloads[workload.workload];
  const Run& run = *measured.run;
  WorkloadResult result;
  result.kind = plan.kind == WorkloadKind::http ? "http" : "pgbench";
  result.closed_loop = plan.closed_loop();
  result.max_in_flight = plan.max_in_flight;
  if (workload.latency_limit) result.latency_limit_s = to_seconds(*workload.latency_limit);
  result.operation_names = plan.operations();
  result.totals = totals_of(measured, workload);
  for (const MeasuredPhase& phase : workload.phases) {
    const std::string label = label_of(phase.span.name, run.header);
    result.phases.emplace_back(label, phase.figures);
    result.response_tenths[label] = tenths_of(measured, workload, phase.span, Measure::response_ok);
    result.service_tenths[label] = tenths_of(measured, workload, phase.span, Measure::service);
  }
  for (const PhaseSpan& step : constant_steps(measured, plan)) {
    result.steps.push_back(measured.figures(workload, step, std::nullopt));
  }
  add_operations(measured, workload, result);
  const Selection selection{workload.group, workload.workload};
  result.served_by = served_by_of(run, selection, measured.spans, workload.seconds);
  result.recovery = workload.recovery;
  result.outages = outages_of(workload.seconds, measured.from);
  result.statements = statements_of(run, selection, measured.spans);
  result.audit = audit_of(run, workload.group, workload.workload);
  result.errors = errors_of(run, selection, measured.spans, workload.seconds);
  result.series = series_of(workload.seconds, measured.from);
  return result;
}

}  // namespace loadgen
