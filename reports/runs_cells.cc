#include "reports/runs_cells.h"

#include <algorithm>
#include <array>
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

std::string in_words(const RepeatedDuration& duration) {
  const std::string median = duration.median_s ? time_s(*duration.median_s) : "not reached";
  if (!duration.interval) return median;
  return median + " [" + time_s(duration.interval->first) + " – " +
         time_s(duration.interval->second) + "]";
}

/// The three cells of one side: runs, recovery time, longest outage.
std::array<std::string, 3> side_of(const RepeatedFaults* faults) {
  if (faults == nullptr) return {"0", std::string(kNothing), std::string(kNothing)};
  const std::string open = std::to_string(faults->not_recovered);
  return {std::to_string(faults->runs) +
              (faults->not_recovered == 0 ? "" : ", " + open + " not recovered"),
          in_words(faults->recovery), in_words(faults->outage)};
}

const RepeatedFaults* like(const RepeatedFaults& wanted,
                           const std::vector<RepeatedFaults>& faults) {
  for (const RepeatedFaults& each : faults) {
    if (each.group == wanted.group && each.workload == wanted.workload &&
        each.faults == wanted.faults)
      return &each;
  }
  return nullptr;
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

std::vector<FaultCells> fault_cells(const RunComparison& comparison) {
  std::vector<FaultCells> cells;
  const auto add = [&](const RepeatedFaults& named, const RepeatedFaults* base,
                       const RepeatedFaults* head) {
    const std::string place = named.workload + " in " + named.group + ", after " + named.faults;
    const auto left = side_of(base), right = side_of(head);
    constexpr std::array kNames = {"runs", "recovery_time", "longest_outage"};
    for (std::size_t i = 0; i < kNames.size(); ++i)
      cells.push_back({place, kNames[i], left[i], right[i]});
  };
  for (const RepeatedFaults& each : comparison.head.faults)
    add(each, like(each, comparison.base.faults), &each);
  for (const RepeatedFaults& each : comparison.base.faults) {
    if (like(each, comparison.head.faults) == nullptr) add(each, &each, nullptr);
  }
  return cells;
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
