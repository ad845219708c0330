#include "loadgen/analysis/pool.h"

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("a pool holds the selected seconds and operations, and nothing beside them") {
  RecordedRun recorded;
  recorded.seconds(0, {0, 10}, {.ok = 10});
  recorded.seconds(0, {0, 10}, {.ok = 3, .refused = 1}, {.operation = 1});
  recorded.seconds(0, {0, 10}, {.ok = 70}, {.workload = 1});
  recorded.seconds(1, {0, 10}, {.ok = 500});

  struct Row {
    std::string why;
    Selection selection;
    RunSecond from, to;
    std::uint64_t scheduled, ok;
  };
  const Row rows[] = {
      {"all operations of a workload", {0, 0}, 0, 10, 140, 130},
      {"one operation", {0, 0, 1}, 0, 10, 40, 30},
      {"the first operation alone", {0, 0, 0}, 0, 10, 100, 100},
      {"the end is left out", {0, 0}, 2, 3, 14, 13},
      {"an empty stretch", {0, 0}, 3, 3, 0, 0},
      {"another workload", {0, 1}, 0, 10, 700, 700},
      {"another group", {1, 0}, 9, 99, 500, 500},
      {"a workload that isn't there", {1, 1}, 0, 10, 0, 0},
      {"an operation that isn't there", {1, 0, 4}, 0, 10, 0, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Pool pool = pool_of(recorded.run.recording, row.selection, row.from, row.to);
    CHECK(pool.tally.scheduled == row.scheduled);
    CHECK(pool.tally.ok() == row.ok);
    CHECK(pool[Measure::response_ok].total() == row.ok);
  }
}

TEST_CASE("open tickets are not settled") {
  RecordedRun recorded;
  recorded.seconds(0, {0, 1}, {.ok = 5, .refused = 2, .late = 4, .open = 3});
  const Tally tally = pool_of(recorded.run.recording, {0, 0}, 0, 1).tally;
  CHECK(tally.scheduled == 14);
  CHECK(tally.planned() == 10);
  CHECK(settled(tally) == 7);
}

}  // namespace
}  // namespace loadgen
