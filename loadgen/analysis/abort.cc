#include "loadgen/analysis/abort.h"

#include <algorithm>
#include <limits>

#include "loadgen/analysis/wording.h"
#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

struct QuantileOf {
  Metric metric;
  double q;
  bool with_failures;
};
constexpr QuantileOf kQuantiles[] = {
    {Metric::p50, 0.5, true},      {Metric::p75, 0.75, true},     {Metric::p90, 0.9, true},
    {Metric::p95, 0.95, true},     {Metric::p99, 0.99, true},     {Metric::p999, 0.999, true},
    {Metric::ok_p50, 0.5, false},  {Metric::ok_p75, 0.75, false}, {Metric::ok_p90, 0.9, false},
    {Metric::ok_p95, 0.95, false}, {Metric::ok_p99, 0.99, false}, {Metric::ok_p999, 0.999, false},
};

/// The lowest and the highest value that a second can still come to, whatever its open tickets do.
struct Range {
  double low = 0, high = 0;
};

double share(std::uint64_t part, std::uint64_t whole) {
  return static_cast<double>(part) / static_cast<double>(whole);
}

double quantile(const Histogram& histogram, double q, std::uint64_t infinite) {
  const auto us = histogram.quantile_us(q, infinite);
  return us ? static_cast<double>(*us) / 1e6 : std::numeric_limits<double>::infinity();
}

/// age_s: an open ticket of this second has waited for at least that long, so an answer of it, if
/// one comes, is slower than that.
std::optional<Range> range_of(const Check& check, const AbortSecond& second, double age_s) {
  if (second.planned == 0) return std::nullopt;
  switch (check.metric) {
    case Metric::error_rate:
      return Range{share(second.bad, second.planned),
                   share(second.bad + second.open(), second.planned)};
    case Metric::tps:
    case Metric::ok_rate:
      return Range{static_cast<double>(second.ok), static_cast<double>(second.ok + second.open())};
    case Metric::failed: {
      const auto outcome = failed_class(check.argument);
      if (!outcome) return std::nullopt;
      const std::uint64_t count = second.ended[static_cast<std::size_t>(*outcome)];
      return Range{share(count, second.planned), share(count + second.open(), second.planned)};
    }
    default:
      break;
  }
  const auto of = std::find_if(std::begin(kQuantiles), std::end(kQuantiles),
                               [&](const QuantileOf& q) { return q.metric == check.metric; });
  if (of == std::end(kQuantiles) || second.response_ok == nullptr) return std::nullopt;
  const std::uint64_t bad = of->with_failures ? second.bad : 0;
  if (second.response_ok->total() + bad + second.open() == 0) return std::nullopt;
  Histogram fastest = *second.response_ok;
  if (second.open() > 0) fastest.record_us(whole_us(from_seconds(age_s)), second.open());
  return Range{quantile(fastest, of->q, bad),
               quantile(*second.response_ok, of->q, bad + second.open())};
}

}  // namespace

std::optional<std::string> fired(const AbortRule& rule, const std::vector<AbortSecond>& seconds) {
  const Check& check = rule.check;
  const Duration held_for = check.held_for.value_or(std::chrono::seconds{1});
  const auto needed = static_cast<std::size_t>(
      std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(held_for).count()));
  if (seconds.size() < needed) return std::nullopt;
  const bool upward = check.op == Comparator::greater || check.op == Comparator::greater_equal;
  std::optional<double> mildest;
  for (std::size_t age = 0; age < needed; ++age) {
    const AbortSecond& second = seconds[seconds.size() - 1 - age];
    LG_ASSERT(second.ok + second.bad <= second.planned);
    const auto range = range_of(check, second, static_cast<double>(age));
    if (!range || !compare(range->low, check.op, check.bound) ||
        !compare(range->high, check.op, check.bound)) {
      return std::nullopt;
    }
    // What is told is what held throughout: the least of "> x", the most of "< x".
    const double seen = upward ? range->low : range->high;
    mildest = !mildest ? seen : upward ? std::min(*mildest, seen) : std::max(*mildest, seen);
  }
  const bool reached = *mildest != std::numeric_limits<double>::infinity();
  const std::string value = reached ? in_words(*mildest, unit_of(check.metric)) : "not reached";
  return metric_in_words(check) + " was " + (reached ? (upward ? "at least " : "at most ") : "") +
         value + " for " + std::to_string(needed) + " s";
}

}  // namespace loadgen
