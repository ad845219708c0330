#include "loadgen/analysis/ledger_result.h"

#include <algorithm>
#include <string>

#include "loadgen/analysis/analyse.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAudited = R"(
schema = 1
[phases]
before = "20s"
during = "20s"
[groups.control]
dsn = "host=a"
[groups.experimental]
dsn = "host=b"
[[workloads]]
name = "pg"
kind = "pgbench"
rate = 10
audit = true
[[workloads]]
name = "other"
kind = "pgbench"
rate = 10
[steady_state]
margins = "none"
[[steady_state.checks]]
id = "nothing-lost"
phase = "during"
group = "experimental"
assert = ["acknowledged_writes_lost = 0", "in_doubt < 3", "phantoms = 0", "duplicates = 0"]
)";

/// A run whose experimental clients had 100 writes acknowledged, 2 in doubt and 5 failed.
RecordedRun audited_run(bool whole = true) {
  RecordedRun recorded(kAudited);
  recorded.mark(0, "phase", "before").mark(20, "phase", "during").mark(40, "phase", "end");
  recorded.both({0, 40}, {.ok = 10});
  recorded.seconds(0, {0, 40}, {.ok = 10}, {.workload = 1});
  recorded.seconds(1, {0, 40}, {.ok = 10}, {.workload = 1});
  Part part;
  part.sequence = 1000;
  LedgerStream& stream = part.ledger[3];
  stream.group = 1;
  for (const LedgerRange& one : {LedgerRange{1, 100, 1, LedgerFate::acknowledged, 0s, 39s},
                                 LedgerRange{101, 102, 1, LedgerFate::in_doubt, 39s, 39s},
                                 LedgerRange{103, 107, 1, LedgerFate::failed, 39s, 39s}}) {
    REQUIRE(stream.ranges.add(one));
  }
  part.made_at = 40s;
  REQUIRE(add_part(recorded.run, part).empty());
  if (whole) recorded.end(40);
  return recorded;
}

LedgerAudit reading(std::uint64_t lost, std::uint32_t timeline = 1, bool in_recovery = false) {
  LedgerAudit audit;
  audit.group = 1;
  audit.server = "127.0.0.1:5432";
  audit.system_identifier = "74123";
  audit.timeline = in_recovery ? 0 : timeline;
  audit.in_recovery = in_recovery;
  audit.workloads[0].counts = {100 - lost, lost, 0, 0, 1, 1, 5, 0, 0, 0, 0};
  return audit;
}

LedgerAudit not_made(const std::string& why) {
  LedgerAudit audit;
  audit.group = 1;
  audit.problem = why;
  return audit;
}

TEST_CASE("which reading decides") {
  LedgerAudit elsewhere = reading(0, 1);
  elsewhere.system_identifier = "99999";
  struct Row {
    std::string why;
    std::vector<LedgerAudit> audits;
    std::optional<std::size_t> decides;
    std::string doubt;
  };
  const Row rows[] = {
      {"none was made", {}, std::nullopt, "not audited yet"},
      {"it could not be made",
       {not_made("Connection refused")},
       std::nullopt,
       "Connection refused"},
      {"the only one", {reading(7)}, 0, ""},
      {"the latest", {reading(7), reading(0)}, 1, ""},
      {"a later one could not be made", {reading(7), not_made("down")}, 0, ""},
      {"one that came late", {not_made("down"), reading(7)}, 0, ""},
      {"a primary that was replaced does not", {reading(7, 2), reading(0, 1)}, 0, ""},
      {"nor when it was read first", {reading(0, 1), reading(7, 2)}, 1, ""},
      {"a standby does not", {reading(7), reading(9, 0, true)}, 0, ""},
      {"nothing but a standby", {reading(9, 0, true)}, std::nullopt, "on a standby only"},
      {"timelines of another cluster say nothing", {reading(7, 2), elsewhere}, 1, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded = audited_run();
    recorded.run.audits = row.audits;
    const auto audit = audit_of(recorded.run, 1, 0);
    REQUIRE(audit.has_value());
    CHECK(audit->acknowledged == 100);
    CHECK(audit->in_doubt == 2);
    CHECK(audit->failed == 5);
    CHECK(audit->decides == row.decides);
    CHECK_MESSAGE((row.doubt.empty() ? audit->doubt.empty()
                                     : audit->doubt.find(row.doubt) != std::string::npos),
                  audit->doubt);
  }
}

TEST_CASE("what is not audited has no audit, and the other group's readings are its own") {
  RecordedRun recorded = audited_run();
  recorded.run.audits = {reading(7)};
  CHECK_FALSE(audit_of(recorded.run, 1, 1).has_value());
  const auto control = audit_of(recorded.run, 0, 0);
  REQUIRE(control.has_value());
  CHECK(control->readings.empty());
  CHECK(control->acknowledged == 0);
}

/// "acknowledged_writes_lost = 0": held, refuted or undecided; and so on.
std::string judged(const Run& run) {
  std::string all;
  for (const CheckResult& check : analyse(run).checks) all += check.result + " ";
  return all;
}

TEST_CASE("checks of the ledger: unaudited they never hold") {
  struct Row {
    std::string why;
    std::vector<LedgerAudit> audits;
    bool whole;
    std::string checks;  // lost, in doubt, phantoms, duplicates
    Verdict verdict;
  };
  LedgerAudit phantom = reading(0);
  phantom.workloads[0].counts.failed_absent = 4;
  phantom.workloads[0].counts.phantoms = 1;
  const Row rows[] = {
      {"nothing lost", {reading(0)}, true, "held held held held ", Verdict::pass},
      {"one lost", {reading(1)}, true, "refuted held held held ", Verdict::failed},
      {"a phantom", {phantom}, true, "held held refuted held ", Verdict::failed},
      {"not audited", {}, true, "undecided held undecided undecided ", Verdict::inconclusive},
      {"on a standby only",
       {reading(0, 0, true)},
       true,
       "undecided held undecided undecided ",
       Verdict::inconclusive},
      {"the journal ends early",
       {reading(0)},
       false,
       "undecided undecided undecided undecided ",
       Verdict::inconclusive},
      {"the journal ends early, and one is lost",
       {reading(1)},
       false,
       "refuted undecided undecided undecided ",
       Verdict::failed},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded = audited_run(row.whole);
    recorded.run.audits = row.audits;
    CHECK(judged(recorded.run) == row.checks);
    const Result result = analyse(recorded.run);
    CHECK(result.verdict == row.verdict);
    CHECK(result.groups.at(1).second.workloads.at(0).second.audit.has_value());
    CHECK(read_result(write_result(result), "result.json") == result);
  }
}

TEST_CASE("lost writes that no check asks about are told all the same") {
  RecordedRun recorded = audited_run();
  recorded.run.scenario.steady_state.checks.clear();
  const auto told = [&](const std::string& words) {
    const std::vector<std::string> reasons = analyse(recorded.run).reasons;
    return std::any_of(reasons.begin(), reasons.end(), [&](const std::string& reason) {
      return reason.find(words) != std::string::npos;
    });
  };
  CHECK(told("experimental, pg: not audited yet"));
  recorded.run.audits = {reading(0)};
  CHECK_FALSE(told("experimental, pg: "));
  recorded.run.audits = {reading(37)};
  CHECK(told("experimental, pg: of the acknowledged writes 37 are lost"));
}

TEST_CASE("the sentence on lost writes is of the whole run, not of the check's phase") {
  RecordedRun recorded = audited_run();
  recorded.run.audits = {reading(37)};
  CHECK(analyse(recorded.run).reasons.at(0) ==
        "FAILED: in the whole run, experimental acknowledged writes lost of pg was 37 (allowed = "
        "0)");
}

}  // namespace
}  // namespace loadgen
