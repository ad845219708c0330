#include <doctest/doctest.h>

#include "reports/render.h"
#include "tests/golden.h"
#include "tests/reports/example_result.h"
#include "tests/reports/markup.h"

namespace loadgen::reports {
namespace {

TEST_CASE("golden of an experiment") {
  const std::string text = junit(example_experiment());
  CHECK(unbalanced_tag(text) == "");
  test::check_golden("reports/experiment.junit.xml", text);
}

TEST_CASE("each verdict has its kind of case") {
  struct Row {
    Verdict verdict;
    const char* counts;
  };
  for (const Row& row : {Row{Verdict::pass, "failures=\"0\" errors=\"0\" skipped=\"0\""},
                         {Verdict::none, "failures=\"0\" errors=\"0\" skipped=\"0\""},
                         {Verdict::failed, "failures=\"1\" errors=\"0\" skipped=\"0\""},
                         {Verdict::degraded, "failures=\"1\" errors=\"0\" skipped=\"0\""},
                         {Verdict::invalid, "failures=\"0\" errors=\"1\" skipped=\"0\""},
                         {Verdict::inconclusive, "failures=\"0\" errors=\"0\" skipped=\"1\""}}) {
    Result result;
    result.verdict = row.verdict;
    CAPTURE(name_of(row.verdict));
    CHECK(junit(result).find(row.counts) != std::string::npos);
  }
}

TEST_CASE("a check with neither value nor names, and hostile text") {
  Result result;
  result.name = "\"]]><x>\x02";
  result.checks = {{"", "p99 < 1s", "", "", "", {}, "", 1, "", {}, "undecided", "<&>"}};
  const std::string text = junit(result);
  CHECK(unbalanced_tag(text) == "");
  CHECK(text.find("observed no data, allowed 1.00") != text.npos);
  CHECK(text.find("<x>") == text.npos);
  CHECK(text.find('\x02') == text.npos);
}

}  // namespace
}  // namespace loadgen::reports
