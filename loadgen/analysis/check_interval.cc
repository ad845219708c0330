#include "loadgen/analysis/check_interval.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/recipe.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/stats/histogram_quantile.h"
#include "loadgen/stats/proportion.h"

namespace loadgen {
namespace {

constexpr double kLeastTailToShow = 50, kLeastTailToDecide = 100;
constexpr RunSecond kLeastSeconds = 10;  // one for each batch
constexpr double kLeastTickets = 10;     // in a batch, for its share below a value

CheckIntervalOf none(const std::string& why) {
  CheckIntervalOf found;
  found.why_not = why;
  return found;
}

CheckIntervalOf some(const stats::Interval& interval) {
  CheckIntervalOf found;
  found.interval = CheckInterval{interval.low, interval.high};
  return found;
}

std::string needs(double tickets, double per_second) {
  std::string text = in_words(tickets, Unit::count) + " requests are needed";
  if (per_second > 0) {
    text += ", " + in_words(std::ceil(tickets / per_second), Unit::seconds) + " at this rate";
  }
  return text;
}

double length_of(const Side& side) {
  return side.pieces->empty() ? 0 : side.pieces->back().to - side.pieces->front().from;
}

/// Of the quantile's rank: how the share below it varies over batches, read back as values.
CheckIntervalOf of_quantile(const Side& side, const QuantileOf& of) {
  const QuantileOf linear{of.q, of.with_failures, false};
  const Piece all = merged(*side.pieces, 1).front();
  const double tail = tail_of(all, of);
  if (tail < kLeastTailToShow) {
    const double tickets = static_cast<double>(all.histogram.total) +
                           (of.with_failures ? static_cast<double>(all.not_ok()) : 0.0);
    const double length = length_of(side);
    return none("no interval: " + needs(kLeastTailToShow / std::min(of.q, 1 - of.q),
                                        length > 0 ? tickets / length : 0));
  }
  const auto centre = quantile_in(all, linear);
  if (!centre) return none("the quantile lies among the failures");
  const auto index = hdr::index_of(static_cast<std::int64_t>(*centre * 1e6));
  const ValueEffect below = lone_value(side, [&](const Piece& piece, bool) {
    double at_most = 0;
    for (const auto& [bucket, times] : piece.histogram.buckets) {
      if (bucket <= index) at_most += static_cast<double>(times);
    }
    const double n = static_cast<double>(piece.histogram.total) +
                     (of.with_failures ? static_cast<double>(piece.not_ok()) : 0.0);
    return n < kLeastTickets ? std::nullopt : std::optional<double>(at_most / n);
  });
  if (!below.effect) return none("no interval: too many stretches without requests");
  const double half = (below.effect->interval.high - below.effect->interval.low) / 2;
  const auto value_at = [&](double q) -> std::optional<double> {
    if (q >= 1) return std::nullopt;
    return quantile_in(all, {std::max(q, 0.0), of.with_failures, false});
  };
  CheckIntervalOf found;
  found.interval = CheckInterval{value_at(of.q - half), value_at(of.q + half)};
  return found;
}

/// Even without a single event so few tickets would not show that the share keeps the limit.
bool too_few_for(const Check& check, const Side& side, const Counted& counted, double& needed) {
  const bool upper = check.op == Comparator::less || check.op == Comparator::less_equal;
  const double room = check.metric == Metric::goodput ? 1 - check.bound : check.bound;
  if (upper == (check.metric == Metric::goodput) || !(room > 0) || room >= 1) return false;
  const double n = effective_tickets(side, counted);
  if (stats::upper_bound_of_none(n, 0.5 + kConfidence / 2) < room) return false;
  const ShareCount count = count_in(side, counted);
  needed = std::ceil(std::log((1 - kConfidence) / 2) / std::log1p(-room)) *
           static_cast<double>(count.n) / n;
  return true;
}

CheckIntervalOf of_share(const Side& side, const Recipe& recipe, const Check& check) {
  double needed = 0;
  if (too_few_for(check, side, recipe.counted, needed)) {
    const double length = length_of(side);
    const auto n = static_cast<double>(count_in(side, recipe.counted).n);
    return none("no interval: " + needs(needed, length > 0 ? n / length : 0));
  }
  const auto effect = lone_share(side, recipe.counted);
  if (!effect) return none("no request was due");
  if (check.metric != Metric::goodput) return some(effect->interval);
  return some({1 - effect->interval.high, 1 - effect->interval.low});
}

CheckIntervalOf of_level(const Side& side, const Recipe& recipe, const Check& check) {
  switch (recipe.kind) {
    case Recipe::Kind::quantile:
      return of_quantile(side, recipe.quantile);
    case Recipe::Kind::share:
      return of_share(side, recipe, check);
    case Recipe::Kind::mean:
    case Recipe::Kind::rate: {
      const ValueEffect found = lone_value(side, piece_value(recipe, Check::Form::value));
      return found.effect ? some(found.effect->interval) : none("no interval: too few requests");
    }
    case Recipe::Kind::fact:
      break;
  }
  return none("a fact of this run");
}

/// The effect of one side, or of one side against another, for a change.
std::optional<Effect> effect_for(const Recipe& recipe, Check::Form form, const Side& side,
                                 const Side* against) {
  if (recipe.kind == Recipe::Kind::share) {
    return against != nullptr ? paired_share(side, *against, recipe.counted)
                              : lone_share(side, recipe.counted);
  }
  if (recipe.kind == Recipe::Kind::quantile) {
    QuantileOf of = recipe.quantile;
    of.logarithm = form == Check::Form::ratio;
    return against != nullptr ? paired_latency(side, *against, of).effect
                              : lone_latency(side, of).effect;
  }
  const PieceValue value = piece_value(recipe, form);
  return against != nullptr ? paired_value(side, *against, value).effect
                            : lone_value(side, value).effect;
}

/// Why a change of a quantile can't be decided; empty when it can.
std::string too_few_to_decide(const Recipe& recipe, const std::vector<Side>& sides) {
  if (recipe.kind != Recipe::Kind::quantile) return {};
  std::string why;
  for (const Side& side : sides) {
    const Piece all = merged(*side.pieces, 1).front();
    if (tail_of(all, recipe.quantile) >= kLeastTailToDecide) continue;
    const double q = recipe.quantile.q, length = length_of(side);
    why = "too few to decide: " +
          needs(std::round(kLeastTailToDecide / std::min(q, 1 - q)),
                length > 0 ? static_cast<double>(settled(all.tally)) / length : 0);
  }
  return why;
}

CheckIntervalOf of_change(const Measured& measured, const MeasuredWorkload& workload,
                          const MeasuredPhase& phase, const Recipe& recipe, const Check& check,
                          const std::string& vs, Sides& sides) {
  const MeasuredPhase* before = workload.phase(PhaseName::before);
  const Group* control = measured.scenario().control();
  if (before == nullptr || before == &phase || (vs == "control" && control == nullptr)) {
    return none("there is nothing to compare with");
  }
  std::vector<Side> all = {sides.of(workload, phase, false), sides.of(workload, *before, false)};
  if (vs == "control") {
    const MeasuredWorkload& other =
        measured.at(measured.scenario().group_index(control->name), workload.workload);
    all.push_back(sides.of(other, *other.phase(phase.span.name), false));
    all.push_back(sides.of(other, *other.phase(PhaseName::before), false));
  }
  const bool paired = all.size() == 4;
  const auto now = effect_for(recipe, check.form, all[0], paired ? &all[2] : nullptr);
  const auto then = effect_for(recipe, check.form, all[1], paired ? &all[3] : nullptr);
  const std::string too_few = too_few_to_decide(recipe, all);
  CheckIntervalOf found;
  found.needed = true;
  if (!now || !then || !too_few.empty()) {
    found.why_not = !too_few.empty() ? too_few : "no interval: too few requests in its stretches";
    return found;
  }
  const Effect change = difference(*now, *then);
  const bool ratio = check.form == Check::Form::ratio;
  const double sign = check.metric == Metric::goodput ? -1 : 1;
  const auto scaled = [&](double value) { return ratio ? std::exp(value) : sign * value; };
  const double a = scaled(change.interval.low), b = scaled(change.interval.high);
  found.interval = CheckInterval{std::min(a, b), std::max(a, b)};
  if (before->estimate_from > before->span.from) found.net = scaled(change.estimate.value);
  return found;
}

}  // namespace

CheckIntervalOf interval_of(const Measured& measured, const MeasuredWorkload& workload,
                            const Where& where, const Check& check, const std::string& vs) {
  const MeasuredPhase* phase = workload.phase(where.span.name);
  if (phase == nullptr || phase->span != where.span) return none("");
  Recipe recipe = recipe_of(workload, check);
  if (check.metric == Metric::goodput && !workload.latency_limit &&
      phase->figures.tally.ok() == 0) {  // then none was good, whatever the limit
    recipe.kind = Recipe::Kind::share;
    recipe.counted = errors_counted();
  }
  if (recipe.kind == Recipe::Kind::fact || where.span.name == PhaseName::during) {
    return none("a fact of this run");
  }
  if (check.op == Comparator::equal || check.op == Comparator::not_equal) {
    return none("equality is judged by the observed value");
  }
  if (where.span.to - where.span.from < kLeastSeconds) {
    return none("no interval: the phase is shorter than 10 s");
  }
  Sides sides(measured, recipe.measure, where.operation);
  if (check.form == Check::Form::value) {
    return of_level(sides.of(workload, *phase, true), recipe, check);
  }
  if (recipe.kind == Recipe::Kind::share && check.form == Check::Form::ratio) {
    return none("a ratio of shares has no interval: use delta");
  }
  return of_change(measured, workload, *phase, recipe, check, vs, sides);
}

std::string interval_in_words(const CheckInterval& interval, const Check& check) {
  const auto words = [&](double value) {
    if (check.form == Check::Form::ratio) return ratio_in_words(value);
    if (check.form == Check::Form::delta) return difference_in_words(value, unit_of(check.metric));
    return in_words(value, unit_of(check.metric));
  };
  if (interval.low && interval.high) {
    return interval_in_words(words(*interval.low), words(*interval.high));
  }
  if (interval.low) return "at least " + words(*interval.low);
  if (interval.high) return "at most " + words(*interval.high);
  return "unknown";
}

}  // namespace loadgen
