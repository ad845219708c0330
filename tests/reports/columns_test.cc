#include "reports/columns.h"

#include <doctest/doctest.h>

namespace loadgen::reports {
namespace {

const std::vector<Column> kHeads = {{"name", false, 2}, {"n", true, 2}, {"extra", true, 0}};
const std::vector<std::vector<std::string>> kRows = {{"é", "1", "12345"}, {"abcdef", "20", "1"}};

TEST_CASE("columns line up by characters, not bytes") {
  CHECK(columns(kHeads, kRows, 80) ==
        "  name     n  extra\n"
        "  é        1  12345\n"
        "  abcdef  20      1\n");
}

TEST_CASE("what fits to the character stays, one less and the least important goes") {
  CHECK(columns(kHeads, kRows, 19).find("extra") != std::string::npos);
  CHECK(columns(kHeads, kRows, 18) == "  name     n\n  é        1\n  abcdef  20\n");
  CHECK(columns(kHeads, kRows, 1) == "  name     n\n  é        1\n  abcdef  20\n");
}

TEST_CASE("without headings there is no heading line") {
  CHECK(columns({{"", false, 1}}, {{"a"}}, 80) == "  a\n");
  CHECK(columns({{"h", false, 1}}, {}, 80) == "  h\n");
}

}  // namespace
}  // namespace loadgen::reports
