#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("word, icon, sentence, who, when and the figures") {
  const std::string text = html_verdict(example_experiment());
  for (const char* part : {"FAILED", "✕", "class=\"verdict bad\"", "28.9 % of the experimental",
                           "20260820T100604Z-3f9a1c", "2 min 10 s", "sha256 9d5ed678fe57",
                           "loadgen 0.1.0 (3f9a1c2)", "Time to recover", "1,729", "p99 after"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("the cards tell of the workload that was out longest, by its name") {
  Result result = example_experiment();
  CHECK_FALSE(has(html_verdict(result), "Time to recover · "));
  for (auto& [name, group] : result.groups) {
    group.workloads.emplace_back("untouched", WorkloadResult{}).second.recovery = Recovery{};
    group.workloads.emplace_back("dead", group.workloads.front().second);
    Recovery& recovery = group.workloads.back().second.recovery.emplace();
    recovery.longest_outage_s = 200;
    recovery.requests_lost = 4321;
  }
  const std::string text = html_verdict(result);
  for (const char* part : {"Failed during · dead", "Time to recover · dead",
                           "longest outage 3 min 20 s", "4,321", "p99 after · dead"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
}

TEST_CASE("a figure that is words is set smaller") {
  Result result = example_experiment();
  for (auto& [name, group] : result.groups) {
    for (auto& [workload, figures] : group.workloads) {
      if (!figures.recovery) continue;
      figures.recovery->time_to_recover_s.reset();
      figures.recovery->undetermined = true;
    }
  }
  CHECK(has(html_verdict(result), "<div class=\"figure words\">undetermined</div>"));
}

TEST_CASE("each verdict has a tone and an icon of its own kind") {
  for (int i = 0; i < 6; ++i) {
    Result result;
    result.verdict = static_cast<Verdict>(i);
    CAPTURE(i);
    CHECK(has(html_verdict(result), "<span class=\"icon\" aria-hidden=\"true\">"));
  }
}

TEST_CASE("aborted, and without a single group") {
  Result result;
  result.aborted = true;
  result.abort_reason = "interrupted";
  const std::string text = html_verdict(result);
  CHECK(has(text, "No verdict · aborted"));
  CHECK(has(text, "Aborted: interrupted"));
  CHECK_FALSE(has(text, "class=\"cards\""));
}

TEST_CASE("nothing answered: not reached, not zero") {
  CHECK(has(html_verdict(example_nothing_ok()), "not reached"));
}

}  // namespace
}  // namespace loadgen::reports
