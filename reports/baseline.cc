#include "reports/baseline.h"

#include <algorithm>

#include "reports/columns.h"
#include "reports/format.h"

namespace loadgen::reports {
namespace {

std::string fact(const ComparableRun& run, const char* key) {
  const auto found = run.host.find(key);
  return found == run.host.end() ? std::string(kNothing) : one_line_for_terminal(found->second);
}

bool in_points(const std::string& name) { return name == "error_rate" || name == "goodput"; }

std::size_t room(int width) { return static_cast<std::size_t>(std::max(width, 60)); }

}  // namespace

std::string spread_table(const std::vector<RunSpread>& spreads, int width) {
  std::string out, place;
  std::vector<std::vector<std::string>> rows;
  const auto flush = [&] {
    if (rows.empty()) return;
    out += "\n" + one_line_for_terminal(place) + "\n" +
           columns({{"metric", false, 4},
                    {"runs", true, 1},
                    {"median", true, 3},
                    {"between runs", true, 4},
                    {"next run within", true, 2}},
                   rows, room(width));
    rows.clear();
  };
  for (const RunSpread& spread : spreads) {
    const std::string here = spread.workload + " in " + spread.group + ", " + spread.phase;
    if (here != place) flush();
    place = here;
    std::string deviation(kNothing);
    if (spread.deviation) {
      deviation = significant(*spread.deviation * 100) + (in_points(spread.metric) ? " pp" : " %");
    }
    rows.push_back({one_line_for_terminal(spread.metric), std::to_string(spread.runs),
                    metric(spread.metric, spread.median), deviation,
                    metric(spread.metric, spread.limit)});
  }
  flush();
  return out;
}

std::string baseline_terminal(const std::vector<ComparableRun>& runs,
                              const std::vector<RunSpread>& spreads, int width) {
  std::vector<std::vector<std::string>> rows;
  for (const ComparableRun& run : runs) {
    rows.push_back({one_line_for_terminal(run.run_id), one_line_for_terminal(run.name),
                    one_line_for_terminal(run.verdict), one_line_for_terminal(run.tool_version),
                    fact(run, "cores"), fact(run, "cpu"), fact(run, "kernel")});
  }
  return columns({{"run", false, 4},
                  {"name", false, 2},
                  {"verdict", false, 2},
                  {"loadgen", false, 1},
                  {"cores", true, 3},
                  {"cpu", false, 3},
                  {"kernel", false, 0}},
                 rows, room(width)) +
         spread_table(spreads, width);
}

}  // namespace loadgen::reports
