#include "pgbench_mode/server_view.h"

#include <doctest/doctest.h>
#include <signal.h>

#include <stdexcept>
#include <string>
#include <thread>

#include "deaf_listener.h"
#include "postgres_cluster.h"

using namespace loadgen;
using namespace loadgen::pgbench;
using namespace loadgen::test;
using namespace std::chrono_literals;

namespace {

SampledServer server_at(const std::string& conninfo) { return {"g", "pg-0", conninfo}; }

std::uint64_t count_in(const ServerSample& sample, ServerCounter counter) {
  return sample.counts[static_cast<std::size_t>(counter)];
}

Row row(std::vector<const char*> values) {
  Row made;
  for (const char* value : values)
    made.push_back(value == nullptr ? std::nullopt : std::optional<std::string>(value));
  made.resize(6);
  return made;
}

}  // namespace

TEST_CASE("what a primary says of itself is what it says to anybody") {
  PostgresCluster& cluster = PostgresCluster::shared();
  ServerView view(server_at(cluster.by_tcp()));
  const ServerSample sample = view.look();
  CAPTURE(sample.problem);
  REQUIRE(sample.problem.empty());
  CHECK(sample.group == "g");
  CHECK(sample.node == "pg-0");
  CHECK_FALSE(sample.in_recovery);
  CHECK(sample.timeline == 1);
  CHECK(std::to_string(sample.system_identifier) ==
        cluster.sql("SELECT system_identifier FROM pg_control_system()"));
  CHECK(std::to_string(sample.started_us) ==
        cluster.sql("SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1e6)::bigint"));
  CHECK(sample.address == "127.0.0.1:" + std::to_string(cluster.port()));
  CHECK(count_in(sample, ServerCounter::commits) > 0);
  CHECK(sample.hidden == 0);
  CHECK(sample.standbys.empty());
  CHECK_FALSE(sample.upstream.has_value());
  CHECK(sample.settings.at("fsync") == "off");
  CHECK(sample.settings.at("server_version").rfind("1", 0) == 0);
  CHECK(sample.settings.count("synchronous_standby_names") == 1);
  const ServerSample next = view.look();
  CHECK(next.settings.empty());  // told once per connection
  CHECK(next.started_us == sample.started_us);
  CHECK(count_in(next, ServerCounter::commits) >= count_in(sample, ServerCounter::commits));
}

TEST_CASE("sessions by state and what they wait for, ours left out") {
  PostgresCluster& cluster = PostgresCluster::shared();
  ServerView view(server_at(cluster.by_socket()));
  REQUIRE(view.look().problem.empty());
  std::thread sleeper([&] { cluster.sql("SELECT pg_sleep(1.5)"); });
  ServerSample sample;
  for (int tries = 0; tries < 100 && sample.waits.count("Timeout:PgSleep") == 0; ++tries) {
    sample = view.look();
    std::this_thread::sleep_for(10ms);
  }
  sleeper.join();
  CHECK(sample.states.at("active") >= 1);
  CHECK(sample.waits.at("Timeout:PgSleep") == 1);
}

TEST_CASE("a server that restarts is asked anew within the same look") {
  PostgresCluster& cluster = PostgresCluster::shared();
  ServerView view(server_at(cluster.by_socket()));
  const ServerSample before = view.look();
  cluster.stop();
  const ServerSample gone = view.look();
  CHECK(gone.problem.find("No such file or directory") != std::string::npos);
  CHECK(gone.node == "pg-0");
  cluster.start();
  const ServerSample back = view.look();
  CAPTURE(back.problem);
  CHECK(back.started_us > before.started_us);
  CHECK(back.settings.count("fsync") == 1);
  cluster.stop(SIGINT);
  cluster.start();
  CHECK(view.look().problem.empty());  // the old connection was closed: that is no blind second
}

TEST_CASE("a server that does not answer is given up at the limit") {
  PostgresCluster& cluster = PostgresCluster::shared();
  ServerView view(server_at(cluster.by_socket() + " application_name=frozen_view"));
  REQUIRE(view.look().problem.empty());
  const auto pids = cluster.backends("frozen_view");
  REQUIRE(pids.size() == 1);
  ::kill(pids[0], SIGSTOP);
  const auto begun = std::chrono::steady_clock::now();
  const ServerSample sample = view.look();
  const auto took = std::chrono::steady_clock::now() - begun;
  ::kill(pids[0], SIGCONT);
  CHECK(sample.problem == "no answer within 0.9 s; the connection was given up");
  CHECK(took >= ServerView::kLookLimit);
  CHECK(took < 20s);
  CHECK_FALSE(view.hopeless());
  CHECK(view.look().problem.empty());
}

TEST_CASE("a server that takes no connection is a problem in libpq's words, and in time") {
  const DeafListener deaf;
  ServerView view(server_at("host=127.0.0.1 port=" + std::to_string(deaf.port())));
  const auto begun = std::chrono::steady_clock::now();
  CHECK(view.look().problem.find("timeout expired") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - begun < 20s);
  CHECK_FALSE(view.hopeless());
}

TEST_CASE("without the right to see others' sessions it says how many they are") {
  PostgresCluster& cluster = PostgresCluster::shared();
  ServerView view(server_at(cluster.by_tcp_scrammed()));
  ServerView other(server_at(cluster.by_socket()));
  REQUIRE(other.look().problem.empty());
  const ServerSample sample = view.look();
  CAPTURE(sample.problem);
  REQUIRE(sample.problem.empty());
  CHECK(sample.hidden >= 1);
}

TEST_CASE("rows: what is read, and what is refused") {
  const Row server = row({"server", "7", "1000", "true", "3", "10.0.0.1:5432"});
  ServerSample sample;
  read_sample(
      {server, row({"count", "commits", "5"}), row({"count", "of a newer server", "6"}),
       row({"state", "idle", "2"}), row({"wait", "Lock:tuple", "1"}), row({"hidden", nullptr, "4"}),
       row({"standby", "s", "streaming", "async", "100", nullptr}),
       row({"upstream", nullptr, nullptr, "-3"}), row({"news", "x", "y"})},
      sample);
  CHECK(sample.system_identifier == 7);
  CHECK(sample.started_us == 1000);
  CHECK(sample.in_recovery);
  CHECK(sample.timeline == 3);
  CHECK(sample.address == "10.0.0.1:5432");
  CHECK(count_in(sample, ServerCounter::commits) == 5);
  CHECK(sample.states.at("idle") == 2);
  CHECK(sample.waits.at("Lock:tuple") == 1);
  CHECK(sample.hidden == 4);
  CHECK(sample.standbys == std::vector<StandbyLink>{{"s", "streaming", "async", 100, {}}});
  CHECK(sample.upstream == UpstreamLink{"", {}, -3us});

  const std::vector<std::vector<Row>> refused = {
      {},
      {row({"state", "idle", "2"})},
      {server, {"count"}},
      {server, row({nullptr, "x"})},
      {row({"server", "seven", "1000", "true", "3"})},
      {server, row({"state", "idle", "-1"})},
      {server, row({"state", "idle", "4294967296"})},
      {server, row({"standby", "s", "", "", "1e3", nullptr})},
  };
  for (const auto& rows : refused) {
    ServerSample none;
    CHECK_THROWS_AS(read_sample(rows, none), std::runtime_error);
  }
}

TEST_CASE("rows: a server can't fill our memory, nor its clock overflow") {
  std::vector<Row> rows = {row({"server", "7", "1000", "false", nullptr, nullptr})};
  for (int i = 0; i < 100; ++i) {
    const std::string name = "state " + std::to_string(i) + std::string(1000, 'x');
    rows.push_back(row({"state", name.c_str(), "1"}));
    rows.push_back(row({"standby", name.c_str(), "", "", nullptr, "9223372036854775807"}));
  }
  ServerSample sample;
  read_sample(rows, sample);
  CHECK(sample.timeline == 0);
  CHECK(sample.states.size() == kMostSampleEntries);
  CHECK(sample.states.begin()->first.size() == kLongestSampleText);
  CHECK(sample.standbys.size() == kMostSampleEntries);
  CHECK(decode_server_sample(encode(sample)) == sample);
}
