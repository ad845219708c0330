#include "loadgen/analysis/run_floor.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

struct Given {
  std::vector<ComparableMetric> base, head;
  RunsOfMetric metric(const char* name) const {
    RunsOfMetric runs{name, {}, {}};
    for (const ComparableMetric& run : base) runs.base.push_back(&run);
    for (const ComparableMetric& run : head) runs.head.push_back(&run);
    return runs;
  }
};

ComparableMetric of(std::uint64_t n) {
  ComparableMetric metric;
  metric.n = n;
  return metric;
}

TEST_CASE("100 beyond the quantile on each side, 10 in each run") {
  struct Row {
    std::string why;
    Given given;
    const char* metric;
    const char* said;
  };
  const Row rows[] = {
      {"enough", {{of(10'000)}, {of(10'000)}}, "p99", ""},
      {"one too few", {{of(9'999)}, {of(10'000)}}, "p99", "99.99"},
      {"the other side", {{of(10'000)}, {of(5'000)}}, "p99", "about 60 s more at this rate"},
      {"rounds add up", {{of(5'000), of(5'000)}, {of(5'000), of(5'000)}}, "p99", ""},
      {"but each needs some",
       {{of(20'000), of(500)}, {of(20'000), of(500)}},
       "p99",
       "more each at this rate"},
      {"the median needs few", {{of(200)}, {of(200)}}, "p50", ""},
      {"shares have their own bounds", {{of(5)}, {of(5)}}, "error_rate", ""},
      {"enough in all, but none in one: no length of that run helps",
       {{of(20'000)}, {of(20'000), of(0)}},
       "p99",
       "one of the runs has no answers"},
      {"nothing at all", {{of(0)}, {of(0)}}, "p99", "0 answers beyond it"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const std::string said = too_few(row.given.metric(row.metric), 60, 60);
    CAPTURE(said);
    if (std::string(row.said).empty()) {
      CHECK(said == "");
    } else if (std::string(row.said) != "99.99") {
      CHECK(said.find(row.said) != std::string::npos);
    } else {
      CHECK(said != "");
    }
  }
}

}  // namespace
}  // namespace loadgen
