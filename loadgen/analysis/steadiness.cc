#include "loadgen/analysis/steadiness.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/effect.h"
#include "loadgen/analysis/steady_series.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/stats/holm.h"

namespace loadgen {
namespace {

constexpr double kAlpha = 0.05;
/// Residuals are worth at least this many independent values, or the stretch is too short to tell a
/// change from slow noise. Twice the length that the guard asks for: taking a change out takes some
/// of the correlation with it.
constexpr double kLeastLengthsOfResiduals = 2 * kLeastLengths;
/// Then a change is believed only when it is this many deviations of the values around their line.
/// A clean step stands 4 of them high, since no line fits it; correlated noise (simulated: rho 0.8,
/// 60 s) seldom 3.6.
constexpr double kClearShift = 3.6, kClearChange = 8;
/// A drift this many deviations high is one whatever the test says. A smooth drift that is no line
/// leaves its own bend in the residuals; that looks like correlation, and costs the test its power.
constexpr double kBeyondDoubt = 16;

struct Found {
  const SteadySeries* series = nullptr;
  SeriesFindings findings;
};

/// A change of the series in words: "rose by 12 %", "fell by 1.3 points".
std::string change_in_words(const SteadySeries& series, double change) {
  const double size = series.logarithm ? std::expm1(change) : change;
  return std::string(change > 0 ? "rose" : "fell") + " by " +
         (series.logarithm ? in_words(std::abs(size), Unit::fraction)
                           : difference_in_words(std::abs(size), Unit::fraction));
}

std::string seconds_in_words(double seconds) { return in_words(seconds, Unit::seconds); }

/// Material, and where the stretch is too short for its correlation clearly beyond what correlated
/// noise does by chance.
bool stands_out(const Found& found, Change SeriesFindings::*kind) {
  const Change& change = found.findings.*kind;
  const double clear = kind == &SeriesFindings::shift ? kClearShift * found.findings.trend.residual
                                                      : kClearChange * change.residual;
  const bool too_short = change.lengths < kLeastLengthsOfResiduals;
  return std::abs(change.size) > std::max(found.series->least(), too_short ? clear : 0);
}

bool is_beyond_doubt(const Found& found, Change SeriesFindings::*kind) {
  const Change& change = found.findings.*kind;
  return kind == &SeriesFindings::trend &&
         std::abs(change.size) > std::max(found.series->least(), kBeyondDoubt * change.residual);
}

/// The findings of one kind that stand after Holm over all series: their p below α, and large
/// enough.
std::vector<const Found*> standing(const std::vector<Found>& all, Change SeriesFindings::*kind) {
  std::vector<double> ps;
  for (const Found& found : all) ps.push_back((found.findings.*kind).p);
  const std::vector<double> adjusted = stats::holm(ps);
  std::vector<const Found*> stand;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool told = adjusted[i] < kAlpha && stands_out(all[i], kind);
    if (told || is_beyond_doubt(all[i], kind)) stand.push_back(&all[i]);
  }
  return stand;
}

void judge(const std::vector<Found>& all, Steadiness& steadiness) {
  const auto add = [&](const Found& found, const std::string& what) {
    steadiness.reasons.push_back(found.series->of + " " + what);
  };
  for (const Found* found : standing(all, &SeriesFindings::warmup)) {
    const SeriesFindings& f = found->findings;
    if (f.cut_at_edge) {
      add(*found, "had not settled after " + seconds_in_words(f.cut_s));
    } else {
      steadiness.cut_s = std::max(steadiness.cut_s, f.cut_s);
    }
  }
  for (const Found* found : standing(all, &SeriesFindings::trend)) {
    add(*found, change_in_words(*found->series, found->findings.trend.size) + " from begin to end");
  }
  for (const Found* found : standing(all, &SeriesFindings::shift)) {
    add(*found, change_in_words(*found->series, found->findings.shift.size) + " at " +
                    seconds_in_words(found->findings.shift_at_s));
  }
}

}  // namespace

Steadiness steadiness_of(const Measured& measured, RunSecond from, RunSecond to) {
  Steadiness steadiness;
  from = std::clamp(from, measured.from, measured.to);
  to = std::clamp(to, from, measured.to);
  const std::vector<SteadySeries> series = steady_series(measured, from, to);
  if (series.empty() && to > from) return steadiness;
  std::vector<Found> all;
  double needed_s = 0, have_s = to - from;
  bool untold = false;
  for (const SteadySeries& one : series) {
    if (const auto findings = findings_of(one)) all.push_back({&one, *findings});
  }
  judge(all, steadiness);
  if (!steadiness.reasons.empty()) {
    steadiness.outcome = "not steady";
    return steadiness;
  }
  for (const SteadySeries& one : series) {
    if (!one.latency) continue;
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const Found& f) { return f.series == &one; });
    // Too few bins for any test: twenty of them are the least.
    const double tau_s = found == all.end() ? one.bin_s : found->findings.tau_s;
    const double data_s = static_cast<double>(one.values.size()) * one.bin_s;
    untold = untold || found == all.end() || data_s < kLeastLengths * tau_s;
    needed_s = std::max(needed_s, std::ceil(kLeastLengths * tau_s + steadiness.cut_s));
    have_s = std::min(have_s, data_s);
  }
  if (series.empty() || untold) {
    steadiness.outcome = "unverifiable";
    const std::string phase = "`" + label_of(PhaseName::before, measured.run->header) + "`";
    if (needed_s > have_s) {
      steadiness.needed_s = needed_s;
      steadiness.reasons.push_back(
          phase + " has " + seconds_in_words(have_s) +
          " of data, too short to tell whether it is steady: it needs about " +
          seconds_in_words(needed_s));
    } else {
      steadiness.reasons.push_back(phase + " has too little data to tell whether it is steady");
    }
    return steadiness;
  }
  steadiness.outcome = "steady";
  return steadiness;
}

Steadiness steadiness_of(const Measured& measured) {
  // Each group's seconds have gaps, and a drift is what the turns are there for.
  if (measured.scenario().experiment.rounds > 0) return {};
  for (const PhaseSpan& span : measured.spans) {
    if (span.name == PhaseName::before) return steadiness_of(measured, span.from, span.to);
  }
  return {};
}

}  // namespace loadgen
