// The HTTP driver's connections from one request to the next: broken, stale, or used up.
#include "driver_rig.h"
#include "scripted_server.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;
using test::DriverRig;
using test::http_scenario;
using test::ok_answer;
using test::ScriptedServer;
using test::Visitor;

TEST_CASE("a broken connection gives its class, and is not used again") {
  struct Row {
    std::string why;
    ScriptedServer::Script script;
    Outcome outcome;
  };
  for (const Row& row : {
           Row{"closed in mid-answer",
               [](Visitor& v) { v.read_request(), v.write("HTTP/1.1 200 OK\r\n"); },
               Outcome::closed},
           Row{"reset in mid-answer",
               [](Visitor& v) { v.read_request(), v.write("HTTP/1.1 200 OK\r\n"), v.reset(); },
               Outcome::reset},
           Row{"garbage", [](Visitor& v) { v.read_request(), v.write("?\r\n"), v.wait_closed(); },
               Outcome::protocol},
       }) {
    CAPTURE(row.why);
    ScriptedServer server(row.script);
    Scenario scenario = http_scenario(server.port());
    scenario.workloads[0].connections = 1;
    DriverRig rig(scenario);
    rig.open_ahead();
    for (int i = 0; i < 5; ++i) {
      rig.run_until([&] { return rig.driver.standing().settled; });  // it comes back each time
      rig.perform();
      rig.run_until_idle();
    }
    CHECK(rig.count(row.outcome) == 5);
    CHECK(rig.tally().connects_ok == 5);
    CHECK(rig.tally().stale_retries == 0);  // they were fresh: nothing was stale
  }
}

TEST_CASE("a connection that the server closed meanwhile costs a retry, not an error") {
  for (const bool reset : {false, true}) {
    CAPTURE(reset);
    // Each connection answers once; what comes then is read and the connection dropped.
    ScriptedServer server([&](Visitor& visitor) {
      visitor.read_request();
      visitor.write(ok_answer());
      visitor.read_request();
      if (reset) visitor.reset();
    });
    Scenario scenario = http_scenario(server.port());
    scenario.workloads[0].connections = 1;
    DriverRig rig(scenario);
    rig.open_ahead();
    for (int i = 0; i < 10; ++i) {
      rig.perform();
      rig.run_until_idle();
    }
    CHECK(rig.count(Outcome::ok) == 10);
    CHECK(rig.tally().stale_retries == 9);
    CHECK(rig.tally().connects_attempted == 10);
  }
}

TEST_CASE("what may not be sent twice is not retried") {
  ScriptedServer server([](Visitor& visitor) {
    visitor.read_request();
    visitor.write(ok_answer());
    visitor.read_request();
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 1;
  scenario.workloads[0].http.requests[0].method = "POST";
  DriverRig rig(scenario);
  rig.open_ahead();
  for (int i = 0; i < 2; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) == 1);
  CHECK(rig.count(Outcome::closed) == 1);
  CHECK(rig.tally().stale_retries == 0);
}

TEST_CASE("a retry is made once: a fresh connection that dies, too, is the answer") {
  ScriptedServer server([](Visitor& visitor) {
    if (visitor.number() > 0) return visitor.reset();
    visitor.read_request();
    visitor.write(ok_answer());
    visitor.read_request();
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 1;
  DriverRig rig(scenario);
  rig.open_ahead();
  for (int i = 0; i < 2; ++i) {
    rig.perform();
    rig.run_until_idle();
  }
  CHECK(rig.count(Outcome::ok) == 1);
  CHECK(count_of(rig.tally().ended, OutcomeKind::failed) == 1);
  CHECK(rig.tally().stale_retries == 1);
}

TEST_CASE("requests per connection, no keep-alive, and a server that says close") {
  struct Row {
    std::string why;
    std::uint32_t limit;
    bool keepalive;
    std::string answer;
    std::uint64_t connections;  // that ten requests take, beside one opened for the next
  };
  for (const Row& row : {
           Row{"no limit", 0, true, ok_answer(), 1},
           Row{"three each", 3, true, ok_answer(), 4},
           Row{"one each", 1, true, ok_answer(), 10},
           Row{"no keep-alive", 0, false, ok_answer(), 10},
           Row{"Connection: close", 0, true,
               "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 10},
       }) {
    CAPTURE(row.why);
    ScriptedServer server(test::answers(row.answer));
    Scenario scenario = http_scenario(server.port());
    scenario.workloads[0].connections = 1;
    scenario.workloads[0].http.keepalive = row.keepalive;
    scenario.workloads[0].http.requests_per_connection = row.limit;
    DriverRig rig(scenario);
    rig.open_ahead();
    for (int i = 0; i < 10; ++i) {
      rig.perform();
      rig.run_until_idle();
    }
    const Tally tally = rig.tally();
    CHECK(tally.ok() == 10);
    CHECK(tally.connects_attempted >= row.connections);
    CHECK(tally.connects_attempted <= row.connections + 1);
    CHECK(tally.stale_retries == 0);
  }
}

}  // namespace
}  // namespace loadgen
