#include "reports/facts.h"
#include "reports/format.h"
#include "reports/runs.h"
#include "reports/runs_cells.h"

namespace loadgen::reports {
namespace {

std::string table(const std::vector<RunComparisonRow>& rows) {
  std::string out = "### " + escape_markdown(place_of(rows.front())) +
                    "\n\n| metric | base | head | change | 90 % interval | margin | |\n"
                    "|---|---:|---:|---:|---:|---:|---|\n";
  for (const RunComparisonRow& row : rows) {
    const RunCells cells = cells_of(row);
    const auto cell = [&](const std::string& text) { out += " | " + escape_markdown(text); };
    out += "| " + escape_markdown(cells.metric);
    for (const std::string* text : {&cells.base, &cells.head}) cell(*text);
    // "~" alone would be escaped; it is no markup in a cell of its own.
    out += " | " + (cells.change == "~" ? cells.change : escape_markdown(cells.change));
    for (const std::string* text : {&cells.interval, &cells.margin}) cell(*text);
    const auto verdict = verdict_of(row);
    out += " | " + (verdict ? std::string(badge_of(*verdict)) + " " : "") +
           escape_markdown(cells.verdict) + " |\n";
  }
  return out + "\n";
}

std::string faults(const RunComparison& comparison) {
  std::string out, place;
  for (const FaultCells& cells : fault_cells(comparison)) {
    if (cells.place != place) {
      out += (out.empty() ? "### " : "\n### ") + escape_markdown(cells.place) +
             "\n\n| | base | head |\n|---|---|---|\n";
    }
    place = cells.place;
    out += "| " + escape_markdown(cells.metric) + " | " + escape_markdown(cells.base) + " | " +
           escape_markdown(cells.head) + " |\n";
  }
  return out.empty() ? out : out + "\n" + kFaultNote + "\n\n";
}

std::string list(const std::vector<std::string>& texts, std::size_t from) {
  std::string out;
  for (std::size_t i = from; i < texts.size(); ++i) out += "- " + escape_markdown(texts[i]) + "\n";
  return out.empty() ? out : out + "\n";
}

}  // namespace

std::string runs_markdown(const RunComparison& comparison) {
  std::string out = "## " + std::string(badge_of(comparison.verdict)) + " " +
                    std::string(name_of(comparison.verdict)) + ": base against head\n\n**" +
                    escape_markdown(headline(comparison)) + "**\n\n" + list(comparison.reasons, 1);
  for (const auto& rows : by_place(comparison)) out += table(rows);
  out += faults(comparison) + list(comparison.warnings, 0);
  out += "Base: " + escape_markdown(side_in_words(comparison.base)) +
         "  \nHead: " + escape_markdown(side_in_words(comparison.head)) + "\n";
  if (!comparison.method.empty()) out += "\n" + escape_markdown(comparison.method) + "\n";
  return out;
}

}  // namespace loadgen::reports
