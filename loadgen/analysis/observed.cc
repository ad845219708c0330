#include "loadgen/analysis/observed.h"

#include <algorithm>
#include <cmath>

#include "loadgen/analysis/ledger_result.h"
#include "loadgen/analysis/recovery.h"
#include "loadgen/analysis/rto.h"
#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

/// How to read a quantile metric off the figures.
struct QuantileMetric {
  Metric metric;
  Quantiles PhaseFigures::*of;
  std::optional<std::int64_t> Quantiles::*value;  // null: the mean
  double q;                                       // of max and mean: 0, one ticket will do
};
constexpr auto kMean = static_cast<std::optional<std::int64_t> Quantiles::*>(nullptr);
constexpr QuantileMetric kQuantileMetrics[] = {
    {Metric::p50, &PhaseFigures::response, &Quantiles::p50, 0.5},
    {Metric::p75, &PhaseFigures::response, &Quantiles::p75, 0.75},
    {Metric::p90, &PhaseFigures::response, &Quantiles::p90, 0.9},
    {Metric::p95, &PhaseFigures::response, &Quantiles::p95, 0.95},
    {Metric::p99, &PhaseFigures::response, &Quantiles::p99, 0.99},
    {Metric::p999, &PhaseFigures::response, &Quantiles::p999, 0.999},
    {Metric::max, &PhaseFigures::response, &Quantiles::max, 0},
    {Metric::mean, &PhaseFigures::response, kMean, 0},
    {Metric::ok_p50, &PhaseFigures::ok_response, &Quantiles::p50, 0.5},
    {Metric::ok_p75, &PhaseFigures::ok_response, &Quantiles::p75, 0.75},
    {Metric::ok_p90, &PhaseFigures::ok_response, &Quantiles::p90, 0.9},
    {Metric::ok_p95, &PhaseFigures::ok_response, &Quantiles::p95, 0.95},
    {Metric::ok_p99, &PhaseFigures::ok_response, &Quantiles::p99, 0.99},
    {Metric::ok_p999, &PhaseFigures::ok_response, &Quantiles::p999, 0.999},
    {Metric::ok_max, &PhaseFigures::ok_response, &Quantiles::max, 0},
    {Metric::ok_mean, &PhaseFigures::ok_response, kMean, 0},
    {Metric::service_p50, &PhaseFigures::service, &Quantiles::p50, 0.5},
    {Metric::service_p75, &PhaseFigures::service, &Quantiles::p75, 0.75},
    {Metric::service_p90, &PhaseFigures::service, &Quantiles::p90, 0.9},
    {Metric::service_p95, &PhaseFigures::service, &Quantiles::p95, 0.95},
    {Metric::service_p99, &PhaseFigures::service, &Quantiles::p99, 0.99},
    {Metric::service_p999, &PhaseFigures::service, &Quantiles::p999, 0.999},
    {Metric::service_max, &PhaseFigures::service, &Quantiles::max, 0},
    {Metric::service_mean, &PhaseFigures::service, kMean, 0},
};

Observed nothing(const std::string& why) {
  Observed observed;
  observed.text = "no data";
  observed.doubt = why;
  return observed;
}

Observed number(double value, Unit unit) {
  Observed observed;
  observed.value = value;
  observed.text = in_words(value, unit);
  return observed;
}

Observed number(const std::optional<double>& value, Unit unit, const std::string& why_not) {
  return value ? number(*value, unit) : nothing(why_not);
}

Observed quantile(const QuantileMetric& metric, const PhaseFigures& figures) {
  const Quantiles& q = figures.*metric.of;
  if (!q.has_data) return nothing("no answer to take it from");
  std::optional<double> us = q.mean;
  if (metric.value != kMean) {
    const auto& whole = q.*metric.value;
    us = whole ? std::optional<double>(static_cast<double>(*whole)) : std::nullopt;
  }
  Observed observed;
  if (us) {
    observed = number(*us / 1e6, Unit::seconds);
  } else {
    observed.not_reached = true;
    observed.text =
        "not reached, " + in_words(figures.error_rate.value_or(1), Unit::fraction) + " failed";
  }
  // With fewer values than that, the quantile is the largest one seen. Those of service time have
  // a count of their own, but it is never far from that of the tickets.
  const double needed = metric.q > 0 ? std::round(1 / (1 - metric.q)) : 1;
  const auto have =
      metric.of == &PhaseFigures::ok_response ? figures.tally.ok() : settled(figures.tally);
  if (static_cast<double>(have) < needed) {
    observed.doubt = "too few: it needs " + in_words(needed, Unit::count) +
                     " requests, there are " + std::to_string(have);
  }
  return observed;
}

Observed failed_share(const PhaseFigures& figures, const std::string& name) {
  const Tally& tally = figures.tally;
  std::optional<std::uint64_t> count;
  if (const auto outcome = failed_class(name)) {
    count = tally.ended[static_cast<std::size_t>(*outcome)];
  }
  for (const OutcomeKind kind : {OutcomeKind::timed_out, OutcomeKind::in_doubt,
                                 OutcomeKind::unfinished, OutcomeKind::not_sent}) {
    if (name_of(kind) == name) count = count_of(tally.ended, kind);
  }
  if (!count) return nothing("no outcome is called " + name);
  return number(share_of(*count, settled(tally)), Unit::fraction, "no request was due");
}

Observed served_share(const PhaseFigures& figures, const std::string& value) {
  std::uint64_t all = 0, mine = 0;
  for (const auto& [who, served] : figures.tally.served_by) {
    all += served.answers;
    if (who == value) mine = served.answers;
  }
  return number(share_of(mine, all), Unit::fraction, "no answer said who gave it");
}

std::span<const SecondFigures> seconds_in(const Measured& measured,
                                          const std::vector<SecondFigures>& seconds, RunSecond from,
                                          RunSecond to) {
  return std::span(seconds).subspan(static_cast<std::size_t>(from - measured.from),
                                    static_cast<std::size_t>(to - from));
}

/// Outage metrics: windows cut to the phase, but looked on to past the end of `during`: an outage
/// that outlasts the phase is as long as it is.
Observed outage(const Measured& measured, const MeasuredWorkload& workload, const Where& where,
                Metric metric) {
  std::vector<SecondFigures> of_operation;
  if (where.operation) {
    of_operation = seconds_of(measured.run->recording,
                              {.selection = {workload.group, workload.workload, where.operation},
                               .from = measured.from,
                               .to = measured.to,
                               .closed_loop = measured.clients_wait(workload.workload),
                               .latency_limit = workload.latency_limit});
  }
  const auto& seconds = where.operation ? of_operation : workload.seconds;
  const PhaseSpan& span = where.span;
  const auto inside = seconds_in(measured, seconds, span.from, span.to);
  const auto blind = std::count_if(inside.begin(), inside.end(),
                                   [](const SecondFigures& s) { return s.is_blind(); });
  const auto known = std::count_if(inside.begin(), inside.end(), [](const SecondFigures& s) {
    return !s.is_blind() && !s.is_empty();
  });
  if (known == 0) return nothing("nothing was measured in this phase");

  if (metric == Metric::requests_lost) {
    // What is lost in `before` itself is lost against nothing: all of it counts.
    const MeasuredPhase* before =
        span.name == PhaseName::before ? nullptr : workload.phase(PhaseName::before);
    const Baseline baseline =
        before == nullptr
            ? Baseline{}
            : baseline_of(seconds_in(measured, seconds, before->span.from, before->span.to));
    if (baseline.seconds > 0 && baseline.error_rate >= 1) {
      return nothing("no request of `before` was ok: there is nothing more to lose");
    }
    Observed lost = number(std::round(requests_lost(inside, baseline.error_rate)), Unit::count);
    if (baseline.seconds == 0 && span.name != PhaseName::before) {
      lost.note = "no data before to compare with";
    }
    return lost;
  }
  const bool looks_on = span.name == PhaseName::during;
  const std::optional<RunOffset> to =
      looks_on ? std::nullopt : std::optional<RunOffset>(std::chrono::seconds{span.to});
  const auto within = cut_outages(outages_of(seconds, measured.from),
                                  std::chrono::seconds{span.from}, std::nullopt);
  std::vector<Outage> windows;
  for (const Outage& window : within) {
    if (window.from < std::chrono::seconds{span.to}) windows.push_back(window);
  }
  const OutageTotals totals = totals_of(cut_outages(windows, RunOffset::min(), to));
  Observed observed = number(metric == Metric::longest_outage ? totals.longest_s
                             : metric == Metric::total_outage ? totals.total_s
                                                              : totals.degraded_s,
                             Unit::seconds);
  observed.at_most_more = static_cast<double>(blind);
  return observed;
}

/// Of those that begin in the phase; one of `during` is looked on to past its end.
Duration longest_gap(const Measured& measured, const MeasuredWorkload& probes,
                     const PhaseSpan& span) {
  const bool looks_on = span.name == PhaseName::during;
  const RunOffset end = std::chrono::seconds{looks_on ? measured.to : span.to};
  Duration longest{0};
  for (ProbeGap gap : probe_gaps(measured.run->recording, probes.group, probes.workload)) {
    const RunSecond begun = run_second(gap.failed.front().intended);
    if (begun < span.from || begun >= span.to) continue;
    if (gap.answer && gap.answer->intended > end) gap.answer.reset();
    longest = std::max(longest, length_of(gap, end));
  }
  return longest;
}

/// Last ok before → first ok after, by the workload's probes on connections that are kept open.
Observed probed_outage(const Measured& measured, const MeasuredWorkload& workload,
                       const Where& where, Metric metric) {
  const std::vector<Workload>& all = measured.scenario().workloads;
  const Probe wanted = metric == Metric::write_outage ? Probe::write : Probe::read;
  const auto probe = std::find_if(all.begin(), all.end(), [&](const Workload& other) {
    return other.probe == wanted && other.probe_of == all[workload.workload].name &&
           !other.pgbench.connect_per_transaction;
  });
  if (probe == all.end()) return nothing("this workload has no such probes");
  const MeasuredWorkload& probes =
      measured.at(workload.group, static_cast<std::size_t>(probe - all.begin()));
  // Seconds tell whether anything was measured, and what is blind; tickets tell how long it was.
  Observed observed = outage(measured, probes, Where{where.span}, Metric::longest_outage);
  if (!observed.value) return observed;
  const double at_most_more = observed.at_most_more;
  observed = number(to_seconds(longest_gap(measured, probes, where.span)), Unit::seconds);
  observed.at_most_more = at_most_more;
  return observed;
}

/// Of the whole run, whatever the phase: what a fault takes back may have been acknowledged before
/// it.
Observed audited(const Measured& measured, const MeasuredWorkload& workload, Metric metric) {
  const auto audit = audit_of(*measured.run, workload.group, workload.workload);
  if (!audit) return nothing("this workload is not audited");
  // The clients alone know what is in doubt.
  if (!audit->decides && metric != Metric::in_doubt) return nothing(audit->doubt);
  const LedgerCounts counts =
      audit->decides ? audit->readings[*audit->decides].reading.counts : LedgerCounts{};
  const std::uint64_t rows = metric == Metric::acknowledged_writes_lost ? counts.lost
                             : metric == Metric::duplicates             ? counts.duplicates
                             : metric == Metric::phantoms               ? counts.phantoms
                                                                        : audit->in_doubt;
  Observed observed = number(static_cast<double>(rows), Unit::count);
  observed.doubt = untold(*measured.run);
  observed.note = "of the whole run";
  return observed;
}

Observed recovery_time(const MeasuredWorkload& workload) {
  if (!workload.recovery) return nothing("no fault was requested");
  const MeasuredPhase* before = workload.phase(PhaseName::before);
  if (before != nullptr && before->pool.tally.planned() > 0 && before->pool.tally.ok() == 0) {
    return nothing("no request of `before` was ok: there is no state to recover");
  }
  const Recovery& recovery = *workload.recovery;
  Observed observed;
  if (recovery.time_to_recover_s) {
    observed = number(*recovery.time_to_recover_s, Unit::seconds);
  } else if (recovery.not_recovered_within_s) {
    // Censored: it took longer than that; how much longer nobody saw.
    observed.value = *recovery.not_recovered_within_s;
    const std::string within = in_words(*observed.value, Unit::seconds);
    observed.text = recovery.undetermined ? "undetermined, at least " + within
                                          : "not recovered within " + within;
    observed.censored = true;
    observed.doubt = recovery.undetermined ? "good again, but fewer than 10 s were left to see it"
                                           : "the end of the outage was not seen";
    return observed;
  } else {
    observed = number(0.0, Unit::seconds);
    observed.text = "0 s, no onset";
  }
  observed.note = recovery.note;
  if (recovery.note.find("blind") != std::string::npos ||
      recovery.note.find("no data before") != std::string::npos) {
    observed.doubt = recovery.note;
  }
  return observed;
}

Observed time_to_detect(const MeasuredWorkload& workload) {
  if (!workload.recovery) return nothing("no fault was requested");
  return number(workload.recovery->time_to_detect_s, Unit::seconds, "there was no onset");
}

/// From the fault's requested mark to its recovered mark; without the latter at least as long as
/// was watched.
Observed healed(const Run& run, const std::string& fault) {
  std::optional<RunOffset> requested, recovered;
  for (const Mark& mark : run.marks) {
    if (mark.name != fault) continue;
    if (mark.kind == "requested" && !requested) requested = mark.at;
    if (mark.kind == "recovered" && !recovered) recovered = mark.at;
  }
  if (!requested) return nothing("the fault was not requested");
  if (recovered) return number(to_seconds(*recovered - *requested), Unit::seconds);
  Observed observed;
  const RunOffset until = last_heard(run).value_or(run.last);
  observed.value = std::max(0.0, to_seconds(until - *requested));
  observed.text = "not healed within " + in_words(*observed.value, Unit::seconds);
  observed.censored = true;
  observed.doubt = "the fault was not seen to heal";
  return observed;
}

}  // namespace

Observed observe(const Measured& measured, const MeasuredWorkload& workload, const Where& where,
                 const Check& check) {
  switch (check.metric) {
    case Metric::time_to_detect:
      return time_to_detect(workload);
    case Metric::recovery_time:
      return recovery_time(workload);
    case Metric::healed:
      return healed(*measured.run, check.argument);
    case Metric::longest_outage:
    case Metric::total_outage:
    case Metric::degraded_time:
    case Metric::requests_lost:
      return outage(measured, workload, where, check.metric);
    case Metric::acknowledged_writes_lost:
    case Metric::in_doubt:
    case Metric::duplicates:
    case Metric::phantoms:
      return audited(measured, workload, check.metric);
    case Metric::write_outage:
    case Metric::read_outage:
      return probed_outage(measured, workload, where, check.metric);
    default:
      break;
  }
  const MeasuredPhase* phase = workload.phase(where.span.name);
  const bool whole = !where.operation && phase != nullptr && phase->span == where.span;
  const PhaseFigures figures =
      whole ? phase->figures : measured.figures(workload, where.span, where.operation);
  const Unit unit = unit_of(check.metric);
  const auto metric = std::find_if(std::begin(kQuantileMetrics), std::end(kQuantileMetrics),
                                   [&](const auto& m) { return m.metric == check.metric; });
  if (metric != std::end(kQuantileMetrics)) return quantile(*metric, figures);
  switch (check.metric) {
    case Metric::error_rate:
      return number(figures.error_rate, unit, "no request was due");
    case Metric::goodput:
      // Without a single success none was within the limit, whatever that is.
      if (settled(figures.tally) > 0 && figures.tally.ok() == 0) return number(0, unit);
      return number(figures.goodput, unit, "no request was due, or no latency limit is known");
    case Metric::achieved_rate:
      return number(figures.achieved_rate, unit, "no request was due");
    case Metric::failed:
      return failed_share(figures, check.argument);
    case Metric::share:
      return served_share(figures, check.argument);
    default:  // tps, ok_rate
      return settled(figures.tally) == 0 ? nothing("no request was due")
                                         : number(figures.ok_per_s, unit);
  }
}

bool has_metric(const Workload& workload, Metric metric) {
  switch (metric) {
    case Metric::achieved_rate:
      return !workload.closed_loop();
    case Metric::share:
      return workload.kind == WorkloadKind::http && !workload.http.served_by.empty();
    case Metric::acknowledged_writes_lost:
    case Metric::in_doubt:
    case Metric::duplicates:
    case Metric::phantoms:
      return workload.kind == WorkloadKind::pgbench && workload.pgbench.audit;
    case Metric::write_outage:
      return workload.kind == WorkloadKind::pgbench && workload.pgbench.probe_writes.per_second > 0;
    case Metric::read_outage:
      return workload.kind == WorkloadKind::pgbench && workload.pgbench.probe_reads.per_second > 0;
    default:
      return true;
  }
}

}  // namespace loadgen
