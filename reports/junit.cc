#include "reports/comparisons.h"
#include "reports/facts.h"
#include "reports/junit_cases.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

using Case = JunitCase;

Case verdict_case(const Result& result) {
  Case out;
  out.name = "verdict";
  out.class_name = "loadgen";
  out.message = std::string(name_of(result.verdict)) + ": " + headline(result);
  for (const std::string& reason : result.reasons) out.text += reason + "\n";
  switch (result.verdict) {
    case Verdict::pass:
    case Verdict::none:
      break;
    case Verdict::failed:
    case Verdict::degraded:
      out.kind = "failure";
      break;
    case Verdict::inconclusive:
      out.kind = "skipped";
      break;
    case Verdict::invalid:
      out.kind = "error";
      break;
  }
  return out;
}

Case check_case(const CheckResult& check) {
  Case out;
  out.name = check.id + ": " + check.expression;
  if (const std::string place = place_of(check); !place.empty()) out.name += " (" + place + ")";
  out.class_name = "loadgen." + (check.phase.empty() ? std::string("run") : check.phase);
  out.message = "observed " + observed_in_words(check) +
                (check.interval_text.empty() ? "" : ", 90 % interval " + check.interval_text) +
                ", allowed " + bound_in_words(check);
  out.text = check.note;
  if (check.result == "refuted") {
    out.kind = "failure";
  } else if (check.result != "held") {
    out.kind = "skipped";
  }
  return out;
}

Case row_case(const ComparisonRow& row) {
  Case out;
  out.name = "undeclared: " + row.metric + " (" + row.workload + ", " + row.phase + ")";
  out.class_name = "loadgen." + row.phase;
  const std::string interval = interval_in_words(row);
  out.message = row.verdict + ": change " + effect_in_words(row) +
                (interval.empty() ? "" : ", 90 % interval " + interval);
  out.text = row.note;
  if (row.verdict == "FAILED" || row.verdict == "DEGRADED") {
    out.kind = "failure";
  } else if (row.verdict != "PASS") {
    out.kind = "skipped";
    if (!row.note.empty()) out.message += ": " + row.note;  // all that a skipped case shows
  }
  return out;
}

}  // namespace

std::string junit(const Result& result) {
  std::vector<Case> cases = {verdict_case(result)};
  for (const CheckResult& check : result.checks) cases.push_back(check_case(check));
  for (const ComparisonRow* row : judged_rows(result)) cases.push_back(row_case(*row));
  return junit_text({.name = "loadgen " + (result.name.empty() ? result.run_id : result.name),
                     .timestamp = result.started_at,
                     .seconds = whole_us(duration_of(result)) / 1'000'000},
                    cases);
}

}  // namespace loadgen::reports
