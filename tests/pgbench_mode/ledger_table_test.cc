#include "pgbench_mode/ledger_table.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "pgbench_mode/statements.h"
#include "postgres_cluster.h"

namespace loadgen::pgbench {
namespace {

using test::PostgresCluster;

/// A database of this test's own, without tables.
std::string database(const std::string& name) {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP DATABASE IF EXISTS " + name);
  cluster.sql("CREATE DATABASE " + name);
  return cluster.by_socket() + " dbname=" + name;
}

void run(const std::string& dsn, const std::string& sql) {
  Statements(dsn, std::chrono::seconds(10), [](const std::string&) {
  }).run(sql, std::chrono::seconds(30));
}

/// "0/0/1/1 0/0/1/2 garbled": worker, connection, attempt, sequence.
std::string rows_of(const std::string& dsn, const std::string& of_run) {
  std::string all;
  const auto add = [&](const std::string& word) { all += (all.empty() ? "" : " ") + word; };
  const LedgerServer server =
      read_ledger(dsn, of_run,
                  {[&](const LedgerRow& row) {
                     add(std::to_string(row.of.worker) + "/" + std::to_string(row.of.connection) +
                         "/" + std::to_string(row.attempt) + "/" + std::to_string(row.sequence));
                   },
                   [&] { add("garbled"); }});
  CHECK(server.timeline == 1);
  CHECK_FALSE(server.in_recovery);
  CHECK(server.system_identifier.size() > 10);
  CHECK(server.name.find(", PostgreSQL 1") != std::string::npos);
  return all;
}

std::string state_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const StatementError& failure) {
    return failure.sqlstate();
  }
  return "done";
}

TEST_CASE("the table is made once, in the first schema of the search path, and keeps its rows") {
  const std::string dsn = database("ledger_made");
  run(dsn, "CREATE SCHEMA first; ALTER DATABASE ledger_made SET search_path = first, public");
  make_ledger(dsn);
  run(dsn, "INSERT INTO first.loadgen_ledger VALUES ('r', 0, 0, 1, 1)");
  make_ledger(dsn);
  CHECK(rows_of(dsn, "r") == "0/0/1/1");
}

TEST_CASE("rows come in order, of one run, however many there are") {
  const std::string dsn = database("ledger_read");
  make_ledger(dsn);
  run(dsn,
      "INSERT INTO loadgen_ledger VALUES ('r', 1, 0, 1, 1), ('r', 0, 2, 3, 1), ('r', 0, 2, 10, 1), "
      "('r', 0, 2, 2, 2), ('r', 0, 2, 3, 1), ('it''s', 0, 0, 9, 1)");
  CHECK(rows_of(dsn, "r") == "0/2/1/3 0/2/1/3 0/2/1/10 0/2/2/2 1/0/1/1");
  CHECK(rows_of(dsn, "it's") == "0/0/1/9");
  CHECK(rows_of(dsn, "nobody") == "");
  run(dsn, "INSERT INTO loadgen_ledger SELECT 'many', 0, 0, g, 1 FROM generate_series(1, 12000) g");
  std::uint64_t count = 0;
  read_ledger(dsn, "many", {[&](const LedgerRow& row) { CHECK(row.sequence == ++count); }, [] {}});
  CHECK(count == 12000);
}

TEST_CASE("garbage in the table is told apart, or refused when it is of another type") {
  const std::string dsn = database("ledger_garbage");
  make_ledger(dsn);
  run(dsn, "ALTER TABLE loadgen_ledger ALTER worker DROP NOT NULL");
  run(dsn,
      "INSERT INTO loadgen_ledger VALUES ('r', 0, 0, 1, 1), ('r', NULL, 0, 2, 1), ('r', -1, 0, 3, "
      "1), "
      "('r', 0, 0, 0, 1), ('r', 0, 0, 4, 0), ('r', 0, 0, -5, 1)");
  CHECK(rows_of(dsn, "r") == "garbled garbled garbled garbled 0/0/1/1 garbled");
  run(dsn,
      "ALTER TABLE loadgen_ledger ALTER sequence TYPE text; "
      "INSERT INTO loadgen_ledger VALUES ('r', 0, 0, 'many', 1)");
  CHECK(state_of([&] { rows_of(dsn, "r"); }) == "22P02");
  run(dsn, "DELETE FROM loadgen_ledger WHERE run = 'r'");
  run(dsn, "INSERT INTO loadgen_ledger VALUES ('r', 0, 0, '10', 1), ('r', 0, 0, '9', 1)");
  CHECK(rows_of(dsn, "r") == "0/0/1/9 0/0/1/10");
}

TEST_CASE("what keeps a ledger from being made, written, read or dropped") {
  const std::string dsn = database("ledger_refused");
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP ROLE IF EXISTS reader");
  cluster.sql("CREATE ROLE reader");
  const std::string as_reader = dsn + " options=-crole=reader";
  CHECK(state_of([&] { rows_of(dsn, "r"); }) == "42P01");
  run(dsn, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  CHECK(state_of([&] { make_ledger(as_reader); }) == "42501");
  make_ledger(dsn);
  CHECK(state_of([&] { make_ledger(as_reader); }) == "42501");
  run(dsn, "GRANT SELECT, INSERT ON loadgen_ledger TO reader");
  CHECK(state_of([&] { make_ledger(as_reader); }) == "done");
  CHECK(state_of([&] { remove_ledger(as_reader, "r"); }) == "42501");
  cluster.sql("ALTER DATABASE ledger_refused SET default_transaction_read_only = on");
  CHECK(state_of([&] { make_ledger(dsn); }) == "25006");
  CHECK(rows_of(dsn, "r") == "");
  cluster.sql("ALTER DATABASE ledger_refused RESET default_transaction_read_only");
  run(dsn, "DROP TABLE loadgen_ledger; CREATE TABLE loadgen_ledger (run text)");
  CHECK(state_of([&] { make_ledger(dsn); }) == "42703");
  run(dsn, "DROP TABLE loadgen_ledger");
  make_ledger(dsn);
  run(dsn, "ALTER TABLE loadgen_ledger SET UNLOGGED");
  CHECK(state_of([&] { make_ledger(dsn); }) == "");
  cluster.sql("DROP DATABASE ledger_refused");
  cluster.sql("DROP ROLE reader");
}

TEST_CASE("the table is dropped, or this run's rows when others are in it") {
  const std::string dsn = database("ledger_removed");
  make_ledger(dsn);
  run(dsn, "INSERT INTO loadgen_ledger VALUES ('r', 0, 0, 1, 1), ('other', 0, 0, 1, 1)");
  const LedgerRemoved first = remove_ledger(dsn, "r");
  CHECK_FALSE(first.dropped);
  CHECK(first.others == std::vector<std::string>{"other"});
  CHECK(rows_of(dsn, "r") == "");
  CHECK(rows_of(dsn, "other") == "0/0/1/1");
  CHECK(remove_ledger(dsn, "other").dropped);
  CHECK(state_of([&] { rows_of(dsn, "other"); }) == "42P01");
}

TEST_CASE("a connection string as a URI, and one that reaches nobody") {
  const std::string port = std::to_string(PostgresCluster::shared().port());
  database("ledger_uri");
  const std::string uri = "postgresql://postgres@127.0.0.1:" + port + "/ledger_uri";
  make_ledger(uri);
  CHECK(rows_of(uri, "r") == "");
  CHECK(state_of([] { make_ledger("host=/nonexistent/directory"); }) == "");
}

}  // namespace
}  // namespace loadgen::pgbench
