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
using test::run_once;

TEST_CASE("scripts run in all three protocols") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int, x text)");
  struct Row {
    std::string why, script, check, expected;
  };
  const Row rows[] = {
      {"one statement", "INSERT INTO t VALUES (1, 'a');", "SELECT sum(n) FROM t", "1"},
      {"a transaction",
       "BEGIN;\nINSERT INTO t VALUES (2, 'b');\nINSERT INTO t VALUES (3, 'c');\nEND;",
       "SELECT sum(n) FROM t", "5"},
      {"variables and an expression",
       "\\set a 3 * 7\n\\set b :a + 1\nINSERT INTO t VALUES (:b, 'x');", "SELECT sum(n) FROM t",
       "22"},
      {"a branch that is taken",
       "\\if 1 > 0\nINSERT INTO t VALUES (1);\n\\else\nINSERT INTO t VALUES "
       "(2);\n\\endif",
       "SELECT sum(n) FROM t", "1"},
      {"one that is not",
       "\\set a 5\n\\if :a = 1\nINSERT INTO t VALUES (1);\n\\elif :a = 5\nINSERT INTO t VALUES "
       "(2);\n\\elif true\nINSERT INTO t VALUES (3);\n\\else\nINSERT INTO t VALUES (4);\n\\endif\n"
       "INSERT INTO t VALUES (10);",
       "SELECT sum(n) FROM t", "12"},
      {"branches within branches",
       "\\if false\n\\if true\nINSERT INTO t VALUES (1);\n\\else\nINSERT INTO t VALUES "
       "(2);\n\\endif\n"
       "\\else\n\\if false\nINSERT INTO t VALUES (4);\n\\else\nINSERT INTO t VALUES "
       "(8);\n\\endif\n\\endif",
       "SELECT sum(n) FROM t", "8"},
      {"a row gathered into variables",
       "SELECT 20 AS a, 3 AS b \\gset r_\nINSERT INTO t VALUES (:r_a::int + :r_b::int);",
       "SELECT sum(n) FROM t", "23"},
      {"a sleep within a transaction", "BEGIN;\n\\sleep 5 ms\nINSERT INTO t VALUES (7);\nEND;",
       "SELECT sum(n) FROM t", "7"},
      {"nothing but variables", "\\set a 1\n\\sleep 1 us", "SELECT count(*) FROM t", "0"},
      {"no rows", "SELECT * FROM t;", "SELECT count(*) FROM t", "0"},
      {"a table that only the script makes: prepared when it is used",
       "CREATE TEMP TABLE own (n int);\nINSERT INTO own VALUES (4);\nINSERT INTO t SELECT n FROM "
       "own;",
       "SELECT sum(n) FROM t", "4"},
  };
  for (const std::string& mode : kModes) {
    for (const Row& row : rows) {
      CAPTURE(mode);
      CAPTURE(row.why);
      cluster.sql("TRUNCATE t");
      const Once once = run_once(row.script, mode);
      CAPTURE(once.problem);
      CHECK(once.outcome == Outcome::ok);
      CHECK(once.said.empty());
      CHECK(cluster.sql(row.check) == row.expected);
    }
  }
}

TEST_CASE("pipelines") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int UNIQUE, x text)");
  const std::string insert = "INSERT INTO t VALUES (:a);\n";
  const std::string pipeline =
      "\\set a 1\n\\startpipeline\nBEGIN;\n" + insert + "SELECT 1;\nEND;\n\\endpipeline\n";
  for (const std::string mode : {"extended", "prepared"}) {
    CAPTURE(mode);
    cluster.sql("TRUNCATE t");
    CHECK(run_once(pipeline + "\\set a 2\n" + insert, mode).outcome == Outcome::ok);
    CHECK(cluster.sql("SELECT sum(n) FROM t") == "3");
    // After an error the rest of the pipeline is aborted, the COMMIT included.
    const Once failed = run_once(pipeline, mode);
    CHECK(failed.outcome == Outcome::sql_23);
    CHECK(cluster.sql("SELECT sum(n) FROM t") == "3");
    const Once open = run_once("\\startpipeline\nSELECT 1;", mode);
    CHECK(open.outcome == Outcome::sql_other);
    CHECK(open.said == std::vector<std::string>{
                           "error: client 0 aborted: end of script reached with pipeline open"});
    CHECK(
        run_once("\\startpipeline\nSELECT 1 AS a \\gset\n\\endpipeline", mode).said ==
        std::vector<std::string>{"error: client 0 aborted in command 1 (gset) of script 0; \\gset "
                                 "is not allowed in pipeline mode"});
  }
  CHECK(
      run_once(pipeline, "simple").said ==
      std::vector<std::string>{"error: client 0 aborted in command 1 (startpipeline) of script 0; "
                               "cannot use pipeline mode with the simple query protocol"});
}

}  // namespace
}  // namespace loadgen
