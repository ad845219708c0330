#include <algorithm>

#include "reports/capacity.h"
#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/grid.h"
#include "reports/ledger.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

constexpr std::size_t kMostBytes = 60'000;
constexpr std::size_t kSparks = 60;

/// Bars of one eighth to eight eighths, from 0 to the largest value; a gap where there is none.
std::string sparkline(const Values& values, double most) {
  static constexpr const char* kBars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
  std::string out;
  for (const auto& value : values) {
    if (!value || most <= 0) {
      out += "·";
      continue;
    }
    const double share = std::clamp(*value / most, 0.0, 1.0);
    out += kBars[std::min(static_cast<std::size_t>(share * 8), std::size_t{7})];
  }
  return out;
}

std::string checks(const Result& result) {
  if (result.checks.empty()) return "No check was declared.\n\n";
  std::string out =
      "| | check | of | observed | 90 % interval | bound |\n|---|---|---|---:|---:|---:|\n";
  for (const CheckResult& check : result.checks) {
    out += "| " + std::string(icon_of_check(check.result)) + " " + escape_markdown(check.result) +
           " | " + escape_markdown(check.expression) + " | " + escape_markdown(place_of(check)) +
           " | " + escape_markdown(observed_in_words(check)) + " | " +
           escape_markdown(check.interval_text) + " | " + escape_markdown(bound_in_words(check)) +
           " |\n";
  }
  return out + "\nWithout an interval a check is judged by the observed value.\n\n";
}

std::string comparison(const Result& result) {
  const std::vector<const ComparisonRow*> rows = judged_rows(result);
  if (rows.empty()) return "";
  std::string out =
      "### Not declared, judged by margins\n\n| | metric | of | change | 90 % interval | |\n"
      "|---|---|---|---:|---:|---|\n";
  for (const ComparisonRow* row : rows) {
    out += "| " + std::string(icon_of_row(row->verdict)) + " " + row->verdict + " | " +
           escape_markdown(row->metric) + " | " +
           escape_markdown(row->workload + ", " + row->phase) + " | " +
           escape_markdown(effect_in_words(*row)) + " | " +
           escape_markdown(interval_in_words(*row)) + " | " + escape_markdown(row->note) + " |\n";
  }
  return out + "\n";
}

std::string matrix(const Result& result, const std::string& workload) {
  std::string out = "### " + escape_markdown(workload) +
                    "\n\n| phase | group | requests | ok rate | not ok | p50 | p90 | p99 | p99.9 | "
                    "max |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
  for (const PhaseSpan& span : phase_spans(result)) {
    if (span.name == "warmup") continue;
    for (const auto& [name, group] : result.groups) {
      const WorkloadResult* found = find_workload(group, workload);
      const PhaseFigures* phase = found ? find_phase(*found, span.name) : nullptr;
      if (phase == nullptr) continue;
      out += "| " + escape_markdown(span.name) + " | " + escape_markdown(name) + " | " +
             count(phase->tally.planned()) + " | " + per_second(phase->ok_per_s) + " | " +
             escape_markdown(percent(phase->error_rate));
      for (const auto* us : {&phase->response.p50, &phase->response.p90, &phase->response.p99,
                             &phase->response.p999, &phase->response.max}) {
        out += " | " + (*us || phase->tally.planned() == 0 ? time_us(*us) : "not reached");
      }
      out += " |\n";
    }
  }
  return out + "\n";
}

std::string sparklines(const Result& result, const std::string& workload) {
  const Grid grid = grid_of(result, workload, kSparks);
  if (grid.points == 0) return "";
  double rate = 0, latency = 0;
  for (const auto& [name, group] : result.groups) {
    if (const WorkloadResult* found = find_workload(group, workload)) {
      const Series& s = found->series;
      for (const auto& v : rates(grid, s.start_s, s.ok)) rate = std::max(rate, v.value_or(0));
      for (const auto& v : largest(grid, s.start_s, s.p99_us)) {
        latency = std::max(latency, v.value_or(0));
      }
    }
  }
  std::string out = "```text\n";
  for (const auto& [name, group] : result.groups) {
    const WorkloadResult* found = find_workload(group, workload);
    if (found == nullptr) continue;
    const Series& s = found->series;
    std::string who = one_line_for_terminal(name);
    std::replace(who.begin(), who.end(), '`', '\'');  // it would close the fence
    out += "ok/s  " + sparkline(rates(grid, s.start_s, s.ok), rate) + "  " + who + "\n";
    out += "p99   " + sparkline(largest(grid, s.start_s, s.p99_us), latency) + "  " + who + "\n";
  }
  out += "```\n";
  return out + "\n" + "Bars from 0 to " + per_second(rate) + " and " + time_us(latency) + ", " +
         resolution(grid) + "; a dot: no success.\n\n";
}

std::string recovery(const Result& result) {
  std::string rows;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      if (!workload.recovery) continue;
      const Recovery& r = *workload.recovery;
      rows += "| " + escape_markdown(name) + " | " + escape_markdown(workload_name) + " | " +
              (r.time_to_detect_s ? time_s(*r.time_to_detect_s) : "–") + " | " +
              recovery_in_words(r) + " | " + time_s(r.longest_outage_s) + " | " + lost_in_words(r) +
              " |\n";
    }
  }
  if (rows.empty()) return "";
  return "### Recovery\n\n| group | workload | time to detect | time to recover | longest outage | "
         "requests lost |\n|---|---|---:|---:|---:|---:|\n" +
         rows + "\n";
}

/// What server samples saw happen, a line for each server.
std::string servers(const Result& result) {
  std::string out;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [node, samples] : group.nodes) {
      const std::string events = events_in_words(result, node, samples);
      if (!events.empty()) out += "- " + escape_markdown(name + ": " + events) + "\n";
    }
  }
  return out.empty() ? "" : "**Servers**\n" + out + "\n";
}

std::string ledger(const Result& result) {
  const std::vector<LedgerLine> lines = ledger_lines(result);
  if (lines.empty()) return "";
  std::string head = "| group | workload |", rule = "|---|---|", rows, notes;
  for (const std::string& each : ledger_heads()) {
    head += " " + each + " |";
    rule += "---:|";
  }
  for (const LedgerLine& line : lines) {
    rows += "| " + escape_markdown(line.group) + " | " + escape_markdown(line.workload) + " |";
    for (const std::string& each : line.cells) rows += " " + each + " |";
    rows += "\n";
    for (const std::string& note : line.notes)
      notes += "- " + escape_markdown(line.group + ", " + line.workload + ": " + note) + "\n";
  }
  return "### Acknowledged writes\n\n" + head + "\n" + rule + "\n" + rows + "\n" + notes +
         (notes.empty() ? "" : "\n");
}

std::string trust(const Result& result) {
  std::string out = "**Trust**: " + std::string(result.trust.valid ? "valid" : "NOT VALID");
  if (result.trust.send_lag.has_data) {
    out += ", send lag p99 " + time_us(result.trust.send_lag.p99) + ", " +
           escape_markdown(percent(result.trust.late_share)) + " late or blind";
  }
  if (const std::string steady = steadiness_in_words(result); !steady.empty()) {
    out += "; steady state: " + escape_markdown(steady);
  }
  out += "\n";
  for (const auto* list : {&result.trust.reasons, &result.trust.warnings}) {
    for (const std::string& each : *list) out += "- " + escape_markdown(each) + "\n";
  }
  return out + "\n";
}

}  // namespace

std::string markdown(const Result& result) {
  std::string out = "## " + std::string(badge_of(result.verdict)) + " " +
                    std::string(name_of(result.verdict)) + ": " +
                    escape_markdown(result.name.empty() ? result.run_id : result.name) + "\n\n**" +
                    escape_markdown(headline(result)) + "**\n\n";
  for (std::size_t i = 1; i < result.reasons.size(); ++i) {
    out += "- " + escape_markdown(result.reasons[i]) + "\n";
  }
  if (result.reasons.size() > 1) out += "\n";
  std::vector<std::string> parts;
  if (result.capacity) parts.push_back(capacity_markdown(*result.capacity));
  parts.push_back(checks(result));
  parts.push_back(comparison(result));
  for (const std::string& workload : workload_names(result)) {
    parts.push_back(matrix(result, workload) + sparklines(result, workload));
  }
  parts.push_back(recovery(result) + ledger(result) + servers(result) + trust(result));
  std::string end = "Run " + escape_markdown(result.run_id);
  if (!result.started_at.empty()) end += ", " + escape_markdown(result.started_at);
  end += ", " + time_s(to_seconds(duration_of(result))) + ", " +
         escape_markdown(result.tool_name + " " + result.tool_version) + "\n";
  const std::string cut = "Parts were left out: the summary would be too long.\n\n";
  bool left_out = false;
  for (const std::string& part : parts) {
    if (out.size() + part.size() + cut.size() + end.size() >= kMostBytes) {
      left_out = true;
    } else {
      out += part;
    }
  }
  return out + (left_out ? cut : "") + end;
}

}  // namespace loadgen::reports
