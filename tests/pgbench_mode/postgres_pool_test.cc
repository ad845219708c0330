#include "pgbench_mode/postgres_driver.h"

#include <doctest/doctest.h>

#include <atomic>
#include <csignal>
#include <string>

#include "postgres_cluster.h"
#include "postgres_rig.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::closed_scenario;
using test::postgres_scenario;
using test::PostgresCluster;
using test::PostgresRig;
using test::script_options;

std::uint64_t failed_or_in_doubt(const Tally& tally) {
  return count_of(tally.ended, OutcomeKind::failed) + count_of(tally.ended, OutcomeKind::in_doubt);
}

TEST_CASE("a connection per transaction") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  Scenario scenario = postgres_scenario(cluster.by_socket());
  scenario.workloads[0].pgbench.connect_per_transaction = true;
  PostgresRig rig(scenario);
  CHECK(rig.open_ahead().problem == "");
  rig.load(100, 100ms);
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 10);
  CHECK(rig.tally().connects_ok >= 10);
  Scenario closed = closed_scenario(cluster.by_socket(), 3);
  closed.workloads[0].pgbench.connect_per_transaction = true;
  PostgresRig loop(closed);
  loop.open_ahead();
  loop.reissue = true;
  for (std::uint32_t i = 0; i < 3; ++i) loop.perform(i);
  loop.run_until([&] { return loop.count(Outcome::ok) > 20; });
  loop.reissue = false;
  loop.run_until_idle();
  CHECK(loop.tally().ok() == loop.tally().planned());
  CHECK(loop.tally().connects_ok >= loop.tally().ok());

  PostgresRig nobody([] {
    Scenario none = postgres_scenario("host=/nonexistent port=1");
    none.workloads[0].pgbench.connect_per_transaction = true;
    none.workloads[0].reconnect.per_second = 20;
    return none;
  }());
  nobody.open_ahead();
  nobody.load(200, 200ms);
  nobody.run_until_idle();
  CHECK(nobody.count(Outcome::connect_refused) >= 2);
  CHECK(nobody.tally().connects_attempted <= 8);
  CHECK(nobody.count(Outcome::connect_refused) + nobody.count(Outcome::not_sent_no_connection) ==
        40);
}

TEST_CASE(
    "the server is killed and comes back: everything is accounted for, every client returns") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  for (const bool closed : {false, true}) {
    CAPTURE(closed);
    Scenario scenario =
        closed ? closed_scenario(cluster.by_socket(), 4) : postgres_scenario(cluster.by_socket());
    scenario.workloads[0].pgbench.clients = 4;
    scenario.workloads[0].reconnect.per_second = 200;
    PostgresRig rig(scenario);
    rig.open_ahead();
    rig.reissue = closed;
    const auto load = [&](auto length) {
      if (closed)
        rig.run_for(length);
      else
        rig.load(300, length);
    };
    for (std::uint32_t i = 0; closed && i < 4; ++i) rig.perform(i);
    load(100ms);
    const std::uint64_t before = rig.count(Outcome::ok);
    CHECK(before > 10);
    CHECK(failed_or_in_doubt(rig.tally()) == 0);
    cluster.stop(SIGQUIT);
    load(300ms);
    const std::uint64_t attempts = rig.tally().connects_attempted;
    CHECK(attempts > 4);
    CHECK(attempts < 4 + 200 * 2);
    if (!closed) CHECK(rig.count(Outcome::not_sent_no_connection) > 50);
    if (closed) CHECK(rig.count(Outcome::connect_refused) > 5);
    CHECK(rig.tally().connects_failed[static_cast<std::size_t>(Outcome::connect_refused)] > 5);
    cluster.launch();  // and is starting up for a while
    const std::uint64_t ok = rig.count(Outcome::ok);
    rig.run_until([&] {
      if (!closed) rig.perform();
      return rig.count(Outcome::ok) > ok + 100;
    });
    load(200ms);
    rig.reissue = false;
    rig.run_until_idle();
    const Tally& tally = rig.tally();
    CHECK(tally.planned() == tally.ok() + count_of(tally.ended, OutcomeKind::failed) +
                                 count_of(tally.ended, OutcomeKind::not_sent));
    CHECK(rig.count(Outcome::in_doubt) == 0);  // it only reads
    rig.run_for(100ms);
    CHECK(cluster.backends("loadgen").size() == 4);
  }
}

TEST_CASE("what a probe's attempts went into, and which session answered") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Scenario scenario = postgres_scenario(cluster.by_tcp_scrammed());
  scenario.workloads[0].probe = Probe::read;
  scenario.workloads[0].pgbench.clients = 1;
  PostgresRig rig(scenario, script_options("select 1;"));
  REQUIRE(rig.open_ahead().problem == "");
  rig.perform();
  rig.run_until_idle();
  cluster.stop();
  rig.run_for(100ms);
  rig.perform();
  rig.run_until_idle();
  cluster.start();
  const auto& answers = rig.recording.probe_answers;
  const auto& attempts = rig.recording.probe_attempts;
  rig.run_until([&] {
    rig.tally();
    return !attempts.empty() && attempts.back().outcome == Outcome::ok;
  });
  rig.perform();
  rig.run_until_idle();
  rig.tally();
  REQUIRE(answers.size() == 3);
  CHECK(answers[0].outcome == Outcome::ok);
  CHECK(answers[1].outcome == Outcome::not_sent_no_connection);
  CHECK(answers[1].session == 0);
  CHECK(answers[2].outcome == Outcome::ok);
  CHECK(answers[2].session > answers[0].session);
  REQUIRE(attempts.size() >= 3);
  CHECK(attempts[0].session == answers[0].session);
  for (std::size_t i = 1; i + 1 < attempts.size(); ++i) {
    CHECK(attempts[i].outcome != Outcome::ok);
    CHECK_FALSE(attempts[i].authenticate.has_value());
    CHECK(attempts[i].ended >= attempts[i].begun);
    CHECK(attempts[i + 1].begun >= attempts[i].ended);
  }
  const ProbeAttempt& last = attempts.back();
  CHECK(last.outcome == Outcome::ok);
  CHECK(last.session == answers[2].session);
  CHECK_FALSE(last.resolve.has_value());  // an address
  CHECK(*last.connect > 0s);
  CHECK(*last.authenticate > 1ms);  // SCRAM
  CHECK_FALSE(last.role.has_value());
  CHECK(last.ended - last.begun >= *last.connect + *last.authenticate);
  CHECK(last.ended <= answers[2].done);
}

TEST_CASE("an attempt that met a server of another role says so") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Scenario scenario = postgres_scenario(cluster.by_tcp() +
                                        " options='-c default_transaction_read_only=on' "
                                        "target_session_attrs=read-write");
  scenario.workloads[0].probe = Probe::write;
  PostgresRig rig(scenario, script_options("select 1;"), [](const std::string&, std::uint16_t) {
    return Resolver::Answer{{}, "no such name", 3ms};
  });
  rig.open_ahead();
  rig.run_until([&] { return !rig.scorer.take_part(Clock::now(), false).probe_attempts.empty(); });
  rig.run_for(100ms);
  const Part part = rig.scorer.take_part(Clock::now(), false);
  REQUIRE_FALSE(part.probe_attempts.empty());
  CHECK(part.probe_attempts[0].unsuited);
  CHECK(part.probe_attempts[0].outcome == Outcome::read_only);
  CHECK(part.probe_attempts[0].role.has_value());

  scenario.groups[0].dsn = "host=database.invalid";
  PostgresRig nowhere(scenario, script_options("select 1;"), [](const std::string&, std::uint16_t) {
    return Resolver::Answer{{}, "no such name", 3ms};
  });
  nowhere.open_ahead();
  nowhere.run_for(100ms);
  const Part none = nowhere.scorer.take_part(Clock::now(), false);
  REQUIRE_FALSE(none.probe_attempts.empty());
  CHECK(none.probe_attempts[0].outcome == Outcome::dns);
  CHECK(none.probe_attempts[0].resolve.has_value());
  CHECK_FALSE(none.probe_attempts[0].unsuited);
}

TEST_CASE("a fast stop ends the transactions under way, in the server's words") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  Scenario scenario = postgres_scenario(cluster.by_tcp());
  PostgresRig rig(scenario, script_options("SELECT pg_sleep(0.3);"));
  rig.open_ahead();
  rig.perform();
  rig.perform();
  rig.run_for(50ms);
  cluster.stop(SIGINT);
  rig.run_until_idle();
  CHECK(rig.count(Outcome::connection) == 2);
  CHECK(rig.first_sample().find("terminating connection due to administrator command") !=
        std::string::npos);
  cluster.start();
}

TEST_CASE("a server that turns read-only is a write outage that reads survive") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  const auto switch_to = [&](const std::string& state) {
    cluster.sql("ALTER SYSTEM SET default_transaction_read_only = " + state);
    cluster.sql("SELECT pg_reload_conf()");
  };
  // One host: the session is kept.
  PostgresRig single(postgres_scenario(cluster.by_tcp()),
                     script_options("INSERT INTO t VALUES (1);"));
  single.open_ahead();
  switch_to("on");
  single.run_until([&] {
    single.perform();
    return single.count(Outcome::read_only) > 5;
  });
  CHECK(single.tally().connects_attempted == 2);
  switch_to("off");
  const std::uint64_t ok = single.count(Outcome::ok);
  single.run_until([&] {
    single.perform();
    return single.count(Outcome::ok) > ok + 5;
  });
  single.run_until_idle();
  // A closed loop must not ask again at once.
  PostgresRig closed(closed_scenario(cluster.by_tcp(), 1),
                     script_options("INSERT INTO t VALUES (1);"));
  closed.open_ahead();
  switch_to("on");
  closed.reissue = true;
  closed.perform(0);
  closed.run_until([&] { return closed.count(Outcome::read_only) > 3; });
  const std::uint64_t refused = closed.count(Outcome::read_only);
  closed.run_for(200ms);
  CHECK(closed.count(Outcome::read_only) - refused < 20);
  closed.reissue = false;
  closed.run_until_idle();
  switch_to("off");
}

TEST_CASE("with several hosts a session that turned read-only is replaced by one elsewhere") {
  PostgresCluster& cluster = PostgresCluster::shared();
  PostgresCluster other;
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  other.sql("CREATE TABLE t (n int)");
  const std::string dsn = "host=127.0.0.1,127.0.0.1 user=postgres dbname=postgres port=" +
                          std::to_string(cluster.port()) + "," + std::to_string(other.port());
  for (const std::string role : {"any", "read-write"}) {
    CAPTURE(role);
    other.sql("TRUNCATE t");
    PostgresRig rig(postgres_scenario(dsn + " target_session_attrs=" + role),
                    script_options("INSERT INTO t VALUES (1);"));
    rig.open_ahead();
    rig.load(200, 50ms);
    rig.run_until_idle();
    CHECK(rig.count(Outcome::ok) == 10);
    CHECK(other.sql("SELECT count(*) FROM t") == "0");
    cluster.sql("ALTER SYSTEM SET default_transaction_read_only = on");
    cluster.sql("SELECT pg_reload_conf()");
    rig.run_until([&] {
      rig.perform();
      return other.sql("SELECT count(*) FROM t") >= "5";
    });
    rig.run_until_idle();
    CHECK(rig.count(Outcome::read_only) >= 1);
    CHECK(rig.tally().connects_ok >= 3);
    cluster.sql("ALTER SYSTEM RESET default_transaction_read_only");
    cluster.sql("SELECT pg_reload_conf()");
  }
}

TEST_CASE("names are looked up off the thread, anew for later reconnects, each address tried") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  std::atomic<int> asked = 0;
  const auto look_up = [&](const std::string& host, std::uint16_t) {
    Resolver::Answer answer;
    if (host == "db.test") {
      ++asked;
      answer.addresses = {*numeric_address("127.0.0.9", 0), *numeric_address("127.0.0.1", 0)};
    } else {
      answer.problem = "Name or service not known";
    }
    return answer;
  };
  Scenario scenario = postgres_scenario("host=db.test user=postgres dbname=postgres port=" +
                                        std::to_string(cluster.port()));
  PostgresRig rig(scenario, {}, look_up);
  CHECK(rig.open_ahead().problem == "");
  rig.perform();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 1);
  CHECK(asked == 1);
  CHECK(rig.whole[Measure::resolve].total == 1);
  scenario.groups[0].dsn = "host=gone.test port=1";
  scenario.workloads[0].clients = 1;
  scenario.workloads[0].rate = Rate{};
  PostgresRig gone(scenario, {}, look_up);
  CHECK(gone.open_ahead().problem.find(
            "could not translate host name \"gone.test\" to address: ") != std::string::npos);
  gone.perform(0);
  gone.run_until_idle();
  CHECK(gone.count(Outcome::dns) == 1);
}

TEST_CASE("a server that is full: the clients that are in go on") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.make_tables();
  cluster.sql(
      "DROP ROLE IF EXISTS few; CREATE ROLE few LOGIN CONNECTION LIMIT 2;"
      "GRANT SELECT ON pgbench_accounts TO few");
  Scenario scenario = postgres_scenario("host=127.0.0.1 user=few dbname=postgres port=" +
                                        std::to_string(cluster.port()));
  scenario.workloads[0].pgbench.clients = 4;
  PostgresRig rig(scenario);
  CHECK(rig.open_ahead().problem.find("too many connections") != std::string::npos);
  // Postgres counts those that begin together all in, and may refuse each of them at first.
  rig.run_until([&] { return rig.tally().connects_ok == 2; });
  rig.load(200, 200ms);
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 40);
  CHECK(rig.tally().connects_failed[static_cast<std::size_t>(Outcome::too_many)] > 2);
}

}  // namespace
}  // namespace loadgen
