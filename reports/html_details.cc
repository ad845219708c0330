// Folded: operations, steps, who answered, connections and the stages of a request.
#include <algorithm>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

constexpr const char* kFigureHead =
    "<th scope=\"col\">Requests</th><th scope=\"col\">Ok rate</th><th scope=\"col\">Not ok</th>"
    "<th scope=\"col\">p50</th><th scope=\"col\">p99</th><th scope=\"col\">p50 ok</th>"
    "<th scope=\"col\">p99 ok</th></tr></thead><tbody>";

std::string head(const char* first, const char* second) {
  return std::string("<thead><tr><th scope=\"col\">") + first +
         "</th><th scope=\"col\" class=\"text\">" + second + "</th>";
}

std::string figures_of(const PhaseFigures& phase) {
  const auto cell = [](const std::string& text) { return "<td>" + escape(text) + "</td>"; };
  const bool any = phase.tally.planned() > 0;
  const auto quantile = [&](const std::optional<std::int64_t>& us) {
    return us || !any ? time_us(us) : std::string("not reached");
  };
  return cell(count(phase.tally.planned())) + cell(per_second(phase.ok_per_s)) +
         cell(percent(phase.error_rate)) + cell(quantile(phase.response.p50)) +
         cell(quantile(phase.response.p99)) + cell(time_us(phase.ok_response.p50)) +
         cell(time_us(phase.ok_response.p99)) + "</tr>\n";
}

/// Calls `visit(group name, workload name, workload)` for each pair.
template <class Visit>
void each_workload(const Result& result, Visit visit) {
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      visit(name, workload_name, workload);
    }
  }
}

std::string who(const Result& result, const std::string& group, const std::string& workload) {
  return "<tr><td>" + group_tag(result, group) + "<small>" + escape(workload) + "</small></td>";
}

std::string operations(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const auto& [operation, phases] : w.operations) {
      for (const auto& [phase, f] : phases) {
        rows += who(result, group, name) + "<td class=\"text\">" + escape(operation) + ", " +
                escape(phase) + "</td>" + figures_of(f);
      }
    }
  });
  return fold(
      "Operations", "Figures by operation and phase",
      rows.empty() ? "" : head("Group", "Operation, phase") + kFigureHead + rows + "</tbody>");
}

/// Down windows of each operation, where it has any: a route may be gone while others answer.
std::string operation_outages(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const auto& [operation, outages] : w.operation_outages) {
      std::uint64_t windows = 0;
      double longest_s = 0, total_s = 0;
      for (const Outage& outage : outages) {
        if (!outage.down) continue;
        const double length_s = to_seconds(outage.to - outage.from);
        ++windows;
        longest_s = std::max(longest_s, length_s);
        total_s += length_s;
      }
      if (windows == 0) continue;
      rows += who(result, group, name) + "<td class=\"text\">" + escape(operation) + "</td><td>" +
              count(windows) + "</td><td>" + time_s(longest_s) + "</td><td>" + time_s(total_s) +
              "</td></tr>\n";
    }
  });
  if (rows.empty()) return "";
  return fold("Outages by operation", "Stretches without any ok",
              head("Group", "Operation") +
                  "<th scope=\"col\">Outages</th><th scope=\"col\">Longest</th>"
                  "<th scope=\"col\">Total</th></tr></thead><tbody>" +
                  rows + "</tbody>");
}

std::string steps(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const PhaseFigures& step : w.steps) {
      rows += who(result, group, name) + "<td class=\"text\">" +
              (step.offered_per_s ? per_second(*step.offered_per_s) : "closed loop") + "<small>" +
              offset(step.from, time_zero(result)) + " to " + offset(step.to, time_zero(result)) +
              "</small></td>" + figures_of(step);
    }
  });
  return fold("Steps of the offered rate", "Figures by step",
              rows.empty() ? "" : head("Group", "Step") + kFigureHead + rows + "</tbody>");
}

/// "12 s", "12 s of 20 s in 3".
std::string silence_of(const ServedBy& served) {
  if (!served.longest_silence_s) return "";
  std::string text = time_s(*served.longest_silence_s);
  if (served.silences > 1 && served.total_silence_s) {
    text += " of " + time_s(*served.total_silence_s) + " in " + count(served.silences);
  }
  return text;
}

std::string served(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const ServedBy& each : w.served_by) {
      for (const PhaseSpan& span : phase_spans(result)) {
        const auto found = each.phases.find(span.name);
        const Served counts = found == each.phases.end() ? Served{} : found->second;
        rows += who(result, group, name) + "<td class=\"text\">" + escape(each.value) + ", " +
                escape(span.name) + "</td><td>" + count(counts.answers) + "</td><td>" +
                count(counts.ok) + "</td><td>" + (span.name == "during" ? silence_of(each) : "") +
                "</td></tr>\n";
      }
    }
  });
  if (rows.empty()) return "";
  return fold("Who answered", "Answers by served_by and phase",
              head("Group", "Served by, phase") +
                  "<th scope=\"col\">Answers</th><th scope=\"col\">Ok</th>"
                  "<th scope=\"col\">Longest silence</th></tr></thead><tbody>" +
                  rows + "</tbody>");
}

std::string connections(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const auto& [phase, f] : w.phases) {
      const Tally& t = f.tally;
      std::string failed;
      for (std::size_t i = 0; i < kOutcomes; ++i) {
        if (t.connects_failed[i] == 0) continue;
        failed += (failed.empty() ? "" : ", ") + count(t.connects_failed[i]) + " " +
                  std::string(in_words(static_cast<Outcome>(i)));
      }
      rows += who(result, group, name) + "<td class=\"text\">" + escape(phase) + "</td><td>" +
              count(t.connects_attempted) + "</td><td>" + count(t.connects_ok) +
              "</td><td class=\"text\">" + escape(failed.empty() ? "none" : failed) + "</td><td>" +
              count(t.stale_retries) + "</td></tr>\n";
    }
  });
  if (rows.empty()) return "";
  return fold("Connections", "Connections by phase",
              head("Group", "Phase") +
                  "<th scope=\"col\">Attempts</th><th scope=\"col\">Made</th>"
                  "<th scope=\"col\" class=\"text\">Failed</th>"
                  "<th scope=\"col\">Stale, retried</th></tr></thead><tbody>" +
                  rows + "</tbody>");
}

std::string stages(const Result& result) {
  std::string rows;
  const auto row = [&](const std::string& lead, const std::string& phase, std::string_view stage,
                       const Quantiles& q) {
    if (!q.has_data) return;
    rows += lead + "<td class=\"text\">" + escape(phase) + ", " + escape(stage) + "</td><td>" +
            time_us(q.p50) + "</td><td>" + time_us(q.p90) + "</td><td>" + time_us(q.p99) +
            "</td><td>" + time_us(q.max) + "</td></tr>\n";
  };
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    const std::string lead = who(result, group, name);
    for (const auto& [phase, f] : w.phases) {
      row(lead, phase, "send lag", f.send_lag);
      row(lead, phase, "wait for a connection", f.wait);
      for (const auto& [stage, q] : f.stages) row(lead, phase, stage, q);
      row(lead, phase, "service time", f.service);
      row(lead, phase, "age of unfinished and timed-out", f.unfinished_age);
    }
  });
  if (rows.empty()) return "";
  return fold("Stages of a request", "Stages by phase",
              head("Group", "Phase, stage") +
                  "<th scope=\"col\">p50</th><th scope=\"col\">p90</th><th scope=\"col\">p99</th>"
                  "<th scope=\"col\">max</th></tr></thead><tbody>" +
                  rows + "</tbody>");
}

std::string statements(const Result& result) {
  std::string rows;
  each_workload(result, [&](const auto& group, const auto& name, const WorkloadResult& w) {
    for (const StatementResult& statement : w.statements) {
      for (const StatementFigures& f : statement.phases) {
        rows += who(result, group, name) + "<td class=\"text\">" + escape(f.phase) +
                "</td><td class=\"text\"><code>" +
                escape(statement.text.empty() ? "command " + std::to_string(statement.place + 1)
                                              : statement.text) +
                "</code><small>" + escape(statement.operation) + "</small></td><td>" +
                count(f.count) + "</td><td>" + count(f.failed) + "</td><td>" + count(f.retried) +
                "</td><td>" + time_us(f.took.p50) + "</td><td>" + time_us(f.took.p99) +
                "</td><td>" + time_us(f.took.max) + "</td></tr>\n";
      }
    }
  });
  if (rows.empty()) return "";
  return fold("Statements", "Commands of the scripts by phase",
              head("Group", "Phase") +
                  "<th scope=\"col\" class=\"text\">Command</th><th scope=\"col\">Ok</th>"
                  "<th scope=\"col\">Failed</th><th scope=\"col\">Tried again</th>"
                  "<th scope=\"col\">p50</th><th scope=\"col\">p99</th><th scope=\"col\">max</th>"
                  "</tr></thead><tbody>" +
                  rows + "</tbody>");
}

}  // namespace

std::string fold(const std::string& name, const std::string& caption, const std::string& rows) {
  if (rows.empty()) return "";
  return "<details class=\"big\"><summary>" + name + "</summary>" +
         scroll_table(caption, "", rows) + "</details>\n";
}

std::string html_details(const Result& result) {
  const std::string body = operations(result) + operation_outages(result) + statements(result) +
                           steps(result) + served(result) + connections(result) + stages(result) +
                           html_servers(result);
  return body.empty() ? "" : section("details", "Details", body);
}

}  // namespace loadgen::reports
