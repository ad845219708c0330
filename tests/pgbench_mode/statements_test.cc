#include "pgbench_mode/statements.h"

#include <doctest/doctest.h>

#include <thread>
#include <vector>

#include "deaf_listener.h"
#include "postgres_cluster.h"

using namespace loadgen::pgbench;
using namespace loadgen::test;
using namespace std::chrono_literals;

/// libpqxx 6.4 loses the result of a statement whose connection broke; nothing here can free it.
/// Asked by the leak sanitizer, where there is one.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libpqxx"; }

namespace {

void ignore(const std::string&) {}

/// The SQLSTATE, then the message's first line.
std::string failure_of(Statements& statements, const std::string& sql,
                       std::chrono::milliseconds limit = 10s) {
  try {
    statements.run(sql, limit);
    return "";
  } catch (const StatementError& failure) {
    const std::string text = failure.what();
    return failure.sqlstate() + " " + text.substr(0, text.find('\n'));
  }
}

}  // namespace

TEST_CASE("names in SQL") {
  CHECK(Statements::identifier("a") == "\"a\"");
  CHECK(Statements::identifier("a b\"c") == "\"a b\"\"c\"");
  CHECK(Statements::identifier("") == "\"\"");
}

TEST_CASE("no connection is an error in libpq's words, and in time") {
  CHECK_THROWS_AS(Statements("host=/nonexistent/directory port=1", 5s, ignore), StatementError);
  const DeafListener server;
  const auto begun = std::chrono::steady_clock::now();
  try {
    Statements("host=127.0.0.1 port=" + std::to_string(server.port()), 1s, ignore);
    FAIL("connected to nothing");
  } catch (const StatementError& failure) {
    CHECK(failure.sqlstate() == "");
    CHECK(std::string(failure.what()).find("timeout expired") != std::string::npos);
  }
  CHECK(std::chrono::steady_clock::now() - begun < 20s);
}

TEST_CASE("rows, NULL among them, and what the server remarks") {
  std::string remarks;
  Statements statements(PostgresCluster::shared().by_socket(), 5s,
                        [&](const std::string& text) { remarks += text; });
  CHECK(statements.run("select 1, NULL, 'x' union all select 2, 'y', ''", 10s) ==
        std::vector<Row>{{"1", std::nullopt, "x"}, {"2", "y", ""}});
  CHECK(statements.run("drop table if exists not_there", 10s).empty());
  CHECK(remarks == "NOTICE:  table \"not_there\" does not exist, skipping\n");
}

TEST_CASE("a failure has its SQLSTATE, and the connection lives on") {
  Statements statements(PostgresCluster::shared().by_socket(), 5s, ignore);
  CHECK(failure_of(statements, "select 1/0") == "22012 ERROR:  division by zero");
  CHECK(failure_of(statements, "select * from nowhere") ==
        "42P01 ERROR:  relation \"nowhere\" does not exist");
  CHECK(statements.run("select 1", 10s) == std::vector<Row>{{"1"}});
  // Outside a transaction block, as VACUUM must be.
  CHECK(failure_of(statements, "vacuum") == "");
}

TEST_CASE("a transaction is the caller's") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("drop table if exists kept; create table kept (i int)");
  Statements statements(cluster.by_socket(), 5s, ignore);
  for (const char* sql : {"begin", "insert into kept values (1)", "rollback", "begin",
                          "insert into kept values (2)", "commit"})
    statements.run(sql, 10s);
  CHECK(cluster.sql("select string_agg(i::text, ' ') from kept") == "2");
}

TEST_CASE("a statement without an answer is given up, and the connection with it") {
  Statements statements(PostgresCluster::shared().by_socket(), 5s, ignore);
  const auto begun = std::chrono::steady_clock::now();
  CHECK(failure_of(statements, "select pg_sleep(60)", 100ms) ==
        " no answer within 0.1 s; the connection was given up");
  CHECK(std::chrono::steady_clock::now() - begun < 20s);
  // No second connection behind our back: a transaction would go on outside itself.
  CHECK(failure_of(statements, "select 1") == " the connection to the server is lost");
}

TEST_CASE("a connection that the server ends") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  Statements statements(cluster.by_socket() + "application_name=doomed", 5s, ignore);
  cluster.sql(
      "select pg_terminate_backend(pid, 5000) from pg_stat_activity where "
      "application_name = 'doomed'");
  CHECK_FALSE(failure_of(statements, "select 1").empty());
  CHECK(failure_of(statements, "select 1") == " the connection to the server is lost");
}

TEST_CASE("many who make one table at once all find it made") {
  PostgresCluster::shared().sql("DROP TABLE IF EXISTS made_by_many");
  std::vector<std::thread> threads;
  std::vector<std::string> failures(8);
  for (std::string& failure : failures) {
    threads.emplace_back([&failure] {
      try {
        Statements statements(PostgresCluster::shared().by_socket(), 10s, ignore);
        statements.create("CREATE TABLE IF NOT EXISTS made_by_many (i int)", 10s);
      } catch (const StatementError& error) {
        failure = error.sqlstate() + error.message();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::string& failure : failures) CHECK(failure == "");
  Statements statements(PostgresCluster::shared().by_socket(), 10s, ignore);
  CHECK_THROWS_AS(statements.create("CREATE TABLE nowhere.made (i int)", 10s), StatementError);
}

TEST_CASE("a message for one line of ours ends without a line break") {
  CHECK(StatementError("ERROR:  no\nLINE 1: x\n\n", "").message() == "ERROR:  no\nLINE 1: x");
  CHECK(StatementError("", "").message().empty());
}
