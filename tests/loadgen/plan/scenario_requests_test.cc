#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

TEST_CASE("requests: mistakes") {
  const std::string_view one = "request = { path = \"/\" }";
  check_rows({
      {"a path without slash", one, "request = { path = \"home\" }", "17:20",
       "a path begins with /, not 'home'"},
      {"a space in the path", one, "request = { path = \"/a b\" }", "17:23",
       "a path can't hold a space"},
      {"a fragment", one, "request = { path = \"/a#b\" }", "17:23", "a # or a control character"},
      {"an unknown placeholder", one, "request = { path = \"/{sequ}\" }", "17:22",
       "unknown placeholder {sequ}; did you mean 'seq'?"},
      {"half a range", one, "request = { path = \"/{random:1}\" }", "17:22",
       "{random:LOW:HIGH} takes two whole numbers"},
      {"a range backwards", one, "request = { path = \"/x{random:2:1}\" }", "17:23",
       "the first number is above the second"},
      {"a file that is not there", one, "request = { path = \"/{line:no.txt}\" }", "17:22",
       "can't read the file 'no.txt'"},
      {"a file without lines", one, "request = { path = \"/{line:empty.txt}\" }", "17:22",
       "the file 'empty.txt' has no line"},
      {"lines with spaces in a path", one, "request = { path = \"/{line:spaces.txt}\" }", "17:20",
       "line 2 of 'spaces.txt' has a space"},
      {"a variable that no group has", one, "request = { body = \"é {var:zon}\" }", "17:20",
       "group 'control' has no variable 'zon' for {var:zon}; did you mean 'zone'?"},
      {"a placeholder that never ends", one, "request = { body = \"é {var:zone\" }", "17:23",
       "this placeholder has no closing }"},
      {"a small method", one, "request = { method = \"get\" }", "17:22",
       "'get' is no method; did you mean 'GET'?"},
      {"a tunnel", one, "request = { method = \"CONNECT\" }", "17:22", "CONNECT opens a tunnel"},
      {"a header of ours", one, "request = { headers = { Content-Length = \"5\" } }", "17:25",
       "'Content-Length' is set by loadgen itself"},
      {"no header name", one, "request = { headers = { \"a b\" = \"5\" } }", "17:25",
       "'a b' is no name of a header"},
      {"two lines in a header", one, "request = { headers = { A = \"5\\n6\" } }", "17:29",
       "can't hold a control character"},
      {"body twice", one, "request = { body = \"a\", body_file = \"body.json\" }", "17:37",
       "'body' and 'body_file' exclude each other"},
      {"a body file that is not there", one, "request = { body_file = \"no.json\" }", "17:25",
       "can't read the file 'dir/no.json'"},
      {"request twice", one, "request = {}\nrequests = [{}]", "18:12",
       "'request' and 'requests' exclude each other"},
      {"no requests", one, "requests = []", "17:12", "'requests' is empty"},
      {"a weight of 0", one, "requests = [{}, { path = \"/b\", weight = 0 }]", "17:41",
       "'weight' must be above 0"},
      {"two requests alike", one, "requests = [{}, {}]", "17:17",
       "a second request is called 'GET /'"},
      {"two of one name", one, "requests = [{ name = \"a\" }, { path = \"/b\", name = \"a\" }]",
       "17:51", "a second request is called 'a'"},
      {"served by no header", one, "served_by = \"X Served\"", "17:13",
       "'X Served' is no name of a header"},
      {"many requests on no keepalive", one, "keepalive = false\nrequests_per_connection = 2",
       "18:27", "each connection carries one request"},
  });
}

TEST_CASE("requests: defaults, names and files") {
  const auto http = [](std::string_view to) {
    return parsed(edited("request = { path = \"/\" }", to)).workloads.at(0).http;
  };
  SUBCASE("nothing said is GET /") {
    const HttpPart part = http("");
    REQUIRE(part.requests.size() == 1);
    CHECK(part.requests[0].method == "GET");
    CHECK(part.requests[0].path == "/");
    CHECK(part.requests[0].name == "home");
    CHECK(part.keepalive);
    CHECK(part.expect.status.empty());
  }
  SUBCASE("several are called by method and path") {
    const HttpPart part = http(
        "requests = [{ path = \"/a\", weight = 3 }, { name = \"x\", method = \"PURGE\" }]\n"
        "expect = { status = [200, 404], body_contains = \"ok\" }\nserved_by = \"peer\"");
    CHECK(part.requests.at(0).name == "GET /a");
    CHECK(part.requests.at(0).weight == 3);
    CHECK(part.requests.at(1).name == "x");
    CHECK(part.requests.at(1).method == "PURGE");
    CHECK(part.expect.status == std::vector<int>{200, 404});
    CHECK(part.expect.body_contains == "ok");
    CHECK(part.served_by == "peer");
  }
  SUBCASE("JSON needs no escapes, headers keep their order, files are loaded") {
    const Scenario scenario = parsed(edited(
        "request = { path = \"/\" }",
        "[workloads.request]\npath = \"/{line:ids.txt}?n={seq}\"\nbody_file = \"body.json\"\n"
        "headers = { Zeta = \"{var:zone}\", Alpha = \"{random:-5:5}\" }"));
    const Request& request = scenario.workloads.at(0).http.requests.at(0);
    CHECK(request.body == "{\"id\": {seq}}");
    CHECK(request.headers.at(0).first == "Zeta");
    CHECK(request.headers.at(1).first == "Alpha");
    CHECK(scenario.line_file("ids.txt") == "one\ntwo\nthree\n");
    CHECK_FALSE(scenario.line_file("other.txt"));
    CHECK(scenario.workloads[0].operations() == std::vector<std::string>{"home"});
  }
}

TEST_CASE("a reader of journals reads no file and judges none") {
  ScenarioSource source =
      source_of(edited("request = { path = \"/\" }",
                       "request = { path = \"/{line:gone.txt}\", body_file = \"gone.json\" }"));
  source.file = nullptr;
  const Scenario scenario = parse_scenario(source);
  CHECK(scenario.workloads.at(0).http.requests.at(0).body.empty());
  CHECK(scenario.line_files.empty());
}
