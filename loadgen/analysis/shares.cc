#include "loadgen/analysis/shares.h"

#include <algorithm>
#include <cmath>

#include "loadgen/stats/autocorrelation.h"
#include "loadgen/stats/proportion.h"

namespace loadgen {
namespace {

constexpr std::uint64_t kLeastEvents = 10;  // for an error that batches can tell

/// The share in each second that has tickets and is not blind.
std::vector<double> by_second(const Side& side, const Counted& counted) {
  std::vector<double> shares;
  for (const SecondFigures& second : side.seconds) {
    if (second.planned == 0 || second.is_blind()) continue;
    shares.push_back(static_cast<double>(counted.in_second(second)) /
                     static_cast<double>(second.planned));
  }
  return shares;
}

std::optional<double> share_in(const Piece& piece, const Counted& counted) {
  const std::uint64_t n = settled(piece.tally);
  if (n == 0) return std::nullopt;
  return static_cast<double>(counted.events(piece)) / static_cast<double>(n);
}

stats::Share wilson_of(const Side& side, const Counted& counted) {
  const ShareCount count = count_in(side, counted);
  const double n = effective_tickets(side, counted);
  stats::Share share{count.share(), stats::wilson(count.share(), n, kConfidence)};
  const double bound = stats::upper_bound_of_none(n, 0.5 + kConfidence / 2);
  if (count.events == 0) share.interval = {0, bound};
  if (count.events == count.n) share.interval = {1 - bound, 1};
  return share;
}

/// The guard of a share that no batches tell of: the stretch against the correlation of its own
/// seconds.
void guard(const std::vector<double>& series, Effect& effect) {
  effect.needed_s = kLeastLengths * stats::effective_length(series);
  effect.guarded = static_cast<double>(series.size()) < effect.needed_s;
}

}  // namespace

Counted errors_counted() {
  return {[](const Piece& piece) { return piece.not_ok(); },
          [](const SecondFigures& second) { return second.planned - second.ok; }};
}

Counted poor_counted(Duration latency_limit) {
  return {[limit = whole_us(latency_limit)](const Piece& piece) {
            std::uint64_t good = 0;
            for (const auto& [index, times] : piece.histogram.buckets) {
              if (index <= hdr::index_of(limit)) good += times;
            }
            return settled(piece.tally) - good;
          },
          [](const SecondFigures& second) { return second.planned - second.good; }};
}

ShareCount count_in(const Side& side, const Counted& counted) {
  ShareCount count;
  for (const Piece& piece : *side.pieces) {
    count.events += counted.events(piece);
    count.n += settled(piece.tally);
  }
  return count;
}

double effective_tickets(const Side& side, const Counted& counted) {
  const ShareCount count = count_in(side, counted);
  const auto n = static_cast<double>(count.n);
  const std::vector<double> series = by_second(side, counted);
  const double share = count.share();
  double spread = 1;
  if (share > 0 && share < 1 && series.size() > 1) {
    const double of_chance = share * (1 - share) * static_cast<double>(series.size()) / n;
    const double s = stats::deviation(series);
    spread = std::max(1.0, s * s / of_chance);
  }
  return std::clamp(n / (spread * stats::effective_length(series)), 1.0, std::max(1.0, n));
}

std::optional<Effect> lone_share(const Side& side, const Counted& counted) {
  const ShareCount count = count_in(side, counted);
  if (count.n == 0) return std::nullopt;
  const std::vector<double> series = by_second(side, counted);
  std::optional<Effect> effect;
  if (count.events >= kLeastEvents && count.events < count.n) {
    Batched batched;
    batched.value = count.share();
    batched.seconds = static_cast<double>(series.size());
    batched.tau = stats::effective_length(series);
    batched.values = [&](std::size_t batches) {
      std::vector<std::optional<double>> values;
      for (const Piece& batch : merged(*side.pieces, batches)) {
        values.push_back(share_in(batch, counted));
      }
      return values;
    };
    effect = effect_of(batched);
    if (effect) {
      effect->interval.low = std::max(0.0, effect->interval.low);
      effect->interval.high = std::min(1.0, effect->interval.high);
      return effect;
    }
  }
  effect = effect_from(count.share(), wilson_of(side, counted).interval);
  guard(series, *effect);
  return effect;
}

std::optional<Effect> paired_share(const Side& a, const Side& b, const Counted& counted) {
  const ShareCount of_a = count_in(a, counted), of_b = count_in(b, counted);
  if (of_a.n == 0 || of_b.n == 0) return std::nullopt;
  std::vector<double> series;
  for (std::size_t i = 0; i < std::min(a.seconds.size(), b.seconds.size()); ++i) {
    const SecondFigures &one = a.seconds[i], &other = b.seconds[i];
    if (one.planned == 0 || other.planned == 0 || one.is_blind() || other.is_blind()) continue;
    const auto share = [&](const SecondFigures& second) {
      return static_cast<double>(counted.in_second(second)) / static_cast<double>(second.planned);
    };
    series.push_back(share(one) - share(other));
  }
  if (of_a.events >= kLeastEvents && of_b.events >= kLeastEvents) {
    Batched batched;
    batched.value = of_a.share() - of_b.share();
    batched.seconds = static_cast<double>(series.size());
    batched.tau = stats::effective_length(series);
    batched.values = [&](std::size_t batches) {
      const auto from_a = merged(*a.pieces, batches), from_b = merged(*b.pieces, batches);
      std::vector<std::optional<double>> values;
      for (std::size_t i = 0; i < batches; ++i) {
        const auto one = share_in(from_a[i], counted), other = share_in(from_b[i], counted);
        values.push_back(one && other ? std::optional<double>(*one - *other) : std::nullopt);
      }
      return values;
    };
    if (auto effect = effect_of(batched)) return effect;
  }
  const stats::Share one = wilson_of(a, counted), other = wilson_of(b, counted);
  Effect effect = effect_from(one.share - other.share, stats::difference(one, other));
  guard(series, effect);
  return effect;
}

}  // namespace loadgen
