#include "pgbench_mode/client.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "script_run.h"

namespace loadgen {
namespace {

using test::kModes;
using test::Once;
using test::PostgresCluster;
using test::PostgresRig;
using test::run_once;
using test::script_options;

TEST_CASE("several statements in one message, and what is gathered from them") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int, x text)");
  // \gset: of the last one; \aset: of all.
  CHECK(
      run_once("SELECT 1 AS a \\; SELECT 2 AS b \\gset\nINSERT INTO t VALUES (:b, ':a');", "simple")
          .outcome == Outcome::ok);
  CHECK(cluster.sql("SELECT n || x FROM t") == "2:a");
  cluster.sql("TRUNCATE t");
  CHECK(
      run_once("SELECT 1 AS a \\; SELECT 2 AS b \\aset\nINSERT INTO t VALUES (:b, ':a');", "simple")
          .outcome == Outcome::ok);
  CHECK(cluster.sql("SELECT n || x FROM t") == "21");
}

TEST_CASE("errors are classed, told, and leave the session usable") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int UNIQUE, x text)");
  struct Row {
    std::string why, script;
    Outcome outcome;
    std::string problem;
  };
  const Row rows[] = {
      {"no such table", "SELECT * FROM nowhere;", Outcome::sql_42,
       "ERROR:  relation \"nowhere\" does not exist"},
      {"a syntax error", "SELEKT 1;", Outcome::sql_42,
       "ERROR:  syntax error at or near \"SELEKT\""},
      {"division in SQL, amid a transaction",
       "BEGIN;\nINSERT INTO t VALUES (1);\nSELECT 1/0;\nEND;", Outcome::sql_22,
       "ERROR:  division by zero"},
      {"a constraint", "INSERT INTO t VALUES (1), (1);", Outcome::sql_23,
       "ERROR:  duplicate key value violates unique constraint"},
      {"raised by a function", "DO $$ BEGIN RAISE 'no'; END $$;", Outcome::sql_p0, "ERROR:  no"},
      {"a write in a read-only transaction", "BEGIN READ ONLY;\nINSERT INTO t VALUES (1);\nEND;",
       Outcome::read_only, "ERROR:  cannot execute INSERT in a read-only transaction"},
      {"division in an expression", "BEGIN;\n\\set a 1 / 0\nEND;", Outcome::sql_other,
       "test.sql:2: division by zero"},
      {"an undefined variable in an expression", "\\set a :b", Outcome::sql_other,
       "test.sql:1: undefined variable \"b\""},
      {"no row for \\gset", "SELECT n FROM t \\gset", Outcome::sql_other,
       "test.sql:1: expected one row, got 0"},
      {"two rows for \\gset", "SELECT generate_series(1, 2) \\gset", Outcome::sql_other,
       "test.sql:1: expected one row, got 2"},
      {"a transaction left open", "BEGIN;\nINSERT INTO t VALUES (1);", Outcome::sql_25,
       "test.sql:2: end of script reached without completing the last transaction"},
      {"COPY", "COPY t TO STDOUT;", Outcome::sql_other,
       "test.sql:1: COPY is not supported in pgbench, aborting"},
      {"a bad sleep", "\\set a null\n\\sleep :a", Outcome::sql_other,
       "test.sql:2: sleep: invalid sleep time \"NULL\" for variable \"a\""},
  };
  for (const std::string& mode : kModes) {
    for (const Row& row : rows) {
      CAPTURE(mode);
      CAPTURE(row.why);
      const Once once = run_once(row.script, mode);
      CHECK(once.outcome == row.outcome);
      CAPTURE(once.problem);
      CHECK(once.problem.find(row.problem) == 0);
      CHECK(cluster.sql("SELECT count(*) FROM t") == "0");
      CHECK(once.last.failed == 1);
    }
  }
}

TEST_CASE("after an error a ROLLBACK makes the session ready for the next ticket") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int UNIQUE)");
  Scenario scenario = test::postgres_scenario(cluster.by_socket());
  scenario.workloads[0].pgbench.clients = 1;
  PostgresRig rig(scenario, script_options("BEGIN;\nINSERT INTO t VALUES (1);\nEND;"));
  rig.open_ahead();
  for (int i = 0; i < 3; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) == 1);
  CHECK(rig.count(Outcome::sql_23) == 2);
  CHECK(rig.tally().connects_attempted == 1);
}

}  // namespace
}  // namespace loadgen
