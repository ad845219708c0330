#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

TEST_CASE("workloads: mistakes") {
  check_rows({
      {"no load at all", "rate = 100\n", "", "13:1", "workload 'home' has no load"},
      {"rate 0 alone", "rate = 100", "rate = 0", "16:8",
       "rate 0 is closed loop and needs 'clients'"},
      {"clients beside a rate", "rate = 100", "rate = 100\nclients = 5", "17:11",
       "'clients' is closed loop and goes with rate = 0"},
      {"clients beside stages", "rate = 100", "stages = [{ to = 5, hold = \"1s\" }]\nclients = 5",
       "17:11", "'clients' is closed loop"},
      {"no clients", "rate = 100", "rate = 0\nclients = 0", "17:11", "out of range: 0"},
      {"rate and stages", "rate = 100", "rate = 100\nstages = [{ to = 5, hold = \"1s\" }]", "16:8",
       "'rate' and 'stages' exclude each other"},
      {"think time in open loop", "rate = 100", "rate = 100\nthink = \"1s\"", "17:9",
       "'think' has no meaning in open loop"},
      {"arrivals in closed loop", "rate = 100", "clients = 5\narrival = \"poisson\"", "17:11",
       "'arrival' has no meaning in closed loop"},
      {"a queue in closed loop", "rate = 100", "clients = 5\non_saturation = \"queue\"", "17:17",
       "'on_saturation' has no meaning in closed loop"},
      {"a first stage without rate", "rate = 100", "stages = [{ hold = \"1s\" }, { to = 1 }]",
       "16:11", "the first stage needs 'to'"},
      {"a ramp to nowhere", "rate = 100", "stages = [{ to = 1, hold = \"1s\" }, { over = \"1s\" }]",
       "16:45", "'over' needs 'to'"},
      {"a stage without time", "rate = 100", "stages = [{ to = 1 }, { to = 2 }]", "16:11",
       "this stage takes no time"},
      {"stages without load", "rate = 100", "stages = [{ to = 0, hold = \"1s\" }]", "16:10",
       "no stage has a rate above 0"},
      {"a timeout above an hour", "rate = 100", "rate = 100\ntimeout = \"3601s\"", "17:11",
       "'timeout' is above 1h"},
      {"no timeout", "rate = 100", "rate = 100\ntimeout = \"0s\"", "17:11", "must be above 0"},
      {"connecting longer than all", "rate = 100",
       "rate = 100\ntimeout = \"1s\"\nconnect_timeout = \"1001ms\"", "18:19",
       "'connect_timeout' is longer than 'timeout', 1s"},
      {"waiting longer than all", "rate = 100",
       "rate = 100\ntimeout = \"1s\"\nfirst_byte_timeout = \"2s\"", "18:22",
       "longer than 'timeout'"},
      {"a limit beyond the timeout", "rate = 100", "rate = 100\nlatency_limit = \"11s\"", "17:17",
       "'latency_limit' is longer than 'timeout', 10s"},
      {"more connections than the cap", "rate = 100",
       "rate = 100\nmax_in_flight = 5000\nconnections = 5001", "18:15",
       "'connections' is above 'max_in_flight', 5000"},
      {"connections in closed loop", "rate = 100", "clients = 5\nconnections = 6", "17:15",
       "each client has one connection of its own"},
      {"a cap below the clients", "rate = 100", "clients = 5\nmax_in_flight = 4", "17:17",
       "'max_in_flight' is below 'clients'"},
      {"reconnecting backwards", "rate = 100",
       "rate = 100\nreconnect = { initial = \"2s\", max = \"1s\" }", "17:37",
       "'max' is shorter than 'initial'"},
      {"two of one name", "[[faults]]",
       "[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 1\n[[faults]]", "19:8",
       "a second workload is called 'home'"},
  });
  CHECK(complaint("workloads = []\nschema = 1\nphases.before = \"1s\"\n[groups.a]\n"
                  "base_url = \"http://h\"\n")
            .find("there is no workload") != std::string::npos);
}

TEST_CASE("workloads: defaults") {
  struct Row {
    std::string_view why, load;
    std::uint32_t in_flight, connections;
  };
  for (const Row& row : {
           Row{"1.2 × rate × timeout", "rate = 500", 6000, 50},
           Row{"rounded up", "rate = 0.1\ntimeout = \"1s\"", 1, 1},
           Row{"a hair above a whole number", "rate = 33\ntimeout = \"1s\"", 40, 40},
           Row{"by the highest stage", "stages = [{ to = 5, hold = \"1s\" }, { to = 50 }]", 600,
               50},
           Row{"closed loop: as many as clients", "rate = 0\nclients = 300", 300, 300},
           Row{"given", "rate = 10\nmax_in_flight = 200\nconnections = 70", 200, 70},
       }) {
    CAPTURE(row.why);
    const Workload w = parsed(edited("rate = 100", row.load)).workloads.at(0);
    CHECK(w.max_in_flight == row.in_flight);
    CHECK(w.connections == row.connections);
  }
  const Workload w = parsed(edited("rate = 100", "rate = 100\ntimeout = \"2s\"")).workloads.at(0);
  CHECK(w.timeout == 2s);
  CHECK(w.connect_timeout == 2s);  // the smaller of 3 s and the timeout
  CHECK(w.first_byte_timeout == 0s);
  CHECK(w.reconnect.initial == 50ms);
  CHECK(w.reconnect.per_second == 100);
  CHECK(w.arrival == Arrival::constant);
  CHECK(w.on_saturation == OnSaturation::shed);
  CHECK_FALSE(w.latency_limit);
}

TEST_CASE("workloads: what is legal and probably not meant is warned about") {
  const auto warnings = [](std::string_view from, std::string_view to) {
    return parsed(edited(from, to)).warnings;
  };
  CHECK(warnings("rate = 100", "rate = 100\nmax_in_flight = 1200").empty());
  const auto low = warnings("rate = 100", "rate = 100\nmax_in_flight = 1199");
  REQUIRE(low.size() == 1);
  CHECK(
      low[0] ==
      "line 17: max_in_flight 1199 of 'home' is below 1.2 × rate × timeout = 1200: an outage looks "
      "up to one timeout longer");
  CHECK(warnings("rate = 100", "stages = [{ to = 5, hold = \"130s\" }]").empty());
  CHECK(warnings("rate = 100", "stages = [{ to = 5, hold = \"131s\" }]").size() == 1);
  const auto shared = [](std::uint32_t workers) {
    return parsed(edited("rate = 100", "clients = 2"),
                  {"distribution.workers=" + std::to_string(workers)})
        .warnings.size();
  };
  CHECK(shared(2) == 0);
  CHECK(shared(3) == 1);
  const std::string pgbench =
      complaint(edited("[[faults]]",
                       "[[workloads]]\nname = \"pg\"\nkind = \"pgbench\"\nclients = 100\n"
                       "scale = 99\n[[faults]]"));
  CHECK(pgbench.find("warning: line 22: scale 99 is below clients 100") != std::string::npos);
}

TEST_CASE("workloads: stages and closed loop are read") {
  const Workload w = parsed(edited("rate = 100",
                                   "stages = [{ to = 500, over = \"30s\" }, { hold = \"2m\" }, "
                                   "{ to = 200, hold = \"20s\" }]\narrival = \"poisson\""))
                         .workloads.at(0);
  REQUIRE(w.stages.size() == 3);
  CHECK(w.stages[0].to->per_second == 500);
  CHECK(w.stages[0].over == 30s);
  CHECK_FALSE(w.stages[1].to);
  CHECK(w.stages[1].hold == 2min);
  CHECK(w.peak_rate().per_second == 500);
  CHECK(w.arrival == Arrival::poisson);
  const Workload closed =
      parsed(edited("rate = 100", "rate = 0\nclients = 7\nthink = \"1s\"")).workloads.at(0);
  CHECK(closed.closed_loop());
  CHECK(closed.think == 1s);
  CHECK(closed.peak_rate().per_second == 0);
}
