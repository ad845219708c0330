#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string sample_text(const Result& result, const WorkloadResult& workload,
                        const ErrorSample& sample) {
  std::string head = "due " + offset(sample.at, time_zero(result));
  if (sample.key.operation < workload.operation_names.size()) {
    head += ", " + workload.operation_names[sample.key.operation];
  }
  if (sample.status != 0) head += ", status " + std::to_string(sample.status);
  if (!sample.peer.empty()) head += ", peer " + sample.peer;
  if (!sample.traceparent.empty()) head += ", traceparent " + sample.traceparent;
  return "<p class=\"note wrap\">" + escape(head) + "</p>" +
         (sample.excerpt.empty() ? "" : "<pre>" + escape(sample.excerpt) + "</pre>");
}

std::string samples_of(const Result& result, const std::string& where,
                       const WorkloadResult& workload) {
  std::string out;
  for (const ErrorGroup& error : workload.errors) {
    if (error.samples.empty()) continue;
    out += "<details><summary>" + escape(in_words(error.outcome)) + " in " + escape(error.phase) +
           ", " + escape(where) + ": " + std::to_string(error.samples.size()) +
           (error.samples.size() == 1 ? " sample" : " samples") + "</summary>";
    for (const ErrorSample& sample : error.samples) out += sample_text(result, workload, sample);
    out += "</details>\n";
  }
  return out;
}

std::string row(const Result& result, const std::string& group, const std::string& workload,
                const ErrorGroup& error, const PhaseFigures* phase) {
  std::string share(kNothing);
  if (phase != nullptr && phase->tally.planned() > 0) {
    share = percent(static_cast<double>(error.count) / static_cast<double>(phase->tally.planned()));
  }
  return "<tr><td>" + escape(in_words(error.outcome)) + "<small>" +
         escape(name_of(kind_of(error.outcome))) + ", " + escape(name_of(error.outcome)) +
         "</small></td><td class=\"text\">" + escape(error.phase) + "</td><td class=\"text\">" +
         group_tag(result, group) + "<small>" + escape(workload) + "</small></td><td>" +
         count(error.count) + "</td><td>" + escape(share) + "</td><td>" +
         offset(error.first, time_zero(result)) + "</td><td>" +
         offset(error.last, time_zero(result)) + "</td></tr>\n";
}

}  // namespace

std::string html_errors(const Result& result) {
  std::string rows, samples;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      for (const ErrorGroup& error : workload.errors) {
        rows += row(result, name, workload_name, error, find_phase(workload, error.phase));
      }
      samples += samples_of(result, name + ", " + workload_name, workload);
    }
  }
  if (rows.empty()) {
    return section("errors", "Errors",
                   "<p class=\"none\">None: no request failed, timed out or "
                   "was left unsent.</p>");
  }
  const std::string table =
      "<thead><tr><th scope=\"col\">Class</th><th scope=\"col\" class=\"text\">Phase</th>"
      "<th scope=\"col\" class=\"text\">Group</th><th scope=\"col\">Requests</th>"
      "<th scope=\"col\">Of the phase</th><th scope=\"col\">First due</th>"
      "<th scope=\"col\">Last due</th></tr></thead><tbody>" +
      rows + "</tbody>";
  return section("errors", "Errors",
                 scroll_table("Errors by class, phase and group", "", table) +
                     (samples.empty() ? ""
                                      : "<h3>What they looked like</h3><p class=\"lead\">Up to "
                                        "five of each, secrets redacted.</p>" +
                                            samples));
}

}  // namespace loadgen::reports
