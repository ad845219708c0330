// `loadgen pgbench` in the test's own process; tests/system/pgbench_test.py compares it with
// pgbench itself.
#include "loadgen/cli/pgbench.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "loadgen/core/result.h"
#include "loadgen/core/scratch_directory.h"
#include "loadgen/plan/scenario.h"
#include "tests/pgbench_mode/postgres_cluster.h"
#include "undisturbed.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;

Ran pgbench(std::vector<std::string> arguments) {
  arguments.push_back(test::PostgresCluster::shared().by_socket());
  Ran ran;
  const test::Caught caught;
  ran.code = pgbench_main(arguments);
  ran.out = caught.out();
  ran.err = caught.err();
  return ran;
}

TEST_CASE("pgbench: initialisation, then a run with pgbench's summary and ours below it") {
  const Ran initialised = pgbench({"-i", "-s", "1", "-q"});
  CAPTURE(initialised.err);
  CHECK(initialised.code == 0);
  CHECK(contains(initialised.err, "done in "));

  const ScratchDirectory directory;
  const std::string json = (directory.path() / "r.json").string();
  const Ran ran = pgbench({"-n", "-S", "-c", "2", "-j", "2", "-t", "20", "-r", "--json", json});
  CAPTURE(ran.err);
  CHECK(ran.code == 0);
  CHECK(contains(ran.out, "transaction type: <builtin: select only>\nscaling factor: 1\n"));
  CHECK(contains(ran.out, "number of transactions actually processed: 40/40\n"));
  CHECK(contains(ran.out, "statement latencies in milliseconds and failures:"));
  CHECK(contains(ran.out, "Latency, from the instant each"));
  const Result result = read_result(read_whole_file(json).value_or(""), json);
  const WorkloadResult& workload = result.groups.at(0).second.workloads.at(0).second;
  CHECK(workload.kind == "pgbench");
  CHECK(workload.totals.tally.ok() == 40);
  CHECK(workload.statements.size() == 2);
  CHECK(workload.statements.at(1).text ==
        "SELECT abalance FROM pgbench_accounts WHERE aid = :aid;");
}

TEST_CASE("pgbench: its exit codes") {
  const ScratchDirectory directory;
  const std::string script = (directory.path() / "s.sql").string();
  // With answers of 100 ms a run is INVALID by 5 ms of lateness, not by some µs.
  std::ofstream(script) << "SELECT pg_sleep(0.1);\nSELECT 1/0;\n";
  const Ran unknown = pgbench({"--no-such-option"});
  CHECK(unknown.code == 1);
  CHECK(contains(unknown.err, "unrecognized option '--no-such-option'"));
  CHECK(pgbench({"-n", "-f", "/nowhere.sql"}).code == 1);
  CHECK(pgbench({"--version"}).code == 0);
  // Told before anything is done to the database.
  const Ran mistaken = pgbench({"-h", "/nowhere", "--check", "p9 < 1s"});
  CHECK(mistaken.code == 1);
  CHECK(contains(mistaken.err, "pgbench: error: --check \"p9 < 1s\", column 1: "));
  const Ran failed = pgbench({"-n", "-f", script, "-t", "3"});
  CHECK(failed.code == 2);
  CHECK(contains(failed.err, "division by zero"));
  CHECK(contains(failed.err, "Run was aborted; the above results are incomplete."));
  CHECK(pgbench({"-n", "-f", script, "-t", "3", "--continue-on-error"}).code == 0);
  const Ran refuted = test::undisturbed([&] {
    return pgbench(
        {"-n", "-f", script, "-t", "3", "--continue-on-error", "--check", "error_rate < 1%"});
  });
  if (test::kept_from_its_answer(refuted)) return;
  CHECK(refuted.code == 10);
}

}  // namespace
}  // namespace loadgen
