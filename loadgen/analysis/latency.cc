#include "loadgen/analysis/latency.h"

#include <algorithm>
#include <cmath>

#include "loadgen/stats/autocorrelation.h"
#include "loadgen/stats/histogram_quantile.h"

namespace loadgen {
namespace {

constexpr double kLeastTail = 10;  // samples beyond the quantile, in a batch of a group

std::optional<stats::BucketQuantile> bucket_of(const Piece& piece, const QuantileOf& of) {
  const auto ok = static_cast<double>(piece.histogram.total);
  if (ok == 0) return std::nullopt;
  const double all = ok + (of.with_failures ? static_cast<double>(piece.not_ok()) : 0.0);
  const double among_ok = of.q * all / ok;
  if (among_ok > 1) return std::nullopt;
  return stats::quantile_of(piece.histogram, among_ok);
}

/// Values below half a microsecond would have no logarithm.
double ln_us(double us) { return std::log(std::max(0.5, us)); }

/// Half the width of the quantile's bucket, on its scale.
double resolution(const Side& side, const QuantileOf& of) {
  const auto found = bucket_of(merged(*side.pieces, 1).front(), of);
  if (!found) return 0;
  return of.logarithm ? found->width_us / 2 / std::max(1.0, found->us) : found->width_us / 2e6;
}

PieceValue usable_quantile(const QuantileOf& of) {
  return [of](const Piece& piece, bool whole) -> std::optional<double> {
    if (!whole && tail_of(piece, of) < kLeastTail) return std::nullopt;
    return quantile_in(piece, of);
  };
}

/// Effective length, with what taking out the mean hides of it put back: the lag-1 correlation of n
/// values is too small by about (1 + 3 rho) / n (Kendall 1954), which matters where n is small.
double tau_of(const std::vector<double>& series) {
  if (series.size() < 4) return 1;
  const auto n = static_cast<double>(series.size());
  const double seen = std::max(0.0, stats::autocorrelation(series, 1));
  const double rho = std::min(0.98, seen + (1 + 3 * seen) / n);
  // Noise has some correlation by chance.
  const double by_lag_one = seen > 2 / std::sqrt(n) ? (1 + rho) / (1 - rho) : 1;
  return std::clamp(std::max(stats::effective_length(series), by_lag_one), 1.0, n);
}

/// Batches that are not much longer than the correlation resemble their neighbours, and then differ
/// by less than they err: the error of the series' mean by its effective length over the one that
/// its batches show. Simulated: rho 0.8, 120 s, A/A alarms of 4 % without it.
double inflation_of(const std::vector<double>& series, double tau) {
  if (series.size() < 2 * kBatches) return 1;
  std::vector<double> means;
  for (std::size_t i = 0; i < kBatches; ++i) {
    const std::size_t from = series.size() * i / kBatches, to = series.size() * (i + 1) / kBatches;
    means.push_back(stats::mean(std::span(series).subspan(from, to - from)));
  }
  const double each = static_cast<double>(series.size()) / static_cast<double>(kBatches);
  const double by_series = stats::deviation(series) * std::sqrt(tau / each);
  const double by_batches = stats::deviation(means);
  return by_batches > 0 ? std::max(1.0, by_series / by_batches) : 1;
}

void correlate(const Correlation& correlation, Batched& batched) {
  batched.seconds = correlation.seconds;
  batched.tau = correlation.tau;
  batched.inflation = correlation.inflation;
}

}  // namespace

ValueEffect paired_value(const Side& a, const Side& b, const PieceValue& value,
                         double least_error) {
  ValueEffect found;
  const auto of_a = value(merged(*a.pieces, 1).front(), true);
  const auto of_b = value(merged(*b.pieces, 1).front(), true);
  if (!of_a || !of_b) return found;
  found.value = *of_a - *of_b;
  Batched batched;
  batched.value = *found.value;
  batched.least_error = least_error;
  correlate(latency_correlation(a, &b), batched);
  batched.values = [&](std::size_t batches) {
    const auto from_a = merged(*a.pieces, batches), from_b = merged(*b.pieces, batches);
    std::vector<std::optional<double>> values;
    for (std::size_t i = 0; i < batches; ++i) {
      const auto one = value(from_a[i], false), other = value(from_b[i], false);
      values.push_back(one && other ? std::optional<double>(*one - *other) : std::nullopt);
    }
    return values;
  };
  found.effect = effect_of(batched);
  return found;
}

ValueEffect lone_value(const Side& side, const PieceValue& value, double least_error) {
  ValueEffect found;
  found.value = value(merged(*side.pieces, 1).front(), true);
  if (!found.value) return found;
  Batched batched;
  batched.value = *found.value;
  batched.least_error = least_error;
  correlate(latency_correlation(side), batched);
  batched.values = [&](std::size_t batches) {
    std::vector<std::optional<double>> values;
    for (const Piece& batch : merged(*side.pieces, batches)) values.push_back(value(batch, false));
    return values;
  };
  found.effect = effect_of(batched);
  return found;
}

std::optional<double> quantile_in(const Piece& piece, const QuantileOf& of) {
  const auto found = bucket_of(piece, of);
  if (!found) return std::nullopt;
  return of.logarithm ? ln_us(found->us) : found->us / 1e6;
}

double tail_of(const Piece& piece, const QuantileOf& of) {
  return stats::tail_samples(piece.histogram.total + (of.with_failures ? piece.not_ok() : 0), of.q);
}

std::string why_no_error(const Side& side, const QuantileOf& of) {
  const Piece all = merged(*side.pieces, 1).front();
  if (all.histogram.empty()) return "no answer to take it from";
  if (!bucket_of(all, of)) return "not reached: failures are as frequent as the quantile's tail";
  return "no interval: fewer than eight of ten stretches have 10 requests beyond the quantile";
}

ValueEffect paired_latency(const Side& a, const Side& b, const QuantileOf& of) {
  return paired_value(a, b, usable_quantile(of), std::max(resolution(a, of), resolution(b, of)));
}

ValueEffect lone_latency(const Side& side, const QuantileOf& of) {
  return lone_value(side, usable_quantile(of), resolution(side, of));
}

Correlation latency_correlation(const Side& a, const Side* b) {
  std::vector<double> series;
  for (std::size_t i = 0; i < a.seconds.size(); ++i) {
    const auto& one = a.seconds[i].p50_us;
    if (!one || a.seconds[i].is_blind()) continue;
    double value = ln_us(static_cast<double>(*one));
    if (b != nullptr) {
      if (i >= b->seconds.size() || !b->seconds[i].p50_us || b->seconds[i].is_blind()) continue;
      value -= ln_us(static_cast<double>(*b->seconds[i].p50_us));
    }
    series.push_back(value);
  }
  const double tau = tau_of(series);
  return {static_cast<double>(series.size()), tau, inflation_of(series, tau)};
}

}  // namespace loadgen
