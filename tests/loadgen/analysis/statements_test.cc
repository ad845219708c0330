#include "loadgen/analysis/statements.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

constexpr const char* kScripts = R"(
schema = 1
[phases]
before = "10s"
[groups.target]
dsn = "host=/tmp"
[[workloads]]
name = "pg"
kind = "pgbench"
scripts = ["tpcb-like", "select-only"]
)";

/// `count` successes of `us` each, of one command in one second.
void ran(RecordedRun& recorded, SliceKey key, std::uint16_t place, std::int64_t us,
         std::uint64_t count) {
  Histogram took;
  took.record_us(us, count);
  recorded.run.recording.slices[key].statements[place].took += took.sparse();
}

TEST_CASE("commands are summed by script, place and phase") {
  RecordedRun recorded(kScripts);
  recorded.run.header.statements = {{"pg/tpcb-like", {"BEGIN;", "END;"}}};
  ran(recorded, {0, 0, 0, 1}, 0, 100, 3);
  ran(recorded, {0, 0, 0, 2}, 0, 300, 1);
  ran(recorded, {0, 0, 0, 7}, 1, 50, 2);
  ran(recorded, {0, 0, 1, 7}, 0, 20, 5);
  recorded.run.recording.slices[{0, 0, 0, 7}].statements[1].failed = 4;
  recorded.run.recording.slices[{0, 0, 0, 7}].statements[1].retried = 6;
  const std::vector<PhaseSpan> spans{{PhaseName::before, 0, 5}, {PhaseName::during, 5, 10}};
  const std::vector<StatementResult> all = statements_of(recorded.run, {0, 0}, spans);
  REQUIRE(all.size() == 3);
  CHECK(all[0].operation == "tpcb-like");
  CHECK(all[0].place == 0);
  CHECK(all[0].text == "BEGIN;");
  REQUIRE(all[0].phases.size() == 1);
  CHECK(all[0].phases[0].phase == "before");
  CHECK(all[0].phases[0].count == 4);
  CHECK(all[0].phases[0].took.mean == 150);
  CHECK(all[1].text == "END;");
  REQUIRE(all[1].phases.size() == 1);
  CHECK(all[1].phases[0].phase == "during");
  CHECK(all[1].phases[0].failed == 4);
  CHECK(all[1].phases[0].retried == 6);
  CHECK(all[2].operation == "select-only");
  CHECK(all[2].text.empty());  // the header names no commands of it
}

TEST_CASE("a workload without scripts has none") {
  CHECK(statements_of(RecordedRun().run, {0, 0}, {{PhaseName::before, 0, 5}}).empty());
}

}  // namespace
}  // namespace loadgen
