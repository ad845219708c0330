#include <algorithm>

#include "reports/columns.h"
#include "reports/facts.h"
#include "reports/format.h"
#include "reports/paint.h"
#include "reports/runs.h"
#include "reports/runs_cells.h"

namespace loadgen::reports {
namespace {

std::string line(const std::string& text, std::size_t width, std::size_t indent) {
  return std::string(indent, ' ') + wrapped(one_line_for_terminal(text), width, indent);
}

std::string table(const std::vector<RunComparisonRow>& rows, const Paint& paint,
                  std::size_t width) {
  const std::vector<Column> heads = {
      {"metric", false, 4},       {"base", true, 2},   {"head", true, 2}, {"change", true, 4},
      {"90 % interval", true, 3}, {"margin", true, 1}, {"", false, 4}};
  std::vector<std::vector<std::string>> lines;
  for (const RunComparisonRow& row : rows) {
    const RunCells cells = cells_of(row);
    lines.push_back({one_line_for_terminal(cells.metric), cells.base, cells.head, cells.change,
                     cells.interval, cells.margin,
                     one_line_for_terminal(cells.icon + " " + cells.verdict)});
  }
  return "\n" + paint.bold(one_line_for_terminal(place_of(rows.front()))) + "\n" +
         columns(heads, lines, width);
}

std::string faults(const RunComparison& comparison, const Paint& paint, std::size_t width) {
  std::string out, place;
  std::vector<std::vector<std::string>> lines;
  const auto flush = [&] {
    if (lines.empty()) return;
    out += "\n" + paint.bold(one_line_for_terminal(place)) + "\n" +
           columns({{"", false, 4}, {"base", false, 4}, {"head", false, 4}}, lines, width);
    lines.clear();
  };
  for (const FaultCells& cells : fault_cells(comparison)) {
    if (cells.place != place) flush();
    place = cells.place;
    lines.push_back({cells.metric, cells.base, cells.head});
  }
  flush();
  return out.empty() ? out : out + line(kFaultNote, width, 2);
}

}  // namespace

std::string runs_terminal(const RunComparison& comparison, bool colour, int width) {
  const Paint paint(colour);
  const auto room = static_cast<std::size_t>(std::max(width, 60));
  const std::string word =
      std::string(icon_of(comparison.verdict)) + " " + std::string(name_of(comparison.verdict));
  std::string out = paint.of(comparison.verdict, word) + "  " +
                    wrapped(one_line_for_terminal(headline(comparison)), room, width_of(word) + 2);
  for (std::size_t i = 1; i < comparison.reasons.size(); ++i) {
    out += line(comparison.reasons[i], room, 2);
  }
  out += "\n" + line("base  " + side_in_words(comparison.base), room, 2) +
         line("head  " + side_in_words(comparison.head), room, 2);
  if (!comparison.method.empty()) out += line(comparison.method, room, 2);
  for (const auto& rows : by_place(comparison)) out += table(rows, paint, room);
  out += faults(comparison, paint, room);
  if (comparison.warnings.empty()) return out;
  out += "\n" + paint.bold("Warnings") + "\n";
  for (const std::string& warning : comparison.warnings) {
    out += "  - " + wrapped(one_line_for_terminal(warning), room, 4);
  }
  return out;
}

}  // namespace loadgen::reports
