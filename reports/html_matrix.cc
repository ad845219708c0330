// The matrix: workload × group by phase.
#include <cmath>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

struct Column {
  const char* name;
  double quantile;
  std::optional<std::int64_t> Quantiles::*value;
};
constexpr Column kColumns[] = {
    {"p50", 0.5, &Quantiles::p50},
    {"p90", 0.9, &Quantiles::p90},
    {"p99", 0.99, &Quantiles::p99},
    {"p99.9", 0.999, &Quantiles::p999},
};

std::string small(const std::string& text) {
  return text.empty() ? "" : "<small>" + text + "</small>";
}

/// "× 1.04 since before", when both are known and this phase comes after `before`.
std::string since_before(const std::optional<std::int64_t>& now,
                         const std::optional<std::int64_t>& before) {
  if (!now || !before || *before == 0) return "";
  return "× " + significant(static_cast<double>(*now) / static_cast<double>(*before));
}

std::string quantile_cell(const Column& column, const PhaseFigures& phase,
                          const PhaseFigures* before) {
  const auto& value = phase.response.*column.value;
  const bool few = too_few(phase, column.quantile) && phase.tally.planned() > 0;
  std::string out = few ? "<td class=\"few\">" : "<td>";
  if (value) {
    out += escape(time_us(value));
    if (before != nullptr) out += small(since_before(value, before->response.*column.value));
  } else if (phase.tally.planned() > 0) {
    out += "not reached";
    out += small(escape(percent(phase.error_rate)) + " failed");
  } else {
    out += kNothing;
  }
  return out + "</td>";
}

/// Successes only, under a row in which something failed.
std::string success_row(const PhaseFigures& phase) {
  std::string out = "<tr class=\"sub\"><td>successes only</td><td>" + count(phase.tally.ok()) +
                    "</td><td></td><td></td>";
  for (const Column& column : kColumns) {
    out += "<td>" + time_us(phase.ok_response.*column.value) + "</td>";
  }
  return out + "<td>" + time_us(phase.ok_response.max) + "</td></tr>\n";
}

std::string group_row(const Result& result, const std::string& group, const PhaseFigures& phase,
                      const PhaseFigures* before) {
  const bool failures = not_ok(phase.tally) > 0;
  std::string out = failures ? "<tr class=\"open\">" : "<tr>";
  out += "<td>" + group_tag(result, group) + "</td><td>" + count(phase.tally.planned()) +
         (phase.tally.blind() > 0 ? small(count(phase.tally.blind()) + " blind") : "") +
         "</td><td>" + per_second(phase.ok_per_s) + "</td><td>" +
         escape(percent(phase.error_rate)) + "</td>";
  for (const Column& column : kColumns) out += quantile_cell(column, phase, before);
  if (phase.response.max) {
    out += "<td>" + time_us(phase.response.max) + "</td></tr>\n";
  } else {
    out += std::string("<td>") + (phase.tally.planned() > 0 ? "not reached" : "–") + "</td></tr>\n";
  }
  return out + (failures && phase.tally.ok() > 0 ? success_row(phase) : "");
}

/// The subject's figures over control's, in the same phase. names: "head against base".
std::string ratio_row(const std::string& names, const PhaseFigures& own,
                      const PhaseFigures& control) {
  const auto over = [](std::optional<double> a, std::optional<double> b) {
    return a && b && *b > 0 ? ratio(*a / *b) : std::string(kNothing);
  };
  const auto quantile = [&](auto value) {
    const auto& a = own.response.*value;
    const auto& b = control.response.*value;
    return a && b && *b > 0 ? ratio(static_cast<double>(*a) / static_cast<double>(*b))
                            : std::string(kNothing);
  };
  std::string points(kNothing);
  if (own.error_rate && control.error_rate) {
    const double difference = (*own.error_rate - *control.error_rate) * 100;
    points = (difference > 0   ? "+"
              : difference < 0 ? "−"
                               : "") +
             significant(std::abs(difference)) + " points";
  }
  std::string out = "<tr class=\"sub\"><td>" + escape(names) + "</td><td></td><td>" +
                    over(own.ok_per_s, control.ok_per_s) + "</td><td>" + points + "</td>";
  for (const Column& column : kColumns) out += "<td>" + quantile(column.value) + "</td>";
  return out + "<td>" + quantile(&Quantiles::max) + "</td></tr>\n";
}

std::string phase_rows(const Result& result, const std::string& workload, const PhaseSpan& span) {
  std::string out = "<tr class=\"head\"><th scope=\"colgroup\" colspan=\"9\">" + escape(span.name) +
                    "<small>" + offset(span.from, time_zero(result)) + " to " +
                    offset(span.to, time_zero(result)) + "</small></th></tr>\n";
  const GroupResult* control = control_of(result);
  const WorkloadResult* control_workload = control ? find_workload(*control, workload) : nullptr;
  const PhaseFigures* reference =
      control_workload ? find_phase(*control_workload, span.name) : nullptr;
  for (const auto& [name, group] : result.groups) {
    const WorkloadResult* found = find_workload(group, workload);
    const PhaseFigures* phase = found ? find_phase(*found, span.name) : nullptr;
    if (phase == nullptr) continue;
    const bool later = span.name == "during" || span.name == "after";
    out += group_row(result, name, *phase, later ? find_phase(*found, "before") : nullptr);
    if (reference != nullptr && &group != control) {
      out += ratio_row(name + " against " + control_name(result), *phase, *reference);
    }
  }
  return out;
}

}  // namespace

std::string html_matrix(const Result& result) {
  std::string body;
  const std::vector<PhaseSpan> spans = phase_spans(result);
  for (const std::string& workload : workload_names(result)) {
    std::string rows =
        "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\">Requests</th>"
        "<th scope=\"col\">Ok rate</th><th scope=\"col\">Not ok</th>";
    for (const Column& column : kColumns) {
      rows += std::string("<th scope=\"col\">") + column.name + "</th>";
    }
    rows += "<th scope=\"col\">max</th></tr></thead><tbody>\n";
    for (const PhaseSpan& span : spans) {
      if (span.name != "warmup") rows += phase_rows(result, workload, span);
    }
    body += "<h3>" + escape(workload) + "</h3>" +
            scroll_table("Matrix of " + workload + " by phase and group", "", rows + "</tbody>");
  }
  if (body.empty() || spans.empty()) {
    return section("matrix", "Before, during, after",
                   "<p class=\"none\">No phase was recorded: the run ended before its first "
                   "request.</p>");
  }
  body +=
      "<p class=\"note\">Response times from the instant each request was due; failures count "
      "as infinitely slow, so a percentile among them is “not reached”. Small: change since "
      "before. Grey italics: fewer than 100 samples beyond the percentile, too few to decide "
      "by. Warm-up is left out.</p>";
  return section("matrix", spans.size() > 1 ? "Before, during, after" : "Figures", body);
}

}  // namespace loadgen::reports
