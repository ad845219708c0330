#include "pgbench_mode/session.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <csignal>
#include <string>

#include "pgbench_mode/connector.h"
#include "postgres_cluster.h"
#include "postgres_rig.h"

namespace loadgen::pgbench {
namespace {

using namespace std::chrono_literals;
using test::PostgresCluster;

/// A session on a connection of its own, and the readiness set it is in.
struct Wire {
  explicit Wire(const std::string& dsn)
      : rig(test::postgres_scenario(dsn)),
        scripts(std::vector<Script>{parse_script("SELECT 1;", "x")}, QueryMode::simple),
        client({rig.readiness, rig.driver, rig.scorer, rules, scripts}, {0, Random(1), {}}) {
    const Conninfo info = parse_conninfo(dsn);
    ConnectWishes wishes;
    wishes.settings = info.settings;
    wishes.timeout = 5s;
    Connector connector(wishes);
    connector.order(1, info.places);
    pollfd descriptor{connector.descriptor(), POLLIN, 0};
    ::poll(&descriptor, 1, 5000);
    auto connected = connector.collect();
    REQUIRE(connected.size() == 1);
    CAPTURE(connected[0].problem);
    REQUIRE(connected[0].connection != nullptr);
    session().becomes(Session::State::connecting);
    REQUIRE(session().adopt(connected[0]));
  }
  Session& session() { return client.session; }
  /// Waits for the session's next event. Fails the test after five seconds.
  Session::Happening wait() {
    const Instant deadline = Clock::now() + 5s;
    for (;;) {
      REQUIRE(Clock::now() < deadline);
      const int ready = rig.readiness.wait(Clock::now(), Clock::now() + 50ms);
      for (int i = 0; i < ready; ++i) {
        const Readiness::Event event = rig.readiness.event(i);
        if (event.owner == &session()) return session().ready(event);
      }
    }
  }
  /// Reads until no result is left; how many there were.
  int read_all() {
    int results = 0;
    for (;;) {
      ResultHandle result;
      switch (session().next(result)) {
        case Session::Next::wait:
          if (wait() == Session::Happening::lost) return results;
          break;
        case Session::Next::result:
          ++results;
          break;
        case Session::Next::end:
        case Session::Next::lost:
          return results;
      }
    }
  }

  ClientRules rules;
  test::PostgresRig rig;
  LoadedScripts scripts;
  Client client;
};

TEST_CASE("a query goes out and its results come in, however many") {
  Wire wire(PostgresCluster::shared().by_socket());
  CHECK(wire.session().state() == Session::State::idle);
  REQUIRE(PQsendQuery(wire.session().connection(), "SELECT 1; SELECT 2; SELECT 3") == 1);
  CHECK(wire.session().sent());
  CHECK(wire.session().state() == Session::State::busy);
  CHECK(wire.read_all() == 3);
  wire.session().answered();
  CHECK(wire.session().state() == Session::State::idle);
}

TEST_CASE("what does not fit into the socket is flushed while answers are read") {
  Wire wire(PostgresCluster::shared().by_socket());
  // Far beyond what the kernel takes at once; and the server answers only when it has it all.
  const std::string text = "SELECT length('" + std::string(20'000'000, 'x') + "')";
  REQUIRE(PQsendQuery(wire.session().connection(), text.c_str()) == 1);
  CHECK(wire.session().sent());
  int passes = 0;
  ResultHandle result;
  while (wire.session().next(result) == Session::Next::wait) {
    wire.wait();
    ++passes;
  }
  CHECK(passes > 1);
  REQUIRE(PQresultStatus(result.get()) == PGRES_TUPLES_OK);
  CHECK(std::string(PQgetvalue(result.get(), 0, 0)) == "20000000");
}

TEST_CASE("a big answer comes in pieces") {
  Wire wire(PostgresCluster::shared().by_tcp());
  REQUIRE(PQsendQuery(wire.session().connection(),
                      "SELECT repeat('x', 1000) FROM generate_series(1, 20000)") == 1);
  CHECK(wire.session().sent());
  CHECK(wire.read_all() == 1);
}

TEST_CASE("the server closes a session that nobody uses") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Wire wire(cluster.by_socket() + "application_name=idler");
  cluster.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
      "'idler'");
  while (wire.wait() != Session::Happening::lost) {
  }
  CHECK(wire.session().live());
  CHECK(wire.session().release() != nullptr);
  CHECK(wire.session().state() == Session::State::dormant);
  CHECK(wire.session().release() == nullptr);
}

TEST_CASE("a session that dies under a query gives the server's last word first") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Wire wire(cluster.by_socket() + "application_name=sleeper");
  REQUIRE(PQsendQuery(wire.session().connection(), "SELECT pg_sleep(60)") == 1);
  CHECK(wire.session().sent());
  while (cluster.sql("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sleeper' AND "
                     "state = 'active'") != "1") {
  }
  cluster.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
      "'sleeper'");
  ResultHandle result, last;
  Session::Next next = Session::Next::wait;
  while (next != Session::Next::lost) {
    next = wire.session().next(result);
    if (next == Session::Next::wait) wire.wait();
    if (next == Session::Next::result && last == nullptr) last = std::move(result);
  }
  REQUIRE(last != nullptr);
  CHECK(std::string(PQresultErrorField(last.get(), PG_DIAG_SQLSTATE)) == "57P01");
}

TEST_CASE("settings that the server reports, and where it is") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Wire wire(cluster.by_tcp());
  CHECK_FALSE(wire.session().reports_on("default_transaction_read_only"));
  CHECK_FALSE(wire.session().reports_on("no_such_setting"));
  CHECK(wire.session().place() == "127.0.0.1, port " + std::to_string(cluster.port()));
  REQUIRE(PQsendQuery(wire.session().connection(), "SET default_transaction_read_only = on") == 1);
  CHECK(wire.session().sent());
  wire.read_all();
  CHECK(wire.session().reports_on("default_transaction_read_only"));
}

}  // namespace
}  // namespace loadgen::pgbench
