#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string limits(const Result& result) {
  std::string out = "<h3>What this run cannot show</h3><ul>";
  if (!any_interval(result)) {
    out +=
        "<li>No statistical test was made: checks are judged by the observed value, ratios have "
        "no interval. Latency is correlated from second to second, so a small difference may be "
        "chance.</li>";
  }
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
      limits(result) + "</div>";
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
