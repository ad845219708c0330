#include "reports/ledger.h"

#include <doctest/doctest.h>

#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string notes_of(const Result& result, std::size_t line) {
  std::string all;
  const std::vector<LedgerLine> lines = ledger_lines(result);
  for (const std::string& note : lines.at(line).notes) all += note + "\n";
  return all;
}

TEST_CASE("a line per audited workload, control first") {
  const Result result = example_audited();
  const std::vector<LedgerLine> lines = ledger_lines(result);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].group == "control");
  CHECK(lines[0].cells == std::vector<std::string>{"18,201", "0", "0", "0", "0", "0", "0"});
  CHECK(lines[1].cells == std::vector<std::string>{"15,003", "37", "12", "5", "40", "1", "0"});
  for (const LedgerLine& line : lines) CHECK(line.cells.size() == ledger_heads().size());
  CHECK(ledger_lines(example_experiment()).empty());
}

TEST_CASE("what was lost, when, where that was read, and what it cost to know") {
  const std::string notes = notes_of(example_audited(), 1);
  for (const char* part :
       {"37 acknowledged writes lost, due between −4.8 s and −3.1 s",
        "3 more were acknowledged with the warning", "2 of these are gone", "read 2 times",
        "timeline 2: 37 acknowledged writes lost (this one decides)", "(a standby)",
        "the ledger's own statements took 310 µs", "6 rows are there that no client"}) {
    CAPTURE(part);
    CHECK_MESSAGE(has(notes, part), notes);
  }
}

TEST_CASE("not audited: nothing is shown as zero") {
  Result result = example_audited();
  AuditResult& audit = *result.groups[1].second.workloads[0].second.audit;
  audit.readings.clear();
  audit.decides.reset();
  audit.doubt = "not audited yet: run `loadgen audit` on the run's directory";
  CHECK(ledger_lines(result)[1].cells ==
        std::vector<std::string>{"15,003", "?", "12", "?", "40", "?", "?"});
  CHECK(has(notes_of(result, 1), "not audited yet"));
}

TEST_CASE("when not one row is there, somebody may have emptied the table") {
  Result result = example_audited();
  LedgerCounts& counts =
      result.groups[1].second.workloads[0].second.audit->readings[0].reading.counts;
  counts.lost += std::exchange(counts.acknowledged_present, 0);
  counts.in_doubt_absent += std::exchange(counts.in_doubt_present, 0);
  CHECK(has(notes_of(result, 1), "was the table emptied"));
}

TEST_CASE("golden of the terminal's part") {
  test::check_golden("reports/ledger.terminal.txt", ledger_summary(example_audited()));
  CHECK(ledger_summary(example_experiment()).empty());
}

TEST_CASE("terminal and Markdown have it, the latter without any markup from outside") {
  Result result = example_audited();
  CHECK(has(terminal_summary(result, false, 100), "Acknowledged writes"));
  result.groups[1].second.workloads[0].second.audit->doubt = "<b>|x|";
  const std::string text = markdown(result);
  CHECK(has(text, "### Acknowledged writes"));
  CHECK(has(text, "| experimental | test\\_db | 15,003 | 37 |"));
  CHECK_FALSE(has(text, "<b>"));
}

}  // namespace
}  // namespace loadgen::reports
