#include <doctest/doctest.h>

#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of an experiment") {
  test::check_golden("reports/experiment.md", markdown(example_experiment()));
}

TEST_CASE("under 60 KB whatever there is, with the verdict first and a word on what is left out") {
  Result result = example_hour();
  result.checks.resize(2'000, example_experiment().checks[0]);
  const std::string text = markdown(result);
  CHECK(text.size() < 60'000);
  CHECK(text.find("## ❌ FAILED") == 0);
  CHECK(text.find("Parts were left out") != text.npos);
  CHECK(text.find("### songs") != text.npos);  // what fits is still there
}

TEST_CASE("no name becomes markup") {
  Result result = example_nothing_ok();
  result.name = "<img src=x onerror=1> | ``` [a](http://b)";
  result.groups[0].first = "```\n# h";
  const std::string text = markdown(result);
  CHECK(text.find("<img") == text.npos);
  CHECK(text.find("\n# h") == text.npos);
  CHECK(text.find("```", text.find("```text") + 7) == text.rfind("```"));
}

TEST_CASE("an empty result says what there is") {
  const std::string text = markdown(example_empty());
  CHECK(text.find("the journal holds no request") != text.npos);
  CHECK(text.find("NOT VALID") != text.npos);
}

}  // namespace
}  // namespace loadgen::reports
