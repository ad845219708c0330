#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string limits(const Result& result) {
  std::string out = "<h3>What this run cannot show</h3><ul>";
  if (had_fault(result)) {
    out +=
        "<li>One experiment is one sample. How long recovery takes the next time is not known "
        "from one run.</li>";
  }
  if (control_of(result) == nullptr) {
    out +=
        "<li>There is no control group: what changed with time alone cannot be told from what "
        "was caused.</li>";
  }
  if (!had_fault(result)) {
    out += "<li>No fault was injected: this shows a steady state, not how it breaks.</li>";
  }
  if (result.aborted) {
    out += "<li>The run was aborted: phases after that instant are short or missing.</li>";
  }
  return out +
         "<li>The view is the client’s. What the server did inside is seen only as far as "
         "answers and observations tell.</li></ul>";
}

/// The procedures behind the judgements, as far as this run used them.
std::string tests(const Result& result) {
  std::string out;
  if (!result.steadiness.outcome.empty()) {
    out +=
        "<li>Steady state: p50 and p99 per second, error share and achieved rate of "
        "<em>before</em> "
        "in every group and workload; a rest of warm-up by MSER-5, a trend by Mann-Kendall and "
        "Theil-Sen over twenty stretches, a level shift by t over the splits of the later half; "
        "variances widened for correlation, all series together after Holm. Long enough: twenty "
        "effective lengths (Geyer).</li>";
  }
  if (any_interval(result)) {
    out +=
        "<li>Intervals are 90 %. They come from ten stretches of the phase, of both groups in the "
        "same wall time: the spread between stretches carries the correlation from second to "
        "second "
        "that single requests hide. Phases shorter than twenty effective lengths take the largest "
        "error of five, eight and ten stretches, with four degrees of freedom, and can’t pass. "
        "Percentiles of one phase: the interval of their rank. Shares with fewer than ten errors: "
        "Wilson’s interval with the effective number of requests, Newcombe’s for differences.</li>";
  }
  if (!judged_rows(result).empty()) {
    out +=
        "<li>What no check declares is judged by its margin: FAILED when the interval lies beyond "
        "2.5 "
        "margins, DEGRADED when it excludes no change and the estimate reaches the margin (both "
        "after Holm over the workload’s metrics), PASS when it lies below the margin.</li>";
  }
  if (result.comparison.empty() && result.checks.empty()) {
    out += "<li>Nothing was declared and there was nothing to compare: no test was made.</li>";
  }
  return out.empty() ? "" : "<h3>How it was judged</h3><ul>" + out + "</ul>";
}

std::string environment(const Result& result) {
  if (result.environment.empty()) return "";
  std::string out = "<details class=\"big\"><summary>Where it ran</summary><dl class=\"meta\">";
  for (const auto& [name, value] : result.environment) {
    out += "<div><dt>" + escape(name) + "</dt><dd>" + escape(value) + "</dd></div>";
  }
  return out + "</dl></details>";
}

}  // namespace

std::string html_method(const Result& result) {
  std::string body =
      "<div class=\"method\"><h3>How it was measured</h3><ul>"
      "<li>Response time runs from the instant a request was due by the schedule to the end of its "
      "answer; service time from its first byte sent. A stalled server is charged for every "
      "request that fell due meanwhile.</li>"
      "<li>Each request ends in exactly one outcome. Failed, timed-out, unfinished and unsent "
      "requests count as infinitely slow; what the instrument itself lost is listed as blind and "
      "enters no rate and no percentile.</li>"
      "<li>Every answer is counted, none is sampled: histograms from 1 µs to 1 h with three "
      "significant digits (HdrHistogram layout), merged exactly.</li>"
      "<li>A request belongs to the second and phase in which it was due. Warm-up is sent but not "
      "judged.</li></ul>" +
      tests(result) + limits(result) + "</div>";
  if (const std::string command = repeat_command(result); !command.empty()) {
    body += "<h3>To repeat it</h3><pre>" + escape(command) + "</pre>";
  }
  body += environment(result);
  if (!result.scenario.empty()) {
    body += "<details class=\"big\"><summary>The scenario</summary><p class=\"note wrap\">sha256 " +
            escape(result.scenario_sha256) + "</p><pre>" + escape(result.scenario) +
            "</pre></details>";
  }
  return section("method", "Method and limits", body);
}

}  // namespace loadgen::reports
