#include "loadgen/analysis/measured.h"

#include <algorithm>

#include "loadgen/analysis/recovery.h"
#include "loadgen/core/assert.h"
#include "loadgen/plan/rounds.h"

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
  note += "an onset in " + control->name +
          ", which got no fault: the detector's noise, or a disturbance of its own";
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

FiguresOf Measured::span_of(const MeasuredWorkload& workload, const PhaseSpan& span) const {
  FiguresOf of{.from = span.from,
               .to = span.to,
               .closed_loop = scenario().workloads[workload.workload].closed_loop(),
               .latency_limit = workload.latency_limit};
  const Rounds rounds(scenario());
  if (rounds.any()) {
    of.turns = rounds.length_within(workload.group, std::chrono::seconds{span.from},
                                    std::chrono::seconds{span.to});
  }
  return of;
}

bool Measured::clients_wait(std::size_t workload) const {
  return scenario().workloads[workload].closed_loop() && scenario().experiment.rounds == 0;
}

PhaseFigures Measured::figures(const MeasuredWorkload& workload, const PhaseSpan& span,
                               std::optional<std::uint16_t> operation) const {
  const Pool pool =
      pool_of(run->recording, {workload.group, workload.workload, operation}, span.from, span.to);
  return figures_of(pool, span_of(workload, span));
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
        phase.pieces = pieces_in(run, selection, span.from, span.to);
      }
      measured.workloads.push_back(std::move(workload));
    }
  }
  for (MeasuredWorkload& workload : measured.workloads) {
    workload.latency_limit = latency_limit(measured, workload.workload);
    for (MeasuredPhase& phase : workload.phases) {
      phase.figures = figures_of(phase.pool, measured.span_of(workload, phase.span));
    }
    workload.seconds =
        seconds_of(run.recording, {.selection = {workload.group, workload.workload},
                                   .from = measured.from,
                                   .to = measured.to,
                                   .closed_loop = measured.clients_wait(workload.workload),
                                   .latency_limit = workload.latency_limit});
    watch(measured, workload);
  }
  return measured;
}

std::vector<Piece> pieces_in(const Run& run, const Selection& selection, RunSecond from,
                             RunSecond to, Measure measure) {
  const std::vector<Turn> turns = Rounds(run.scenario).turns();
  if (turns.empty()) return pieces_of(run.recording, selection, from, to, measure);
  std::vector<RunSecond> seconds;
  for (const Turn& turn : turns) {
    if (turn.group != selection.group) continue;
    for (RunSecond s = std::max(from, turn.judged); s < std::min(to, turn.to); ++s) {
      seconds.push_back(s);
    }
  }
  return pieces_of(run.recording, selection, seconds, measure);
}

void leave_out_warmup(Measured& measured, RunSecond seconds) {
  if (seconds <= 0) return;
  for (MeasuredWorkload& workload : measured.workloads) {
    for (MeasuredPhase& phase : workload.phases) {
      if (phase.span.name != PhaseName::before) continue;
      phase.estimate_from = std::min(phase.span.from + seconds, phase.span.to);
      phase.pieces = pieces_in(*measured.run, {workload.group, workload.workload},
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
