// The rows are compared with pgbench's own by tests/system/pgbench_test.py.
#include "pgbench_mode/initialise.h"

#include <doctest/doctest.h>

#include <cctype>
#include <sstream>
#include <thread>

#include "pgbench_mode/message.h"
#include "postgres_cluster.h"

using namespace loadgen::pgbench;
using namespace loadgen::test;
using namespace std::chrono_literals;

namespace {

Login login_to(const PostgresCluster& cluster, const std::string& rest = "") {
  Login login;
  login.database = cluster.by_socket() + rest;
  return login;
}

/// The text with T for every number that has a fraction. (std::regex makes g++ 12 warn of its own
/// headers under the sanitizers.)
std::string without_times(const std::string& text) {
  std::string plain, number;
  for (const char c : text + ' ') {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit || (c == '.' && !number.empty() && number.find('.') == std::string::npos)) {
      number += c;
      continue;
    }
    const std::size_t point = number.find('.');
    const bool fraction = point != std::string::npos && point + 1 < number.size();
    plain += fraction ? "T" : number;
    plain += c;
    number.clear();
  }
  plain.pop_back();
  return plain;
}

/// What was said, without its times.
std::string initialised(const PostgresCluster& cluster, const InitialiseOptions& options) {
  Login login = login_to(cluster);
  InitialiseRun run;
  run.options = options;
  std::ostringstream err;
  initialise(login, run, err, false);
  return without_times(err.str());
}

std::string failure_of(const PostgresCluster& cluster, const std::string& steps) {
  InitialiseOptions options;
  options.steps = steps;
  try {
    return initialised(cluster, options);
  } catch (const Fatal& failure) {
    return failure.what();
  }
}

}  // namespace

TEST_CASE("without a server nothing is begun") {
  Login login;
  login.database = "host=/nonexistent/directory port=1";
  std::ostringstream err;
  try {
    initialise(login, {}, err, false);
    FAIL("initialised nothing");
  } catch (const Fatal& failure) {
    CHECK(failure.lines().back() ==
          MessageLine{"error: ", "could not create connection for initialization"});
  }
  CHECK(err.str().empty());
}

TEST_CASE("the steps in the order asked for, and what they leave") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  failure_of(cluster, "d");
  CHECK(initialised(cluster, {}) ==
        "dropping old tables...\n"
        "NOTICE:  table \"pgbench_accounts\" does not exist, skipping\n"
        "NOTICE:  table \"pgbench_branches\" does not exist, skipping\n"
        "NOTICE:  table \"pgbench_history\" does not exist, skipping\n"
        "NOTICE:  table \"pgbench_tellers\" does not exist, skipping\n"
        "creating tables...\n"
        "generating data (client-side)...\n"
        "100000 of 100000 tuples (100%) done (elapsed T s, remaining T s)\n"
        "vacuuming...\n"
        "creating primary keys...\n"
        "done in T s (drop tables T s, create tables T s, client-side generate T s, vacuum T s, "
        "primary keys T s).\n");
  CHECK(
      cluster.sql("select count(*) || ' ' || sum(aid) || ' ' || max(bid) from pgbench_accounts") ==
      "100000 5000050000 1");
  CHECK(cluster.sql("select count(*) || ' ' || max(bid) from pgbench_tellers") == "10 1");
  CHECK(initialised(cluster, {.steps = "g v"}) ==
        "generating data (client-side)...\n"
        "100000 of 100000 tuples (100%) done (elapsed T s, remaining T s)\n"
        "vacuuming...\ndone in T s (client-side generate T s, vacuum T s).\n");
}

TEST_CASE("what fails is told with its statement, what was done stays") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  failure_of(cluster, "d");
  CHECK(failure_of(cluster, "g") ==
        "error: query failed: ERROR:  relation \"pgbench_accounts\" does not exist\n"
        "detail: Query was: truncate table pgbench_accounts, pgbench_branches, pgbench_history, "
        "pgbench_tellers");
  CHECK(failure_of(cluster, "tf") ==
        "error: query failed: ERROR:  there is no primary key for referenced table "
        "\"pgbench_branches\"\n"
        "detail: Query was: alter table pgbench_tellers add constraint pgbench_tellers_bid_fkey "
        "foreign key (bid) references pgbench_branches");
  CHECK(cluster.sql("select count(*) from pgbench_accounts") == "0");
}

TEST_CASE("a COPY that the server refuses leaves the old rows") {
  const PostgresCluster& cluster = PostgresCluster::shared();
  failure_of(cluster, "dtg");
  cluster.sql("alter table pgbench_accounts add check (aid < 50000) not valid");
  CHECK(failure_of(cluster, "g").find("violates check constraint") != std::string::npos);
  CHECK(cluster.sql("select count(*) from pgbench_accounts") == "100000");
  failure_of(cluster, "d");
}

TEST_CASE("a server that freezes in a COPY is given up") {
  PostgresCluster& cluster = PostgresCluster::shared();
  failure_of(cluster, "dt");
  Login login = login_to(cluster, "application_name=frozen");
  InitialiseRun run;
  run.options = {.steps = "g", .scale = 1000};
  run.limits.copy_stalled = 300ms;
  std::ostringstream err;
  std::jthread freezer([&] {
    std::vector<pid_t> backends;
    while ((backends = cluster.backends("frozen")).size() < 2) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(100ms);
    for (const pid_t backend : backends) kill(backend, SIGSTOP);
  });
  CHECK_THROWS_WITH_AS(initialise(login, run, err, false),
                       "error: the server took nothing for 0.3 s; the connection was given up",
                       Fatal);
  freezer.join();
  for (const pid_t backend : cluster.backends("frozen")) kill(backend, SIGCONT);
  failure_of(cluster, "d");
}
