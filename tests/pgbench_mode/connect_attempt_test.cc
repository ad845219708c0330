#include "pgbench_mode/connect_attempt.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <string>
#include <utility>
#include <vector>

#include "deaf_listener.h"
#include "postgres_cluster.h"

namespace loadgen::pgbench {
namespace {

using namespace std::chrono_literals;
using test::DeafListener;
using test::PostgresCluster;

/// Runs an attempt to its end.
Connected connect(const std::string& dsn, Duration timeout = 5s,
                  std::vector<ConnectWishes::Prepared> prepared = {}) {
  const Conninfo info = parse_conninfo(dsn);
  ConnectWishes wishes;
  wishes.settings = info.settings;
  wishes.role = info.role;
  wishes.timeout = timeout;
  wishes.prepared = std::move(prepared);
  ConnectAttempt attempt(wishes, 7, info.places, Clock::now());
  while (!attempt.over()) {
    pollfd descriptor{attempt.descriptor(), attempt.events(), 0};
    const Duration left = attempt.deadline() - Clock::now();
    ::poll(&descriptor, 1,
           static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(left).count()));
    attempt.advance(Clock::now());
  }
  Connected connected = attempt.take();
  CHECK(connected.number == 7);
  return connected;
}

std::string value_of(PGconn* connection, const std::string& sql) {
  PGresult* result = PQexec(connection, sql.c_str());
  const std::string value =
      PQresultStatus(result) == PGRES_TUPLES_OK ? PQgetvalue(result, 0, 0) : "";
  PQclear(result);
  return value;
}

TEST_CASE("a connection comes with its stages and is ready to use") {
  PostgresCluster& cluster = PostgresCluster::shared();
  for (const std::string& dsn :
       {cluster.by_socket(), cluster.by_tcp(), cluster.by_tcp_scrammed()}) {
    CAPTURE(dsn);
    Connected connected = connect(dsn);
    CAPTURE(connected.problem);
    REQUIRE(connected.connection != nullptr);
    CHECK(connected.failure == Outcome::ok);
    CHECK(connected.problem == "");
    CHECK(connected.connect >= 0ns);
    CHECK(connected.authenticate > 0ns);
    CHECK(connected.role == Connected::kNone);  // nobody asked
    CHECK(PQisnonblocking(connected.connection.get()) == 1);
    PQsetnonblocking(connected.connection.get(), 0);
    CHECK(value_of(connected.connection.get(), "SELECT 41 + 1") == "42");
  }
}

TEST_CASE("statements are prepared on the way; one that fails spoils no other") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Connected connected = connect(cluster.by_socket(), 5s,
                                {{"a", "SELECT $1::int + 1", 1},
                                 {"b", "SELECT * FROM no_such_table", 0},
                                 {"c", "SELECT 3", 0}});
  REQUIRE(connected.connection != nullptr);
  CHECK(connected.prepared == std::vector<bool>{true, false, true});
  PQsetnonblocking(connected.connection.get(), 0);
  CHECK(value_of(connected.connection.get(), "EXECUTE c") == "3");
}

TEST_CASE("what the server says against it is the attempt's class, in libpq's words") {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string port = std::to_string(cluster.port());
  struct Row {
    std::string why, dsn;
    Outcome outcome;
    std::string said;
  };
  const Row rows[] = {
      {"a wrong password",
       "host=127.0.0.1 user=scrammed password=wrong dbname=postgres port=" + port, Outcome::sql_28,
       "FATAL:  password authentication failed for user \"scrammed\""},
      {"no password", "host=127.0.0.1 user=scrammed dbname=postgres port=" + port, Outcome::sql_28,
       "fe_sendauth: no password supplied"},
      {"no such database", "host=127.0.0.1 user=postgres dbname=nowhere port=" + port,
       Outcome::sql_other, "FATAL:  database \"nowhere\" does not exist"},
      {"nobody listens", "host=127.0.0.1 port=1", Outcome::connect_refused, "Connection refused"},
      {"no socket file", "host=/nonexistent port=1", Outcome::connect_refused,
       "No such file or directory"},
      {"a setting that libpq refuses", "host=127.0.0.1 sslmode=maybe", Outcome::connect_other,
       "invalid sslmode value"},
      {"TLS wanted and not had", "host=127.0.0.1 sslmode=require user=postgres port=" + port,
       Outcome::tls, "server does not support SSL"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Connected connected = connect(row.dsn);
    CHECK(connected.connection == nullptr);
    CHECK(connected.failure == row.outcome);
    CAPTURE(connected.problem);
    CHECK(connected.problem.find(row.said) != std::string::npos);
    CHECK(connected.problem.find("LOCATION") == std::string::npos);
  }
}

TEST_CASE("a server that takes no more") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("CREATE ROLE single LOGIN CONNECTION LIMIT 1");
  const std::string dsn =
      "host=127.0.0.1 user=single dbname=postgres port=" + std::to_string(cluster.port());
  const Connected first = connect(dsn);
  REQUIRE(first.connection != nullptr);
  const Connected second = connect(dsn);
  CHECK(second.failure == Outcome::too_many);
  cluster.sql("DROP ROLE single");
}

TEST_CASE("a place that never answers is left at its deadline, for the next one") {
  PostgresCluster& cluster = PostgresCluster::shared();
  const DeafListener deaf;
  const std::string ports = std::to_string(deaf.port()) + "," + std::to_string(cluster.port());
  const Instant begun = Clock::now();
  const Connected connected =
      connect("host=127.0.0.1,127.0.0.1 user=postgres dbname=postgres port=" + ports, 300ms);
  REQUIRE(connected.connection != nullptr);
  CHECK(connected.place == 1);
  CHECK(Clock::now() - begun >= 300ms);
  const Connected alone =
      connect("host=127.0.0.1 user=postgres port=" + std::to_string(deaf.port()), 200ms);
  CHECK(alone.failure == Outcome::connect_timeout);
  CHECK(alone.problem.find("timeout expired") != std::string::npos);
  CHECK(alone.connect >= 0ns);  // TCP was there
  CHECK(alone.authenticate == Connected::kNone);
}

TEST_CASE("the role is checked, and the list of places gone through for it") {
  PostgresCluster& cluster = PostgresCluster::shared();
  const std::string own = cluster.by_tcp();
  CHECK(connect(own + "target_session_attrs=read-write").role >= 0ns);
  CHECK(connect(own + "target_session_attrs=primary").connection != nullptr);
  CHECK(connect(own + "target_session_attrs=prefer-standby").connection != nullptr);
  const Connected standby = connect(own + "target_session_attrs=standby");
  CHECK(standby.failure == Outcome::read_only);
  CHECK(standby.problem.find("server is not in hot standby mode") != std::string::npos);
  CHECK(connect(own + "target_session_attrs=read-only").connection == nullptr);
  const std::string read_only = own + "options='-c default_transaction_read_only=on' ";
  CHECK(connect(read_only).connection != nullptr);
  CHECK(connect(read_only + "target_session_attrs=read-only").connection != nullptr);
  const Connected refused = connect(read_only + "target_session_attrs=read-write");
  CHECK(refused.failure == Outcome::read_only);
  CHECK(refused.problem.find("session is read-only") != std::string::npos);
}

}  // namespace
}  // namespace loadgen::pgbench
