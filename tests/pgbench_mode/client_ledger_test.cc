#include "pgbench_mode/client_ledger.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/ledger_script.h"

namespace loadgen::pgbench {
namespace {

using namespace std::chrono_literals;

/// A client's ledger, and what it said.
class Rig {
 public:
  Rig() {
    scenario_.groups.emplace_back();
    scenario_.workloads.emplace_back();
    scenario_.workloads[0].kind = WorkloadKind::pgbench;
    scenario_.workloads[0].pgbench.scripts = {{"tpcb-like", 1, std::nullopt}};
    scorer_.start(Clock::now());
    ledger.open(scorer_, 0, 0, variables);
  }

  void sends(LedgerPart part, bool in_block = true, std::uint64_t place = 0, int result = 0) {
    Command command;
    command.ledger = part;
    command.commit_result = result;
    ledger.sending(command, in_block, place, 5s, variables);
  }
  /// BEGIN … INSERT, COMMIT.
  void row_and_commit() {
    sends(LedgerPart::writes);
    sends(LedgerPart::commits);
  }
  std::string text(std::string_view variable) { return *variables.text(variable); }
  /// "1.1 acknowledged, 2.1-3.1 failed"
  std::string said() {
    std::string all;
    const Part part = scorer_.take_part(Clock::now(), false);
    for (const auto& [connection, stream] : part.ledger) {
      for (const auto& [place, range] : stream.ranges.ranges()) {
        const auto number = [&](std::uint64_t n) {
          return std::to_string(n) + "." + std::to_string(range.attempt);
        };
        all += (all.empty() ? "" : ", ") + number(range.first);
        if (range.last > range.first) all += "-" + number(range.last);
        all += " " + std::string(name_of(range.fate));
        CHECK(range.from == 5s);
      }
    }
    return all;
  }

  Variables variables;
  ClientLedger ledger;

 private:
  Scenario scenario_;
  Scorer scorer_{scenario_, 0};
};

TEST_CASE("a row's fate is what the server said to its COMMIT") {
  struct Row {
    const char* why;
    void (*happens)(Rig&);
    const char* said;
  };
  const Row rows[] = {
      {"COMMIT", [](Rig& r) { r.row_and_commit(), r.ledger.answered("COMMIT", false); },
       "1.1 acknowledged"},
      {"COMMIT, with the warning",
       [](Rig& r) { r.row_and_commit(), r.ledger.answered("COMMIT", true); }, "1.1 weak"},
      {"ROLLBACK: the transaction had failed",
       [](Rig& r) { r.row_and_commit(), r.ledger.answered("ROLLBACK", false); }, "1.1 failed"},
      {"an error", [](Rig& r) { r.row_and_commit(), r.ledger.refused(); }, "1.1 failed"},
      {"nothing", [](Rig& r) { r.row_and_commit(), r.ledger.end(); }, "1.1 in_doubt"},
      {"nothing, and no COMMIT was sent",
       [](Rig& r) { r.sends(LedgerPart::writes), r.ledger.end(); }, "1.1 failed"},
      {"nothing, and the row committed itself",
       [](Rig& r) { r.sends(LedgerPart::writes, false), r.ledger.end(); }, "1.1 in_doubt"},
      {"row and COMMIT in one text",
       [](Rig& r) { r.sends(LedgerPart::writes_and_commits, false), r.ledger.end(); },
       "1.1 in_doubt"},
      {"a COMMIT that has no row", [](Rig& r) { r.sends(LedgerPart::commits), r.ledger.end(); },
       ""},
      {"what comes after the answer changes nothing",
       [](Rig& r) {
         r.row_and_commit(), r.ledger.answered("COMMIT", false);
         r.ledger.refused(), r.ledger.end();
       },
       "1.1 acknowledged"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Rig rig;
    rig.ledger.begin_ticket();
    row.happens(rig);
    CHECK(rig.said() == row.said);
  }
}

TEST_CASE("sequence numbers are transactions, attempts their tries") {
  Rig rig;
  rig.ledger.begin_ticket();
  rig.row_and_commit(), rig.ledger.refused();
  CHECK(rig.text(kLedgerSequence) == "1");
  CHECK(rig.text(kLedgerAttempt) == "1");
  rig.row_and_commit(), rig.ledger.refused();
  rig.row_and_commit(), rig.ledger.answered("COMMIT", false);
  CHECK(rig.text(kLedgerSequence) == "1");
  CHECK(rig.text(kLedgerAttempt) == "3");
  rig.ledger.begin_ticket();  // it ends before its row
  rig.ledger.end();
  rig.ledger.begin_ticket();
  rig.row_and_commit(), rig.ledger.answered("COMMIT", false);
  CHECK(rig.text(kLedgerSequence) == "2");
  CHECK(rig.text(kLedgerAttempt) == "1");
  CHECK(rig.text(kLedgerConnection) == "0");
  CHECK(rig.said() == "1.1 failed, 2.1 acknowledged, 1.2 failed, 1.3 acknowledged");
}

TEST_CASE("only the COMMIT's own answer counts, in a pipeline and in one text") {
  Rig rig;
  rig.ledger.begin_ticket();
  CHECK_FALSE(rig.ledger.awaits(0, 0));
  rig.sends(LedgerPart::writes, true, 4);
  CHECK_FALSE(rig.ledger.awaits(4, 0));
  rig.sends(LedgerPart::commits, true, 5, 2);
  CHECK_FALSE(rig.ledger.awaits(4, 2));
  CHECK_FALSE(rig.ledger.awaits(5, 1));
  CHECK(rig.ledger.awaits(5, 2));
  rig.ledger.answered("COMMIT", false);
  CHECK_FALSE(rig.ledger.awaits(5, 2));
}

}  // namespace
}  // namespace loadgen::pgbench
