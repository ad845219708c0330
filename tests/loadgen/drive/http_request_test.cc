#include "loadgen/drive/http_request.h"

#include <doctest/doctest.h>

#include <set>

#include "driver_rig.h"

namespace loadgen {
namespace {

TEST_CASE("a base URL taken apart") {
  struct Row {
    std::string why, url;
    bool tls;
    std::string host;
    std::uint16_t port;
    std::string host_header, base_path, credentials, text;
  };
  for (const Row& row : {
           Row{"the smallest", "http://a", false, "a", 80, "a", "", "", "http://a"},
           Row{"https has its own port", "https://a.b/", true, "a.b", 443, "a.b", "", "",
               "https://a.b/"},
           Row{"a port", "http://a:8080", false, "a", 8080, "a:8080", "", "", "http://a:8080"},
           Row{"the scheme's port is left out of Host", "https://a:443", true, "a", 443, "a", "",
               "", "https://a:443"},
           Row{"the other scheme's is not", "http://a:443", false, "a", 443, "a:443", "", "",
               "http://a:443"},
           Row{"an empty port is none", "http://a:/x", false, "a", 80, "a", "/x", "",
               "http://a:/x"},
           Row{"the largest port", "http://a:65535", false, "a", 65535, "a:65535", "", "",
               "http://a:65535"},
           Row{"IPv4", "http://127.0.0.1:5000", false, "127.0.0.1", 5000, "127.0.0.1:5000", "", "",
               "http://127.0.0.1:5000"},
           Row{"IPv6, brackets in Host only", "http://[::1]:5000/x", false, "::1", 5000,
               "[::1]:5000", "/x", "", "http://[::1]:5000/x"},
           Row{"a base path without its last slash", "http://a/app/v1/", false, "a", 80, "a",
               "/app/v1", "", "http://a/app/v1/"},
           Row{"escapes stay", "http://a/b%20c", false, "a", 80, "a", "/b%20c", "",
               "http://a/b%20c"},
           Row{"credentials go into a header only", "http://me:pa%40ss@a:81/x", false, "a", 81,
               "a:81", "/x", "bWU6cGFAc3M=", "http://a:81/x"},
           Row{"the scheme in capitals", "HTTPS://a", true, "a", 443, "a", "", "", "HTTPS://a"},
       }) {
    CAPTURE(row.why);
    const HttpTarget target = HttpTarget::parse(row.url);
    CHECK(target.tls == row.tls);
    CHECK(target.host == row.host);
    CHECK(target.port == row.port);
    CHECK(target.host_header == row.host_header);
    CHECK(target.base_path == row.base_path);
    CHECK(target.credentials == row.credentials);
    CHECK(target.text == row.text);
  }
}

TEST_CASE("what is no base URL is refused, without its credentials") {
  struct Row {
    std::string url, what;
  };
  for (const Row& row : {
           Row{"", "is no URL"},
           Row{"a:80", "scheme is neither"},
           Row{"//a", "is no URL"},
           Row{"ftp://a", "scheme is neither"},
           Row{"http://", "has no host"},
           Row{"http:///x", "has no host"},
           Row{"http://a b", "is no URL"},
           Row{"http://a:0", "between 1 and 65535"},
           Row{"http://a:65536", "between 1 and 65535"},
           // No URL for Boost 1.83; 1.81 takes what follows the digits for a path.
           Row{"http://a:http", "expected something like"},
           Row{"http://a:80x/y", "expected something like"},
           Row{"http://[::1", "is no URL"},
           Row{"http://me:secret@a:0", "between 1 and 65535"},
       }) {
    CAPTURE(row.url);
    try {
      HttpTarget::parse(row.url);
      FAIL("taken");
    } catch (const UserError& error) {
      const std::string text = error.what();
      CHECK(text.find(row.what) != std::string::npos);
      CHECK(text.find("http://host:port") != std::string::npos);
      CHECK(text.find("secret") == std::string::npos);
    }
  }
}

/// The requests of one workload, ready to render.
struct Compiled {
  Scenario scenario = test::http_scenario("http://a:8080/app");
  HttpTarget target = HttpTarget::parse("http://a:8080/app");
  Variables variables;
  Workload& workload() { return scenario.workloads[0]; }
  Request& request() { return workload().http.requests[0]; }
  HttpRequests compile(std::uint64_t seed = 1) {
    return {scenario, workload(), target, variables, seed, 0};
  }
  std::string text(std::uint64_t sequence = 0, std::uint16_t group = 0) {
    const HttpRequests requests = compile();
    Ticket ticket;
    ticket.sequence = sequence;
    ticket.group = group;
    std::string out;
    requests.render(out, requests.choose(sequence), ticket);
    return out;
  }
};

TEST_CASE("the smallest request") {
  Compiled c;
  c.request().path = "/test_db";
  CHECK(c.text() ==
        "GET /app/test_db HTTP/1.1\r\nHost: a:8080\r\nUser-Agent: loadgen\r\nAccept: */*\r\n\r\n");
}

TEST_CASE("headers of the scenario stand instead of the usual ones, in any case") {
  Compiled c;
  c.request().headers = {
      {"host", "b"}, {"USER-AGENT", "x"}, {"Accept", "text/html"}, {"Authorization", "Bearer t"}};
  c.target = HttpTarget::parse("http://me:pw@a");
  CHECK(c.text() ==
        "GET / HTTP/1.1\r\nhost: b\r\nUSER-AGENT: x\r\nAccept: text/html\r\n"
        "Authorization: Bearer t\r\n\r\n");
  c.request().headers.pop_back();
  CHECK(c.text().find("Authorization: Basic bWU6cHc=\r\n") != std::string::npos);
}

TEST_CASE("without keep-alive the server is told") {
  Compiled c;
  c.workload().http.keepalive = false;
  CHECK(c.text().find("\r\nConnection: close\r\n") != std::string::npos);
}

TEST_CASE("a body has its length, as have methods that usually bring one") {
  struct Row {
    std::string why, method, body, end;
  };
  for (const Row& row : {
           Row{"a body", "POST", "a=1", "Content-Length: 3\r\n\r\na=1"},
           Row{"POST without one", "POST", "", "Content-Length: 0\r\n\r\n"},
           Row{"PUT without one", "PUT", "", "Content-Length: 0\r\n\r\n"},
           Row{"PATCH without one", "PATCH", "", "Content-Length: 0\r\n\r\n"},
           Row{"DELETE needs none", "DELETE", "", "Accept: */*\r\n\r\n"},
           Row{"but may have one", "DELETE", "x", "Content-Length: 1\r\n\r\nx"},
           Row{"GET, too", "GET", "x", "Content-Length: 1\r\n\r\nx"},
       }) {
    CAPTURE(row.why);
    Compiled c;
    c.request().method = row.method;
    c.request().body = row.body;
    const std::string text = c.text();
    REQUIRE(text.size() > row.end.size());
    CHECK(text.substr(text.size() - row.end.size()) == row.end);
    CHECK(text.rfind(row.method + " ", 0) == 0);
  }
  Compiled own;
  own.request().body = "abc";
  own.request().headers = {{"content-length", "3"}};
  CHECK(own.text().find("Content-Length") == std::string::npos);
}

TEST_CASE("placeholders in path, headers and body come from the ticket") {
  Compiled c;
  c.scenario.line_files["ids.txt"] = "one\ntwo\nthree\n";
  c.variables["token"] = "s3cret";
  c.request().method = "POST";
  c.request().path = "/u/{seq}?id={line:ids.txt}&n={random:1:6}";
  c.request().headers = {{"Authorization", "Bearer {var:token}"}};
  c.request().body = "{\"n\": {random:10:99}}";
  std::set<std::string> lines, numbers;
  for (std::uint64_t sequence = 0; sequence < 200; ++sequence) {
    const std::string text = c.text(sequence);
    CAPTURE(text);
    CHECK(text == c.text(sequence, 1));  // the other group gets the same
    CHECK(text.find("POST /app/u/" + std::to_string(sequence) + "?id=") == 0);
    CHECK(text.find("Authorization: Bearer s3cret\r\n") != std::string::npos);
    CHECK(text.find("Content-Length: 9\r\n") != std::string::npos);
    const std::size_t id = text.find("?id=") + 4, n = text.find("&n=") + 3;
    lines.insert(text.substr(id, text.find('&') - id));
    numbers.insert(text.substr(n, 1));
  }
  CHECK(lines == std::set<std::string>{"one", "two", "three"});
  CHECK(numbers.size() == 6);
}

TEST_CASE("a placeholder that is wrong is the user's mistake") {
  Compiled c;
  c.request().path = "/{random:6:1}";
  CHECK_THROWS_AS(c.compile(), UserError);
  c.request().path = "/{line:nowhere.txt}";
  CHECK_THROWS_AS(c.compile(), UserError);
}

TEST_CASE("requests are drawn by weight, the same ones for the same seed") {
  Compiled c;
  Request rare = c.request();
  c.request().weight = 3;
  rare.path = "/rare";
  rare.method = "HEAD";
  c.workload().http.requests.push_back(rare);
  const HttpRequests requests = c.compile(), again = c.compile(), other = c.compile(2);
  int rare_ones = 0, different = 0;
  for (std::uint64_t sequence = 0; sequence < 10'000; ++sequence) {
    const std::uint16_t chosen = requests.choose(sequence);
    rare_ones += chosen;
    CHECK(chosen == again.choose(sequence));
    different += chosen != other.choose(sequence);
  }
  CHECK(rare_ones > 2300);
  CHECK(rare_ones < 2700);
  CHECK(different > 1000);
  CHECK_FALSE(requests.is_head(0));
  CHECK(requests.is_head(1));
}

TEST_CASE("which methods may be sent twice") {
  for (const char* method : {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}) {
    Compiled c;
    c.request().method = method;
    CHECK(c.compile().is_idempotent(0));
  }
  for (const char* method : {"POST", "PATCH"}) {
    Compiled c;
    c.request().method = method;
    CHECK_FALSE(c.compile().is_idempotent(0));
  }
}

TEST_CASE("traceparent is well-formed, new for every ticket and group, and in the request") {
  Compiled c;
  Ticket ticket;
  CHECK(c.compile().traceparent(ticket) == "");
  c.workload().http.traceparent = true;
  const HttpRequests requests = c.compile();
  std::set<std::string> traces;
  for (std::uint64_t sequence = 0; sequence < 500; ++sequence) {
    for (const std::uint16_t group : {0, 1}) {
      ticket.sequence = sequence;
      ticket.group = group;
      const std::string text = requests.traceparent(ticket);
      REQUIRE(text.size() == 55);
      CHECK(text.substr(0, 3) == "00-");
      CHECK(text[35] == '-');
      CHECK(text.substr(52) == "-01");
      CHECK(text.find_first_not_of("0123456789abcdef-") == std::string::npos);
      CHECK(text.substr(3, 32) != std::string(32, '0'));
      CHECK(text.substr(36, 16) != std::string(16, '0'));
      traces.insert(text.substr(3, 32));
      std::string request;
      requests.render(request, 0, ticket);
      CHECK(request.find("\r\ntraceparent: " + text + "\r\n") != std::string::npos);
    }
  }
  CHECK(traces.size() == 1000);
}

}  // namespace
}  // namespace loadgen
