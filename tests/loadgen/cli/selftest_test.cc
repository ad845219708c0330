// `loadgen selftest`, as typed: its mistakes. The two minutes themselves are a system test.
#include <doctest/doctest.h>

#include "command_line.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

TEST_CASE("what is typed wrongly exits 2 before anything is measured") {
  struct Row {
    std::string why;
    std::vector<std::string> arguments;
    const char* err;
  };
  const Row rows[] = {
      {"no slowdown", {"selftest", "--slowdown", "0%"}, "more than 0%"},
      {"no share", {"selftest", "--slowdown", "fast"}, "20%"},
      {"no unit", {"selftest", "--length", "4"}, "4s"},
      {"parts of a second", {"selftest", "--length", "1500ms"}, "whole seconds"},
      {"too few rounds to decide", {"selftest", "--rounds", "5"}, "--rounds"},
      {"no load", {"selftest", "--rate", "0"}, "--rate"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Ran ran = run_loadgen(row.arguments);
    CAPTURE(ran.err);
    CHECK(ran.code == 2);
    CHECK(contains(ran.err, row.err));
    CHECK(ran.out == "");
  }
}

}  // namespace
}  // namespace loadgen
