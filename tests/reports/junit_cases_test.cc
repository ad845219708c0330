#include "reports/junit_cases.h"

#include <doctest/doctest.h>
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

TEST_CASE("cases are counted by kind, and markup in them is escaped") {
  const std::string text = junit_text({.name = "a & b", .timestamp = "t", .seconds = 7},
                                      {{"<ok>", "c", "", "fine", ""},
                                       {"bad", "c", "failure", "\"no\"", "because <"},
                                       {"worse", "c", "error", "", ""},
                                       {"open", "c", "skipped", "m", "unused"}});
  CHECK(unbalanced_tag(text) == "");
  for (const char* part : {"tests=\"4\" failures=\"1\" errors=\"1\" skipped=\"1\"", "a &amp; b",
                           "&lt;ok&gt;", "because &lt;", "time=\"7\""}) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace
}  // namespace loadgen::reports
