#include "loadgen/analysis/measured.h"

#include <algorithm>

#include "loadgen/analysis/recovery.h"
#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

/// The scenario's latency limit, else 1.1 times the p99 of successes in `before`, pooled over all
/// groups so that they are held to the same one. Nothing without either.
std::optional<Duration> latency_limit(const Measured& measured, std::size_t workload) {
  const auto& declared = measured.scenario().workloads[workload].latency_limit;
  if (declared) return declared;
  Histogram before;
  for (const MeasuredWorkload& measured_workload : measured.workloads) {
    if (measured_workload.workload != workload) continue;
    const MeasuredPhase* phase = measured_workload.phase(PhaseName::before);
    if (phase != nullptr) before += phase->pool[Measure::response_ok];
  }
  const auto p99 = before.quantile_us(0.99);
  if (!p99) return std::nullopt;
  return std::chrono::microseconds{*p99 + *p99 / 10};
}

FiguresOf figures_in(const Workload& workload, const std::optional<Duration>& limit,
                     const PhaseSpan& span) {
  return {.from = span.from,
          .to = span.to,
          .closed_loop = workload.closed_loop(),
          .latency_limit = limit};
}

void watch(const Measured& measured, MeasuredWorkload& workload) {
  if (!measured.requested) return;
  Watched watched{
      .seconds = workload.seconds, .first = measured.from, .requested = *measured.requested};
  if (const MeasuredPhase* before = workload.phase(PhaseName::before)) {
    watched.before_from = before->span.from;
    watched.before_to = before->span.to;
  }
  workload.recovery = recovery_of(watched);
  const Group* control = measured.scenario().control();
  const bool is_control = control != nullptr && measured.scenario().experimental() != nullptr &&
                          &measured.scenario().groups[workload.group] == control;
  if (!is_control || !workload.recovery->onset) return;
  std::string& note = workload.recovery->note;
  note += note.empty() ? "" : "; ";
  note +=
      "an onset in control, which got no fault: the detector's noise, or a disturbance of its own";
}

}  // namespace

const MeasuredPhase* MeasuredWorkload::phase(PhaseName name) const {
  for (const MeasuredPhase& phase : phases) {
    if (phase.span.name == name) return &phase;
  }
  return nullptr;
}

const MeasuredWorkload& Measured::at(std::size_t group, std::size_t workload) const {
  const std::size_t index = group * scenario().workloads.size() + workload;
  LG_ASSERT(index < workloads.size());
  return workloads[index];
}

Side Measured::side(const MeasuredWorkload& workload, const MeasuredPhase& phase) const {
  const auto seconds = std::span(workload.seconds)
                           .subspan(static_cast<std::size_t>(phase.estimate_from - from),
                                    static_cast<std::size_t>(phase.span.to - phase.estimate_from));
  return {seconds, &phase.pieces};
}

PhaseFigures Measured::figures(const MeasuredWorkload& workload, const PhaseSpan& span,
                               std::optional<std::uint16_t> operation) const {
  const Pool pool =
      pool_of(run->recording, {workload.group, workload.workload, operation}, span.from, span.to);
  return figures_of(
      pool, figures_in(scenario().workloads[workload.workload], workload.latency_limit, span));
}

Measured measure(const Run& run, std::vector<PhaseSpan> spans) {
  Measured measured;
  measured.run = &run;
  measured.spans = std::move(spans);
  measured.requested = first_requested(run.marks);
  if (!measured.spans.empty()) {
    measured.from = measured.spans.front().from;
    measured.to = measured.spans.back().to;
  }
  const std::size_t workloads = run.scenario.workloads.size();
  for (std::size_t g = 0; g < run.scenario.groups.size(); ++g) {
    for (std::size_t w = 0; w < workloads; ++w) {
      MeasuredWorkload workload;
      workload.group = static_cast<std::uint16_t>(g);
      workload.workload = static_cast<std::uint16_t>(w);
      for (const PhaseSpan& span : measured.spans) {
        const Selection selection{workload.group, workload.workload};
        MeasuredPhase& phase = workload.phases.emplace_back();
        phase.span = span;
        phase.pool = pool_of(run.recording, selection, span.from, span.to);
        phase.estimate_from = span.from;
        phase.pieces = pieces_of(run.recording, selection, span.from, span.to);
      }
      measured.workloads.push_back(std::move(workload));
    }
  }
  for (MeasuredWorkload& workload : measured.workloads) {
    workload.latency_limit = latency_limit(measured, workload.workload);
    const Workload& plan = run.scenario.workloads[workload.workload];
    for (MeasuredPhase& phase : workload.phases) {
      phase.figures = figures_of(phase.pool, figures_in(plan, workload.latency_limit, phase.span));
    }
    workload.seconds = seconds_of(run.recording, {.selection = {workload.group, workload.workload},
                                                  .from = measured.from,
                                                  .to = measured.to,
                                                  .closed_loop = plan.closed_loop(),
                                                  .latency_limit = workload.latency_limit});
    watch(measured, workload);
  }
  return measured;
}

void leave_out_warmup(Measured& measured, RunSecond seconds) {
  if (seconds <= 0) return;
  for (MeasuredWorkload& workload : measured.workloads) {
    for (MeasuredPhase& phase : workload.phases) {
      if (phase.span.name != PhaseName::before) continue;
      phase.estimate_from = std::min(phase.span.from + seconds, phase.span.to);
      phase.pieces = pieces_of(measured.run->recording, {workload.group, workload.workload},
                               phase.estimate_from, phase.span.to);
    }
  }
}

std::optional<RunOffset> first_requested(const std::vector<Mark>& marks) {
  std::optional<RunOffset> first;
  for (const Mark& mark : marks) {
    if (mark.kind == "requested") first = std::min(first.value_or(mark.at), mark.at);
  }
  return first;
}

}  // namespace loadgen
