#include "reports/paint.h"

#include <doctest/doctest.h>

namespace loadgen::reports {
namespace {

TEST_CASE("each verdict has its colour, and none without colours") {
  for (const auto& [verdict, code] : {std::pair{Verdict::pass, "32"},
                                      {Verdict::failed, "31"},
                                      {Verdict::degraded, "33"},
                                      {Verdict::invalid, "33"},
                                      {Verdict::inconclusive, "36"},
                                      {Verdict::none, "36"}}) {
    CHECK(Paint(true).of(verdict, "x") == "\x1b[1;" + std::string(code) + "mx\x1b[0m");
    CHECK(Paint(false).of(verdict, "x") == "x");
  }
  CHECK(Paint(true).bold("x") != Paint(true).dim("x"));
}

TEST_CASE("lines break at spaces and are indented from the second on") {
  CHECK(wrapped("one two three", 9, 2) == "one two\n  three\n");
  CHECK(wrapped("unbreakable", 4, 2) == "unbreakable\n");
  CHECK(wrapped("", 10, 2) == "\n");
}

}  // namespace
}  // namespace loadgen::reports
