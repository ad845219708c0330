// The summary of npm's loadtest 8, line by line, and below it what it leaves out.
//
// Where the two count differently, ours is the careful one: percentiles and the mean are of
// requests that were answered ok (loadtest mixes failures in), from the instant each was due;
// whole milliseconds are rounded down, as loadtest does.
#include <algorithm>
#include <cmath>

#include "reports/columns.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

constexpr std::size_t kWidth = 100;

/// Up to three decimals, none of them a trailing zero: 20, 3.002.
std::string plain(double value) {
  if (!(std::abs(value) < 1e12)) return significant(value);
  const double thousandths = std::round(value * 1000);
  const auto whole = static_cast<std::int64_t>(thousandths);
  std::string fraction = std::to_string(1000 + std::abs(whole % 1000)).substr(1);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return std::to_string(whole / 1000) + (fraction.empty() ? "" : "." + fraction);
}

std::string line(const std::string& name, const std::string& value) {
  return name + std::string(21 - name.size(), ' ') + value + "\n";
}

std::string whole_ms(const std::optional<std::int64_t>& us) {
  return us ? std::to_string(*us / 1000) : "-";
}

/// What was asked for; what the result does not know is told from what was done.
QuickRun asked(const Result& result, const GroupResult& group, const WorkloadResult& workload) {
  if (result.quick_run) return *result.quick_run;
  QuickRun quick;
  quick.url = group.target;
  quick.max_seconds = to_seconds(duration_of(result));
  quick.rps = workload.closed_loop ? std::nullopt : workload.totals.offered_per_s;
  quick.clients = workload.max_in_flight;
  quick.cores = static_cast<std::uint32_t>(std::max<std::size_t>(result.trust.workers.size(), 1));
  return quick;
}

std::string options(const QuickRun& quick) {
  std::string out = line("Target URL:", one_line_for_terminal(quick.url));
  if (quick.max_requests) {
    out += line("Max requests:", std::to_string(*quick.max_requests));
  } else if (quick.max_seconds) {
    out += line("Max time (s):", plain(*quick.max_seconds));
  }
  if (quick.rps) out += line("Target rps:", plain(*quick.rps));
  out += line("Concurrent clients:", std::to_string(quick.clients));
  if (quick.cores > 1) out += line("Running on cores:", std::to_string(quick.cores));
  return out + line("Agent:", quick.keepalive ? "keepalive" : "none");
}

/// Classes that occurred, with loadtest's layout of them.
std::string error_lines(const Tally& tally) {
  std::string out;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const OutcomeKind kind = kind_of(outcome);
    if (tally.ended[i] == 0 || kind == OutcomeKind::ok || kind == OutcomeKind::blind) continue;
    std::string name(name_of(outcome));
    if (kind == OutcomeKind::not_sent) name = "not_sent " + name;
    out += " " + std::string(name.size() < 4 ? 4 - name.size() : 1, ' ') + name + ":   " +
           std::to_string(tally.ended[i]) + " errors\n";
  }
  return out.empty() ? "" : "\n" + out;
}

std::string as_loadtest(const Result& result, const GroupResult& group,
                        const WorkloadResult& workload) {
  const PhaseFigures& all = workload.totals;
  const Quantiles& ok = all.ok_response;
  const std::uint64_t completed = all.tally.planned() -
                                  count_of(all.tally.ended, OutcomeKind::not_sent) -
                                  count_of(all.tally.ended, OutcomeKind::unfinished);
  const double seconds = to_seconds(all.to - all.from);
  const double rps = seconds > 0 ? static_cast<double>(completed) / seconds : 0;
  std::string out =
      "\n" + options(asked(result, group, workload)) + "\n" +
      line("Completed requests:", std::to_string(completed)) +
      line("Total errors:", std::to_string(not_ok(all.tally))) +
      line("Total time:", plain(seconds) + " s") +
      line("Mean latency:", (ok.mean ? plain(std::round(*ok.mean / 100) / 10) : "-") + " ms") +
      line("Effective rps:", std::to_string(std::llround(rps))) +
      "\nPercentage of requests served within a certain time\n";
  for (const auto& [percentage, us] :
       {std::pair("50", ok.p50), {"90", ok.p90}, {"95", ok.p95}, {"99", ok.p99}}) {
    out += std::string("  ") + percentage + "%      " + whole_ms(us) + " ms\n";
  }
  return out + " 100%      " + whole_ms(ok.max) + " ms (longest request)\n" +
         error_lines(all.tally);
}

std::string percentile_table(const PhaseFigures& all, const std::string& unit) {
  const bool any = all.tally.planned() > 0;
  std::vector<std::vector<std::string>> rows;
  const auto row = [&](const char* name, const Quantiles& q, bool failures) {
    std::vector<std::string> cells = {name};
    for (const auto* us : {&q.p50, &q.p90, &q.p99, &q.p999, &q.max}) {
      cells.push_back(*us || !failures || !any ? time_us(*us) : "not reached");
    }
    rows.push_back(std::move(cells));
  };
  row("response, failures infinite", all.response, true);
  row("response, successes only", all.ok_response, false);
  row("service (from first byte sent)", all.service, false);
  return "Latency, from the instant each " + unit + " was due\n" +
         columns({{"", false, 1},
                  {"p50", true, 1},
                  {"p90", true, 1},
                  {"p99", true, 1},
                  {"p99.9", true, 1},
                  {"max", true, 1}},
                 rows, kWidth);
}

/// What a workload of this kind sends: "request", "transaction".
std::string unit_of(const WorkloadResult& workload) {
  return workload.kind == "pgbench" ? "transaction" : "request";
}

std::string outcome_table(const Tally& tally, const std::string& unit) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (tally.ended[i] == 0) continue;
    const auto outcome = static_cast<Outcome>(i);
    rows.push_back(
        {std::string(in_words(outcome)), count(tally.ended[i]),
         percent(static_cast<double>(tally.ended[i]) / static_cast<double>(tally.scheduled))});
  }
  if (rows.empty()) return "No " + unit + " fell due\n";
  return "How " + count(tally.scheduled) + " " + unit + "s ended\n" +
         columns({{"", false, 1}, {"", true, 1}, {"", true, 1}}, rows, kWidth);
}

/// Only when connections were lost or could not be made.
std::string connections(const Tally& tally) {
  std::uint64_t failed = 0;
  for (const std::uint64_t count : tally.connects_failed) failed += count;
  if (failed == 0) return "";
  return line("Connections:",
              count(tally.connects_ok) + " made, " + count(failed) + " attempts failed");
}

std::string outages(const WorkloadResult& workload) {
  std::string out;
  for (const Outage& outage : workload.outages) {
    if (!outage.down) continue;
    out += line("Outage:", "no answer from " + significant(to_seconds(outage.from)) + " s to " +
                               significant(to_seconds(outage.to)) +
                               " s: " + significant(to_seconds(outage.to - outage.from)) + " s");
  }
  return out;
}

std::string ours(const Result& result, const WorkloadResult& workload) {
  const PhaseFigures& all = workload.totals;
  std::string out = "\n" + percentile_table(all, unit_of(workload)) + "\n" +
                    outcome_table(all.tally, unit_of(workload)) + "\n";
  if (all.offered_per_s) {
    out += line("Offered rate:", per_second(*all.offered_per_s)) +
           line("Achieved rate:", percent(all.achieved_rate) + " of it was sent");
  }
  out += line("Answered ok:", per_second(all.ok_per_s));
  out += connections(all.tally) + outages(workload);
  if (result.trust.send_lag.has_data) {
    const Quantiles& lag = result.trust.send_lag;
    out += line("Send lag (ours):", "p50 " + time_us(lag.p50) + ", p99 " + time_us(lag.p99) +
                                        ", max " + time_us(lag.max));
  }
  for (const auto* list : {&result.trust.reasons, &result.trust.warnings}) {
    for (const std::string& each : *list) {
      out += line("Caution:", one_line_for_terminal(each));
    }
  }
  for (const CheckResult& check : result.checks) {
    out += line("Check:", std::string(icon_of_check(check.result)) + " " +
                              one_line_for_terminal(check.result + ": " + check.expression +
                                                    ", observed " + observed_in_words(check)));
  }
  return out + line("Verdict:", std::string(name_of(result.verdict)) + ": " +
                                    one_line_for_terminal(headline(result)));
}

}  // namespace

std::string loadtest_summary(const Result& result) {
  const auto* subject = subject_of(result);
  if (subject == nullptr || subject->second.workloads.empty()) {
    return "\nNothing was measured: " + one_line_for_terminal(headline(result)) + "\n";
  }
  const WorkloadResult& workload = subject->second.workloads.front().second;
  return as_loadtest(result, subject->second, workload) + ours(result, workload);
}

std::string quick_summary_below(const Result& result) {
  const auto* subject = subject_of(result);
  if (subject == nullptr || subject->second.workloads.empty()) return "";
  return ours(result, subject->second.workloads.front().second);
}

}  // namespace loadgen::reports
