#include "loadgen/cli/quick_scenario.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"
#include "loadgen/plan/scenario.h"
#include "tests/golden.h"

namespace loadgen {
namespace {

/// The scenario that the flags mean. It must be a valid one.
Scenario parsed(const QuickFlags& flags) {
  ScenarioSource source;
  source.text = quick_scenario(flags);
  source.environment = [](const std::string&) { return std::nullopt; };
  source.file = [](const std::string&) { return std::optional<std::string>("content"); };
  CAPTURE(source.text);
  return parse_scenario(source);
}

QuickFlags flags_for(const std::string& url) {
  QuickFlags flags;
  flags.url = url;
  return flags;
}

TEST_CASE("flags become a scenario that says the same") {
  struct Row {
    std::string golden;
    QuickFlags flags;
  };
  std::vector<Row> rows;
  rows.push_back({"quick-smallest.toml", flags_for("http://127.0.0.1:8080")});
  // loadtest -t 300 -c 500 --rps 500 URL/test_db
  rows.push_back({"quick-steady-state.toml", flags_for("http://scale-app/test_db")});
  rows.back().flags.max_seconds = 300;
  rows.back().flags.concurrency = 500;
  rows.back().flags.rps = 500;
  rows.push_back({"quick-post.toml", flags_for("https://a:8443/b?c=d&e=\"f\"#g")});
  QuickFlags& post = rows.back().flags;
  post.post_body = "{\"a\": \"\\n\"}\n";
  post.headers = {"X-One: 1", "x-two:2", "X-Empty:"};
  post.cookies = {"a=1", "b=2"};
  post.timeout_ms = 250;
  post.no_keepalive = true;
  post.insecure = true;
  post.ca = "/tls/ca.pem";
  post.cert = "/tls/c.pem";
  post.key = "/tls/k.pem";
  post.checks = {"p99 < 250ms", "error_rate < 1%"};
  for (const Row& row : rows) {
    CAPTURE(row.golden);
    test::check_golden("cli/" + row.golden, quick_scenario(row.flags));
    parsed(row.flags);
  }
}

TEST_CASE("what loadtest's flags mean") {
  QuickFlags flags = flags_for("http://a");
  CHECK(parsed(flags).phases.before == std::chrono::seconds(10));
  CHECK(parsed(flags).workloads[0].clients == 10);
  CHECK(parsed(flags).workloads[0].timeout == std::chrono::seconds(10));
  CHECK(parsed(flags).workloads[0].http.requests[0].path == "/");
  CHECK(parsed(flags).workloads[0].http.keepalive);

  flags.concurrency = 3;
  CHECK(parsed(flags).workloads[0].clients == 3);
  flags.rps = 2.5;
  CHECK(parsed(flags).workloads[0].rate.per_second == 2.5);
  CHECK(parsed(flags).workloads[0].clients == 0);
  CHECK(parsed(flags).workloads[0].max_in_flight == 3);
  flags.poisson = true;
  CHECK(parsed(flags).workloads[0].arrival == Arrival::poisson);

  // A number of requests ends the run by itself; the time only bounds it.
  flags.max_requests = 100;
  CHECK(parsed(flags).phases.before == std::chrono::seconds(41));
  flags.rps = 0;
  flags.poisson = false;
  CHECK(parsed(flags).phases.before == std::chrono::hours(24));
  flags.max_seconds = 2.1;
  CHECK(parsed(flags).phases.before == std::chrono::seconds(3));
}

TEST_CASE("the URL in two parts") {
  struct Row {
    std::string url, base, path;
  };
  for (const Row& row : {
           Row{"http://a", "http://a", "/"},
           Row{"http://a/", "http://a", "/"},
           Row{"http://a:1/b/c?d=e", "http://a:1", "/b/c?d=e"},
           Row{"http://a?d=/e", "http://a", "/?d=/e"},
           Row{"http://a#f", "http://a", "/"},
           Row{"https://[::1]:1/x#f@y", "https://[::1]:1", "/x"},
       }) {
    CAPTURE(row.url);
    const Scenario scenario = parsed(flags_for(row.url));
    CHECK(scenario.groups[0].base_url == row.base);
    CHECK(scenario.workloads[0].http.requests[0].path == row.path);
  }
}

TEST_CASE("bodies bring their method, and a type unless one is given") {
  struct Row {
    std::string why;
    void (*give)(QuickFlags&);
    std::string method, body;
    std::string type;  // empty: none
  };
  for (const Row& row : {
           Row{"none", [](QuickFlags&) {}, "GET", "", ""},
           Row{"--postBody", [](QuickFlags& f) { f.post_body = "x"; }, "POST", "x", "text/plain"},
           Row{"--patchBody", [](QuickFlags& f) { f.patch_body = "x"; }, "PATCH", "x",
               "text/plain"},
           Row{"--data", [](QuickFlags& f) { f.data = "x"; }, "POST", "x", "text/plain"},
           Row{"--data with -m", [](QuickFlags& f) { f.data = "x", f.method = "put"; }, "PUT", "x",
               "text/plain"},
           Row{"--putFile", [](QuickFlags& f) { f.put_file = "file"; }, "PUT", "content",
               "text/plain"},
           Row{"-T", [](QuickFlags& f) { f.post_body = "x", f.content_type = "a/b"; }, "POST", "x",
               "a/b"},
           Row{"-T without a body", [](QuickFlags& f) { f.content_type = "a/b"; }, "GET", "",
               "a/b"},
           Row{"-H gives the type, in any case",
               [](QuickFlags& f) { f.post_body = "x", f.headers = {"content-type: a/b"}; }, "POST",
               "x", "a/b"},
       }) {
    CAPTURE(row.why);
    QuickFlags flags = flags_for("http://a");
    row.give(flags);
    const Request request = parsed(flags).workloads[0].http.requests[0];
    CHECK(request.method == row.method);
    CHECK(request.body == row.body);
    REQUIRE(request.headers.size() == (row.type.empty() ? 0 : 1));
    if (!row.type.empty()) CHECK(request.headers[0].second == row.type);
  }
}

TEST_CASE("what can't be meant is refused, and the flag named") {
  struct Row {
    std::string what;
    void (*give)(QuickFlags&);
  };
  for (const Row& row : {
           Row{"has no host", [](QuickFlags& f) { f.url = "http:///x"; }},
           Row{"don't belong on the command line",
               [](QuickFlags& f) { f.url = "https://me:pw@[::1]:1/x"; }},
           Row{"expected http://", [](QuickFlags& f) { f.url = "127.0.0.1:8080"; }},
           Row{"expected http://", [](QuickFlags& f) { f.url = "ftp://a"; }},
           Row{"--timeout 0", [](QuickFlags& f) { f.timeout_ms = 0; }},
           Row{"--postBody and --putFile",
               [](QuickFlags& f) { f.post_body = "x", f.put_file = "y"; }},
           Row{"--poisson", [](QuickFlags& f) { f.poisson = true; }},
           Row{"--cookies", [](QuickFlags& f) { f.cookies = {"novalue"}; }},
           Row{"--headers", [](QuickFlags& f) { f.headers = {"no colon"}; }},
           Row{"--headers", [](QuickFlags& f) { f.headers = {": value"}; }},
           Row{"Accept is given twice",
               [](QuickFlags& f) {
                 f.headers = {"accept: a", "Accept: b"};
               }},
           Row{"Content-Type is given twice",
               [](QuickFlags& f) { f.content_type = "a/b", f.headers = {"Content-Type: c/d"}; }},
       }) {
    CAPTURE(row.what);
    QuickFlags flags = flags_for("http://a");
    row.give(flags);
    try {
      quick_scenario(flags);
      FAIL("taken");
    } catch (const UserError& error) {
      CAPTURE(std::string(error.what()));
      CHECK(std::string(error.what()).find(row.what) != std::string::npos);
    }
  }
}

}  // namespace
}  // namespace loadgen
