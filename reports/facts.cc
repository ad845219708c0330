#include "reports/facts.h"

#include <algorithm>
#include <cmath>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

void add_once(std::vector<std::string>& names, const std::string& name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
}

std::string repeat_quick(const QuickRun& quick) {
  std::string text = "loadgen http";
  if (quick.max_requests) text += " -n " + std::to_string(*quick.max_requests);
  if (quick.max_seconds) text += " -t " + exact(*quick.max_seconds);
  text += " -c " + std::to_string(quick.clients);
  if (quick.rps) text += " --rps " + exact(*quick.rps);
  if (quick.cores > 1) text += " --cores " + std::to_string(quick.cores);
  if (!quick.keepalive) text += " --no-keepalive";
  return text + " " + shell_quote(quick.url);
}

}  // namespace

RunOffset time_zero(const Result& result) { return result.fault_requested.value_or(RunOffset{0}); }

std::vector<PhaseSpan> phase_spans(const Result& result) {
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      if (workload.phases.empty()) continue;
      std::vector<PhaseSpan> spans;
      for (const auto& [phase, f] : workload.phases) spans.push_back({phase, f.from, f.to});
      return spans;
    }
  }
  return {};
}

std::vector<std::string> workload_names(const Result& result) {
  std::vector<std::string> names;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload, content] : group.workloads) add_once(names, workload);
  }
  return names;
}

std::vector<std::string> observation_names(const Result& result) {
  std::vector<std::string> names;
  for (const Observation& each : result.observations) add_once(names, each.name);
  return names;
}

const WorkloadResult* find_workload(const GroupResult& group, std::string_view name) {
  for (const auto& [workload, content] : group.workloads) {
    if (workload == name) return &content;
  }
  return nullptr;
}

const PhaseFigures* find_phase(const WorkloadResult& workload, std::string_view name) {
  for (const auto& [phase, f] : workload.phases) {
    if (phase == name) return &f;
  }
  return nullptr;
}

const GroupResult* control_of(const Result& result) {
  if (result.groups.size() < 2) return nullptr;
  for (const auto& [name, group] : result.groups) {
    if (group.role == "control") return &group;
  }
  return nullptr;
}

const std::pair<std::string, GroupResult>* subject_of(const Result& result) {
  for (const auto& group : result.groups) {
    if (group.second.role != "control") return &group;
  }
  return result.groups.empty() ? nullptr : &result.groups.front();
}

bool had_fault(const Result& result) {
  return result.fault_requested.has_value() ||
         std::any_of(result.marks.begin(), result.marks.end(),
                     [](const Mark& m) { return m.kind == "requested"; });
}

std::uint64_t not_ok(const Tally& tally) { return tally.planned() - tally.ok(); }

std::string reached(const std::optional<std::int64_t>& us, const PhaseFigures& phase) {
  if (us) return time_us(us);
  if (not_ok(phase.tally) == 0) return std::string(kNothing);
  return "not reached, " + percent(phase.error_rate) + " failed";
}

bool too_few(const PhaseFigures& phase, double quantile) {
  // A hair of tolerance: 10,000 × (1 − 0.99) is 100 to a person, 99.99… to a double.
  return static_cast<double>(phase.tally.planned()) * (1 - quantile) < 100 - 1e-6;
}

Tally grand_total(const Result& result) {
  Tally sum;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) sum += workload.totals.tally;
  }
  return sum;
}

Duration duration_of(const Result& result) {
  const std::vector<PhaseSpan> spans = phase_spans(result);
  return spans.empty() ? Duration{0} : spans.back().to - spans.front().from;
}

std::string_view in_words(Outcome outcome) {
  switch (outcome) {
    case Outcome::ok:
      return "ok";
    case Outcome::dns:
      return "name not resolved";
    case Outcome::connect_refused:
      return "connection refused";
    case Outcome::connect_timeout:
      return "connect timed out";
    case Outcome::connect_other:
      return "could not connect";
    case Outcome::reset:
      return "connection reset";
    case Outcome::closed:
      return "closed in mid-answer";
    case Outcome::tls:
      return "TLS failed";
    case Outcome::protocol:
      return "not valid HTTP";
    case Outcome::http_4xx:
      return "HTTP 4xx";
    case Outcome::http_5xx:
      return "HTTP 5xx";
    case Outcome::status:
      return "unexpected status";
    case Outcome::body:
      return "unexpected body";
    case Outcome::first_byte_timeout:
      return "no first byte in time";
    case Outcome::timed_out:
      return "timed out";
    case Outcome::in_doubt:
      return "in doubt";
    case Outcome::unfinished:
      return "unfinished at the end";
    case Outcome::not_sent_cap:
      return "not sent: cap reached";
    case Outcome::not_sent_no_connection:
      return "not sent: no connection";
    case Outcome::not_sent_late_limit:
      return "not sent: limit already missed";
    case Outcome::blind_late:
      return "blind: we were late";
    case Outcome::blind_stalled:
      return "blind: we stalled";
    case Outcome::blind_aborted:
      return "blind: run aborted";
    case Outcome::blind_worker_lost:
      return "blind: worker lost";
  }
  return "?";
}

std::string observed_in_words(const CheckResult& check) {
  if (!check.observed_text.empty()) return check.observed_text;
  return check.observed ? significant(*check.observed) : "no data";
}

std::string bound_in_words(const CheckResult& check) {
  return check.bound_text.empty() ? significant(check.bound) : check.bound_text;
}

std::string place_of(const CheckResult& check) {
  std::string place;
  for (const std::string* each : {&check.group, &check.workload, &check.phase}) {
    if (!each->empty()) place += (place.empty() ? "" : ", ") + *each;
  }
  return place;
}

bool any_interval(const Result& result) {
  const auto has = [](const auto& row) { return row.interval.has_value(); };
  return std::any_of(result.checks.begin(), result.checks.end(), has) ||
         std::any_of(result.comparison.begin(), result.comparison.end(), has);
}

std::string recovery_in_words(const Recovery& recovery) {
  if (recovery.time_to_recover_s) return time_s(*recovery.time_to_recover_s);
  if (recovery.not_recovered_within_s) {
    return "not within " + time_s(*recovery.not_recovered_within_s);
  }
  return recovery.onset ? "undetermined" : "not affected";
}

std::string lost_in_words(const Recovery& recovery) {
  return count(
      static_cast<std::uint64_t>(std::llround(std::clamp(recovery.requests_lost, 0.0, 1e15))));
}

std::string_view icon_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✓";
    case Verdict::degraded:
      return "▼";
    case Verdict::failed:
      return "✕";
    case Verdict::inconclusive:
      return "?";
    case Verdict::invalid:
      return "!";
    case Verdict::none:
      return "–";
  }
  return "?";
}

std::string_view icon_of_check(std::string_view check_result) {
  return check_result == "held" ? "✓" : check_result == "refuted" ? "✕" : "?";
}

std::string headline(const Result& result) {
  if (!result.reasons.empty()) {
    // The analysis begins its sentence with the verdict; every report shows that apart.
    const std::string& first = result.reasons.front();
    const std::string word = std::string(name_of(result.verdict)) + ": ";
    return first.rfind(word, 0) == 0 ? first.substr(word.size()) : first;
  }
  if (result.verdict == Verdict::pass) return "every declared check held";
  if (result.verdict == Verdict::none) return "nothing was declared that could fail";
  return "the result gives no reason";
}

std::string repeat_command(const Result& result) {
  if (result.quick_run) return repeat_quick(*result.quick_run);
  if (result.scenario_path.empty()) return "";
  std::string text = "loadgen run " + shell_quote(result.scenario_path);
  for (const std::string& each : result.overrides) text += " --set " + shell_quote(each);
  return text + " --seed " + std::to_string(result.seed);
}

}  // namespace loadgen::reports
