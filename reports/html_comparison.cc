// What was not declared: experimental against control, or a phase against `before`.
#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string small(const std::string& text) {
  return text.empty() ? "" : "<small>" + escape(text) + "</small>";
}

const char* tone_of_row(const std::string& verdict) {
  if (verdict == "PASS") return "good";
  if (verdict == "FAILED") return "bad";
  return verdict == "not judged" ? "dim" : "warn";
}

/// `reason`: told for the whole phase already.
std::string judgement(const ComparisonRow& row, const std::string& reason) {
  const std::string note = without(row.note, reason);
  return std::string("<td class=\"text ") + tone_of_row(row.verdict) +
         "\"><span class=\"pill\"><span aria-hidden=\"true\">" +
         std::string(icon_of_row(row.verdict)) + "</span>" + escape(row.verdict) + "</span>" +
         (note.empty() ? "" : "<small class=\"remark\">" + escape(note) + "</small>") + "</td>";
}

std::string row_of(const ComparisonRow& row, const std::string& reason) {
  const std::string range = range_in_words(row);
  return "<tr><td class=\"text\">" + escape(row.metric) + "</td><td>" +
         escape(metric(row.metric, row.control)) + "</td><td>" +
         escape(metric(row.metric, row.experimental)) +
         small(range.empty() ? "" : "usually " + range) + "</td><td>" + ratio(row.ratio) +
         "</td><td>" + ratio(row.ratio_before) + "</td><td>" + escape(effect_in_words(row)) +
         small(interval_in_words(row)) + small(rounds_in_words(row)) + "</td>" +
         judgement(row, reason) + "</tr>\n";
}

/// The rows of one workload and phase, under what they have in common.
std::string phase_rows(const std::vector<const ComparisonRow*>& rows) {
  const std::string reason = shared_reason(rows);
  std::string out = "<tr class=\"head\"><th scope=\"colgroup\" colspan=\"7\">" +
                    escape(rows.front()->workload + ", " + rows.front()->phase) +
                    small(reason.empty() ? "" : "not judged: " + reason) + "</th></tr>\n";
  for (const ComparisonRow* row : rows) out += row_of(*row, reason);
  return out;
}

}  // namespace

std::string html_comparison(const Result& result) {
  if (result.comparison.empty()) return "";
  const bool lone = control_of(result) == nullptr;
  const std::string control = lone ? "control" : control_name(result);
  const auto* subject = subject_of(result);
  const std::string own = subject == nullptr ? "" : subject->first;
  std::string rows = "<thead><tr><th scope=\"col\" class=\"text\">Metric</th><th scope=\"col\">" +
                     escape(control) + "</th><th scope=\"col\">" + escape(own) +
                     "</th><th scope=\"col\">Ratio</th><th scope=\"col\">Ratio "
                     "before</th><th scope=\"col\">Change, 90 %</th><th scope=\"col\" "
                     "class=\"text\">Judgement</th></tr></thead><tbody>";
  std::vector<const ComparisonRow*> of_phase;
  for (const ComparisonRow& row : result.comparison) {
    if (!of_phase.empty() &&
        (of_phase.back()->workload != row.workload || of_phase.back()->phase != row.phase)) {
      rows += phase_rows(of_phase);
      of_phase.clear();
    }
    of_phase.push_back(&row);
  }
  rows += phase_rows(of_phase);
  const std::string note =
      std::string("<p class=\"note\">") +
      (took_turns(result)
           ? "The groups took turns. The change is Hodges and Lehmann’s estimate over the rounds, "
             "each a pair of turns; below it stands its 90 % interval, the exact one of signed "
             "ranks, and what each round came to. "
       : lone ? "There is no control: each phase stands against <em>before</em>, and what changed "
                "with time alone can't be told from what was caused. "
              : "The change is that of the ratio (of shares: of the difference) since "
                "<em>before</em>, net of that of " +
                    escape(control) +
                    "; in <em>before</em> itself it is the groups’ "
                    "difference. ") +
      (took_turns(result) ? ""
                          : "Below it stands its 90 % interval from ten stretches of the phase. ") +
      "Percentiles here are of the successes; failures count in the error rate. Error rate, "
      "goodput, p50 and p99 are judged by their margins where no check declares them, and only "
      "with 100 requests beyond the percentile. <em>Usually</em>: over stretches as long as "
      "<em>during</em>, before the fault" +
      (lone ? "" : " and in " + escape(control)) + ".</p>";
  return section("comparison", lone ? "Against before" : own + " against " + control,
                 scroll_table("Comparison of the groups", "", rows + "</tbody>") + note);
}

}  // namespace loadgen::reports
