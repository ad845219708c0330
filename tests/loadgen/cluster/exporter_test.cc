#include "loadgen/cluster/exporter.h"

#include <doctest/doctest.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

namespace asio = boost::asio;

Scenario one_workload() {
  ScenarioSource source;
  source.text = R"(schema = 1
[phases]
before = "60s"
[groups.target]
base_url = "http://127.0.0.1:1"
[[workloads]]
name = "home"
kind = "http"
rate = 10
)";
  return parse_scenario(source);
}

std::string port_of(const std::string& url) {
  const std::size_t colon = url.rfind(':');
  return url.substr(colon + 1, url.find('/', colon) - colon - 1);
}

/// What a GET answers, head and body.
std::string answer_of(const std::string& url) {
  asio::io_context io;
  asio::ip::tcp::socket socket(io);
  asio::connect(socket, asio::ip::tcp::resolver(io).resolve("127.0.0.1", port_of(url)));
  asio::write(socket, asio::buffer(std::string("GET /metrics HTTP/1.0\r\n\r\n")));
  std::string text;
  boost::system::error_code end;
  asio::read(socket, asio::dynamic_buffer(text), end);
  return text;
}

struct Rig {
  std::shared_ptr<RunningTotals> totals = std::make_shared<RunningTotals>();
  Exporter exporter{"127.0.0.1:0", "--metrics", totals};
};

bool has(const std::string& text, const std::string& line) {
  const bool found = text.find("\n" + line + "\n") != std::string::npos;
  if (!found) MESSAGE("missing: " << line);
  return found;
}

TEST_CASE("a scrape tells what the parts said") {
  Rig rig;
  rig.totals->describe(one_workload());
  Part part;
  Slice& slice = part.slices[{0, 0, 0, 0}];
  slice.tally.scheduled = 10;
  slice.tally.in_flight = 2;
  slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = 5;
  slice.tally.ended[static_cast<std::size_t>(Outcome::reset)] = 1;
  slice.tally.ended[static_cast<std::size_t>(Outcome::not_sent_cap)] = 1;
  slice.tally.ended[static_cast<std::size_t>(Outcome::blind_late)] = 1;
  Histogram response;
  response.record_us(2000, 5);
  slice[Measure::response_ok] = response.sparse();
  rig.totals->add(part);
  Mark mark;
  mark.kind = "phase";
  mark.name = "before";
  rig.totals->add(mark);
  const std::string text = answer_of(rig.exporter.url());
  CHECK(text.rfind("HTTP/1.1 200 OK\r\n", 0) == 0);
  const std::string of = "{group=\"target\",workload=\"home\"";
  CHECK(has(text, "# TYPE loadgen_tickets_scheduled_total counter"));
  CHECK(has(text, "loadgen_tickets_scheduled_total" + of + "} 10"));
  CHECK(has(text, "loadgen_tickets_total" + of + ",outcome=\"ok\",class=\"\"} 5"));
  CHECK(has(text, "loadgen_tickets_total" + of + ",outcome=\"failed\",class=\"reset\"} 1"));
  CHECK(has(text, "loadgen_tickets_total" + of + ",outcome=\"failed\",class=\"tls\"} 0"));
  CHECK(has(text, "loadgen_tickets_total" + of + ",outcome=\"not_sent\",class=\"cap\"} 1"));
  CHECK(has(text, "loadgen_tickets_total" + of + ",outcome=\"blind\",class=\"late\"} 1"));
  CHECK(text.find("deadlock") == std::string::npos);  // no HTTP workload ends so
  CHECK(has(text, "loadgen_tickets_in_flight" + of + "} 2"));
  CHECK(text.find("loadgen_achieved_ratio" + of + "} 0.8") != std::string::npos);
  // Two tickets are infinitely slow; the blind one is in no percentile.
  CHECK(has(text, "loadgen_response_time_seconds_bucket" + of + ",le=\"0.001\"} 0"));
  CHECK(has(text, "loadgen_response_time_seconds_bucket" + of + ",le=\"60\"} 5"));
  CHECK(has(text, "loadgen_response_time_seconds_bucket" + of + ",le=\"+Inf\"} 7"));
  CHECK(has(text, "loadgen_response_time_seconds_count" + of + "} 7"));
  CHECK(has(text, "loadgen_response_time_seconds_sum" + of + "} +Inf"));
  CHECK(has(text, "loadgen_ok_response_time_seconds_count" + of + "} 5"));
  CHECK(has(text, "loadgen_ok_response_time_seconds_bucket" + of + ",le=\"+Inf\"} 5"));
  CHECK(text.find("loadgen_ok_response_time_seconds_sum" + of + "} 0.01") != std::string::npos);
  CHECK(has(text, "loadgen_phase{phase=\"before\"} 1"));
  CHECK(has(text, "loadgen_phase{phase=\"during\"} 0"));
}

TEST_CASE("before anything is known a scrape tells no numbers") {
  const Rig rig;
  const std::string text = answer_of(rig.exporter.url());
  CHECK(has(text, "loadgen_phase{phase=\"before\"} 0"));
  CHECK(text.find("loadgen_tickets_scheduled_total{") == std::string::npos);
}

TEST_CASE("an address that can't be had is refused, by name") {
  const Rig rig;
  const std::string taken = "127.0.0.1:" + port_of(rig.exporter.url());
  const auto complaint = [&](const std::string& address) -> std::string {
    try {
      const Exporter second(address, "--metrics", rig.totals);
    } catch (const UserError& error) {
      return error.what();
    }
    return "";
  };
  CHECK(complaint(taken) == "--metrics: can't listen on " + taken + ": Address already in use");
  CHECK(complaint("203.0.113.1:0").rfind("--metrics: can't listen on 203.0.113.1:0: ", 0) == 0);
  CHECK(complaint("127.0.0.1").find("expected HOST:PORT") != std::string::npos);
}

TEST_CASE("it is gone with its object") {
  std::string address;
  {
    const Rig rig;
    address = "127.0.0.1:" + port_of(rig.exporter.url());
  }
  const Exporter again(address, "--metrics", std::make_shared<RunningTotals>());
  CHECK(again.url() == "http://" + address + "/metrics");
}

}  // namespace
}  // namespace loadgen
