// A run, measured: the sums that figures, checks, comparison and trust all look at, made once.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "loadgen/analysis/effect.h"
#include "loadgen/analysis/figures.h"
#include "loadgen/analysis/pieces.h"
#include "loadgen/analysis/run.h"
#include "loadgen/analysis/seconds.h"

namespace loadgen {

struct MeasuredPhase {
  PhaseSpan span;
  Pool pool;  // all operations
  PhaseFigures figures;
  RunSecond estimate_from = 0;  // estimates leave out what is before it: a rest of warm-up
  std::vector<Piece> pieces;    // of [estimate_from, span.to)
};

/// One workload in one group.
struct MeasuredWorkload {
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  std::optional<Duration> latency_limit;  // the scenario's, else p99 of before × 1.1
  std::vector<MeasuredPhase> phases;      // as Measured::spans
  std::vector<SecondFigures> seconds;     // of Measured::from … to
  std::optional<Recovery> recovery;       // when a fault was requested

  /// Null when the phase never began.
  const MeasuredPhase* phase(PhaseName name) const;
};

/// Borrows the run. Regular otherwise.
struct Measured {
  const Run* run = nullptr;
  std::vector<PhaseSpan> spans;
  RunSecond from = 0, to = 0;               // of all spans
  std::optional<RunOffset> requested;       // of the first fault
  std::vector<MeasuredWorkload> workloads;  // by group, then workload, in file order

  const MeasuredWorkload& at(std::size_t group, std::size_t workload) const;
  const Scenario& scenario() const { return run->scenario; }
  /// What estimates of the phase are made from; borrows this.
  Side side(const MeasuredWorkload& workload, const MeasuredPhase& phase) const;
  /// What figures of a span of the workload need to know beside the counts.
  FiguresOf span_of(const MeasuredWorkload& workload, const PhaseSpan& span) const;
  /// Whether a second without tickets means that clients wait: in a closed loop, unless it is the
  /// other group's turn.
  bool clients_wait(std::size_t workload) const;
  /// The figures of one operation in a phase, or of all when it is not given.
  PhaseFigures figures(const MeasuredWorkload& workload, const PhaseSpan& span,
                       std::optional<std::uint16_t> operation) const;
};

/// Sums the run over `spans` (contiguous, in order; may be empty). Pure.
Measured measure(const Run& run, std::vector<PhaseSpan> spans);

/// The pieces that estimates of [from, to) are made from: in benchmark mode those of the judged
/// parts of the group's own turns. Pure.
std::vector<Piece> pieces_in(const Run& run, const Selection& selection, RunSecond from,
                             RunSecond to, Measure measure = Measure::response_ok);

/// Leaves the first seconds of `before` out of estimates; figures keep them. Pure otherwise.
void leave_out_warmup(Measured& measured, RunSecond seconds);

/// The fault marks' first "requested". Pure.
std::optional<RunOffset> first_requested(const std::vector<Mark>& marks);

}  // namespace loadgen
