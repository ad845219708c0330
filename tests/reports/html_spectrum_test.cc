#include <doctest/doctest.h>

#include "reports/html_sections.h"
#include "tests/reports/example_result.h"

namespace loadgen::reports {
namespace {

bool has(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

TEST_CASE("a panel per judged phase, response and service") {
  const std::string text = html_spectrum(example_experiment());
  for (const char* part : {"<h3>before</h3>", "<h3>during</h3>", "<h3>after</h3>",
                           "experimental response", "control service", ">p99</text>"}) {
    CAPTURE(part);
    CHECK(has(text, part));
  }
  CHECK_FALSE(has(text, "<h3>warmup</h3>"));
}

TEST_CASE("the tail is cut where fewer than 10 samples remain") {
  Result result = example_quick();
  WorkloadResult& workload = result.groups[0].second.workloads[0].second;
  Histogram h;
  for (int i = 1; i <= 1'000; ++i) h.record_us(i);
  workload.response_tenths["run"] = {h.sparse()};
  workload.service_tenths.clear();
  CHECK(has(html_spectrum(result), ">p99</text>"));
  CHECK_FALSE(has(html_spectrum(result), ">p99.9</text>"));
}

TEST_CASE("no success: nothing is drawn") {
  CHECK(has(html_spectrum(example_nothing_ok()), "Fewer than 10 successes"));
  CHECK(html_spectrum(Result{}).empty());
}

}  // namespace
}  // namespace loadgen::reports
