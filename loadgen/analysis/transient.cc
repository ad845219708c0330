#include "loadgen/analysis/transient.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/recovery.h"

namespace loadgen {
namespace {

using Range = std::pair<double, double>;

/// Stretches of the length of `during` that tile [from, to) from its begin; the whole when it is
/// shorter.
std::vector<PhaseSpan> tiles(const PhaseSpan& phase, RunSecond length) {
  std::vector<PhaseSpan> found;
  if (length <= 0 || phase.to <= phase.from) return found;
  if (phase.to - phase.from <= length) return {phase};
  for (RunSecond from = phase.from; from + length <= phase.to; from += length) {
    found.push_back({phase.name, from, from + length});
  }
  return found;
}

/// What is usual: visits the stretches of experimental's `before` and of all of control's phases.
template <class Visit>
void each_usual(const MeasuredWorkload& experimental, const MeasuredWorkload* control,
                Visit visit) {
  const MeasuredPhase* during = experimental.phase(PhaseName::during);
  if (during == nullptr) return;
  const RunSecond length = during->span.to - during->span.from;
  const auto visit_all = [&](const MeasuredWorkload& of, const MeasuredPhase& phase) {
    for (const PhaseSpan& tile : tiles(phase.span, length)) visit(of, tile);
  };
  if (const MeasuredPhase* before = experimental.phase(PhaseName::before)) {
    visit_all(experimental, *before);
  }
  if (control == nullptr) return;
  for (const MeasuredPhase& phase : control->phases) {
    if (phase.span.name != PhaseName::warmup) visit_all(*control, phase);
  }
}

void widen(std::optional<Range>& range, double value) {
  if (!range) range = Range{value, value};
  range->first = std::min(range->first, value);
  range->second = std::max(range->second, value);
}

/// A figure of seconds of one workload.
using OfSeconds = std::function<double(const MeasuredWorkload&, std::span<const SecondFigures>)>;

std::span<const SecondFigures> seconds_in(const Measured& measured, const MeasuredWorkload& of,
                                          const PhaseSpan& span) {
  return std::span(of.seconds)
      .subspan(static_cast<std::size_t>(span.from - measured.from),
               static_cast<std::size_t>(span.to - span.from));
}

ComparisonRow row_of(const Measured& measured, const char* metric,
                     const MeasuredWorkload& experimental, const MeasuredWorkload* control,
                     const OfSeconds& figure) {
  ComparisonRow row;
  row.metric = metric;
  const auto of_during = [&](const MeasuredWorkload* of) -> std::optional<double> {
    const MeasuredPhase* during = of == nullptr ? nullptr : of->phase(PhaseName::during);
    if (during == nullptr) return std::nullopt;
    return figure(*of, seconds_in(measured, *of, during->span));
  };
  row.control = of_during(control);
  row.experimental = of_during(&experimental);
  each_usual(experimental, control, [&](const MeasuredWorkload& of, const PhaseSpan& tile) {
    widen(row.range, figure(of, seconds_in(measured, of, tile)));
  });
  row.verdict = "not judged";
  row.note = "totals of a transient, beside what is usual";
  return row;
}

}  // namespace

std::vector<PhaseFigures> usual_figures(const Measured& measured,
                                        const MeasuredWorkload& experimental,
                                        const MeasuredWorkload* control) {
  std::vector<PhaseFigures> figures;
  each_usual(experimental, control, [&](const MeasuredWorkload& of, const PhaseSpan& tile) {
    figures.push_back(measured.figures(of, tile, std::nullopt));
  });
  return figures;
}

std::optional<Range> range_of(
    const std::vector<PhaseFigures>& figures,
    const std::function<std::optional<double>(const PhaseFigures&)>& figure) {
  std::optional<Range> range;
  for (const PhaseFigures& each : figures) {
    if (const auto value = figure(each)) widen(range, *value);
  }
  return range;
}

std::vector<ComparisonRow> transient_rows(const Measured& measured,
                                          const MeasuredWorkload& experimental,
                                          const MeasuredWorkload* control) {
  const OfSeconds lost = [&](const MeasuredWorkload& of, std::span<const SecondFigures> seconds) {
    const MeasuredPhase* before = of.phase(PhaseName::before);
    const double rate = before == nullptr ? 0 : before->figures.error_rate.value_or(0);
    return std::round(requests_lost(seconds, rate));
  };
  const OfSeconds error_seconds = [](const MeasuredWorkload&,
                                     std::span<const SecondFigures> seconds) {
    return static_cast<double>(
        std::count_if(seconds.begin(), seconds.end(), [](const SecondFigures& second) {
          return !second.is_blind() && !second.is_empty() && second.ok < second.planned;
        }));
  };
  return {row_of(measured, "requests_lost", experimental, control, lost),
          row_of(measured, "error_seconds", experimental, control, error_seconds)};
}

}  // namespace loadgen
