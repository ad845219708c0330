// `loadgen http`, as typed.
#include <doctest/doctest.h>

#include "command_line.h"
#include "loadgen/cli/scratch_directory.h"
#include "loadgen/core/result.h"
#include "loadgen/plan/scenario.h"
#include "tests/loadgen/drive/scripted_server.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;
using test::run_undisturbed;

std::string url_of(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

TEST_CASE("a number of requests, its summary in loadtest's words, and nothing else on stdout") {
  test::ScriptedServer server(test::answers(test::ok_answer()));
  const Ran ran =
      run_undisturbed({"http", "-n", "40", "-c", "4", "--quiet", url_of(server.port()) + "/x"});
  CHECK(ran.code == 0);
  CHECK(ran.err == "");
  CHECK(ran.out.find("Target URL: ") < 40);
  CHECK(contains(ran.out, url_of(server.port()) + "/x"));
  CHECK(contains(ran.out, "Completed requests:"));
}

TEST_CASE("files that are asked for are written; a document on stdout stands there alone") {
  test::ScriptedServer server(test::answers(test::ok_answer()));
  const ScratchDirectory directory;
  const std::string html = (directory.path() / "r.html").string();
  const std::string saved = (directory.path() / "s.toml").string();
  const Ran ran = run_undisturbed({"http", "-n", "5", "--json", "-", "--html", html, "--save",
                                   saved, "--quiet", url_of(server.port())});
  CHECK(ran.code == 0);
  const Result result = read_result(ran.out, "stdout");
  CHECK(result.groups.at(0).second.workloads.at(0).second.totals.tally.planned() == 5);
  CHECK(contains(read_whole_file(html).value_or(""), "<html"));
  ScenarioSource source;
  source.text = read_whole_file(saved).value_or("");
  CHECK(parse_scenario(source).groups[0].base_url == url_of(server.port()));
}

TEST_CASE("the exit code: errors against the limit, checks, a target that is not there") {
  test::ScriptedServer server(test::answers("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"));
  const std::string url = url_of(server.port());
  CHECK(run_undisturbed({"http", "-n", "5", "--quiet", url}).code == 10);
  CHECK(run_undisturbed({"http", "-n", "5", "--quiet", "--max-error-rate", "100%", url}).code ==
        10);
  CHECK(run_undisturbed({"http", "-n", "5", "--quiet", "--check", "error_rate < 1%", url}).code ==
        10);
  const test::RefusingPort refusing;
  const Ran refused = run_loadgen({"http", "-n", "5", "--quiet", url_of(refusing.port())});
  CHECK(refused.code == 14);
  CHECK(refused.out == "");
  CHECK(contains(refused.err, "Connection refused"));
}

TEST_CASE("what was typed wrong: 2, one line, and nothing is sent") {
  struct Row {
    std::string why;
    std::vector<std::string> arguments;
    std::string what;
  };
  for (const Row& row : {
           Row{"no URL", {"http"}, "URL"},
           Row{"no scheme", {"http", "127.0.0.1"}, "expected http://"},
           Row{"an unknown flag", {"http", "--fast", "http://a"}, "--fast"},
           Row{"no clients", {"http", "-c", "0", "http://a"}, "-c"},
           Row{"-k and --no-keepalive", {"http", "-k", "--no-keepalive", "http://a"}, "exclude"},
           Row{"no percentage", {"http", "--max-error-rate", "5", "http://a"}, "such as 5%"},
           Row{"above 100 %", {"http", "--max-error-rate", "101%", "http://a"}, "such as 5%"},
           Row{"no check", {"http", "--check", "p98 < 1s", "http://a"}, "p98"},
           Row{"a place that can't be written",
               {"http", "-n", "1", "--save", "/proc/nowhere/s.toml", "http://127.0.0.1:1"},
               "--save"},
       }) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen(row.arguments);
    CHECK(ran.code == 2);
    CAPTURE(ran.err);
    CHECK(contains(ran.err, row.what));
    CHECK(ran.out == "");
  }
}

}  // namespace
}  // namespace loadgen
