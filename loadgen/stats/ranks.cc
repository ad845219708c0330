#include "loadgen/stats/ranks.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "loadgen/core/assert.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/order.h"

namespace loadgen::stats {
namespace {

constexpr std::size_t kMostExact = 60;

/// Twice the middle rank of each value: whole numbers, so that sums can be counted.
std::vector<std::uint32_t> doubled_ranks(std::span<const double> values) {
  const std::vector<double> sorted = ascending(values);
  std::vector<std::uint32_t> ranks;
  for (const double value : values) {
    const auto [from, to] = std::equal_range(sorted.begin(), sorted.end(), value);
    ranks.push_back(
        static_cast<std::uint32_t>((from - sorted.begin()) + (to - sorted.begin()) + 1));
  }
  return ranks;
}

/// Sums up `probabilities` of the sums at most `sum`, and of those at least it, and doubles the
/// smaller one.
double two_sided(const std::vector<double>& probabilities, std::uint32_t sum) {
  double below = 0, above = 0;
  for (std::uint32_t s = 0; s < probabilities.size(); ++s) {
    if (s <= sum) below += probabilities[s];
    if (s >= sum) above += probabilities[s];
  }
  return std::min(1.0, 2 * std::min(below, above));
}

double two_sided_normal(double distance, double variance) {
  if (!(variance > 0)) return 1;
  const double z = std::max(0.0, std::abs(distance) - 0.5) / std::sqrt(variance);
  return std::min(1.0, 2 * normal_above(z));
}

/// How likely each sum of n of these ranks is, when any n are as likely as any others.
std::vector<double> sums_of_some(const std::vector<std::uint32_t>& ranks, std::size_t n) {
  const auto most = std::accumulate(ranks.begin(), ranks.end(), std::uint32_t{0});
  // ways[k][s]: subsets of k ranks with sum s. Doubles: exact up to 2^53, close beyond.
  std::vector<std::vector<double>> ways(n + 1, std::vector<double>(most + 1));
  ways[0][0] = 1;
  for (const std::uint32_t rank : ranks) {
    for (std::size_t k = n; k > 0; --k) {
      for (std::uint32_t s = most; s >= rank; --s) ways[k][s] += ways[k - 1][s - rank];
    }
  }
  const double all = std::accumulate(ways[n].begin(), ways[n].end(), 0.0);
  for (double& way : ways[n]) way /= all;
  return std::move(ways[n]);
}

/// How likely each sum is, when each rank is in it or not with equal chance.
std::vector<double> sums_of_any(const std::vector<std::uint32_t>& ranks) {
  const auto most = std::accumulate(ranks.begin(), ranks.end(), std::uint32_t{0});
  std::vector<double> chance(most + 1);
  chance[0] = 1;
  for (const std::uint32_t rank : ranks) {
    for (std::uint32_t s = most + 1; s-- > 0;) {
      chance[s] = chance[s] / 2 + (s >= rank ? chance[s - rank] / 2 : 0);
    }
  }
  return chance;
}

std::vector<std::uint32_t> untied_ranks(std::size_t n) {
  std::vector<std::uint32_t> ranks(n);
  for (std::size_t i = 0; i < n; ++i) ranks[i] = static_cast<std::uint32_t>(2 * (i + 1));
  return ranks;
}

/// How many of the smallest (and largest) differences the interval leaves out: the largest k for
/// which sums of rank up to the (k−1)-th keep within α / 2. Doubled sums step by two.
std::size_t left_out(const std::vector<double>& chance, std::uint32_t least_sum,
                     double confidence) {
  double tail = 0;
  std::size_t k = 0;
  for (std::uint32_t s = least_sum; s < chance.size(); s += 2, ++k) {
    tail += chance[s];
    if (tail > (1 - confidence) / 2) break;
  }
  return k;
}

std::size_t left_out_normal(double centre, double variance, double confidence) {
  const double k = centre - normal_quantile(0.5 + confidence / 2) * std::sqrt(variance) + 0.5;
  return k < 1 ? 0 : static_cast<std::size_t>(k);
}

/// The interval that leaves out k values at each end; nothing for k = 0: it would be unbounded.
std::optional<Interval> trimmed(const std::vector<double>& sorted, std::size_t k) {
  if (k == 0 || 2 * k > sorted.size()) return std::nullopt;
  return Interval{sorted[k - 1], sorted[sorted.size() - k]};
}

double tie_sum(std::span<const double> values) {
  const std::vector<double> sorted = ascending(values);
  double sum = 0;
  for (auto at = sorted.begin(); at != sorted.end();) {
    const auto end = std::upper_bound(at, sorted.end(), *at);
    const auto t = static_cast<double>(end - at);
    sum += t * t * t - t;
    at = end;
  }
  return sum;
}

}  // namespace

std::optional<RankTest> mann_whitney(std::span<const double> a, std::span<const double> b,
                                     double confidence) {
  LG_ASSERT(confidence > 0 && confidence < 1);
  if (a.empty() || b.empty()) return std::nullopt;
  std::vector<double> differences, both(a.begin(), a.end());
  both.insert(both.end(), b.begin(), b.end());
  for (const double x : a) {
    for (const double y : b) differences.push_back(x - y);
  }
  differences = ascending(differences);
  const std::vector<std::uint32_t> ranks = doubled_ranks(both);
  const auto sum = std::accumulate(
      ranks.begin(), ranks.begin() + static_cast<std::ptrdiff_t>(a.size()), std::uint32_t{0});
  RankTest test;
  test.estimate = *median(differences);
  const auto n = static_cast<double>(a.size()), m = static_cast<double>(b.size());
  test.exact = both.size() <= kMostExact;
  if (test.exact) {
    test.p = two_sided(sums_of_some(ranks, a.size()), sum);
    const auto least = static_cast<std::uint32_t>(a.size() * (a.size() + 1));
    test.interval = trimmed(differences, left_out(sums_of_some(untied_ranks(both.size()), a.size()),
                                                  least, confidence));
    return test;
  }
  const double all = n + m;
  const double variance = n * m / 12 * (all + 1 - tie_sum(both) / (all * (all - 1)));
  test.p = two_sided_normal(sum / 2.0 - n * (all + 1) / 2, variance);
  test.interval =
      trimmed(differences, left_out_normal(n * m / 2, n * m * (all + 1) / 12, confidence));
  return test;
}

std::optional<RankTest> signed_rank(std::span<const double> differences, double confidence) {
  LG_ASSERT(confidence > 0 && confidence < 1);
  if (differences.empty()) return std::nullopt;
  std::vector<double> averages, sizes;
  std::vector<bool> positive;
  for (std::size_t i = 0; i < differences.size(); ++i) {
    for (std::size_t j = i; j < differences.size(); ++j) {
      averages.push_back((differences[i] + differences[j]) / 2);
    }
    if (differences[i] == 0) continue;
    sizes.push_back(std::abs(differences[i]));
    positive.push_back(differences[i] > 0);
  }
  averages = ascending(averages);
  RankTest test;
  test.estimate = *median(averages);
  const std::vector<std::uint32_t> ranks = doubled_ranks(sizes);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < ranks.size(); ++i) sum += positive[i] ? ranks[i] : 0;
  test.exact = differences.size() <= kMostExact;
  if (test.exact) {
    if (!ranks.empty()) test.p = two_sided(sums_of_any(ranks), sum);
    test.interval =
        trimmed(averages, left_out(sums_of_any(untied_ranks(differences.size())), 0, confidence));
    return test;
  }
  const auto variance = [](double n) { return n * (n + 1) * (2 * n + 1) / 24; };
  const auto n = static_cast<double>(ranks.size());
  test.p = two_sided_normal(sum / 2.0 - n * (n + 1) / 4, variance(n) - tie_sum(sizes) / 48);
  const auto all = static_cast<double>(differences.size());
  test.interval =
      trimmed(averages, left_out_normal(all * (all + 1) / 4, variance(all), confidence));
  return test;
}

}  // namespace loadgen::stats
