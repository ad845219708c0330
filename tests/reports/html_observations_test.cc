#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("one panel per name, one line per group") {
  const std::string text = html_observations(example_experiment());
  CHECK(has(text, "<h3>app processes</h3>"));
  CHECK(has(text, "control"));
  CHECK(has(text, "experimental"));
}

TEST_CASE("readings without a number are counted, not drawn as zero") {
  Result result;
  result.observations = {{"n", "g", RunOffset{0}, std::nullopt, "no number"}};
  CHECK(has(html_observations(result), "1 readings gave no number"));
  CHECK_FALSE(has(html_observations(result), "<path"));
  result.observations.push_back({"n", "g", std::chrono::seconds(1), -3.0, ""});
  CHECK(has(html_observations(result), "<path"));
  CHECK(html_observations(Result{}).empty());
}

}  // namespace
}  // namespace loadgen::reports
