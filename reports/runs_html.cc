#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"
#include "reports/runs.h"
#include "reports/runs_cells.h"

namespace loadgen::reports {
namespace {

std::string list(const std::vector<std::string>& texts, std::size_t from) {
  std::string items;
  for (std::size_t i = from; i < texts.size(); ++i) items += "<li>" + escape(texts[i]) + "</li>";
  return items;
}

std::string verdict(const RunComparison& comparison) {
  const std::string reasons = list(comparison.reasons, 1);
  return "<section class=\"verdict " + std::string(tone_of(comparison.verdict)) +
         "\" aria-label=\"Verdict\"><p class=\"word\"><span class=\"icon\" aria-hidden=\"true\">" +
         std::string(icon_of(comparison.verdict)) + "</span>" +
         std::string(name_of(comparison.verdict)) + "</p><p class=\"headline\">" +
         escape(headline(comparison)) + "</p>" +
         (reasons.empty() ? "" : "<ul class=\"reasons\">" + reasons + "</ul>") +
         "<dl class=\"meta\"><div><dt>Base</dt><dd>" + escape(side_in_words(comparison.base)) +
         "</dd></div><div><dt>Head</dt><dd>" + escape(side_in_words(comparison.head)) +
         "</dd></div></dl></section>\n";
}

std::string row(const RunComparisonRow& row) {
  const RunCells cells = cells_of(row);
  const auto verdict = verdict_of(row);
  const std::string tone = verdict ? std::string(tone_of(*verdict)) : "";
  std::string out = "<tr><th scope=\"row\" class=\"text\">" + escape(cells.metric) + "</th>";
  for (const std::string* text :
       {&cells.base, &cells.head, &cells.change, &cells.interval, &cells.margin}) {
    out += "<td>" + escape(*text) + "</td>";
  }
  out += "<td class=\"text " + tone + "\">";
  out += verdict ? "<span class=\"pill\"><span aria-hidden=\"true\">" + escape(cells.icon) +
                       "</span>" + escape(cells.verdict) + "</span>"
                 : escape(cells.verdict);
  if (!row.note.empty()) out += "<small class=\"remark\">" + escape(row.note) + "</small>";
  return out + "</td></tr>\n";
}

std::string table(const RunComparison& comparison) {
  std::string out;
  for (const auto& rows : by_place(comparison)) {
    const std::string place = place_of(rows.front());
    std::string content =
        "<thead><tr><th scope=\"col\" class=\"text\">Metric</th><th scope=\"col\">Base</th>"
        "<th scope=\"col\">Head</th><th scope=\"col\">Change</th><th scope=\"col\">90 % interval"
        "</th><th scope=\"col\">Margin</th><th scope=\"col\" class=\"text\">Verdict</th></tr>"
        "</thead><tbody>";
    for (const RunComparisonRow& each : rows) content += row(each);
    out += "<h3>" + escape(place) + "</h3>" + scroll_table(place, "", content + "</tbody>");
  }
  return out;
}

std::string faults(const RunComparison& comparison) {
  std::string rows;
  for (const FaultCells& cells : fault_cells(comparison)) {
    rows += "<tr><th scope=\"row\" class=\"text\">" + escape(cells.place) +
            "</th><td class=\"text\">" + escape(cells.metric) + "</td><td class=\"text\">" +
            escape(cells.base) + "</td><td class=\"text\">" + escape(cells.head) + "</td></tr>\n";
  }
  if (rows.empty()) return "";
  return section("faults", "The same faults, again",
                 scroll_table("The same faults, again", "",
                              "<thead><tr><th scope=\"col\" class=\"text\">Where</th><th "
                              "scope=\"col\" class=\"text\">Metric</th><th scope=\"col\" "
                              "class=\"text\">Base</th><th scope=\"col\" class=\"text\">Head</th>"
                              "</tr></thead><tbody>" +
                                  rows + "</tbody>") +
                     "<p class=\"note\">" + kFaultNote + "</p>");
}

}  // namespace

std::string runs_html(const RunComparison& comparison) {
  const std::string title =
      "base against head" + (comparison.head.name.empty() ? "" : ": " + comparison.head.name);
  std::string content = verdict(comparison);
  if (!comparison.rows.empty()) {
    content += section("metrics", "Metrics",
                       table(comparison) + "<p class=\"note\">" + escape(comparison.method) +
                           ". ~ where the interval holds “no change”.</p>");
  }
  content += faults(comparison);
  if (!comparison.warnings.empty()) {
    content += section("warnings", "Warnings", "<ul>" + list(comparison.warnings, 0) + "</ul>");
  }
  return page({.title = std::string(name_of(comparison.verdict)) + ": " + title,
               .heading = title,
               .brand = "loadgen compare",
               .generator = "loadgen",
               .footer = "All intervals are 90 %. A change decides when it reaches its margin and "
                         "its interval leaves “no change” out."},
              content);
}

}  // namespace loadgen::reports
