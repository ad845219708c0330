#include "reports/format.h"
#include "reports/junit_cases.h"
#include "reports/runs.h"
#include "reports/runs_cells.h"

namespace loadgen::reports {
namespace {

std::string kind_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
    case Verdict::none:
      return "";
    case Verdict::failed:
    case Verdict::degraded:
      return "failure";
    case Verdict::inconclusive:
      return "skipped";
    case Verdict::invalid:
      return "error";
  }
  return "error";
}

JunitCase verdict_case(const RunComparison& comparison) {
  JunitCase out{"verdict", "loadgen.compare", kind_of(comparison.verdict),
                std::string(name_of(comparison.verdict)) + ": " + headline(comparison), ""};
  for (const std::string& reason : comparison.reasons) out.text += reason + "\n";
  for (const std::string& warning : comparison.warnings) out.text += warning + "\n";
  return out;
}

JunitCase row_case(const RunComparisonRow& row, Verdict verdict) {
  const RunCells cells = cells_of(row);
  JunitCase out{cells.metric + " of " + place_of(row), "loadgen.compare", kind_of(verdict), "",
                row.note};
  out.message = cells.verdict + ": " + cells.base + " → " + cells.head;
  if (!cells.interval.empty()) out.message += ", " + cells.change + " (" + cells.interval + ")";
  out.message += ", margin " + cells.margin;
  if (out.kind == "skipped" && !row.note.empty()) out.message += "; " + row.note;
  return out;
}

}  // namespace

std::string runs_junit(const RunComparison& comparison) {
  std::vector<JunitCase> cases = {verdict_case(comparison)};
  for (const RunComparisonRow& row : comparison.rows) {
    if (const auto verdict = verdict_of(row)) cases.push_back(row_case(row, *verdict));
  }
  return junit_text({.name = "loadgen compare " + comparison.head.name, .timestamp = ""}, cases);
}

}  // namespace loadgen::reports
