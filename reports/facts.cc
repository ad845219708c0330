#include "reports/facts.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "reports/format.h"

namespace loadgen::reports {
namespace {

struct OutcomeWords {
  Outcome outcome;
  std::string_view words;
};
constexpr std::array<OutcomeWords, kOutcomes> kOutcomeWords{{
    {Outcome::ok, "ok"},
    {Outcome::dns, "name not resolved"},
    {Outcome::connect_refused, "connection refused"},
    {Outcome::connect_timeout, "connect timed out"},
    {Outcome::connect_other, "could not connect"},
    {Outcome::reset, "connection reset"},
    {Outcome::closed, "closed in mid-answer"},
    {Outcome::tls, "TLS failed"},
    {Outcome::protocol, "not valid HTTP"},
    {Outcome::http_4xx, "HTTP 4xx"},
    {Outcome::http_5xx, "HTTP 5xx"},
    {Outcome::status, "unexpected status"},
    {Outcome::body, "unexpected body"},
    {Outcome::first_byte_timeout, "no first byte in time"},
    {Outcome::timed_out, "timed out"},
    {Outcome::in_doubt, "in doubt"},
    {Outcome::unfinished, "unfinished at the end"},
    {Outcome::not_sent_cap, "not sent: cap reached"},
    {Outcome::not_sent_no_connection, "not sent: no connection"},
    {Outcome::not_sent_late_limit, "not sent: limit already missed"},
    {Outcome::blind_late, "blind: we were late"},
    {Outcome::blind_stalled, "blind: we stalled"},
    {Outcome::blind_aborted, "blind: run aborted"},
    {Outcome::blind_worker_lost, "blind: worker lost"},
    {Outcome::connection, "connection lost"},
    {Outcome::read_only, "server is read-only"},
    {Outcome::too_many, "too many connections"},
    {Outcome::serialization, "serialization failure"},
    {Outcome::deadlock, "deadlock"},
    {Outcome::sql_22, "SQL: data (22)"},
    {Outcome::sql_23, "SQL: constraint (23)"},
    {Outcome::sql_25, "SQL: transaction state (25)"},
    {Outcome::sql_28, "SQL: authorization (28)"},
    {Outcome::sql_40, "SQL: rolled back (40)"},
    {Outcome::sql_42, "SQL: syntax or access (42)"},
    {Outcome::sql_53, "SQL: resources (53)"},
    {Outcome::sql_54, "SQL: program limit (54)"},
    {Outcome::sql_55, "SQL: object not ready (55)"},
    {Outcome::sql_57, "SQL: operator (57)"},
    {Outcome::sql_58, "SQL: system (58)"},
    {Outcome::sql_p0, "SQL: raised (P0)"},
    {Outcome::sql_xx, "SQL: internal (XX)"},
    {Outcome::sql_other, "SQL: other class"},
    {Outcome::blind_no_socket, "blind: no socket left"},
}};
constexpr bool words_in_order() {
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    if (static_cast<std::size_t>(kOutcomeWords[i].outcome) != i) return false;
  }
  return true;
}
static_assert(words_in_order(), "kOutcomeWords is looked up by the number of the outcome");

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

std::string control_name(const Result& result) {
  const GroupResult* control = control_of(result);
  for (const auto& [name, group] : result.groups) {
    if (&group == control) return name;
  }
  return {};
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
  return kOutcomeWords[static_cast<std::size_t>(outcome)].words;
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
  return std::any_of(result.checks.begin(), result.checks.end(),
                     [](const CheckResult& check) { return !check.interval_text.empty(); }) ||
         std::any_of(result.comparison.begin(), result.comparison.end(),
                     [](const ComparisonRow& row) { return row.interval.has_value(); });
}

std::string recovery_in_words(const Recovery& recovery) {
  if (recovery.time_to_recover_s) return time_s(*recovery.time_to_recover_s);
  if (recovery.undetermined) return "undetermined";
  if (recovery.not_recovered_within_s) {
    // Seconds are bad, too, when answers are slower or fewer than before: that is no outage.
    const bool down = recovery.longest_outage_s > 0 || recovery.degraded_s > 0;
    if (!down) return "no outage, but worse than before until the end";
    return "not within " + time_s(*recovery.not_recovered_within_s);
  }
  return "not affected";
}

std::string lost_in_words(const Recovery& recovery) {
  return count(
      static_cast<std::uint64_t>(std::llround(std::clamp(recovery.requests_lost, 0.0, 1e15))));
}

namespace {

std::string happened(const NodeEvent& event) {
  if (event.kind == "restart") return "restarted";
  if (event.kind == "promotion") return "became primary, " + event.detail;
  if (event.kind == "demotion") return "became a standby";
  if (event.kind == "timeline") return "follows " + event.detail;
  if (event.kind == "other_server") return "is another server now";
  if (event.kind == "settings") return "has other settings: " + event.detail;
  if (event.kind != "blind") return event.kind;
  return event.to ? "not seen for " + time_s(to_seconds(*event.to - event.at))
                  : std::string("not seen any more");
}

}  // namespace

std::string in_words(const std::string& node, const NodeEvent& event) {
  return (node.empty() ? "" : node + " ") + happened(event);
}

std::string events_in_words(const Result& result, const std::string& node,
                            const NodeResult& samples) {
  std::string out;
  for (const NodeEvent& event : samples.events) {
    out += (out.empty() ? node + " " : ", ") + happened(event) +
           (event.kind == "blind" ? " from " : " at ") + offset(event.at, time_zero(result));
  }
  return out;
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

std::string_view badge_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "✅";
    case Verdict::degraded:
      return "🔻";
    case Verdict::failed:
      return "❌";
    case Verdict::inconclusive:
      return "❔";
    case Verdict::invalid:
      return "⚠️";
    case Verdict::none:
      return "➖";
  }
  return "";
}

std::string_view tone_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return "good";
    case Verdict::failed:
      return "bad";
    case Verdict::degraded:
    case Verdict::invalid:
      return "warn";
    case Verdict::inconclusive:
    case Verdict::none:
      return "calm";
  }
  return "calm";
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
