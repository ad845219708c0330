#include "loadgen/core/run_json.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

namespace loadgen {
namespace {

TEST_CASE("an interval has two ends") {
  for (const char* interval : {"[1]", "[1, 2, 3]", "1"}) {
    CAPTURE(interval);
    const JsonDocument document(
        R"({"id": "", "expression": "", "group": "", "workload": "", "observed": 1, "bound": 2, )"
        R"("result": "held", "interval": )" +
            std::string(interval) + "}",
        "f");
    CheckResult check;
    CHECK_THROWS_AS(read_check(document.root(), check), UserError);
  }
}

TEST_CASE("an observation without a number is null, not absent") {
  JsonWriter out;
  write_observation(out, {"n", "", RunOffset{0}, std::nullopt, ""});
  CHECK(out.text() == R"({"name": "n", "at_us": 0, "value": null})");
}

}  // namespace
}  // namespace loadgen
