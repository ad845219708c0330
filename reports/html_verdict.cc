#include <algorithm>
#include <tuple>

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

using NamedWorkload = std::pair<std::string, WorkloadResult>;

/// The workload that the cards speak of: out longest, then most lost, then most failed.
const NamedWorkload& worst_of(const std::vector<NamedWorkload>& workloads) {
  const auto harm = [](const WorkloadResult& workload) {
    const Recovery recovery = workload.recovery.value_or(Recovery{});
    return std::make_tuple(recovery.longest_outage_s, recovery.requests_lost,
                           workload.totals.error_rate.value_or(0));
  };
  return *std::max_element(workloads.begin(), workloads.end(),
                           [&](const NamedWorkload& a, const NamedWorkload& b) {
                             return harm(a.second) < harm(b.second);
                           });
}

/// A workload in one phase, and the same of control.
struct Focus {
  const PhaseFigures* subject = nullptr;
  const PhaseFigures* control = nullptr;
  std::string when;
  std::string control_name;
};

/// Of the fault window without one: of the whole run.
Focus focus_on(const Result& result, const NamedWorkload& named, const std::string& phase) {
  Focus focus;
  const auto& [name, workload] = named;
  focus.subject = find_phase(workload, phase);
  focus.when = phase;
  focus.control_name = control_name(result);
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

std::string error_card(const Focus& focus, const std::string& whose) {
  const std::string what = focus.when.empty() ? "Failed" : "Failed " + focus.when;
  const double rate = focus.subject->error_rate.value_or(0);
  std::string more =
      count(not_ok(focus.subject->tally)) + " of " + count(focus.subject->tally.planned());
  if (focus.control != nullptr)
    more = focus.control_name + " " + percent(focus.control->error_rate);
  return card(what + whose, percent(focus.subject->error_rate), more,
              rate == 0     ? "good"
              : rate > 0.01 ? "bad"
                            : "warn");
}

std::string recovery_cards(const WorkloadResult& workload, const std::string& whose) {
  if (!workload.recovery) return "";
  const Recovery& r = *workload.recovery;
  return card("Time to recover" + whose, recovery_in_words(r),
              "longest outage " + time_s(r.longest_outage_s)) +
         card("Requests lost" + whose, lost_in_words(r), "beyond the rate of before");
}

std::string latency_card(const Focus& focus, const std::string& what) {
  const auto& own = focus.subject->response.p99;
  std::string more = "of successes " + time_us(focus.subject->ok_response.p99);
  if (focus.control != nullptr)
    more = focus.control_name + " " + reached(focus.control->response.p99, *focus.control);
  return card(what, own ? time_us(own) : "not reached", more);
}

std::string requests_card(const Result& result, const std::vector<NamedWorkload>& workloads) {
  double offered = 0;
  bool closed = false;
  for (const auto& [name, workload] : workloads) {
    const PhaseFigures* during = find_phase(workload, "during");
    const PhaseFigures& figures = during != nullptr ? *during : workload.totals;
    offered += figures.offered_per_s.value_or(0);
    closed = closed || !figures.offered_per_s;
  }
  const bool several = result.groups.size() > 1;
  return card(
      "Requests", count(grand_total(result).planned()),
      closed ? "closed loop" : per_second(offered) + (several ? " to each group" : " offered"));
}

std::string cards(const Result& result) {
  const auto* group = subject_of(result);
  if (group == nullptr || group->second.workloads.empty()) return "";
  const std::vector<NamedWorkload>& workloads = group->second.workloads;
  const NamedWorkload& worst = worst_of(workloads);
  const std::string whose = workloads.size() > 1 ? " · " + worst.first : "";
  const Focus during = focus_on(result, worst, "during");
  std::string out = requests_card(result, workloads) + error_card(during, whose) +
                    recovery_cards(worst.second, whose);
  const Focus after = focus_on(result, worst, "after");
  if (after.subject != nullptr) {
    out += latency_card(after, "p99 after" + whose);
  } else {
    const auto& p50 = during.subject->response.p50;
    out += card("p50" + whose, p50 ? time_us(p50) : "not reached", "failures count as infinite");
    out += latency_card(during, "p99" + whose);
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
