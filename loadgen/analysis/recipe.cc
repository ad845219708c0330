#include "loadgen/analysis/recipe.h"

#include <cmath>

namespace loadgen {
namespace {

std::uint64_t ended_as(const OutcomeCounts& ended, const std::string& name) {
  if (const auto outcome = failed_class(name)) return ended[static_cast<std::size_t>(*outcome)];
  for (const OutcomeKind kind : {OutcomeKind::timed_out, OutcomeKind::in_doubt,
                                 OutcomeKind::unfinished, OutcomeKind::not_sent}) {
    if (name_of(kind) == name) return count_of(ended, kind);
  }
  return 0;
}

Recipe latency_recipe(Metric metric) {
  // The order of the enumeration: eight figures each of response, of successes, of service.
  static constexpr double kQuantiles[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.999};
  const auto index = static_cast<std::size_t>(metric);
  const std::size_t figure = index % 8, family = index / 8;
  Recipe recipe;
  recipe.quantile.with_failures = family == 0;
  if (family == 2) recipe.measure = Measure::service;
  if (metric == Metric::max || metric == Metric::ok_max || metric == Metric::service_max) {
    return recipe;
  }
  recipe.kind = figure == 7 ? Recipe::Kind::mean : Recipe::Kind::quantile;
  if (recipe.kind == Recipe::Kind::quantile) recipe.quantile.q = kQuantiles[figure];
  return recipe;
}
static_assert(static_cast<int>(Metric::mean) == 7 && static_cast<int>(Metric::ok_p50) == 8 &&
              static_cast<int>(Metric::service_p50) == 16 &&
              static_cast<int>(Metric::service_mean) == 23);

}  // namespace

Recipe recipe_of(const MeasuredWorkload& workload, const Check& check) {
  if (check.metric <= Metric::service_mean) return latency_recipe(check.metric);
  Recipe recipe;
  switch (check.metric) {
    case Metric::error_rate:
      recipe.kind = Recipe::Kind::share;
      recipe.counted = errors_counted();
      break;
    case Metric::goodput:
      if (!workload.latency_limit) break;
      recipe.kind = Recipe::Kind::share;
      recipe.counted = poor_counted(*workload.latency_limit);
      break;
    case Metric::failed:
      recipe.kind = Recipe::Kind::share;
      recipe.counted = {
          [name = check.argument](const Piece& p) { return ended_as(p.tally.ended, name); },
          [name = check.argument](const SecondFigures& s) { return ended_as(s.ended, name); }};
      break;
    case Metric::tps:
    case Metric::ok_rate:
      recipe.kind = Recipe::Kind::rate;
      break;
    default:
      break;
  }
  return recipe;
}

PieceValue piece_value(const Recipe& recipe, Check::Form form) {
  const auto scaled = [form](double value) -> std::optional<double> {
    if (form != Check::Form::ratio) return value;
    return value > 0 ? std::optional<double>(std::log(value)) : std::nullopt;
  };
  if (recipe.kind == Recipe::Kind::rate) {
    return [scaled](const Piece& piece, bool) -> std::optional<double> {
      if (piece.to <= piece.from) return std::nullopt;
      return scaled(static_cast<double>(piece.tally.ok()) / (piece.to - piece.from));
    };
  }
  return [scaled, failures = recipe.quantile.with_failures](const Piece& piece,
                                                            bool) -> std::optional<double> {
    if (piece.histogram.empty() || (failures && piece.not_ok() > 0)) return std::nullopt;
    return scaled(static_cast<double>(piece.histogram.sum_us) /
                  static_cast<double>(piece.histogram.total) / 1e6);
  };
}

Side Sides::of(const MeasuredWorkload& workload, const MeasuredPhase& phase, bool whole) {
  const RunSecond from = whole ? phase.span.from : phase.estimate_from;
  const bool at_hand = !operation_ && measure_ == Measure::response_ok;
  if (at_hand && from == phase.estimate_from) return measured_.side(workload, phase);
  Own& own = *own_.emplace_back(std::make_unique<Own>());
  const Selection selection{workload.group, workload.workload, operation_};
  own.pieces = pieces_in(*measured_.run, selection, from, phase.span.to, measure_);
  own.seconds = seconds_of(measured_.run->recording,
                           {.selection = selection,
                            .from = from,
                            .to = phase.span.to,
                            .closed_loop = measured_.clients_wait(workload.workload),
                            .latency_limit = workload.latency_limit});
  return {own.seconds, &own.pieces};
}

}  // namespace loadgen
