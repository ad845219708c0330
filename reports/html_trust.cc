#include <algorithm>

#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

enum class Light { good, warn, bad, calm };

std::string fact(Light light, const std::string& what, const std::string& more) {
  static constexpr const char* kTones[] = {"good", "warn", "bad", "calm"};
  static constexpr const char* kIcons[] = {"✓", "!", "✕", "–"};
  static constexpr const char* kWords[] = {"fine", "warning", "problem", "note"};
  const auto i = static_cast<std::size_t>(light);
  return std::string("<li class=\"") + kTones[i] + "\"><span class=\"mark\" role=\"img\" " +
         "aria-label=\"" + kWords[i] + "\">" + kIcons[i] + "</span><b>" + escape(what) +
         "</b><span class=\"more\">" + escape(more) + "</span></li>";
}

std::string rate_fact(const Result& result) {
  std::optional<double> worst;
  bool closed = false;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      closed = closed || workload.closed_loop;
      const auto& achieved = workload.totals.achieved_rate;
      if (achieved) worst = std::min(worst.value_or(1), *achieved);
    }
  }
  if (!worst) {
    return fact(Light::calm, closed ? "Closed loop: no offered rate" : "No rate to compare",
                closed ? "each client sends when its last answer came" : "nothing was planned");
  }
  return fact(
      *worst >= 0.99 ? Light::good : Light::warn, "Sent " + percent(*worst) + " of offered",
      *worst >= 1
          ? "nothing was held back"
          : "in the group with the least; the rest met the cap or no connection, or is blind");
}

std::string lag_fact(const Result& result) {
  const Quantiles& lag = result.trust.send_lag;
  if (!lag.has_data) return fact(Light::calm, "Send lag unknown", "nothing was sent");
  const Light light = result.trust.late_share > 0.01    ? Light::bad
                      : result.trust.late_share > 0.001 ? Light::warn
                                                        : Light::good;
  return fact(light, "Send lag p50 " + time_us(lag.p50) + ", p99 " + time_us(lag.p99),
              percent(result.trust.late_share) + " late or blind; p99.9 " + time_us(lag.p999) +
                  ", max " + time_us(lag.max));
}

std::string worker_fact(const Result& result) {
  const auto& workers = result.trust.workers;
  if (workers.empty()) return fact(Light::bad, "No worker reported", "nothing was measured");
  const auto lost = static_cast<std::size_t>(
      std::count_if(workers.begin(), workers.end(), [](const WorkerResult& w) { return w.lost; }));
  double cpu = 0, throttled = 0, stolen = 0;
  std::optional<std::int64_t> bound;
  for (const WorkerResult& w : workers) {
    cpu = std::max(cpu, w.cpu);
    throttled = std::max(throttled, w.cpu_throttled);
    stolen = std::max(stolen, w.cpu_stolen);
    if (w.clock_bound_us) bound = std::max(bound.value_or(0), *w.clock_bound_us);
  }
  std::string more = "busiest used " + percent(cpu) + " of a core";
  if (throttled > 0.001) more += "; a quota throttled it for " + percent(throttled);
  if (stolen > 0.001) more += "; a hypervisor took " + percent(stolen);
  more += bound ? "; clocks agree within " + time_us(bound) : "; one process, one clock";
  if (const auto& spread = result.trust.start_spread_us)
    more += "; they began within " + time_us(*spread);
  const std::string all =
      std::to_string(workers.size()) + (workers.size() == 1 ? " worker joined" : " workers joined");
  if (lost > 0) return fact(Light::warn, all + ", " + std::to_string(lost) + " lost", more);
  return fact(cpu > 0.9 ? Light::warn : Light::good, all + ", none lost", more);
}

std::string blind_fact(const Result& result) {
  const Tally total = grand_total(result);
  const std::uint64_t blind = total.blind();
  if (blind == 0) {
    return fact(Light::good, "Nothing blind",
                "each of " + count(total.scheduled) + " tickets is accounted for");
  }
  return fact(Light::warn, count(blind) + " tickets blind",
              percent(static_cast<double>(blind) / static_cast<double>(total.scheduled)) +
                  " were lost by the instrument: in no rate and no percentile");
}

std::string fault_fact(const Result& result) {
  if (!had_fault(result)) {
    return fact(Light::calm, "No fault in this run", "nothing was injected");
  }
  const auto find = [&](std::string_view kind) {
    return std::find_if(result.marks.begin(), result.marks.end(),
                        [&](const Mark& m) { return m.kind == kind; });
  };
  const auto none = result.marks.end();
  if (const auto mark = find("not_injected"); mark != none) {
    return fact(Light::bad, "Fault not injected", mark->name + " " + mark->detail);
  }
  if (const auto mark = find("confirmed"); mark != none) {
    return fact(Light::good, "Fault confirmed",
                mark->name + ", " + offset(mark->at, time_zero(result)) + " after the request");
  }
  if (const auto mark = find("not_confirmed"); mark != none) {
    return fact(Light::bad, "Fault not confirmed", mark->name + " " + mark->detail);
  }
  return fact(Light::warn, "Fault requested, effect not confirmed",
              "no confirm hook said that it took effect");
}

std::string control_fact(const Result& result) {
  const GroupResult* control = control_of(result);
  if (control == nullptr) {
    return fact(Light::calm, "No control group",
                "a change cannot be told from what would have come anyway");
  }
  // Only a run with a fault is searched for bad stretches.
  if (!had_fault(result)) return "";
  for (const auto& [name, workload] : control->workloads) {
    if (workload.recovery && workload.recovery->onset) {
      return fact(Light::warn, "The control group had trouble, too",
                  name + " from " + offset(*workload.recovery->onset, time_zero(result)) +
                      ": noise of the detector, or a disturbance that was not the fault’s");
    }
  }
  return fact(Light::good, "Control untouched", "no bad stretch in " + control_name(result));
}

std::string steady_fact(const Result& result) {
  const std::string& outcome = result.steadiness.outcome;
  if (outcome.empty()) return "";
  std::string more = steadiness_in_words(result);
  if (more == "yes") more = "no trend, no level shift, long enough to tell";
  const std::string what = std::string(result.quick ? "The run" : "Before") +
                           (outcome == "steady"       ? " was a steady state"
                            : outcome == "not steady" ? " was not a steady state"
                                                      : " can’t be shown to be a steady state");
  return fact(outcome == "steady" ? Light::good : Light::warn, what, more);
}

std::string blind_table(const Result& result) {
  if (result.trust.blind.empty()) return "";
  std::string rows =
      "<thead><tr><th scope=\"col\">Worker</th><th scope=\"col\" class=\"text\">Group, "
      "workload</th>"
      "<th scope=\"col\" class=\"text\">Reason</th><th scope=\"col\">From</th>"
      "<th scope=\"col\">To</th><th scope=\"col\">Tickets</th></tr></thead><tbody>";
  const RunOffset zero = time_zero(result);
  for (const BlindStretch& blind : result.trust.blind) {
    rows += "<tr><td>" + std::to_string(blind.worker) + "</td><td class=\"text\">" +
            escape(blind.group + ", " + blind.workload) + "</td><td class=\"text\">" +
            escape(blind.reason) + "</td><td>" + offset(blind.from, zero) + "</td><td>" +
            offset(blind.to, zero) + "</td><td>" + count(blind.tickets) + "</td></tr>";
  }
  return "<h3>Blind stretches</h3>" +
         scroll_table("Tickets that the instrument lost", "", rows + "</tbody>");
}

std::string callout(const char* tone, const char* lead, const std::vector<std::string>& texts) {
  if (texts.empty()) return "";
  std::string items;
  for (const std::string& each : texts) items += "<li>" + escape(each) + "</li>";
  return std::string("<div class=\"callout ") + tone + "\"><b>" + lead + "</b><ul>" + items +
         "</ul></div>";
}

}  // namespace

std::string html_trust(const Result& result) {
  const bool valid = result.trust.valid;
  return section(
      "trust", "Can this run be trusted?",
      callout("bad", valid ? "Reservations" : "No: this run is not valid", result.trust.reasons) +
          callout("warn", "Warnings", result.trust.warnings) + "<ul class=\"facts\">" +
          rate_fact(result) + lag_fact(result) + worker_fact(result) + blind_fact(result) +
          fault_fact(result) + control_fact(result) + steady_fact(result) + "</ul>" +
          blind_table(result));
}

}  // namespace loadgen::reports
