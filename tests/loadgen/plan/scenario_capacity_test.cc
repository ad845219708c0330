#include <doctest/doctest.h>

#include "loadgen/plan/plan_text.h"
#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

namespace {

std::string searching(const std::string& workload, const std::string& capacity) {
  return "schema = 1\n[phases]\nbefore = \"10s\"\n[groups.target]\nbase_url = "
         "\"http://127.0.0.1:8080\"\n[[workloads]]\nname = \"home\"\nkind = \"http\"\n" +
         workload + "[capacity]\n" + capacity;
}

}  // namespace

TEST_CASE("[capacity] raises the rate, or the clients of a closed loop") {
  const Scenario open =
      parsed(searching("rate = 50\n", "limit = [\"p99 < 250ms\", \"error_rate < 0.1%\"]\n"));
  REQUIRE(open.capacity.has_value());
  CHECK(open.capacity->workload == "home");
  CHECK_FALSE(open.capacity->over_clients);
  CHECK(open.capacity->from == 50);
  CHECK(open.capacity->slowest_s == doctest::Approx(0.25));
  CHECK_FALSE(open.capacity->own_cap);
  REQUIRE(open.steady_state.checks.size() == 1);
  CHECK(open.steady_state.checks[0].id == kCapacityChecks);
  CHECK(open.steady_state.checks[0].asserts.size() == 2);
  CHECK(plan_text(open, "t.toml").find("Search for the highest rate of home") != std::string::npos);

  const Scenario closed = parsed(searching("rate = 0\nclients = 8\nthink = \"1s\"\n",
                                           "limit = [\"p99 < 1s\"]\nfrom = 2\nmost = 64\n"));
  CHECK(closed.capacity->over_clients);
  CHECK(closed.capacity->from == 2);
  CHECK(closed.capacity->most == 64);
  CHECK_FALSE(parsed(std::string(kValid)).capacity);

  // What more load only makes harder to keep.
  for (const char* limit : {"goodput > 99%", "achieved_rate >= 95%", "error_rate = 0%",
                            "goodput = 100%", "requests_lost = 0", "max <= 1s"}) {
    CAPTURE(limit);
    CHECK(parsed(searching("rate = 5\n", "limit = [\"" + std::string(limit) + "\"]\n")).capacity);
  }
}

TEST_CASE("[capacity]: mistakes") {
  struct Row {
    std::string why, text, says;
  };
  const std::string limit = "limit = [\"p99 < 250ms\"]\n";
  for (const Row& row : {
           Row{"no limit", searching("rate = 5\n", "from = 3\n"), "'limit'"},
           Row{"an empty one", searching("rate = 5\n", "limit = []\n"), "any load would hold"},
           Row{"no check", searching("rate = 5\n", "limit = [\"p98 < 5ms\"]\n"), "p98"},
           Row{"a comparison", searching("rate = 5\n", "limit = [\"p99 ratio < 1.2\"]\n"),
               "nothing to compare with"},
           Row{"a least latency", searching("rate = 5\n", "limit = [\"p99 > 1h\"]\n"),
               "'p99 > 1h' is no limit of a search: it must become harder to keep"},
           Row{"a least share of errors",
               searching("rate = 5\n", "limit = [\"error_rate >= 1%\"]\n"), "harder to keep"},
           Row{"a highest goodput", searching("rate = 5\n", "limit = [\"goodput < 99%\"]\n"),
               "harder to keep"},
           Row{"a least rate, which the load itself is",
               searching("rate = 5\n", "limit = [\"ok_rate > 5/s\"]\n"), "harder to keep"},
           Row{"a latency to be hit", searching("rate = 5\n", "limit = [\"p99 = 5ms\"]\n"),
               "harder to keep"},
           Row{"of a fault", searching("rate = 5\n", "limit = [\"recovery_time < 5s\"]\n"),
               "needs a fault"},
           Row{"another workload", searching("rate = 5\n", limit + "workload = \"hom\"\n"),
               "did you mean 'home'"},
           Row{"stages", searching("stages = [{ to = 5, over = \"3s\" }]\n", limit), "has stages"},
           Row{"begins above the end", searching("rate = 5\n", limit + "from = 9\nmost = 8\n"),
               "'most' is below the first step"},
           Row{"half a client", searching("rate = 0\nclients = 2\n", limit + "from = 1.5\n"),
               "clients are a whole number"},
           Row{"beside a fault", std::string(kValid) + "[capacity]\n" + limit,
               "there is no during and no after"},
           Row{"two groups",
               searching("rate = 5\n", limit) +
                   "[groups.other]\nbase_url = \"http://127.0.0.1:9\"\n",
               "one group"},
       }) {
    CAPTURE(row.why);
    const std::string said = complaint(row.text);
    CAPTURE(said);
    CHECK(said.find(row.says) != std::string::npos);
  }
}
