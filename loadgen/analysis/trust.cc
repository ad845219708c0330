#include "loadgen/analysis/trust.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/blind.h"
#include "loadgen/analysis/generator.h"
#include "loadgen/analysis/wording.h"
#include "loadgen/analysis/worker_trust.h"

namespace loadgen {
namespace {

constexpr double kInvalidShare = 0.01, kWarningShare = 0.001;
// One or two late tickets are chance, unless they are most: a short look at a service is not
// invalid by a single one of its forty requests.
constexpr std::uint64_t kFewLate = 2;
constexpr std::int64_t kLeastLateUs = 1000;     // a shorter lag never makes a ticket late
constexpr std::int64_t kBlindAfterUs = 100000;  // later than that a ticket is blind, not late
// Groups are compared by lag only where p99 means something, and not below a tenth of what counts
// as late: two estimates of a 20 µs lag always differ.
constexpr std::uint64_t kLeastForLag = 1000;
constexpr double kLeastLagDifferenceUs = 100;

/// The sum over all phases but warm-up, and but `without`.
Pool judged_pool(const MeasuredWorkload& workload,
                 std::optional<PhaseName> without = std::nullopt) {
  Pool sum;
  for (const MeasuredPhase& phase : workload.phases) {
    if (phase.span.name != PhaseName::warmup && phase.span.name != without) sum += phase.pool;
  }
  return sum;
}

/// The p99 of send lags with its sampling error: three standard errors of its rank to each side.
struct LagQuantile {
  double p99_us = 0, low_us = 0, high_us = 0;
};
LagQuantile lag_quantile(const Histogram& lag) {
  const double error = 3 * std::sqrt(0.99 * 0.01 / static_cast<double>(lag.total()));
  const auto at = [&](double q) {
    return static_cast<double>(lag.quantile_us(std::min(q, 1.0)).value_or(0));
  };
  return {at(0.99), at(0.99 - error), at(0.99 + error)};
}

std::uint64_t count(const Tally& tally, Outcome outcome) {
  return tally.ended[static_cast<std::size_t>(outcome)];
}

/// Tickets sent late, and those that loadgen lost while its workers were there.
std::uint64_t late_or_blind(const Pool& pool, std::int64_t late_us) {
  const Histogram& lag = pool[Measure::send_lag];
  // Those that were too late to be sent have a lag, too. They are taken off by their number: the
  // histogram can't tell 100.01 ms from 100 ms, and at a generator's end many lie there.
  const std::uint64_t beyond = lag.total() - lag.count_at_most(std::min(late_us, kBlindAfterUs));
  const std::uint64_t late = beyond - std::min(beyond, count(pool.tally, Outcome::blind_late));
  const std::uint64_t blind = count(pool.tally, Outcome::blind_late) +
                              count(pool.tally, Outcome::blind_stalled) +
                              count(pool.tally, Outcome::blind_no_socket);
  return late + blind;
}

void judge_lateness(const Measured& measured, Trust& trust) {
  const Scenario& scenario = measured.scenario();
  Histogram lag;
  std::uint64_t late = 0, scheduled = 0;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    Pool both;
    for (std::size_t g = 0; g < scenario.groups.size(); ++g) {
      both += judged_pool(measured.at(g, w));
    }
    const std::int64_t median_us = both[Measure::response_ok].quantile_us(0.5).value_or(0);
    late += late_or_blind(both, std::max(kLeastLateUs, median_us / 20));
    scheduled += both.tally.scheduled;
    lag += both[Measure::send_lag];
  }
  trust.send_lag = quantiles_of(lag);
  const auto share = share_of(late, scheduled);
  if (!share) {
    trust.reasons.push_back("no request fell due in any judged phase: nothing was measured");
    return;
  }
  trust.late_share = *share;
  if (*share <= kWarningShare) return;
  const std::string text = in_words(*share, Unit::fraction) +
                           " of the requests were sent late or lost by loadgen itself: lower the "
                           "rate, add workers, or give it a machine with less to do";
  const bool few = late <= kFewLate && late <= scheduled / 2;
  (*share > kInvalidShare && !few ? trust.reasons : trust.warnings).push_back(text);
}

/// The generator must be equally late for both groups, or it makes a difference of its own: by no
/// more than a tenth of the p99 margin, beyond what chance makes of two equal lags. The fault
/// window is left out: nothing is compared in it, and reconnecting takes its time.
void compare_lags(const Measured& measured, Trust& trust) {
  const Scenario& scenario = measured.scenario();
  if (scenario.control() == nullptr || scenario.experimental() == nullptr) return;
  const std::size_t control = scenario.group_index(scenario.control()->name);
  const std::size_t experimental = scenario.group_index(scenario.experimental()->name);
  const auto without =
      measured.requested ? std::optional<PhaseName>(PhaseName::during) : std::nullopt;
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const Pool base = judged_pool(measured.at(control, w), without);
    const Pool other = judged_pool(measured.at(experimental, w), without);
    const auto response_us = base[Measure::response_ok].quantile_us(0.99);
    const auto least = std::min(base[Measure::send_lag].total(), other[Measure::send_lag].total());
    if (!response_us || least < kLeastForLag) continue;
    const LagQuantile a = lag_quantile(base[Measure::send_lag]);
    const LagQuantile b = lag_quantile(other[Measure::send_lag]);
    const double margin = 0.1 * scenario.steady_state.margins.p99;
    const double allowed_us =
        std::max(kLeastLagDifferenceUs, margin * static_cast<double>(*response_us));
    if (std::max(a.low_us - b.high_us, b.low_us - a.high_us) <= allowed_us) continue;
    trust.reasons.push_back(
        "the groups' send lags differ in " + scenario.workloads[w].name + ": p99 " +
        in_words(a.p99_us / 1e6, Unit::seconds) + " in " + scenario.groups[control].name + ", " +
        in_words(b.p99_us / 1e6, Unit::seconds) + " in " + scenario.groups[experimental].name +
        "; give loadgen a machine with less to do");
  }
}

const Mark* find_mark(const Run& run, std::string_view kind, const std::string& fault) {
  for (const Mark& mark : run.marks) {
    if (mark.kind == kind && mark.name == fault) return &mark;
  }
  return nullptr;
}

std::string detail_of(const Mark* mark) {
  return mark == nullptr || mark->detail.empty() ? "" : ": " + mark->detail;
}

void judge_faults(const Run& run, Trust& trust) {
  for (const Fault& fault : run.scenario.faults) {
    if (const Mark* mark = find_mark(run, "not_injected", fault.name)) {
      trust.reasons.push_back("the fault " + fault.name + " was not injected" + detail_of(mark));
      continue;
    }
    if (find_mark(run, "requested", fault.name) == nullptr) continue;
    const Mark* unconfirmed = find_mark(run, "not_confirmed", fault.name);
    const bool confirmed = find_mark(run, "confirmed", fault.name) != nullptr;
    if (unconfirmed != nullptr || (!fault.confirm.empty() && !confirmed)) {
      trust.reasons.push_back("the fault " + fault.name + " was not confirmed to take effect" +
                              detail_of(unconfirmed));
    }
    if (find_mark(run, "reverted", fault.name) != nullptr) continue;
    if (const Mark* mark = find_mark(run, "not_reverted", fault.name)) {
      trust.warnings.push_back("the fault " + fault.name + " could not be reverted" +
                               detail_of(mark));
    } else if (!fault.revert.empty()) {
      trust.warnings.push_back("the fault " + fault.name +
                               " may still be applied: `loadgen revert` lifts it");
    }
  }
}

}  // namespace

Trust trust_of(const Measured& measured) {
  const Run& run = *measured.run;
  Trust trust;
  judge_faults(run, trust);
  judge_workers(measured, trust);
  judge_cpu(trust);
  judge_sockets(measured, trust);
  judge_lateness(measured, trust);
  compare_lags(measured, trust);
  trust.blind = blind_stretches(run);
  if (!run.end) {
    const RunOffset at = last_heard(run).value_or(run.last);
    trust.warnings.push_back("loadgen ended early at " + in_words(to_seconds(at), Unit::seconds) +
                             ": the journal has no end");
  }
  if (run.torn_bytes > 0) {
    trust.warnings.push_back(std::to_string(run.torn_bytes) +
                             " bytes at the journal's end were torn and left out");
  }
  trust.valid = trust.reasons.empty();
  return trust;
}

std::optional<std::string> shared_disturbance(const Measured& measured) {
  const Scenario& scenario = measured.scenario();
  if (scenario.control() == nullptr || scenario.experimental() == nullptr) return std::nullopt;
  const std::size_t control = scenario.group_index(scenario.control()->name);
  const std::size_t experimental = scenario.group_index(scenario.experimental()->name);
  for (std::size_t w = 0; w < scenario.workloads.size(); ++w) {
    const auto& base = measured.at(control, w).recovery;
    const auto& other = measured.at(experimental, w).recovery;
    if (!base || !other) continue;
    for (const Episode& a : base->episodes) {
      for (const Episode& b : other->episodes) {
        if (std::chrono::abs(a.onset - b.onset) > std::chrono::seconds{5}) continue;
        return scenario.groups[control].name + " was disturbed, too, in " +
               scenario.workloads[w].name + ": at " + in_words(to_seconds(a.onset), Unit::seconds) +
               " of the run, " + scenario.groups[experimental].name + " at " +
               in_words(to_seconds(b.onset), Unit::seconds);
      }
    }
  }
  return std::nullopt;
}

}  // namespace loadgen
