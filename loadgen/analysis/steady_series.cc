#include "loadgen/analysis/steady_series.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "loadgen/plan/schedule.h"
#include "loadgen/stats/autocorrelation.h"
#include "loadgen/stats/distributions.h"
#include "loadgen/stats/estimate.h"
#include "loadgen/stats/histogram_quantile.h"
#include "loadgen/stats/level_shift.h"
#include "loadgen/stats/mser.h"
#include "loadgen/stats/order.h"
#include "loadgen/stats/trend.h"

namespace loadgen {
namespace {

constexpr std::size_t kStretches = 20;  // of a series, for trend and level shift
constexpr std::size_t kFirstShift = 10, kLastShift = 17;
constexpr double kTailOfBin = 10;
constexpr double kWarmupBatch_s = 5;
// Smaller changes are none: of p50 and of the rate, of p99, of the error fraction.
constexpr double kMaterial = 0.05, kMaterialTail = 0.10, kMaterialErrors = 0.01;

using Values = std::span<const double>;

/// ln of the q-quantile in bins of whole seconds, wide enough for the whole stretch's rate.
SteadySeries latency_series(const Measured& measured, const MeasuredWorkload& workload,
                            RunSecond from, RunSecond to, double q) {
  SteadySeries series;
  series.logarithm = true;
  const auto seconds = static_cast<std::size_t>(to - from);
  std::vector<std::vector<const SparseHistogram*>> histograms(seconds);
  std::uint64_t answers = 0;
  each_slice(measured.run->recording, {workload.group, workload.workload}, from, to,
             [&](const SliceKey& key, const Slice& slice) {
               const SparseHistogram& ok = slice[Measure::response_ok];
               if (ok.empty()) return;
               answers += ok.total;
               histograms[static_cast<std::size_t>(key.second - from)].push_back(&ok);
             });
  if (answers == 0) return series;
  const double per_second = static_cast<double>(answers) / static_cast<double>(seconds);
  const double needed = kTailOfBin / std::min(q, 1 - q);
  // Seconds differ in how many answers they hold: without some room every other bin would miss.
  const auto bin = static_cast<std::size_t>(std::max(1.0, std::ceil(needed * 1.2 / per_second)));
  series.bin_s = static_cast<double>(bin);
  Histogram sum;
  for (std::size_t at = 0; at + bin <= seconds; at += bin) {
    sum.clear();
    for (std::size_t i = at; i < at + bin; ++i) {
      for (const SparseHistogram* histogram : histograms[i]) sum += *histogram;
    }
    if (stats::tail_samples(sum.total(), q) < kTailOfBin) continue;
    const auto found = stats::quantile_of(sum.sparse(), q);
    series.values.push_back(std::log(std::max(0.5, found->us)));
  }
  return series;
}

/// One share per second that has tickets and is not blind.
template <class Share>
SteadySeries share_series(std::span<const SecondFigures> seconds, Share share) {
  SteadySeries series;
  for (const SecondFigures& second : seconds) {
    if (second.scheduled == 0 || second.planned == 0 || second.is_blind()) continue;
    series.values.push_back(share(second));
  }
  return series;
}

/// Means of `each` values; what is left at the end is dropped.
std::vector<double> means(Values values, std::size_t each) {
  std::vector<double> sums;
  for (std::size_t at = 0; at + each <= values.size(); at += each) {
    sums.push_back(stats::mean(values.subspan(at, each)));
  }
  return sums;
}

/// kStretches stretches of equal length: levels of latencies, means of shares, most of which are 0
/// in a healthy system.
std::vector<double> stretches(Values values, bool shares) {
  std::vector<double> levels;
  for (std::size_t i = 0; i < kStretches; ++i) {
    const std::size_t from = values.size() * i / kStretches;
    const std::size_t to = values.size() * (i + 1) / kStretches;
    const Values stretch = values.subspan(from, to - from);
    levels.push_back(shares ? stats::mean(stretch) : *stats::median(stretch));
  }
  return levels;
}

/// Effective length, with what taking out a line or a step hides of it put back: the lag-1
/// correlation of n residuals is too small by about (2 + 4 rho) / n (Kendall 1954, Marriott & Pope
/// 1954, for a line), which matters where n is small. At least what the residuals themselves show.
double tau_of(Values residuals) {
  const auto n = static_cast<double>(residuals.size());
  const double seen = std::max(0.0, stats::autocorrelation(residuals, 1));
  const double rho = std::min(0.98, seen + (2 + 4 * seen) / n);
  const double by_lag_one = seen > 0 ? (1 + rho) / (1 - rho) : 1;
  return std::clamp(std::max(stats::effective_length(residuals), by_lag_one), 1.0, n);
}

/// By how much correlation makes the stretches' values vary together: the variance that the series'
/// effective length says a stretch's mean has, over the one that the stretches show.
double inflation_of(Values residuals, const std::vector<double>& levels) {
  const double s = stats::deviation(residuals), of_stretches = stats::deviation(levels);
  if (!(s > 0) || !(of_stretches > 0)) return 1;
  const double each = static_cast<double>(residuals.size()) / static_cast<double>(kStretches);
  const double tau = tau_of(residuals);
  return std::max(1.0, s * s * tau / each / (of_stretches * of_stretches));
}

/// The first `head` values against those from `rest` on. The rest alone tells how much values
/// differ: the head may be a steep curve.
Change head_against_rest(Values values, Values head, Values rest) {
  const double tau = tau_of(rest);
  const auto n = static_cast<double>(head.size()), m = static_cast<double>(rest.size());
  const double size = stats::mean(head) - stats::mean(rest);
  const double error = stats::deviation(rest) * std::sqrt(tau * (1 / n + 1 / m));
  const double t = error > 0 ? std::abs(size) / error : size != 0 ? 1e9 : 0;
  // The cut was chosen among many, where the head stands out most.
  const double p =
      2 * stats::t_above(t, std::max(1.0, (m - 1) / tau)) * static_cast<double>(values.size() / 2);
  return {size, std::min(1.0, p), stats::deviation(rest), m / tau};
}

/// MSER's cut, taken back while its later half stands no higher than the rest: in noise the rule
/// likes to cut too much.
void find_warmup(Values values, const SteadySeries& series, SeriesFindings& found) {
  const auto each =
      static_cast<std::size_t>(std::max(1.0, std::round(kWarmupBatch_s / series.bin_s)));
  const std::vector<double> batches = means(values, each);
  stats::WarmupCut cut = stats::mser(batches);
  while (cut.cut > 1) {
    const auto later = Values(batches).subspan(cut.cut / 2, cut.cut - cut.cut / 2);
    const Change change = head_against_rest(batches, later, Values(batches).subspan(cut.cut));
    if (change.p < 0.05 && std::abs(change.size) > series.least()) break;
    cut = stats::mser(batches, cut.cut / 2);
  }
  if (cut.cut == 0) return;
  found.cut_s = static_cast<double>(cut.cut * each) * series.bin_s;
  found.cut_at_edge = cut.at_edge;
  found.warmup =
      head_against_rest(batches, Values(batches).first(cut.cut), Values(batches).subspan(cut.cut));
}

/// Of a statistic whose error rests on no more degrees of freedom than there are independent values
/// in the residuals: a short series that is strongly correlated shows any shape by chance.
Change change_of(double size, double t, Values residuals) {
  const double lengths = static_cast<double>(residuals.size()) / tau_of(residuals);
  const double degrees = std::clamp(lengths - 2, 1.0, kStretches - 2.0);
  return {size, std::min(1.0, 2 * stats::t_above(std::abs(t), degrees)),
          stats::deviation(residuals), lengths};
}

std::vector<double> without_line(Values values, double slope) {
  std::vector<double> rest;
  for (std::size_t i = 0; i < values.size(); ++i) {
    rest.push_back(values[i] - slope * static_cast<double>(i));
  }
  return rest;
}

void find_trend(Values values, const SteadySeries& series, SeriesFindings& found) {
  const std::vector<double> levels = stretches(values, !series.logarithm);
  const double slope = stats::trend(levels)->slope;
  const double each = static_cast<double>(values.size()) / static_cast<double>(kStretches);
  const std::vector<double> residuals = without_line(values, slope / each);
  const double inflation = inflation_of(residuals, without_line(levels, slope));
  found.trend = change_of(slope * static_cast<double>(kStretches),
                          stats::trend(levels, inflation)->z, residuals);
}

void find_shift(Values values, const SteadySeries& series, SeriesFindings& found) {
  const std::vector<double> levels = stretches(values, !series.logarithm);
  const auto shift = stats::level_shift(levels, kFirstShift, kLastShift);
  if (!shift) return;
  const std::size_t at = values.size() * shift->at / kStretches;
  std::vector<double> levelled(values.begin(), values.end()), levelled_stretches = levels;
  for (std::size_t i = at; i < levelled.size(); ++i) levelled[i] -= shift->shift;
  for (std::size_t i = shift->at; i < levels.size(); ++i) levelled_stretches[i] -= shift->shift;
  const double t = std::abs(shift->t) / std::sqrt(inflation_of(levelled, levelled_stretches));
  constexpr double kSplits = kLastShift - kFirstShift + 1;
  found.shift = change_of(shift->shift, t, levelled);
  found.shift.p = std::min(1.0, kSplits * found.shift.p);
  found.shift_at_s = static_cast<double>(at) * series.bin_s;
}

/// Stages that change the rate within [from, to): no steady state is meant.
bool changes_by_plan(const Workload& plan, RunSecond from, RunSecond to) {
  if (plan.stages.empty()) return false;
  std::optional<double> rate;
  for (const Segment& segment : segments_of(plan)) {
    const RunOffset end =
        segment.length == Duration::max() ? RunOffset::max() : segment.begin + segment.length;
    if (end <= std::chrono::seconds{from} || segment.begin >= std::chrono::seconds{to}) continue;
    if (segment.from != segment.to || (rate && *rate != segment.from)) return true;
    rate = segment.from;
  }
  return false;
}

}  // namespace

double SteadySeries::least() const { return logarithm ? std::log1p(material) : material; }

std::vector<SteadySeries> steady_series(const Measured& measured, RunSecond from, RunSecond to) {
  const Scenario& scenario = measured.scenario();
  std::vector<SteadySeries> all;
  if (to <= from) return all;
  const auto add = [&](SteadySeries series, const char* metric, const std::string& of,
                       double material) {
    series.of = std::string(metric) + of;
    series.material = material;
    all.push_back(std::move(series));
  };
  for (const MeasuredWorkload& workload : measured.workloads) {
    const Workload& plan = scenario.workloads[workload.workload];
    if (plan.probe != Probe::none || changes_by_plan(plan, from, to)) continue;
    std::string of = " of " + plan.name;
    if (scenario.groups.size() > 1) of += " in " + scenario.groups[workload.group].name;
    const auto seconds = std::span(workload.seconds)
                             .subspan(static_cast<std::size_t>(from - measured.from),
                                      static_cast<std::size_t>(to - from));
    SteadySeries median = latency_series(measured, workload, from, to, 0.5);
    median.latency = true;
    add(std::move(median), "p50", of, kMaterial);
    add(latency_series(measured, workload, from, to, 0.99), "p99", of, kMaterialTail);
    add(share_series(seconds,
                     [](const SecondFigures& s) {
                       return static_cast<double>(s.planned - s.ok) /
                              static_cast<double>(s.planned);
                     }),
        "error rate", of, kMaterialErrors);
    if (plan.closed_loop()) continue;
    add(share_series(seconds,
                     [](const SecondFigures& s) {
                       const auto held = count_of(s.ended, OutcomeKind::not_sent) + s.blind();
                       return 1 - static_cast<double>(held) / static_cast<double>(s.scheduled);
                     }),
        "achieved rate", of, kMaterial);
  }
  return all;
}

std::optional<SeriesFindings> findings_of(const SteadySeries& series) {
  if (series.values.size() < kStretches) return std::nullopt;
  SeriesFindings found;
  find_warmup(series.values, series, found);
  // What follows looks at the rest, as long as the cut is one.
  Values rest = series.values;
  const bool material = std::abs(found.warmup.size) > series.least() && found.warmup.p < 0.05;
  if (material) {
    rest = rest.subspan(std::min(static_cast<std::size_t>(found.cut_s / series.bin_s),
                                 series.values.size() - kStretches));
  }
  find_trend(rest, series, found);
  find_shift(rest, series, found);
  if (material) found.shift_at_s += found.cut_s;
  const double slope = found.trend.size / static_cast<double>(rest.size());
  found.data_s = static_cast<double>(rest.size()) * series.bin_s;
  found.tau_s = tau_of(without_line(rest, slope)) * series.bin_s;
  return found;
}

}  // namespace loadgen
