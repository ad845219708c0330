#include "reports/runs_cells.h"

#include <algorithm>
#include <cmath>

#include "reports/facts.h"
#include "reports/format.h"

namespace loadgen::reports {
namespace {

constexpr std::size_t kMostIds = 4;

bool in_points(const RunComparisonRow& row) {
  return row.metric == "error_rate" || row.metric == "goodput";
}

std::string number(double value) {
  const std::string text = significant(std::abs(value) * 100);
  if (text == "0") return text;
  return (value < 0 ? "−" : "+") + text;
}

std::string unit(const RunComparisonRow& row) { return in_points(row) ? " pp" : " %"; }

}  // namespace

RunCells cells_of(const RunComparisonRow& row) {
  RunCells cells;
  cells.metric = row.metric;
  cells.base = metric(row.metric, row.base);
  cells.head = metric(row.metric, row.head);
  cells.change = row.change && row.supported() ? number(*row.change) + unit(row) : "~";
  if (row.interval) {
    cells.interval = number(row.interval->first) + " … " + number(row.interval->second) + unit(row);
  }
  if (row.judged) {
    cells.margin = percent(row.margin);
    if (in_points(row)) cells.margin.replace(cells.margin.size() - 1, 1, "pp");
  }
  cells.verdict = row.verdict.empty() ? std::string(kNothing) : row.verdict;
  const auto verdict = verdict_of(row);
  cells.icon = verdict ? icon_of(*verdict) : " ";
  return cells;
}

std::string place_of(const RunComparisonRow& row) {
  return row.workload + (row.group.empty() ? "" : " in " + row.group) +
         (row.phase.empty() ? "" : ", " + row.phase);
}

std::vector<std::vector<RunComparisonRow>> by_place(const RunComparison& comparison) {
  std::vector<std::vector<RunComparisonRow>> places;
  for (const RunComparisonRow& row : comparison.rows) {
    if (places.empty() || place_of(places.back().front()) != place_of(row)) places.emplace_back();
    places.back().push_back(row);
  }
  return places;
}

std::string side_in_words(const ComparedRuns& runs) {
  std::string text = std::to_string(runs.runs.size()) + (runs.runs.size() == 1 ? " run" : " runs");
  if (!runs.name.empty()) text += " of " + runs.name;
  if (!runs.host.empty()) text += " on " + runs.host;
  for (std::size_t i = 0; i < std::min(runs.runs.size(), kMostIds); ++i) {
    text += (i == 0 ? ": " : ", ") + runs.runs[i];
  }
  return text + (runs.runs.size() > kMostIds ? ", …" : "");
}

std::optional<Verdict> verdict_of(const RunComparisonRow& row) {
  for (const Verdict verdict :
       {Verdict::pass, Verdict::degraded, Verdict::failed, Verdict::inconclusive}) {
    if (row.verdict == name_of(verdict)) return verdict;
  }
  return std::nullopt;
}

std::string headline(const RunComparison& comparison) {
  return comparison.reasons.empty() ? "the comparison gives no reason" : comparison.reasons.front();
}

}  // namespace loadgen::reports
