#include "pgbench_mode/preparation.h"

#include <doctest/doctest.h>

#include <sstream>

#include "pgbench_mode/message.h"
#include "postgres_cluster.h"

using namespace loadgen::pgbench;
using namespace loadgen::test;

namespace {

struct Prepared {
  Preparation preparation;
  std::string out, err;
};

Prepared prepared(Invocation invocation, const std::string& database) {
  invocation.login.database = database;
  std::ostringstream out, err;
  const Preparation preparation =
      prepare_run(invocation, {}, {.version = "15 (test)", .out = out, .err = err});
  return {preparation, out.str(), err.str()};
}

std::string failure_of(const Invocation& invocation, const std::string& database) {
  try {
    prepared(invocation, database);
    return "";
  } catch (const Fatal& failure) {
    return failure.what();
  }
}

void drop_tables() {
  PostgresCluster::shared().sql(
      "drop table if exists pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers");
}

}  // namespace

TEST_CASE("without a server") {
  const std::string failure = failure_of({}, "host=/nonexistent/directory port=1");
  CHECK(failure.find("could not create connection for setup") != std::string::npos);
}

TEST_CASE("the tables say their scale, and are vacuumed") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  drop_tables();
  cluster.make_tables();
  Invocation invocation;
  invocation.builtin_used = true;
  const Prepared plain = prepared(invocation, cluster.by_socket());
  CHECK(plain.preparation.scale == 1);
  CHECK(plain.preparation.partition_method == PartitionMethod::none);
  CHECK(plain.out == "pgbench (15 (test), server " + plain.preparation.server_version + ")\n");
  CHECK(plain.err == "starting vacuum...end.\n");

  invocation.scale_given = true;
  invocation.scale = 7;
  invocation.vacuum_accounts = true;
  const Prepared told = prepared(invocation, cluster.by_socket());
  CHECK(told.preparation.scale == 1);
  CHECK(told.err ==
        "pgbench: warning: scale option ignored, using count from pgbench_branches table (1)\n"
        "starting vacuum...end.\nstarting vacuum pgbench_accounts...end.\n");

  invocation.no_vacuum = true;
  invocation.builtin_used = false;
  const Prepared quiet = prepared(invocation, cluster.by_socket());
  CHECK(quiet.preparation.scale == 7);
  CHECK(quiet.err.empty());
}

TEST_CASE("the load may go to any of the hosts, later") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  Invocation invocation;
  invocation.no_vacuum = true;
  const std::string ports = "1," + std::to_string(cluster.port());
  const Prepared told = prepared(
      invocation, "host=/nonexistent,127.0.0.1 port=" + ports + " dbname=postgres user=postgres");
  const std::string& conninfo = told.preparation.conninfo;
  CAPTURE(conninfo);
  CHECK(conninfo.find("host='/nonexistent,127.0.0.1'") != std::string::npos);
  CHECK(conninfo.find("port='" + ports + "'") != std::string::npos);
  CHECK(conninfo.find("hostaddr") == std::string::npos);
}

TEST_CASE("partitions of the accounts") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  for (const auto& [strategy, method] :
       {std::pair("range", PartitionMethod::range), std::pair("hash", PartitionMethod::hash)}) {
    CAPTURE(strategy);
    drop_tables();
    cluster.make_tables();
    cluster.sql(
        "drop table pgbench_accounts; create table pgbench_accounts (aid int) partition "
        "by " +
        std::string(strategy) + " (aid)");
    Invocation invocation;
    invocation.builtin_used = invocation.no_vacuum = true;
    const Preparation none = prepared(invocation, cluster.by_socket()).preparation;
    CHECK(none.partition_method == method);
    CHECK(none.partitions == 0);
    if (method == PartitionMethod::range)
      cluster.sql("create table pgbench_accounts_1 partition of pgbench_accounts default");
    else
      cluster.sql(
          "create table pgbench_accounts_1 partition of pgbench_accounts for values with "
          "(modulus 1, remainder 0)");
    CHECK(prepared(invocation, cluster.by_socket()).preparation.partitions == 1);
  }
}

TEST_CASE("missing tables: an error for a built-in script, a remark for the vacuum") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  drop_tables();
  Invocation invocation;
  invocation.builtin_used = true;
  const std::string hint =
      "hint: Perhaps you need to do initialization (\"pgbench -i\") in database \"postgres\".";
  CHECK(failure_of(invocation, cluster.by_socket()) ==
        "error: could not count number of branches: ERROR:  relation \"pgbench_branches\" does not "
        "exist\nLINE 1: select count(*) from pgbench_branches\n                             ^\n" +
            hint);
  cluster.make_tables();
  cluster.sql("drop table pgbench_accounts");
  CHECK(failure_of(invocation, cluster.by_socket()) ==
        "error: no pgbench_accounts table found in search_path\n" + hint);
  drop_tables();
  CHECK(prepared({}, cluster.by_socket()).err ==
        "starting vacuum...pgbench: error: ERROR:  relation \"pgbench_branches\" does not exist\n"
        "pgbench: detail: (ignoring this error and continuing anyway)\n"
        "pgbench: error: ERROR:  relation \"pgbench_tellers\" does not exist\n"
        "pgbench: detail: (ignoring this error and continuing anyway)\n"
        "pgbench: error: ERROR:  relation \"pgbench_history\" does not exist\n"
        "pgbench: detail: (ignoring this error and continuing anyway)\n"
        "end.\n");
}

TEST_CASE("debugging tells where it went") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  Invocation invocation;
  invocation.debug = 1;
  invocation.no_vacuum = true;
  invocation.transactions = 10;
  const std::string port = std::to_string(cluster.port());
  CHECK(prepared(invocation, cluster.by_tcp()).err ==
        "pgbench: pghost: 127.0.0.1 pgport: " + port +
            " nclients: 1 nxacts: 10 dbName: postgres\n");
}
