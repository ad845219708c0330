#include <algorithm>

#include "reports/capacity.h"
#include "reports/columns.h"
#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/ledger.h"
#include "reports/paint.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

std::string verdict(const Result& result, const Paint& paint, std::size_t width) {
  const std::string word = std::string(icon_of(result.verdict)) + " " +
                           std::string(name_of(result.verdict)) +
                           (result.aborted ? " (aborted)" : "");
  std::string out = paint.of(result.verdict, word) + "  " +
                    wrapped(one_line_for_terminal(headline(result)), width, width_of(word) + 2);
  for (std::size_t i = 1; i < result.reasons.size(); ++i) {
    out += "  " + wrapped(one_line_for_terminal(result.reasons[i]), width, 2);
  }
  if (!result.abort_reason.empty()) {
    out += "  " + wrapped("aborted: " + one_line_for_terminal(result.abort_reason), width, 2);
  }
  return out;
}

std::string capacity(const Result& result, const Paint& paint) {
  if (!result.capacity || result.capacity->steps.empty()) return "";
  return "\n" + paint.bold("Capacity") + "\n" + capacity_table(*result.capacity);
}

std::string in_brackets(const std::string& interval) {
  return interval.empty() ? "" : "[" + one_line_for_terminal(interval) + "]";
}

/// Lines of six cells: how it was judged, what, where, what was observed, its interval, a note.
std::string judged(const std::vector<std::vector<std::string>>& rows, std::size_t width) {
  const std::vector<Column> heads = {{"", false, 2}, {"", false, 2}, {"", false, 2},
                                     {"", false, 2}, {"", false, 1}, {"", false, 0}};
  return columns(heads, rows, width);
}

std::string checks(const Result& result, const Paint& paint, std::size_t width) {
  if (result.checks.empty()) return "";
  std::vector<std::vector<std::string>> rows;
  for (const CheckResult& check : result.checks) {
    rows.push_back(
        {std::string(icon_of_check(check.result)) + " " + one_line_for_terminal(check.result),
         one_line_for_terminal(check.expression), one_line_for_terminal(place_of(check)),
         one_line_for_terminal(observed_in_words(check)), in_brackets(check.interval_text),
         one_line_for_terminal(check.note.empty() ? "" : "(" + check.note + ")")});
  }
  const bool tested = std::any_of(result.checks.begin(), result.checks.end(),
                                  [](const CheckResult& c) { return !c.interval_text.empty(); });
  return "\n" + paint.bold("Checks") + (tested ? paint.dim("  in brackets: 90 % intervals") : "") +
         "\n" + judged(rows, width);
}

/// What no check declares, as far as a margin judged it.
std::string comparison(const Result& result, const Paint& paint, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const ComparisonRow* row : judged_rows(result)) {
    rows.push_back({std::string(icon_of_row(row->verdict)) + " " + row->verdict, row->metric,
                    one_line_for_terminal(row->workload + ", " + row->phase), effect_in_words(*row),
                    in_brackets(interval_in_words(*row)),
                    one_line_for_terminal(row->note.empty() ? "" : "(" + row->note + ")")});
  }
  if (rows.empty()) return "";
  return "\n" + paint.bold("Not declared, judged by margins") +
         paint.dim("  90 % intervals of the change") + "\n" + judged(rows, width);
}

std::string matrix(const Result& result, const Paint& paint, std::size_t width) {
  const std::vector<Column> heads = {
      {"phase", false, 4}, {"group", false, 4}, {"requests", true, 1}, {"ok/s", true, 2},
      {"not ok", true, 4}, {"p50", true, 3},    {"p90", true, 0},      {"p99", true, 4},
      {"p99.9", true, 0},  {"max", true, 1}};
  std::string out;
  for (const std::string& workload : workload_names(result)) {
    std::vector<std::vector<std::string>> rows;
    for (const PhaseSpan& span : phase_spans(result)) {
      if (span.name == "warmup") continue;
      bool first = true;
      for (const auto& [name, group] : result.groups) {
        const WorkloadResult* found = find_workload(group, workload);
        const PhaseFigures* phase = found ? find_phase(*found, span.name) : nullptr;
        if (phase == nullptr) continue;
        std::vector<std::string> row = {first ? one_line_for_terminal(span.name) : "",
                                        one_line_for_terminal(name), count(phase->tally.planned()),
                                        significant(phase->ok_per_s), percent(phase->error_rate)};
        for (const auto* us : {&phase->response.p50, &phase->response.p90, &phase->response.p99,
                               &phase->response.p999, &phase->response.max}) {
          row.push_back(*us || phase->tally.planned() == 0 ? time_us(*us) : "not reached");
        }
        rows.push_back(std::move(row));
        first = false;
      }
    }
    if (rows.empty()) continue;
    out += "\n" + paint.bold(one_line_for_terminal(workload)) +
           paint.dim("  failures count as infinite") + "\n" + columns(heads, rows, width);
  }
  return out;
}

std::string recovery(const Result& result, const Paint& paint, std::size_t width) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      if (!workload.recovery) continue;
      const Recovery& r = *workload.recovery;
      rows.push_back({one_line_for_terminal(name), one_line_for_terminal(workload_name),
                      r.time_to_detect_s ? time_s(*r.time_to_detect_s) : std::string(kNothing),
                      recovery_in_words(r), time_s(r.longest_outage_s), lost_in_words(r)});
    }
  }
  if (rows.empty()) return "";
  return "\n" + paint.bold("Recovery") + "\n" +
         columns({{"group", false, 2},
                  {"workload", false, 1},
                  {"detected after", true, 0},
                  {"recovered after", true, 2},
                  {"longest outage", true, 1},
                  {"requests lost", true, 1}},
                 rows, width);
}

/// What server samples saw happen, a line for each server.
std::string servers(const Result& result, const Paint& paint, std::size_t width) {
  std::string out;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [node, samples] : group.nodes) {
      const std::string events = events_in_words(result, node, samples);
      if (!events.empty())
        out += "  " + wrapped(one_line_for_terminal(name + ": " + events), width, 4);
    }
  }
  return out.empty() ? "" : "\n" + paint.bold("Servers") + "\n" + out;
}

std::string trust(const Result& result, const Paint& paint, std::size_t width) {
  std::string out = "\n" + paint.bold("Trust") + "  " +
                    (result.trust.valid ? "valid" : paint.of(Verdict::invalid, "NOT VALID"));
  if (result.trust.send_lag.has_data) {
    out += ", send lag p99 " + time_us(result.trust.send_lag.p99) + ", " +
           percent(result.trust.late_share) + " late or blind";
  }
  out += "\n";
  if (const std::string steady = steadiness_in_words(result); !steady.empty()) {
    out += "  " + wrapped("steady state: " + one_line_for_terminal(steady), width, 4);
  }
  for (const auto* list : {&result.trust.reasons, &result.trust.warnings}) {
    for (const std::string& each : *list)
      out += "  - " + wrapped(one_line_for_terminal(each), width, 4);
  }
  return out;
}

std::string ledger(const Result& result, const Paint& paint, std::size_t width) {
  const std::vector<LedgerLine> lines = ledger_lines(result);
  if (lines.empty()) return "";
  std::vector<Column> heads = {{"group", false, 4}, {"workload", false, 1}};
  const int keep[] = {2, 4, 2, 1, 0, 3, 3};
  for (std::size_t i = 0; i < ledger_heads().size(); ++i)
    heads.push_back({ledger_heads()[i], true, keep[i]});
  std::vector<std::vector<std::string>> rows;
  std::string notes;
  for (const LedgerLine& line : lines) {
    rows.push_back({one_line_for_terminal(line.group), one_line_for_terminal(line.workload)});
    rows.back().insert(rows.back().end(), line.cells.begin(), line.cells.end());
    for (const std::string& note : line.notes) {
      notes +=
          "  - " +
          wrapped(one_line_for_terminal(line.group + ", " + line.workload + ": " + note), width, 4);
    }
  }
  return "\n" + paint.bold("Acknowledged writes") + paint.dim("  by the ledger, of the whole run") +
         "\n" + columns(heads, rows, width) + notes;
}

}  // namespace

std::string ledger_summary(const Result& result, bool colour, int width) {
  return ledger(result, Paint(colour), static_cast<std::size_t>(std::max(width, 60)));
}

std::string terminal_summary(const Result& result, bool colour, int width) {
  const Paint paint(colour);
  const auto room = static_cast<std::size_t>(std::max(width, 60));
  return verdict(result, paint, room) + capacity(result, paint) + checks(result, paint, room) +
         comparison(result, paint, room) + matrix(result, paint, room) +
         recovery(result, paint, room) + ledger(result, paint, room) +
         servers(result, paint, room) + trust(result, paint, room);
}

}  // namespace loadgen::reports
