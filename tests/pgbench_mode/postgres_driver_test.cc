#include "pgbench_mode/postgres_driver.h"

#include <doctest/doctest.h>

#include <csignal>
#include <string>

#include "deaf_listener.h"
#include "loadgen/core/error.h"
#include "pgbench_mode/run_tally.h"
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

TEST_CASE("the built-in scripts run, in open and in closed loop") {
  PostgresCluster& cluster = PostgresCluster::shared();
  for (const std::string script : {"tpcb-like", "simple-update", "select-only"}) {
    for (const std::string mode : {"simple", "extended", "prepared"}) {
      CAPTURE(script);
      CAPTURE(mode);
      cluster.make_tables();
      Scenario scenario = postgres_scenario(cluster.by_socket());
      scenario.workloads[0].pgbench.scripts = {{script, 1, std::nullopt}};
      scenario.workloads[0].pgbench.protocol = mode;
      PostgresRig rig(scenario);
      REQUIRE(rig.open_ahead().problem == "");
      rig.load(200, 100ms);
      rig.run_until_idle();
      CHECK(rig.count(Outcome::ok) == 20);
      CHECK(rig.tally().connects_ok == 2);
      CHECK(cluster.sql("SELECT count(*) FROM pgbench_history") ==
            (script == "select-only" ? "0" : "20"));
      CHECK(rig.whole[Measure::response_ok].total == 20);
      CHECK(rig.whole[Measure::service].total == 20);
      CHECK(rig.whole[Measure::first_byte].total == 20);
      CHECK(rig.whole[Measure::authenticate].total == 2);
      CHECK(rig.whole.statements.size() >= 2);

      scenario.workloads[0].rate = Rate{};
      scenario.workloads[0].clients = 2;
      PostgresRig closed(scenario);
      closed.open_ahead();
      closed.reissue = true;
      closed.perform(0);
      closed.perform(1);
      closed.run_until([&] { return closed.count(Outcome::ok) >= 20; });
      closed.reissue = false;
      closed.run_until_idle();
      CHECK(closed.tally().ok() == closed.tally().planned());
    }
  }
}

TEST_CASE(
    "scripts are chosen by weight, alike in both groups, whatever the order of the questions") {
  Scenario scenario = postgres_scenario("host=/nonexistent");
  scenario.workloads[0].pgbench.scripts = {{"select-only", 1, std::nullopt},
                                           {"simple-update", 3, std::nullopt}};
  const PostgresRig one(scenario), other(scenario);
  int updates = 0;
  std::vector<std::uint16_t> chosen;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    Ticket ticket;
    ticket.sequence = i;
    chosen.push_back(one.driver.operation_of(ticket));
    updates += chosen.back();
  }
  CHECK(updates > 700);
  CHECK(updates < 800);
  for (const std::uint64_t i : {999U, 0U, 500U, 500U, 501U}) {
    Ticket ticket;
    ticket.sequence = i;
    CHECK(other.driver.operation_of(ticket) == chosen[i]);
  }
  Ticket surplus;
  surplus.sequence = (std::uint64_t{1} << 48) + 5;
  CHECK(one.driver.operation_of(surplus) == other.driver.operation_of(surplus));
}

TEST_CASE("mistakes are told before anything is opened") {
  struct Row {
    std::string why;
    std::function<void(Scenario&)> change;
    std::string message;
  };
  const Row rows[] = {
      {"a connection string", [](Scenario& s) { s.groups[0].dsn = "hots=a"; },
       "invalid connection option \"hots\""},
      {"a protocol", [](Scenario& s) { s.workloads[0].pgbench.protocol = "x"; },
       "invalid query mode \"x\": simple, extended or prepared"},
      {"a variable's name",
       [](Scenario& s) {
         s.workloads[0].pgbench.define = {{"1a", "2"}};
       },
       "invalid variable name: \"1a\""},
      {"a script",
       [](Scenario& s) {
         s.workloads[0].pgbench.scripts = {{"x.sql", 1, "\\frobnicate"}};
       },
       "x.sql:1:1: invalid command (\\frobnicate)"},
      {"a command that would hold up the thread",
       [](Scenario& s) {
         s.workloads[0].pgbench.scripts = {{"x.sql", 1, "\\shell true"}};
       },
       "\\shell would hold up every client of its thread; use pgbench"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Scenario scenario = postgres_scenario("host=/nonexistent");
    row.change(scenario);
    std::string message;
    try {
      PostgresRig rig(scenario);
    } catch (const UserError& error) {
      message = error.what();
    }
    CHECK(message.find(row.message.substr(0, row.message.find('('))) == 0);
  }
}

TEST_CASE("the standing names what is wrong, without secrets in samples") {
  PostgresCluster& cluster = PostgresCluster::shared();
  PostgresRig refused(postgres_scenario("host=/nonexistent port=1"));
  const Driver::Standing standing = refused.open_ahead();
  CHECK(standing.problem.find("target: ") == 0);
  CHECK(standing.problem.find("No such file or directory") != std::string::npos);
  Scenario scenario = closed_scenario(
      "host=127.0.0.1 user=postgres dbname=hushhush port=" + std::to_string(cluster.port()), 1);
  PostgresRig rig(scenario);
  rig.secrets = {"hushhush"};
  CHECK(rig.open_ahead().problem.find("does not exist") != std::string::npos);
  rig.perform();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::sql_other) == 1);
  CHECK(rig.first_sample().find("database \"***\" does not exist") != std::string::npos);
}

TEST_CASE("open loop: tickets wait for a free client, up to the cap and the latency limit") {
  PostgresCluster& cluster = PostgresCluster::shared();
  Scenario scenario = postgres_scenario(cluster.by_socket());
  scenario.workloads[0].max_in_flight = 4;
  scenario.workloads[0].latency_limit = 20ms;  // what waits has missed it, and is sent all the same
  PostgresRig rig(scenario, script_options("SELECT pg_sleep(0.05);"));
  rig.open_ahead();
  for (int i = 0; i < 6; ++i) rig.perform();
  CHECK(rig.driver.open() == 4);
  CHECK(rig.count(Outcome::not_sent_cap) == 2);
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 4);
  CHECK(rig.whole[Measure::response_ok].max_us >= 100'000);
  // Half of them waited for a client, and that is none of the service.
  CHECK(rig.whole[Measure::service].min_us + 40'000 < rig.whole[Measure::response_ok].max_us);

  scenario.workloads[0].on_saturation = OnSaturation::queue;
  scenario.workloads[0].latency_limit = 80ms;
  PostgresRig queue(scenario, script_options("SELECT pg_sleep(0.05);"));
  queue.open_ahead();
  for (int i = 0; i < 6; ++i) queue.perform();
  queue.run_until_idle();
  // Two at once, two after 50 ms; the last two would begin after 100 ms.
  CHECK(queue.count(Outcome::ok) == 4);
  CHECK(queue.count(Outcome::not_sent_late_limit) == 2);
}

TEST_CASE(
    "a lost answer is in doubt once something may have been committed, and never tried again") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  struct Row {
    std::string why, script;
    Outcome outcome;
  };
  const std::string slow = "INSERT INTO t SELECT 1 FROM pg_sleep(5)";
  const Row rows[] = {
      {"amid a transaction", "BEGIN;\n" + slow + ";\nEND;", Outcome::connection},
      {"an autocommit write", slow + ";", Outcome::in_doubt},
      {"a whole transaction in one message", "BEGIN \\; " + slow + " \\; COMMIT;",
       Outcome::in_doubt},
      {"a read", "SELECT pg_sleep(5);", Outcome::connection},
      {"a read after a transaction that was acknowledged",
       "BEGIN;\nINSERT INTO t VALUES (1);\nEND;\nSELECT pg_sleep(5);", Outcome::connection},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Scenario scenario = postgres_scenario(cluster.by_socket() + "application_name=victim");
    scenario.workloads[0].pgbench.clients = 1;
    scenario.workloads[0].pgbench.max_tries = 10;
    PostgresRig rig(scenario, script_options(row.script));
    rig.open_ahead();
    rig.perform();
    rig.run_until([&] {
      return cluster.sql(
                 "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim' "
                 "AND wait_event = 'PgSleep'") == "1";
    });
    cluster.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
        "'victim'");
    rig.run_until_idle();
    CHECK(rig.count(row.outcome) == 1);
    CHECK(rig.tally().ended_total() == 1);
    rig.run_until([&] { return rig.tally().connects_ok == 2; });
  }
}

TEST_CASE("a COMMIT whose answer is lost is in doubt: here it had happened") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  Scenario scenario = postgres_scenario(cluster.by_socket() + "application_name=victim");
  scenario.workloads[0].pgbench.clients = 1;
  scenario.workloads[0].pgbench.max_tries = 10;
  PostgresRig rig(scenario, script_options("BEGIN;\nINSERT INTO t VALUES (1);\nEND;"));
  rig.open_ahead();
  // Its commits wait for a standby that does not exist.
  cluster.sql("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
  cluster.sql("SELECT pg_reload_conf()");
  rig.run_until([&] {
    if (rig.driver.open() == 0) rig.perform();
    return cluster.sql(
               "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'victim' "
               "AND wait_event = 'SyncRep'") == "1";
  });
  const std::uint64_t acknowledged = rig.count(Outcome::ok);  // before the setting reached it
  cluster.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = "
      "'victim'");
  rig.run_until_idle();
  CHECK(rig.count(Outcome::in_doubt) == 1);
  CHECK(rig.tally().retries == 0);
  CHECK(cluster.sql("SELECT count(*) FROM t") == std::to_string(acknowledged + 1));
  cluster.sql("ALTER SYSTEM RESET synchronous_standby_names");
  cluster.sql("SELECT pg_reload_conf()");
}

TEST_CASE("deadlines: a frozen backend and a server that never answers") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  Scenario scenario = postgres_scenario(cluster.by_socket() + "application_name=frozen");
  scenario.workloads[0].timeout = 500ms;
  scenario.workloads[0].pgbench.clients = 1;
  for (const bool writes : {false, true}) {
    CAPTURE(writes);
    while (!cluster.backends("frozen").empty()) {
      // Those of the last round end in their own time.
    }
    PostgresRig rig(scenario, script_options(writes ? "INSERT INTO t VALUES (1);" : "SELECT 1;"));
    rig.open_ahead();
    const std::vector<pid_t> backends = cluster.backends("frozen");
    REQUIRE(backends.size() == 1);
    kill(backends[0], SIGSTOP);
    rig.perform();
    rig.perform();  // waits behind it
    rig.run_until_idle();
    CHECK(rig.count(writes ? Outcome::in_doubt : Outcome::timed_out) == 1);
    // With the only session closed there is none to be had.
    CHECK(rig.count(Outcome::not_sent_no_connection) == 1);
    rig.run_until([&] { return rig.tally().connects_ok == 2; });
    rig.perform();
    rig.run_until_idle();
    CHECK(rig.count(Outcome::ok) == 1);
    kill(backends[0], SIGCONT);
  }
  const test::DeafListener deaf;
  Scenario hole = postgres_scenario("host=127.0.0.1 port=" + std::to_string(deaf.port()));
  hole.workloads[0].connect_timeout = 100ms;
  hole.workloads[0].timeout = 50ms;
  PostgresRig rig(hole);
  CHECK(rig.open_ahead().problem.find("timeout expired") != std::string::npos);
  rig.load(100, 100ms);
  rig.run_until_idle();
  CHECK(rig.count(Outcome::not_sent_no_connection) == 10);
  hole.workloads[0].clients = 2;
  hole.workloads[0].rate = Rate{};
  PostgresRig closed(hole);
  closed.open_ahead();
  closed.perform(0);
  closed.run_until_idle();
  const Tally& tally = closed.tally();
  CHECK(tally.ended_total() == 1);
  CHECK(tally.ok() == 0);
}

TEST_CASE("taint, give-up and abort end every ticket") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  Scenario scenario = postgres_scenario(cluster.by_socket());
  PostgresRig tainted(scenario, script_options("SELECT pg_sleep(0.05);"));
  tainted.open_ahead();
  tainted.perform();
  tainted.driver.taint();
  tainted.run_until_idle();
  CHECK(tainted.count(Outcome::blind_stalled) == 1);
  for (const bool abort : {false, true}) {
    CAPTURE(abort);
    PostgresRig rig(scenario, script_options("INSERT INTO t SELECT 1 FROM pg_sleep(9);"));
    rig.open_ahead();
    for (int i = 0; i < 5; ++i) rig.perform();
    rig.run_for(20ms);
    rig.driver.give_up(Clock::now(), abort);
    CHECK(rig.driver.open() == 0);
    CHECK(rig.count(Outcome::blind_aborted) == (abort ? 5 : 0));
    CHECK(rig.count(Outcome::in_doubt) == (abort ? 0 : 2));
    CHECK(rig.count(Outcome::unfinished) == (abort ? 0 : 3));
    rig.run_for(20ms);
  }
  CHECK(cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event = "
                    "'PgSleep'") != "f");
}

TEST_CASE("a client that ends with a tainted transaction is counted as gone") {
  pgbench::PostgresOptions options = script_options("SELECT 1/0;");
  options.leave_after_sql_error = true;
  pgbench::RunTally tally({});
  options.ended = [&tally](const pgbench::PostgresOptions::Ended& ended) { tally.note(ended); };
  PostgresRig rig(closed_scenario(PostgresCluster::shared().by_socket(), 1), options);
  rig.open_ahead();
  rig.perform(0);
  rig.driver.taint();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::blind_stalled) == 1);
  CHECK(tally.so_far().clients_left == 1);
  CHECK(tally.so_far().total.other_failures == 0);
}

TEST_CASE("the clients of a load fault come on top, with numbers of their own") {
  PostgresCluster& cluster = PostgresCluster::shared();
  cluster.sql("DROP TABLE IF EXISTS t; CREATE TABLE t (n int)");
  PostgresRig rig(closed_scenario(cluster.by_socket(), 2),
                  script_options("INSERT INTO t VALUES (:client_id);"));
  rig.open_ahead();
  for (const std::uint32_t client : {0U, 1U, 1U << 24, 1U << 24 | 1U}) rig.perform(client);
  rig.run_until_idle();
  rig.perform(1U << 24);
  rig.run_until_idle();
  CHECK(cluster.sql("SELECT string_agg(n::text, ' ' ORDER BY n) FROM t") == "0 1 2 2 3");
}

}  // namespace
}  // namespace loadgen
