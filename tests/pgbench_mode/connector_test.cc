#include "pgbench_mode/connector.h"

#include <doctest/doctest.h>
#include <poll.h>

#include <csignal>
#include <map>
#include <string>

#include "deaf_listener.h"
#include "postgres_cluster.h"

namespace loadgen::pgbench {
namespace {

using namespace std::chrono_literals;
using test::DeafListener;
using test::PostgresCluster;

ConnectWishes wishes_of(const Conninfo& info) {
  ConnectWishes wishes;
  wishes.settings = info.settings;
  wishes.role = info.role;
  wishes.timeout = 5s;
  return wishes;
}

/// What becomes of so many orders. A test that takes half a minute has failed.
std::map<std::uint64_t, Connected> collect(Connector& connector, std::size_t count) {
  std::map<std::uint64_t, Connected> results;
  const Instant deadline = Clock::now() + 30s;
  while (results.size() < count) {
    REQUIRE(Clock::now() < deadline);
    pollfd descriptor{connector.descriptor(), POLLIN, 0};
    ::poll(&descriptor, 1, 1000);
    for (Connected& one : connector.collect()) results[one.number] = std::move(one);
  }
  return results;
}

TEST_CASE("a storm of attempts is worked off, whatever their number") {
  PostgresCluster& cluster = PostgresCluster::shared();
  const Conninfo info = parse_conninfo(cluster.by_tcp_scrammed());
  Connector connector(wishes_of(info));
  constexpr std::size_t kCount = 40;
  for (std::size_t i = 0; i < kCount; ++i) connector.order(i, info.places);
  auto results = collect(connector, kCount);
  for (auto& [number, connected] : results) {
    CHECK(connected.connection != nullptr);
    connector.dispose(std::move(connected.connection));
  }
}

TEST_CASE("it ends at once with attempts under way, and with connections that nobody collected") {
  PostgresCluster& cluster = PostgresCluster::shared();
  const DeafListener deaf;
  const Instant begun = Clock::now();
  {
    const Conninfo info = parse_conninfo(cluster.by_tcp());
    Connector connector(wishes_of(info));
    for (std::size_t i = 0; i < 5; ++i) connector.order(i, info.places);
    for (std::size_t i = 5; i < 50; ++i)
      connector.order(i, {{"127.0.0.1", "", std::to_string(deaf.port())}});
    pollfd descriptor{connector.descriptor(), POLLIN, 0};
    ::poll(&descriptor, 1, 1000);
  }
  CHECK(Clock::now() - begun < 4s);  // an attempt has five
}

}  // namespace
}  // namespace loadgen::pgbench
