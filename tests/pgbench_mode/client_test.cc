#include "pgbench_mode/client.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "script_run.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::kModes;
using test::Once;
using test::PostgresCluster;
using test::PostgresRig;
using test::run_once;
using test::script_options;

TEST_CASE("a client keeps its variables across transactions") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  Scenario scenario = test::closed_scenario(cluster.by_socket(), 2);
  scenario.workloads[0].pgbench.define = {{"i", "0"}};
  PostgresRig rig(scenario,
                  script_options("\\set i :i + 1\nINSERT INTO t VALUES (:i * 100 + :client_id);"));
  rig.open_ahead();
  for (int i = 0; i < 3; ++i) {
    rig.perform(0);
    rig.perform(1);
    rig.run_until_idle();
  }
  CHECK(cluster.sql("SELECT string_agg(n::text, ' ' ORDER BY n) FROM t") ==
        "100 101 200 201 300 301");
}

TEST_CASE("a serialization failure is tried again with the same random values") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql(
      "DROP TABLE IF EXISTS t, tried; CREATE TABLE t (n int); CREATE TABLE tried (n int, v bigint);"
      "DROP SEQUENCE IF EXISTS s; CREATE SEQUENCE s;"
      "CREATE OR REPLACE FUNCTION fail_twice(v bigint) RETURNS text LANGUAGE plpgsql AS $$ "
      "DECLARE k int := nextval('s'); BEGIN "
      "RAISE NOTICE 'swallowed'; "
      "IF k % 3 <> 0 THEN RAISE 'again % %', k, v USING ERRCODE = '40001'; END IF; RETURN v; END "
      "$$");
  const std::string script =
      "\\set v random(1, 1000000000)\nBEGIN ISOLATION LEVEL SERIALIZABLE;\nSELECT fail_twice(:v) "
      "AS r "
      "\\gset\nINSERT INTO tried VALUES (1, :v);\nEND;";
  for (const std::string& mode : kModes) {
    CAPTURE(mode);
    cluster.sql("ALTER SEQUENCE s RESTART; TRUNCATE tried");
    const Once once = run_once(script, mode, [](Workload& w) { w.pgbench.max_tries = 3; });
    CHECK(once.outcome == Outcome::ok);
    CHECK(once.retries == 2);
    CHECK(cluster.sql("SELECT count(*) FROM tried") == "1");
    // One try too few.
    cluster.sql("ALTER SEQUENCE s RESTART; TRUNCATE tried");
    const Once failed = run_once(script, mode, [](Workload& w) { w.pgbench.max_tries = 2; });
    CHECK(failed.outcome == Outcome::serialization);
    CHECK(failed.retries == 1);
    CHECK(cluster.sql("SELECT count(*) FROM tried") == "0");
    // By default there is but one.
    cluster.sql("ALTER SEQUENCE s RESTART");
    CHECK(run_once(script, mode).retries == 0);
    // Any number, until the latency limit.
    cluster.sql("ALTER SEQUENCE s RESTART");
    CHECK(run_once(script, mode, [](Workload& w) { w.pgbench.max_tries = 0; }).outcome ==
          Outcome::ok);
    cluster.sql("ALTER SEQUENCE s RESTART");
    CHECK(run_once(script, mode, [](Workload& w) {
            w.pgbench.max_tries = 0;
            w.latency_limit = 1ns;
          }).outcome == Outcome::serialization);
  }
}

TEST_CASE("all tries of a transaction draw the same values") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP SEQUENCE IF EXISTS s; CREATE SEQUENCE s");
  const std::string script =
      "\\set v debug(random(1, 1000000000))\nDO $$ BEGIN IF nextval('s') < 3 THEN RAISE 'again' "
      "USING "
      "ERRCODE = '40P01'; END IF; END $$;";
  const Once once = run_once(script, "simple", [](Workload& w) { w.pgbench.max_tries = 5; });
  CHECK(once.outcome == Outcome::ok);
  REQUIRE(once.said.size() == 3);
  CHECK(once.said[0].find("debug(script=0,command=1): int ") == 0);
  CHECK(once.said[0] == once.said[1]);
  CHECK(once.said[1] == once.said[2]);
}

TEST_CASE("clients that leave with their first error, in pgbench's words") {
  PostgresCluster& cluster = PostgresCluster::shared();
  struct Row {
    std::string why, script, said;
  };
  const Row rows[] = {
      {"an SQL error", "SELECT 1;\nSELECT * FROM nowhere;",
       "error: client 0 script 0 aborted in command 1 query 0: ERROR:  relation \"nowhere\" does "
       "not "
       "exist"},
      {"a meta command", "\\set a 1 / 0",
       "error: client 0 aborted in command 0 (set) of script 0; evaluation of meta-command failed"},
      {"a missing row", "SELECT 1 WHERE false \\gset",
       "error: client 0 script 0 command 0 query 0: expected one row, got 0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string said;
    pgbench::PostgresOptions options = script_options(row.script);
    options.leave_after_sql_error = options.leave_after_script_error = true;
    options.say = [&](const pgbench::MessageLine& line) { said += line.label + line.text + "\n"; };
    Scenario scenario = test::postgres_scenario(cluster.by_socket());
    scenario.workloads[0].pgbench.clients = 1;
    PostgresRig rig(scenario, std::move(options));
    rig.open_ahead();
    rig.perform();
    rig.run_until_idle();
    CAPTURE(said);
    CHECK(said.find(row.said) != std::string::npos);
    CHECK(count_of(rig.tally().ended, OutcomeKind::failed) == 1);
    rig.run_for(50ms);
    CHECK(rig.tally().connects_attempted == 1);
    rig.perform();
    CHECK(rig.count(Outcome::not_sent_no_connection) == 1);
  }
}

}  // namespace
}  // namespace loadgen
