// The HTTP driver's tickets: how each ends, and when. Connections that break or are used up:
// http_reuse_test.cc; the pool: http_pool_test.cc.
#include "loadgen/drive/http_driver.h"

#include <atomic>
#include <mutex>
#include <semaphore>

#include "certificates.h"
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

std::string answer_of(const std::string& status, const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

/// A server that reads requests and answers none of them until it is let.
class Silent {
 public:
  Silent()
      : server_([this](Visitor& visitor) {
          while (!visitor.read_request().empty()) {
            ++requests_;
            go_.wait(false);
            visitor.write(ok_answer());
          }
        }) {}
  ~Silent() { speak(); }
  Silent(const Silent&) = delete;
  Silent& operator=(const Silent&) = delete;
  std::uint16_t port() const { return server_.port(); }
  int accepted() const { return server_.accepted(); }
  int requests() const { return requests_; }
  void speak() {
    go_ = true;
    go_.notify_all();
  }

 private:
  std::atomic<bool> go_ = false;
  std::atomic<int> requests_ = 0;
  ScriptedServer server_;
};

TEST_CASE("what an answer is called") {
  struct Row {
    std::string why, answer;
    std::vector<int> status;
    std::string body_contains;
    Outcome outcome;
  };
  for (const Row& row : {
           Row{"200", answer_of("200 OK"), {}, "", Outcome::ok},
           Row{"a redirect is an answer", answer_of("302 Found"), {}, "", Outcome::ok},
           Row{"404", answer_of("404 Not Found"), {}, "", Outcome::http_4xx},
           Row{"503", answer_of("503 Busy"), {}, "", Outcome::http_5xx},
           Row{"a wanted 404", answer_of("404 Not Found"), {404}, "", Outcome::ok},
           Row{"200 where 201 is wanted", answer_of("200 OK"), {201}, "", Outcome::status},
           Row{"500 where 201 is wanted", answer_of("500 Oops"), {201}, "", Outcome::http_5xx},
           Row{"the body wanted", answer_of("200 OK", "all is well"), {}, "well", Outcome::ok},
           Row{"another body", answer_of("200 OK", "not so"), {}, "well", Outcome::body},
           Row{"the status is looked at first",
               answer_of("500 Oops", "no"),
               {},
               "well",
               Outcome::http_5xx},
       }) {
    CAPTURE(row.why);
    ScriptedServer server(test::answers(row.answer));
    Scenario scenario = http_scenario(server.port());
    scenario.workloads[0].http.expect = {row.status, row.body_contains};
    DriverRig rig(scenario);
    rig.open_ahead();
    rig.perform();
    rig.run_until_idle();
    CHECK(rig.count(row.outcome) == 1);
    CHECK(rig.whole[Measure::service].total == 1);
    CHECK(rig.whole[Measure::response_ok].total == (row.outcome == Outcome::ok));
    // Whatever it said, the connection goes on.
    rig.perform();
    rig.run_until_idle();
    CHECK(rig.tally().connects_ok == 2);
  }
}

TEST_CASE("a ticket's deadline counts from its intended time") {
  Silent silent;
  Scenario scenario = http_scenario(silent.port());
  scenario.workloads[0].timeout = 800ms;
  DriverRig rig(scenario);
  rig.open_ahead();
  Ticket ticket = rig.next_ticket();
  ticket.intended -= 50ms;  // taken up late
  rig.perform(ticket);
  const Instant deadline = rig.scorer.instant(ticket.intended) + scenario.workloads[0].timeout;
  CHECK(rig.driver.next_deadline() <= deadline);
  rig.driver.tick(deadline - 1ms);
  CHECK(rig.driver.open() == 1);
  rig.driver.tick(deadline);
  CHECK(rig.driver.open() == 0);
  CHECK(rig.count(Outcome::timed_out) == 1);
  CHECK(rig.whole[Measure::unfinished_age].max_us == 800'000);
  // Its connection is hung up: the answer that still comes belongs to nobody.
  CHECK(rig.driver.next_deadline() < Instant::max());
  rig.run_until([&] { return silent.accepted() == 3; });
}

TEST_CASE("first_byte_timeout ends what has no byte, and nothing else") {
  std::atomic<bool> go = false;
  ScriptedServer server([&](Visitor& visitor) {
    visitor.read_request();
    if (visitor.number() == 0) visitor.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
    go.wait(false);
    visitor.write("k");
    visitor.wait_closed();
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].first_byte_timeout = 2s;
  scenario.workloads[0].connections = 2;
  DriverRig rig(scenario);
  rig.open_ahead();
  rig.perform();
  rig.perform();
  const Instant sent = Clock::now();
  rig.run_for(50ms);  // for the first byte to arrive
  rig.driver.tick(sent + 2500ms);
  CHECK(rig.driver.open() == 1);
  CHECK(rig.count(Outcome::first_byte_timeout) == 1);
  go = true;
  go.notify_all();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::ok) == 1);
}

TEST_CASE("past the cap a ticket is shed, or kept in its turn with `queue`") {
  for (const OnSaturation on_saturation : {OnSaturation::shed, OnSaturation::queue}) {
    const bool queue = on_saturation == OnSaturation::queue;
    CAPTURE(queue);
    Silent silent;
    Scenario scenario = http_scenario(silent.port());
    scenario.workloads[0].max_in_flight = 2;
    scenario.workloads[0].on_saturation = on_saturation;
    DriverRig rig(scenario);
    rig.open_ahead();
    for (int i = 0; i < 6; ++i) rig.perform();
    CHECK(rig.count(Outcome::not_sent_cap) == (queue ? 0 : 4));
    CHECK(rig.driver.open() == (queue ? 6 : 2));
    silent.speak();
    rig.run_until_idle();
    CHECK(rig.count(Outcome::ok) == (queue ? 6 : 2));
    CHECK(silent.accepted() == 2);
    CHECK(rig.whole[Measure::wait].total == (queue ? 6 : 2));
  }
}

TEST_CASE("queued tickets that time out were kept from being sent by the system") {
  Silent silent;
  Scenario scenario = http_scenario(silent.port());
  scenario.workloads[0].max_in_flight = 2;
  scenario.workloads[0].on_saturation = OnSaturation::queue;
  DriverRig rig(scenario);
  rig.open_ahead();
  for (int i = 0; i < 5; ++i) rig.perform();
  rig.driver.tick(Clock::now() + scenario.workloads[0].timeout);
  CHECK(rig.driver.open() == 0);
  CHECK(rig.count(Outcome::timed_out) == 2);
  CHECK(count_of(rig.tally().ended, OutcomeKind::not_sent) == 3);
}

TEST_CASE("giving up ends every ticket, whatever it waits for") {
  for (const bool abort : {true, false}) {
    CAPTURE(abort);
    Silent silent;
    Scenario scenario = http_scenario(silent.port());
    scenario.workloads[0].max_in_flight = 3;
    scenario.workloads[0].on_saturation = OnSaturation::queue;
    DriverRig rig(scenario);
    rig.open_ahead();
    for (int i = 0; i < 5; ++i) rig.perform();  // two sent, one connecting, two queued
    rig.driver.give_up(Clock::now(), abort);
    CHECK(rig.driver.open() == 0);
    CHECK(rig.count(abort ? Outcome::blind_aborted : Outcome::unfinished) == 5);
    rig.run_for(20ms);  // what was under way must not stumble over it
    rig.driver.tick(Clock::now() + 1h);
    CHECK(rig.driver.open() == 0);
    CHECK(rig.scorer.take_part(Clock::now(), true).last);
  }
}

TEST_CASE("a stall of our own makes open tickets blind, those after it count again") {
  Silent silent;
  DriverRig rig(http_scenario(silent.port()));
  rig.open_ahead();
  rig.perform();
  rig.driver.taint();
  rig.perform();
  silent.speak();
  rig.run_until_idle();
  CHECK(rig.count(Outcome::blind_stalled) == 1);
  CHECK(rig.count(Outcome::ok) == 1);
}

TEST_CASE("a failure leaves a sample: class, status, peer, body, without secrets") {
  const std::string body = "Traceback: password=hunter22 " + std::string(5000, 'x') + " hunter22";
  ScriptedServer server(test::answers(answer_of("500 Oops", body)));
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].http.traceparent = true;
  DriverRig rig(scenario);
  rig.secrets = {"hunter22"};
  rig.open_ahead();
  rig.perform();
  rig.run_until_idle();
  rig.tally();
  REQUIRE(rig.recording.samples.size() == 1);
  const ErrorSample& sample = rig.recording.samples[0];
  CHECK(sample.outcome == Outcome::http_5xx);
  CHECK(sample.status == 500);
  CHECK(sample.peer == "127.0.0.1:" + std::to_string(server.port()));
  CHECK(sample.traceparent.size() == 55);
  CHECK(sample.excerpt.substr(0, 29) == "Traceback: password=*** xxxxx");
  CHECK(sample.excerpt.size() <= HttpAnswer::kExcerpt);
}

TEST_CASE("a sample of what was never sent names the target without its credentials") {
  const test::RefusingPort refusing;
  DriverRig rig(http_scenario("http://me:pw@127.0.0.1:" + std::to_string(refusing.port())));
  rig.driver.open_ahead(Clock::now());
  rig.perform();
  rig.run_until_idle();
  rig.tally();
  REQUIRE(rig.recording.samples.size() == 1);
  CHECK(rig.recording.samples[0].outcome == Outcome::connect_refused);
  CHECK(rig.recording.samples[0].peer == "http://127.0.0.1:" + std::to_string(refusing.port()));
  CHECK(rig.recording.samples[0].excerpt == "Connection refused");
}

TEST_CASE("who answered: by header, or by the peer's zone") {
  ScriptedServer server(
      test::answers("HTTP/1.1 200 OK\r\nX-Served-By: pod-7\r\nContent-Length: 0\r\n\r\n"));
  for (const std::string served_by : {"X-Served-By", "peer", ""}) {
    CAPTURE(served_by);
    Scenario scenario = http_scenario(server.port());
    scenario.workloads[0].http.served_by = served_by;
    scenario.groups[0].zones = {{"10.0.0.0/8", "a"}, {"127.0.0.0/8", "b"}};
    DriverRig rig(scenario);
    rig.open_ahead();
    rig.perform();
    rig.run_until_idle();
    const auto names = rig.tally().served_by;
    if (served_by.empty()) {
      CHECK(names.empty());
    } else {
      REQUIRE(names.size() == 1);
      CHECK(names.begin()->first == (served_by == "peer" ? "b" : "pod-7"));
      CHECK(names.begin()->second == Served{1, 1});
    }
  }
}

TEST_CASE("what goes over the wire is the ticket's request") {
  std::mutex mutex;
  std::vector<std::string> got;
  ScriptedServer server([&](Visitor& visitor) {
    for (std::string request; !(request = visitor.read_request()).empty();) {
      {
        const std::lock_guard lock(mutex);
        got.push_back(request);
      }
      visitor.write(ok_answer());
    }
  });
  Scenario scenario = http_scenario(server.port());
  scenario.workloads[0].connections = 1;
  scenario.workloads[0].http.requests[0].path = "/{seq}";
  DriverRig rig(scenario);
  rig.open_ahead();
  for (int i = 0; i < 3; ++i) rig.perform();
  rig.run_until_idle();
  const std::lock_guard lock(mutex);
  REQUIRE(got.size() == 3);
  for (const std::string& request : got) CHECK(request.find(" HTTP/1.1\r\nHost: 127.0.0.1:") == 6);
}

TEST_CASE("TLS: requests over it, its stage in the figures, and a certificate that is refused") {
  ScriptedServer server(test::tls_answers({}, ok_answer()));
  for (const bool trusted : {true, false}) {
    CAPTURE(trusted);
    Scenario scenario = http_scenario("https://127.0.0.1:" + std::to_string(server.port()));
    scenario.groups[0].tls.ca = test::Certificates::get().path(trusted ? "ca.pem" : "stranger.pem");
    DriverRig rig(scenario);
    const Driver::Standing standing = rig.open_ahead();
    CHECK(standing.problem.empty() == trusted);
    CAPTURE(standing.problem);
    if (!trusted) {
      CHECK(standing.problem.find("certificate refused") != std::string::npos);
      continue;
    }
    for (int i = 0; i < 3; ++i) {
      rig.perform();
      rig.run_until_idle();
    }
    CHECK(rig.count(Outcome::ok) == 3);
    CHECK(rig.whole[Measure::tls].total == 2);
    CHECK(rig.tally().connects_ok == 2);
  }
}

TEST_CASE("what is wrong with a target is the user's mistake, told when the driver is made") {
  CHECK_THROWS_AS(DriverRig(http_scenario("nonsense")), UserError);
  Scenario scenario = http_scenario("https://a");
  scenario.groups[0].tls.ca = "nowhere.pem";
  CHECK_THROWS_AS(DriverRig{scenario}, UserError);
  scenario = http_scenario("http://a");
  scenario.workloads[0].http.requests[0].path = "/{random:2:1}";
  CHECK_THROWS_AS(DriverRig{scenario}, UserError);
}

}  // namespace
}  // namespace loadgen
