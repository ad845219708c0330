#include "loadgen/cluster/refusals.h"

#include <doctest/doctest.h>

#include <vector>

namespace loadgen {
namespace {

TEST_CASE("the first ones are said, all are counted") {
  std::vector<std::string> said;
  Refusals refusals([&](const std::string& line) { said.push_back(line); });
  CHECK(refusals.text() == "");
  refusals.count("wrong token", "10.0.0.1:5", "");
  for (int i = 0; i < 50; ++i) refusals.count("silent", "10.0.0.2:6", "nothing came in time");
  CHECK(refusals.text() == "50 silent, 1 wrong token");
  REQUIRE(said.size() == Refusals::kMostSaid);
  CHECK(said[0] == "refused a connection: 10.0.0.1:5 wrong token");
  CHECK(said[1] == "refused a connection: 10.0.0.2:6 silent: nothing came in time");
  CHECK(said.back().find("(further ones are only counted)") != std::string::npos);
}

TEST_CASE("one that has gone again has no address any more") {
  std::string said;
  Refusals refusals([&](const std::string& line) { said = line; });
  refusals.count("not a worker", "", "closed by the other end");
  CHECK(said == "refused a connection: not a worker: closed by the other end");
}

TEST_CASE("what a stranger wrote stays within its line") {
  struct Row {
    const char* why;
    std::string text, line;
  };
  for (const Row& row : {
           Row{"a host's name", "worker-3.example", "worker-3.example"},
           Row{"lines of its own", "a\nloadgen: all is well\r", "a?loadgen: all is well?"},
           Row{"an escape sequence", "\x1b[2Jgone", "?[2Jgone"},
           Row{"no UTF-8", "a\xff", "a\xef\xbf\xbd"},
           Row{"as long as it may be", std::string(200, 'x'), std::string(200, 'x')},
           Row{"longer", std::string(201, 'x'), std::string(200, 'x') + "…"},
       }) {
    CAPTURE(row.why);
    CHECK(one_line(row.text) == row.line);
  }
}

}  // namespace
}  // namespace loadgen
