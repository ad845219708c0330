#include <algorithm>
#include <cmath>

#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

/// Observed against bound: a bar as long as the observed value, a tick at the bound. Both on one
/// scale from 0, so the distance between them is the margin.
std::string margin_bar(const CheckResult& check) {
  constexpr double kLength = 120;
  const bool held = check.result == "held";
  const double observed = std::abs(check.observed.value_or(0));
  const double bound = std::abs(check.bound);
  const double most = std::max(observed, bound) * 1.15;
  if (!(most > 0) || !check.observed || !std::isfinite(most)) return "";
  const double end = std::max(observed / most * kLength, 2.0);
  const double tick = bound / most * kLength;
  return std::string("<svg width=\"120\" height=\"16\" aria-hidden=\"true\">") +
         "<rect class=\"track\" fill=\"#eceff4\" y=\"5\" width=\"120\" height=\"6\" rx=\"3\"/>" +
         "<rect class=\"f " +
         (held                        ? "good"
          : check.result == "refuted" ? "bad"
                                      : "dim") +
         "\" fill=\"" +
         (held                        ? "#1a6b34"
          : check.result == "refuted" ? "#b3261e"
                                      : "#6a7280") +
         "\" y=\"5\" width=\"" + coordinate(end) + "\" height=\"6\" rx=\"3\"/>" +
         "<rect class=\"f ink\" fill=\"#16191d\" x=\"" + coordinate(tick - 1) +
         "\" width=\"2\" height=\"16\"/></svg>";
}

std::string row(const Result& result, const CheckResult& check) {
  const char* tone = check.result == "held" ? "good" : check.result == "refuted" ? "bad" : "warn";
  const std::string observed = observed_in_words(check);
  return std::string("<tr><td class=\"") + tone +
         "\"><span class=\"pill\"><span "
         "aria-hidden=\"true\">" +
         std::string(icon_of_check(check.result)) + "</span>" + escape(check.result) +
         "</span></td><td class=\"text\"><code>" + escape(check.expression) + "</code><small>" +
         escape(check.id) + "</small></td><td class=\"text\">" + group_tag(result, check.group) +
         "<small>" + escape(check.workload + (check.phase.empty() ? "" : ", " + check.phase)) +
         "</small></td><td>" + escape(observed) +
         (check.interval_text.empty() ? "" : "<small>" + escape(check.interval_text) + "</small>") +
         (check.note.empty() ? "" : "<small class=\"remark\">" + escape(check.note) + "</small>") +
         "</td><td>" + escape(bound_in_words(check)) + "</td><td>" + margin_bar(check) +
         "</td></tr>\n";
}

}  // namespace

std::string html_checks(const Result& result) {
  if (result.checks.empty()) {
    const bool judged = !judged_rows(result).empty();
    return section("checks", "Hypothesis and checks",
                   std::string("<p class=\"none\">No check was declared") +
                       (judged ? ": the margins of the comparison below decide alone. "
                               : ", so nothing could fail. ") +
                       "Add <code>[[steady_state.checks]]</code> to the scenario, or "
                       "<code>--check</code> to a quick run.</p>");
  }
  std::string rows =
      "<thead><tr><th scope=\"col\">Result</th><th scope=\"col\" class=\"text\">Check</th>"
      "<th scope=\"col\" class=\"text\">Of</th><th scope=\"col\">Observed</th>"
      "<th scope=\"col\">Bound</th><th scope=\"col\" "
      "class=\"text\">Margin</th></tr></thead><tbody>";
  bool tested = false;
  for (const CheckResult& check : result.checks) {
    rows += row(result, check);
    tested = tested || !check.interval_text.empty();
  }
  const std::string note =
      std::string(tested
                      ? "Below the observed value stands its 90 % interval: a check is held when "
                        "the bound lies beyond it, undecided when inside. "
                      : "No check has an interval: what was declared are facts of this run, or "
                        "its data are too few. ") +
      "Checks on <em>during</em>, and those that say so, are judged by the observed value, which "
      "could fall on the other side of a close bound in the next run: one experiment is one "
      "sample.";
  return section(
      "checks", "Hypothesis and checks",
      scroll_table("Checks", "", rows + "</tbody>") + "<p class=\"note\">" + note + "</p>");
}

}  // namespace loadgen::reports
