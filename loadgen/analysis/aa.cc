#include "loadgen/analysis/aa.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "loadgen/analysis/comparable.h"
#include "loadgen/analysis/latency.h"
#include "loadgen/analysis/margins.h"
#include "loadgen/analysis/run_comparison.h"
#include "loadgen/analysis/shares.h"
#include "loadgen/analysis/stretch.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/stats/histogram_quantile.h"
#include "loadgen/stats/proportion.h"

namespace loadgen {
namespace {

constexpr std::size_t kLeastBatches = 8;
constexpr double kTailToDecide = 100, kTailInBatch = 10, kFewEvents = 10;
/// Advice on length: at least a fifth more, and more than thirty times is none.
constexpr double kLeastLonger = 1.2, kMostLonger = 30;

/// Half of the batches, and all of them as one.
struct Half {
  std::vector<Piece> batches;
  Piece all;
};

Half half_of(const std::vector<Piece>& batches, const std::vector<std::size_t>& order, bool first) {
  Half half;
  const std::size_t each = order.size() / 2;
  for (std::size_t i = 0; i < each; ++i)
    half.batches.push_back(batches[order[i + (first ? 0 : each)]]);
  Histogram sum;
  for (const Piece& batch : half.batches) {
    half.all.tally += batch.tally;
    sum += batch.histogram;
  }
  half.all.histogram = sum.sparse();
  return half;
}

std::optional<Effect> by_batches(const Half& half, const PieceValue& value) {
  const auto all = value(half.all, true);
  if (!all) return std::nullopt;
  std::vector<double> values;
  for (const Piece& batch : half.batches) {
    const auto one = value(batch, false);
    if (one) values.push_back(*one);
  }
  if (values.size() < half.batches.size()) return std::nullopt;
  const auto estimate = stats::of_batches(*all, values);
  if (!estimate) return std::nullopt;
  return Effect{*estimate, stats::interval(*estimate, kConfidence), false, 0};
}

/// The share in half of the batches; worth: independent tickets per ticket.
std::optional<Effect> share_in(const Half& half, const Counted& counted, double worth) {
  const auto n = static_cast<double>(settled(half.all.tally));
  if (n == 0) return std::nullopt;
  const auto events = static_cast<double>(counted.events(half.all));
  if (events >= kFewEvents && events < n) {
    return by_batches(half, [&](const Piece& piece, bool) -> std::optional<double> {
      const auto due = static_cast<double>(settled(piece.tally));
      if (due == 0) return std::nullopt;
      return static_cast<double>(counted.events(piece)) / due;
    });
  }
  stats::Interval interval = stats::wilson(events / n, std::max(1.0, n * worth), kConfidence);
  const double bound = stats::upper_bound_of_none(std::max(1.0, n * worth), 0.5 + kConfidence / 2);
  if (events == 0) interval = {0, bound};
  if (events == n) interval = {1 - bound, 1};
  return effect_from(events / n, interval);
}

/// What one deal says of one metric.
struct Dealt {
  Verdict verdict = Verdict::inconclusive;
  std::optional<double> reach;  // where the 90 % interval of the halves' difference ends, upwards
};

Verdict verdict_called(const std::string& name) {
  for (const Verdict verdict : {Verdict::failed, Verdict::degraded, Verdict::pass}) {
    if (name == name_of(verdict)) return verdict;
  }
  return Verdict::inconclusive;
}

std::string phases_of_about(double seconds) {
  return "phases of about " + in_words(std::ceil(seconds), Unit::seconds);
}

/// One stretch, ready to be dealt.
class Deck {
 public:
  Deck(const Stretch& stretch, const Margins& margins, std::optional<Duration> limit)
      : stretch_(stretch), margins_(margins), limit_(limit) {
    for (const Piece& batch : merged(stretch.pieces, kBatches)) {
      if (settled(batch.tally) > 0) batches_.push_back(batch);
    }
    if (batches_.size() % 2 == 1) batches_.pop_back();
    for (const Compared& metric : compared_metrics()) {
      if (metric.primary && (metric.kind != Compared::Kind::goodput || limit)) {
        metrics_.push_back(&metric);
      }
    }
    if (limit_) worth_of_good_ = worth(poor_counted(*limit_));
    worth_of_errors_ = worth(errors_counted());
  }

  std::size_t batches() const { return batches_.size(); }
  const std::vector<const Compared*>& metrics() const { return metrics_; }

  /// One half against the other, metric by metric.
  std::vector<Dealt> deal(std::mt19937_64& random) const {
    std::vector<std::size_t> order(batches_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    // Fisher and Yates by hand: std::shuffle differs between libraries.
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random() % i]);
    const Half a = half_of(batches_, order, true), b = half_of(batches_, order, false);
    std::vector<AgainstMargin> family;
    for (const Compared* metric : metrics_) {
      AgainstMargin against = against_margin(*metric, margins_);
      const auto of_a = effect_of(*metric, a), of_b = effect_of(*metric, b);
      if (of_a && of_b) against.effect = difference(*of_a, *of_b);
      family.push_back(against);
    }
    const std::vector<MarginVerdict> verdicts = by_margins(family);
    std::vector<Dealt> dealt;
    for (std::size_t i = 0; i < family.size(); ++i) {
      Dealt& one = dealt.emplace_back();
      one.verdict = verdict_called(verdicts[i].verdict);
      if (family[i].effect) one.reach = family[i].effect->interval.high;
    }
    return dealt;
  }

  /// Why deals of a metric came to nothing. reaches: of the undecided ones that had an interval;
  /// without: how many had none.
  std::string why_open(const Compared& metric, std::vector<double> reaches,
                       std::size_t without) const {
    if (without >= reaches.size()) return why_no_interval(metric);
    const auto middle = reaches.begin() + static_cast<std::ptrdiff_t>(reaches.size() / 2);
    std::nth_element(reaches.begin(), middle, reaches.end());
    const double reach = *middle, margin = against_margin(metric, margins_).degraded;
    const bool ratio = metric.kind == Compared::Kind::quantile;
    const std::string text =
        "by chance alone the 90 % interval of two halves reaches " +
        (ratio ? ratio_in_words(std::exp(reach)) : difference_in_words(reach, Unit::fraction)) +
        " (median), the margin is " +
        (ratio ? ratio_in_words(std::exp(margin)) : difference_in_words(margin, Unit::fraction));
    // Differences by chance and their errors both shrink with the root of the length.
    const double times = std::max(kLeastLonger, reach / margin * (reach / margin));
    return text + (times > kMostLonger ? ": no reasonable length would decide, a wider margin would"
                                       : ": " + phases_of_about(length_s() * times) +
                                             " would decide, or a wider margin");
  }

 private:
  double length_s() const { return static_cast<double>(stretch_.seconds.size()); }

  std::string why_no_interval(const Compared& metric) const {
    const Piece all = merged(stretch_.pieces, 1).front();
    if (settled(all.tally) == 0) return "no request of the phase has an outcome";
    if (metric.kind != Compared::Kind::quantile) return "the halves have too few requests";
    const double tail = tail_of(all, {.q = metric.q});
    if (tail == 0) return "nothing was answered";
    if (tail >= 2 * kTailToDecide) {
      return "in too many batches it has fewer than " + in_words(kTailInBatch, Unit::count) +
             " answers beyond it";
    }
    return "half of the phase has " + in_words(std::floor(tail / 2), Unit::count) +
           " answers beyond it, " + in_words(kTailToDecide, Unit::count) +
           " are needed: " + phases_of_about(length_s() * 2 * kTailToDecide / tail) +
           " at this rate";
  }

  double worth(const Counted& counted) const {
    const ShareCount count = count_in(stretch_.side(), counted);
    if (count.n == 0) return 1;
    return effective_tickets(stretch_.side(), counted) / static_cast<double>(count.n);
  }

  std::optional<Effect> effect_of(const Compared& metric, const Half& half) const {
    if (metric.kind == Compared::Kind::errors) {
      return share_in(half, errors_counted(), worth_of_errors_);
    }
    if (metric.kind == Compared::Kind::goodput) {
      return share_in(half, poor_counted(*limit_), worth_of_good_);
    }
    const QuantileOf of{.q = metric.q};
    if (tail_of(half.all, of) < kTailToDecide) return std::nullopt;
    return by_batches(half, [&](const Piece& piece, bool whole) -> std::optional<double> {
      if (!whole && tail_of(piece, of) < kTailInBatch) return std::nullopt;
      return quantile_in(piece, of);
    });
  }

  const Stretch& stretch_;
  const Margins& margins_;
  std::optional<Duration> limit_;
  std::vector<Piece> batches_;
  std::vector<const Compared*> metrics_;
  double worth_of_errors_ = 1, worth_of_good_ = 1;
};

/// FAILED before DEGRADED before undecided before PASS.
Verdict worst_of(const std::vector<Dealt>& dealt) {
  for (const Verdict verdict : {Verdict::failed, Verdict::degraded, Verdict::inconclusive}) {
    for (const Dealt& each : dealt) {
      if (each.verdict == verdict) return verdict;
    }
  }
  return Verdict::pass;
}

void deal_stretch(const Deck& deck, std::size_t splits, std::uint64_t seed, NullStretch& made) {
  made.batches = deck.batches();
  if (deck.batches() < kLeastBatches) {
    made.why_not = "only " + std::to_string(deck.batches()) +
                   " of the phase's ten batches have requests that can be dealt, " +
                   std::to_string(kLeastBatches) +
                   " are needed: it takes at least 10 s with requests in each, and p99 " +
                   in_words(2 * kTailToDecide / 0.01, Unit::count) + " answers";
    return;
  }
  for (const Compared* metric : deck.metrics()) made.metrics.push_back({metric->name, {}, {}});
  std::vector<std::vector<double>> reaches(made.metrics.size());
  std::vector<std::size_t> without(made.metrics.size());
  std::mt19937_64 random(seed);
  for (std::size_t i = 0; i < splits; ++i) {
    const std::vector<Dealt> dealt = deck.deal(random);
    for (std::size_t m = 0; m < dealt.size(); ++m) {
      made.metrics[m].count.count(dealt[m].verdict);
      if (dealt[m].verdict != Verdict::inconclusive) continue;
      if (dealt[m].reach) reaches[m].push_back(*dealt[m].reach);
      without[m] += dealt[m].reach ? 0 : 1;
    }
    made.all.count(worst_of(dealt));
  }
  for (std::size_t m = 0; m < made.metrics.size(); ++m) {
    if (made.metrics[m].count.undecided() == 0) continue;
    made.metrics[m].why_open = deck.why_open(*deck.metrics()[m], std::move(reaches[m]), without[m]);
  }
}

/// Phases that no fault has touched.
bool is_quiet(const Result& result, const GroupResult& group, const std::string& phase) {
  if (phase == "warmup") return false;
  if (!result.fault_requested || phase == "before") return true;
  return group.role == "control" && result.groups.size() > 1;
}

}  // namespace

void NullCount::count(Verdict verdict) {
  ++comparisons;
  failed += verdict == Verdict::failed ? 1 : 0;
  degraded += verdict == Verdict::degraded ? 1 : 0;
  passed += verdict == Verdict::pass ? 1 : 0;
}

std::vector<NullStretch> deal_halves(const Result& result, std::size_t splits, std::uint64_t seed) {
  std::vector<NullStretch> all;
  const Judging judging = judging_of(result);
  for (const auto& [group_name, group] : result.groups) {
    for (const auto& [name, workload] : group.workloads) {
      for (const auto& [phase, figures] : workload.phases) {
        if (!is_quiet(result, group, phase)) continue;
        const auto limit = judging.latency_limits.find(name);
        const std::optional<Duration> declared =
            limit == judging.latency_limits.end() ? std::nullopt : std::optional(limit->second);
        const Stretch stretch = stretch_of(workload, phase, declared);
        NullStretch& made = all.emplace_back();
        made.run_id = result.run_id;
        made.group = group_name;
        made.workload = name;
        made.phase = phase;
        deal_stretch(Deck(stretch, judging.margins, declared), splits, seed, made);
      }
    }
  }
  return all;
}

NullCount each_against_each(const std::vector<ComparableRun>& runs) {
  NullCount count;
  for (const ComparableRun& base : runs) {
    for (const ComparableRun& head : runs) {
      if (&base != &head) count.count(compare_runs({base}, {head}).verdict);
    }
  }
  return count;
}

}  // namespace loadgen
