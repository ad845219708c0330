#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string meta(const std::string& name, const std::string& value) {
  if (value.empty()) return "";
  return "<div><dt>" + name + "</dt><dd>" + escape(value) + "</dd></div>";
}

std::string card(const std::string& what, const std::string& figure, const std::string& more,
                 const std::string& tone = "") {
  constexpr std::size_t kLongestFigure = 11;  // "not reached"; what is longer would not fit
  const char* size = figure.size() > kLongestFigure ? "figure words" : "figure";
  return "<div class=\"card" + (tone.empty() ? "" : " tone " + tone) + "\"><div class=\"what\">" +
         escape(what) + "</div><div class=\"" + size + "\">" + escape(figure) +
         "</div><div class=\"more\">" + escape(more) + "</div></div>";
}

/// The phase that the cards speak of: the fault window, else the whole run.
struct Focus {
  const PhaseFigures* subject = nullptr;
  const PhaseFigures* control = nullptr;
  std::string when;
};

Focus focus_on(const Result& result, const std::string& phase) {
  Focus focus;
  const auto* subject = subject_of(result);
  if (subject == nullptr || subject->second.workloads.empty()) return focus;
  const auto& [name, workload] = subject->second.workloads.front();
  focus.subject = find_phase(workload, phase);
  focus.when = phase;
  const GroupResult* control = control_of(result);
  const WorkloadResult* other = control ? find_workload(*control, name) : nullptr;
  if (other != nullptr) focus.control = find_phase(*other, phase);
  if (focus.subject == nullptr && phase == "during") {
    focus.subject = &workload.totals;
    focus.control = other ? &other->totals : nullptr;
    focus.when = "";
  }
  return focus;
}

std::string error_card(const Focus& focus) {
  const std::string what = focus.when.empty() ? "Failed" : "Failed " + focus.when;
  const double rate = focus.subject->error_rate.value_or(0);
  std::string more =
      count(not_ok(focus.subject->tally)) + " of " + count(focus.subject->tally.planned());
  if (focus.control != nullptr) more = "control " + percent(focus.control->error_rate);
  return card(what, percent(focus.subject->error_rate), more,
              rate == 0     ? "good"
              : rate > 0.01 ? "bad"
                            : "warn");
}

std::string recovery_cards(const Result& result) {
  const auto* subject = subject_of(result);
  if (subject == nullptr) return "";
  for (const auto& [name, workload] : subject->second.workloads) {
    if (!workload.recovery) continue;
    const Recovery& r = *workload.recovery;
    const std::string outage = "longest outage " + time_s(r.longest_outage_s);
    return card("Time to recover", recovery_in_words(r), outage) +
           card("Requests lost", lost_in_words(r), "beyond the rate of before");
  }
  return "";
}

std::string latency_card(const Focus& focus, const std::string& what) {
  const auto& own = focus.subject->response.p99;
  std::string more = "of successes " + time_us(focus.subject->ok_response.p99);
  if (focus.control != nullptr)
    more = "control " + reached(focus.control->response.p99, *focus.control);
  return card(what, own ? time_us(own) : "not reached", more);
}

std::string cards(const Result& result) {
  const Focus during = focus_on(result, "during");
  if (during.subject == nullptr) return "";
  const Tally total = grand_total(result);
  const PhaseFigures& figures = *during.subject;
  const std::string offered =
      figures.offered_per_s ? per_second(*figures.offered_per_s) + " to each group" : "closed loop";
  std::string out = card("Requests", count(total.planned()),
                         result.groups.size() > 1 ? offered
                         : figures.offered_per_s  ? per_second(*figures.offered_per_s) + " offered"
                                                  : offered);
  out += error_card(during);
  out += recovery_cards(result);
  const Focus after = focus_on(result, "after");
  if (after.subject != nullptr) {
    out += latency_card(after, "p99 after");
  } else {
    out += card("p50", figures.response.p50 ? time_us(figures.response.p50) : "not reached",
                "failures count as infinite");
    out += latency_card(during, "p99");
  }
  if (result.trust.send_lag.has_data) {
    out += card("Our send lag p99", time_us(result.trust.send_lag.p99), "own lateness",
                result.trust.valid ? "" : "bad");
  }
  return "<div class=\"cards\">" + out + "</div>\n";
}

}  // namespace

std::string html_verdict(const Result& result) {
  std::string reasons;
  for (std::size_t i = 1; i < result.reasons.size(); ++i) {
    reasons += "<li>" + escape(result.reasons[i]) + "</li>";
  }
  std::string labels;
  for (const auto& [name, value] : result.labels) {
    labels += (labels.empty() ? "" : ", ") + name + " = " + value;
  }
  const std::string tool = result.tool_name + " " + result.tool_version +
                           (result.tool_commit.empty() ? "" : " (" + result.tool_commit + ")");
  return std::string("<section class=\"verdict ") + std::string(tone_of(result.verdict)) +
         "\" aria-label=\"Verdict\"><p class=\"word\"><span class=\"icon\" aria-hidden=\"true\">" +
         std::string(icon_of(result.verdict)) + "</span>" +
         (result.verdict == Verdict::none ? "No verdict" : std::string(name_of(result.verdict))) +
         (result.aborted ? " · aborted" : "") + "</p><p class=\"headline\">" +
         escape(headline(result)) + "</p>" +
         (reasons.empty() ? "" : "<ul class=\"reasons\">" + reasons + "</ul>") +
         (result.hypothesis.empty()
              ? ""
              : "<p class=\"hypothesis\">Hypothesis: “" + escape(result.hypothesis) + "”</p>") +
         (result.abort_reason.empty()
              ? ""
              : "<p class=\"hypothesis\">Aborted: " + escape(result.abort_reason) + "</p>") +
         "<dl class=\"meta\">" + meta("Run", result.run_id) + meta("Started", result.started_at) +
         meta("Ended", result.ended_at) +
         meta("Duration", time_s(to_seconds(duration_of(result)))) + meta("Labels", labels) +
         meta("Scenario", result.scenario_sha256.empty()
                              ? ""
                              : "sha256 " + result.scenario_sha256.substr(0, 12)) +
         meta("Seed", std::to_string(result.seed)) + meta("Made by", tool) + "</dl></section>\n" +
         cards(result);
}

}  // namespace loadgen::reports
