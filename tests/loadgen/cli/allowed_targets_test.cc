#include "loadgen/cli/allowed_targets.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"
#include "tests/loadgen/drive/fake_driver.h"

namespace loadgen {
namespace {

TEST_CASE("where a group's load goes") {
  struct Row {
    const char* why;
    WorkloadKind kind;
    const char* base_url;
    const char* dsn;
    std::vector<TargetPlace> places;
  };
  for (const Row& row : {
           Row{"the scheme's port", WorkloadKind::http, "http://shop.svc", "", {{"shop.svc", 80}}},
           Row{"TLS", WorkloadKind::http, "https://shop.svc/x", "", {{"shop.svc", 443}}},
           Row{"who one says one is leads nowhere else",
               WorkloadKind::http,
               "http://allowed:80@evil:81/",
               "",
               {{"evil", 81}}},
           Row{"an address", WorkloadKind::http, "http://[::1]:8080", "", {{"::1", 8080}}},
           Row{"Postgres", WorkloadKind::pgbench, "", "host=db port=6432 dbname=x", {{"db", 6432}}},
           Row{"its port", WorkloadKind::pgbench, "", "postgresql://u:p@db/x", {{"db", 5432}}},
           Row{"several hosts",
               WorkloadKind::pgbench,
               "",
               "host=a,b port=1,2",
               {{"a", 1}, {"b", 2}}},
           Row{"an address beside the name is where it goes",
               WorkloadKind::pgbench,
               "",
               "host=db hostaddr=10.0.0.7",
               {{"10.0.0.7", 5432}}},
           Row{"a socket",
               WorkloadKind::pgbench,
               "",
               "host=/run/pg port=5432",
               {{"/run/pg", 5432}}},
       }) {
    CAPTURE(row.why);
    Group group;
    group.base_url = row.base_url;
    group.dsn = row.dsn;
    CHECK(places_of(group, row.kind) == row.places);
  }
}

/// What is said against driving this URL, or nothing.
std::string refused(const std::vector<std::string>& allowed, const std::string& url) {
  Scenario scenario;
  scenario.groups.emplace_back();
  scenario.groups[0].name = "target";
  scenario.groups[0].base_url = url;
  scenario.workloads.emplace_back();
  const test::FakeRule rule;
  const DriverFactory factory = guarded_factory(allowed, [&](const DriverSetup& setup) {
    return std::make_unique<test::FakeDriver>(setup, rule);
  });
  const Variables none;
  const std::vector<std::string> secrets;
  Readiness readiness;
  Resolver resolver([] {});
  Scorer scorer(scenario, 0);
  try {
    factory({scenario, 0, 0, 0, {}, none, secrets, readiness, resolver, scorer});
  } catch (const UserError& no) {
    return no.what();
  }
  return "";
}

TEST_CASE("only what is allowed is driven") {
  struct Row {
    const char* why;
    std::vector<std::string> allowed;
    const char* url;
    bool permitted;
  };
  for (const Row& row : {
           Row{"nothing is asked for", {}, "http://anywhere", true},
           Row{"the host, on any port", {"shop"}, "http://shop:8080", true},
           Row{"however it is written", {"Shop"}, "http://sHOP", true},
           Row{"the host on its port", {"shop:8080"}, "http://shop:8080", true},
           Row{"on another port", {"shop:8080"}, "http://shop", false},
           Row{"one of several", {"db", "shop:80"}, "http://shop", true},
           Row{"another host", {"shop"}, "http://shop.evil", false},
           Row{"a name in front of it", {"shop"}, "http://shop@evil", false},
           Row{"an address", {"[::1]:80"}, "http://[::1]", true},
           Row{"an address without port", {"::1"}, "http://[::1]:81", true},
           Row{"another address", {"[::1]:80"}, "http://[::2]", false},
       }) {
    CAPTURE(row.why);
    const std::string said = refused(row.allowed, row.url);
    CHECK(said.empty() == row.permitted);
    if (!row.permitted) CHECK(said.find("group target: this worker may not send load to ") == 0);
  }
  for (const char* wrong : {"", ":80", "host:", "host:x", "host:70000", "[]"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS(guarded_factory({wrong}, {}), UserError);
  }
}

}  // namespace
}  // namespace loadgen
