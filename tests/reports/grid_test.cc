#include "reports/grid.h"

#include <doctest/doctest.h>

#include <numeric>

namespace loadgen::reports {
namespace {

Result with_series(RunSecond start, std::size_t seconds) {
  WorkloadResult workload;
  workload.series.start_s = start;
  workload.series.planned.assign(seconds, 1);
  Result result;
  result.groups = {{"g", {"control", "", {{"w", workload}}}}};
  return result;
}

TEST_CASE("the step is one that people count in, and the points stay under the limit") {
  struct Row {
    std::size_t seconds;
    int step;
    std::size_t points;
  };
  for (const Row& row : {Row{1, 1, 1},
                         {240, 1, 240},
                         {241, 2, 121},
                         {3'600, 15, 240},
                         {3'601, 20, 181},
                         {200'000, 1'800, 112}}) {
    CAPTURE(row.seconds);
    const Grid grid = grid_of(with_series(0, row.seconds), "w");
    CHECK(grid.step_s == row.step);
    CHECK(grid.points == row.points);
  }
  CHECK(grid_of(Result{}, "w").points == 0);
}

TEST_CASE("groups that start apart share one axis, and far apart it does not take long") {
  Result result = with_series(-2'000'000'000, 3);
  result.groups.push_back(with_series(2'000'000'000, 3).groups[0]);
  const Grid grid = grid_of(result, "w");
  CHECK(grid.start_s == -2'000'000'000);
  const Values values = rates(grid, 2'000'000'000, {1, 1, 1});
  CHECK_FALSE(values.front().has_value());
  CHECK(values.back() == 1.0);
}

TEST_CASE("each stretch: mean rate, largest and middle value") {
  const Grid grid{10, 2, 3};
  CHECK(rates(grid, 11, {4, 6, 8}) == Values{4.0, 7.0, std::nullopt});
  const std::vector<std::optional<std::int64_t>> times = {5, std::nullopt, 9,
                                                          1, std::nullopt, std::nullopt};
  CHECK(largest(grid, 10, times) == Values{5.0, 9.0, std::nullopt});
  CHECK(middle(Grid{10, 5, 1}, 10, {7, 1, 5, 3, 100}) == Values{5.0});
  CHECK(middles(grid, std::chrono::seconds(10)) == std::vector<double>{1, 3, 5});
  CHECK(resolution(grid) == "per 2 s");
}

TEST_CASE("no request is lost between seconds and stretches") {
  std::vector<std::uint64_t> seconds(997);
  std::iota(seconds.begin(), seconds.end(), 0);
  const Grid grid = grid_of(with_series(0, seconds.size()), "w");
  double sum = 0;
  const Values values = rates(grid, 0, seconds);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::size_t length = std::min<std::size_t>(static_cast<std::size_t>(grid.step_s),
                                                     seconds.size() - i * grid.step_s);
    sum += *values[i] * static_cast<double>(length);
  }
  CHECK(sum == doctest::Approx(996.0 * 997 / 2));
}

}  // namespace
}  // namespace loadgen::reports
