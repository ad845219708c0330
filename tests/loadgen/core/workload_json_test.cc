#include <doctest/doctest.h>

#include "loadgen/core/error.h"
#include "loadgen/core/figures_json.h"
#include "tests/loadgen/core/full_result.h"

namespace loadgen {
namespace {

TEST_CASE("an error sample names its operation and keeps its slice") {
  const Result result = full_result();
  JsonWriter out;
  write_workload(out, result.groups[0].second.workloads[0].second);
  CHECK(out.text().find("\"operation\": \"cart\"") != std::string::npos);
  CHECK(out.text().find("\"slice\": [1, 2, 1, 55]") != std::string::npos);
  const JsonDocument document(out.text(), "f");
  WorkloadResult back;
  read_workload(document.root(), back);
  CHECK(back.errors == result.groups[0].second.workloads[0].second.errors);
  CHECK(back.recovery == result.groups[0].second.workloads[0].second.recovery);
}

TEST_CASE("a slice that is none is refused") {
  const std::string good = [] {
    JsonWriter out;
    write_workload(out, full_result().groups[0].second.workloads[0].second);
    return out.text();
  }();
  for (const char* slice :
       {"[1, 2, 1]", "[65536, 2, 1, 55]", "[-1, 2, 1, 55]", "[1, 2, 1, 99999999999]", "[]"}) {
    CAPTURE(slice);
    std::string text = good;
    text.replace(text.find("[1, 2, 1, 55]"), 13, slice);
    const JsonDocument document(text, "f");
    WorkloadResult back;
    CHECK_THROWS_WITH_AS(read_workload(document.root(), back), doctest::Contains("slice"),
                         UserError);
  }
}

}  // namespace
}  // namespace loadgen
