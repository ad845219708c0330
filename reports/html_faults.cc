// Every hook with its arguments and what came of it, and the marks of the run.
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string exit_of(const HookRun& hook) {
  if (hook.timed_out) return "timed out";
  if (!hook.exit_code) return "did not run to its end";
  return "exit " + std::to_string(*hook.exit_code);
}

std::string hook_row(const Result& result, const HookRun& hook) {
  const bool good = hook.exit_code == 0 && !hook.timed_out;
  std::string command;
  for (const std::string& each : hook.argv) {
    command += (command.empty() ? "" : " ") + shell_quote(each);
  }
  std::string out =
      "<tr><td>" + escape(hook.hook) + "<small>" +
      escape(hook.fault + (hook.group.empty() ? "" : ", " + hook.group)) + "</small></td><td>" +
      offset(hook.started, time_zero(result)) + "</td><td>" +
      time_s(to_seconds(hook.ended - hook.started)) + "</td><td class=\"" +
      (good ? "good" : "bad") + "\"><span class=\"pill\">" + exit_of(hook) + "</span>" +
      (hook.attempts > 1 ? "<small>" + std::to_string(hook.attempts) + " attempts</small>" : "") +
      "</td><td class=\"text wrap\"><code>" + escape(command) + "</code>";
  if (!hook.output.empty()) {
    out += "<details><summary>Its last lines</summary><pre>" + escape(hook.output) +
           "</pre></details>";
  }
  return out + "</td></tr>\n";
}

std::string mark_row(const Result& result, const Mark& mark) {
  return "<tr><td>" + offset(mark.at, time_zero(result)) + "</td><td class=\"text\">" +
         escape(mark.kind) + "</td><td class=\"text\">" + escape(mark.name) +
         "</td><td class=\"text\">" + escape(mark.group) + "</td><td class=\"text wrap\">" +
         escape(mark.detail) + "</td></tr>\n";
}

}  // namespace

std::string html_faults(const Result& result) {
  if (result.hooks.empty() && result.marks.empty()) return "";
  std::string body;
  if (!result.hooks.empty()) {
    std::string rows =
        "<thead><tr><th scope=\"col\">Hook</th><th scope=\"col\">Started</th>"
        "<th scope=\"col\">Took</th><th scope=\"col\">Ended</th>"
        "<th scope=\"col\" class=\"text\">Command</th></tr></thead><tbody>";
    for (const HookRun& hook : result.hooks) rows += hook_row(result, hook);
    body += scroll_table("Hooks in order", "", rows + "</tbody>");
  } else if (had_fault(result)) {
    body += "<p class=\"none\">No hook ran: the fault came from outside or was extra load.</p>";
  }
  if (!result.marks.empty()) {
    std::string rows =
        "<thead><tr><th scope=\"col\">At</th><th scope=\"col\" class=\"text\">Kind</th>"
        "<th scope=\"col\" class=\"text\">Name</th><th scope=\"col\" class=\"text\">Group</th>"
        "<th scope=\"col\" class=\"text\">Detail</th></tr></thead><tbody>";
    for (const Mark& mark : result.marks) rows += mark_row(result, mark);
    body += "<details class=\"big\"><summary>Every event of the run (" +
            std::to_string(result.marks.size()) + ")</summary>" +
            scroll_table("Events of the run", "", rows + "</tbody>") + "</details>";
  }
  return section("faults", had_fault(result) ? "Fault log" : "Events", body);
}

}  // namespace loadgen::reports
