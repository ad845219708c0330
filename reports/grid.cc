#include "reports/grid.h"

#include <algorithm>

#include "reports/facts.h"

namespace loadgen::reports {
namespace {

/// The present values of stretch `point`.
template <class T>
std::vector<double> stretch(const Grid& grid, std::size_t point, RunSecond start_s,
                            const std::vector<T>& values) {
  std::vector<double> found;
  const std::int64_t first = static_cast<std::int64_t>(grid.start_s) - start_s +
                             static_cast<std::int64_t>(point) * grid.step_s;
  const auto size = static_cast<std::int64_t>(values.size());
  for (std::int64_t at = std::max<std::int64_t>(first, 0); at < std::min(first + grid.step_s, size);
       ++at) {
    const T& value = values[static_cast<std::size_t>(at)];
    if constexpr (std::is_integral_v<T>) {
      found.push_back(static_cast<double>(value));
    } else if (value) {
      found.push_back(static_cast<double>(*value));
    }
  }
  return found;
}

template <class T, class Pick>
Values each_stretch(const Grid& grid, RunSecond start_s, const std::vector<T>& values, Pick pick) {
  Values out(grid.points);
  for (std::size_t point = 0; point < grid.points; ++point) {
    std::vector<double> found = stretch(grid, point, start_s, values);
    if (!found.empty()) out[point] = pick(found);
  }
  return out;
}

double most(const std::vector<double>& found) {
  return *std::max_element(found.begin(), found.end());
}

}  // namespace

Grid grid_of(const Result& result, const std::string& workload, std::size_t most_points) {
  std::optional<std::int64_t> from, to;
  for (const auto& [name, group] : result.groups) {
    const WorkloadResult* found = find_workload(group, workload);
    if (found == nullptr || found->series.planned.empty()) continue;
    const std::int64_t start = found->series.start_s;
    const std::int64_t end = start + static_cast<std::int64_t>(found->series.planned.size());
    from = std::min(from.value_or(start), start);
    to = std::max(to.value_or(end), end);
  }
  Grid grid;
  if (!from) return grid;
  const std::int64_t seconds = *to - *from;
  const auto fits = [&](int step) {
    return seconds <= static_cast<std::int64_t>(most_points) * step;
  };
  for (const int step : {1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 1800, 3600}) {
    grid.step_s = step;
    if (fits(step)) break;
  }
  while (!fits(grid.step_s)) grid.step_s *= 2;
  grid.start_s = static_cast<RunSecond>(*from);
  grid.points = static_cast<std::size_t>((seconds + grid.step_s - 1) / grid.step_s);
  return grid;
}

std::vector<double> middles(const Grid& grid, RunOffset zero) {
  std::vector<double> out;
  for (std::size_t i = 0; i < grid.points; ++i) {
    out.push_back(grid.start_s + (static_cast<double>(i) + 0.5) * grid.step_s - to_seconds(zero));
  }
  return out;
}

Values rates(const Grid& grid, RunSecond start_s, const std::vector<std::uint64_t>& per_second) {
  return each_stretch(grid, start_s, per_second, [](const std::vector<double>& found) {
    double sum = 0;
    for (const double each : found) sum += each;
    return sum / static_cast<double>(found.size());
  });
}

Values largest(const Grid& grid, RunSecond start_s,
               const std::vector<std::optional<std::int64_t>>& per_second) {
  return each_stretch(grid, start_s, per_second, most);
}

Values largest(const Grid& grid, RunSecond start_s, const std::vector<std::uint64_t>& per_second) {
  return each_stretch(grid, start_s, per_second, most);
}

Values middle(const Grid& grid, RunSecond start_s,
              const std::vector<std::optional<std::int64_t>>& per_second) {
  return each_stretch(grid, start_s, per_second, [](std::vector<double>& found) {
    const auto half = found.begin() + static_cast<std::ptrdiff_t>(found.size() / 2);
    std::nth_element(found.begin(), half, found.end());
    return *half;
  });
}

std::string resolution(const Grid& grid) {
  return grid.step_s == 1 ? "per second" : "per " + std::to_string(grid.step_s) + " s";
}

}  // namespace loadgen::reports
