#include "loadgen/stats/holm.h"

#include <doctest/doctest.h>

namespace loadgen::stats {
namespace {

TEST_CASE("adjusted, in the order given") {
  struct Row {
    std::string why;
    std::vector<double> p, adjusted;
  };
  const Row rows[] = {
      {"none", {}, {}},
      {"one stays", {0.03}, {0.03}},
      {"the textbook's four", {0.01, 0.04, 0.03, 0.005}, {0.03, 0.06, 0.06, 0.02}},
      {"never above 1", {0.9, 0.8}, {1, 1}},
      {"equal ones stay equal", {0.02, 0.02}, {0.04, 0.04}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto found = holm(row.p);
    REQUIRE(found.size() == row.adjusted.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(found[i] == doctest::Approx(row.adjusted[i]));
    }
  }
}

}  // namespace
}  // namespace loadgen::stats
