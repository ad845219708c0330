#include "loadgen/cli/ledger_audit.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("a scenario is audited when a workload of its is") {
  Scenario scenario;
  scenario.workloads.resize(2);
  CHECK_FALSE(is_audited(scenario));
  scenario.workloads[1].pgbench.audit = true;
  CHECK(is_audited(scenario));
}

TEST_CASE("the exit code of an audit") {
  struct Row {
    const char* why;
    void (*happens)(LedgerAudit&);
    bool finished;
    ExitCode code;
  };
  const auto counts = [](LedgerAudit& audit) -> LedgerCounts& { return audit.workloads[0].counts; };
  static const auto of = counts;
  const Row rows[] = {
      {"all there", [](LedgerAudit& a) { of(a).acknowledged_present = 9; }, true, ExitCode::pass},
      {"lost", [](LedgerAudit& a) { of(a).lost = 1; }, true, ExitCode::failed},
      {"a duplicate", [](LedgerAudit& a) { of(a).duplicates = 1; }, true, ExitCode::failed},
      {"a phantom", [](LedgerAudit& a) { of(a).phantoms = 1; }, true, ExitCode::failed},
      {"in doubt is no failure", [](LedgerAudit& a) { of(a).in_doubt_absent = 4; }, true,
       ExitCode::pass},
      {"nor is a weak one that is gone", [](LedgerAudit& a) { of(a).weak_absent = 4; }, true,
       ExitCode::pass},
      {"not read", [](LedgerAudit& a) { a.problem = "down"; }, true, ExitCode::inconclusive},
      {"absent on a standby", [](LedgerAudit& a) { a.in_recovery = true, of(a).lost = 1; }, true,
       ExitCode::inconclusive},
      {"all there on a standby", [](LedgerAudit& a) { a.in_recovery = true; }, true,
       ExitCode::pass},
      {"a worker that did not tell all", [](LedgerAudit&) {}, false, ExitCode::inconclusive},
      {"and lost", [](LedgerAudit& a) { of(a).lost = 1; }, false, ExitCode::failed},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Run run;
    run.recording.workers[0].finished = row.finished;
    LedgerAudit audit;
    row.happens(audit);
    CHECK(exit_code_of(run, {LedgerAudit{}, audit}) == row.code);
  }
}

}  // namespace
}  // namespace loadgen
