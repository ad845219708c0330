// Which acknowledged writes were there after the run.
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"
#include "reports/ledger.h"

namespace loadgen::reports {
namespace {

std::string cell(const std::string& text) { return "<td>" + escape(text) + "</td>"; }
std::string who(const Result& result, const LedgerLine& line) {
  return "<tr><td class=\"text\">" + group_tag(result, line.group) + "<small>" +
         escape(line.workload) + "</small></td>";
}

std::string summary(const Result& result, const std::vector<LedgerLine>& lines) {
  std::string head = "<thead><tr><th scope=\"col\">Writes</th>";
  for (const std::string& each : ledger_heads()) head += "<th scope=\"col\">" + each + "</th>";
  std::string rows;
  for (const LedgerLine& line : lines) {
    rows += who(result, line);
    for (const std::string& each : line.cells) rows += cell(each);
    rows += "</tr>\n";
  }
  return scroll_table("Acknowledged writes by group", "",
                      head + "</tr></thead><tbody>" + rows + "</tbody>");
}

std::string readings(const Result& result, const std::vector<LedgerLine>& lines) {
  std::string rows;
  for (const LedgerLine& line : lines) {
    for (std::size_t i = 0; i < line.audit->readings.size(); ++i) {
      const AuditFigures& one = line.audit->readings[i];
      const LedgerCounts& counts = one.reading.counts;
      rows += who(result, line) + "<td class=\"text\">" + escape(one.at) + "<small>" +
              escape(one.server) +
              (one.in_recovery ? ", a standby" : ", timeline " + std::to_string(one.timeline)) +
              (line.audit->decides == i ? ", decides" : "") + "</small></td>";
      for (const std::uint64_t n :
           {counts.acknowledged_present, counts.lost, counts.weak_present, counts.weak_absent,
            counts.in_doubt_present, counts.in_doubt_absent, counts.phantoms, counts.duplicates,
            counts.unexpected, counts.unreported}) {
        rows += cell(count(n));
      }
      rows += "</tr>\n";
    }
  }
  if (rows.empty()) return "";
  return "<details class=\"big\"><summary>Every reading of the table</summary>" +
         scroll_table(
             "Readings of the ledger", "",
             "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\" class=\"text\">Read</th>"
             "<th scope=\"col\">There</th><th scope=\"col\">Lost</th>"
             "<th scope=\"col\">Weak, there</th><th scope=\"col\">Weak, gone</th>"
             "<th scope=\"col\">In doubt, there</th><th scope=\"col\">In doubt, not there</th>"
             "<th scope=\"col\">Phantoms</th><th scope=\"col\">Duplicates</th>"
             "<th scope=\"col\">Unexpected</th><th scope=\"col\">Unreported</th></tr></thead>"
             "<tbody>" +
                 rows + "</tbody>") +
         "</details>\n";
}

std::string lost_ranges(const Result& result, const std::vector<LedgerLine>& lines) {
  std::string rows;
  const RunOffset zero = time_zero(result);
  for (const LedgerLine& line : lines) {
    if (!line.audit->decides) continue;
    for (const auto& [of, range] : line.audit->readings[*line.audit->decides].reading.lost) {
      rows += who(result, line) + cell(std::to_string(of.worker)) +
              cell(std::to_string(of.connection)) + cell(std::to_string(range.first)) +
              cell(std::to_string(range.last)) + cell(std::to_string(range.attempt)) +
              cell(offset(range.from, zero)) + cell(offset(range.to, zero)) + "</tr>\n";
    }
  }
  if (rows.empty()) return "";
  return "<details class=\"big\"><summary>Lost writes by connection</summary>" +
         scroll_table(
             "Lost writes, the first hundred ranges of each group", "",
             "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\">Worker</th>"
             "<th scope=\"col\">Connection</th><th scope=\"col\">First</th>"
             "<th scope=\"col\">Last</th><th scope=\"col\">Attempt</th>"
             "<th scope=\"col\">Due from</th><th scope=\"col\">Due to</th></tr></thead><tbody>" +
                 rows + "</tbody>") +
         "</details>\n";
}

}  // namespace

std::string html_ledger(const Result& result) {
  const std::vector<LedgerLine> lines = ledger_lines(result);
  if (lines.empty()) return "";
  std::string notes;
  for (const LedgerLine& line : lines) {
    for (const std::string& note : line.notes)
      notes += "<li>" + escape(line.group + ", " + line.workload + ": " + note) + "</li>";
  }
  return section(
      "ledger", "Acknowledged writes",
      "<p class=\"lead\">Each transaction left a row in loadgen_ledger; the table was read after "
      "the run. <em>Lost</em>: the server had acknowledged the COMMIT, and the row is gone. <em>In "
      "doubt</em>: the COMMIT was sent, and its answer lost. <em>Phantom</em>: the server refused "
      "it, and the row is there. Of the whole run.</p>" +
          summary(result, lines) + (notes.empty() ? "" : "<ul>" + notes + "</ul>") +
          readings(result, lines) + lost_ranges(result, lines));
}

}  // namespace loadgen::reports
