// `loadgen aa`, as typed.
#include <doctest/doctest.h>

#include <fstream>

#include "command_line.h"
#include "loadgen/analysis/analyse.h"
#include "loadgen/core/scratch_directory.h"
#include "tests/loadgen/analysis/recorded_run.h"

namespace loadgen {
namespace {

using test::contains;
using test::Ran;
using test::run_loadgen;

/// The result of a quiet run of `seconds` at 200/s.
std::string quiet_result(const ScratchDirectory& scratch, const std::string& id,
                         RunSecond seconds) {
  RecordedRun run(
      "schema = 1\n[phases]\nbefore = \"60s\"\n[groups.control]\nbase_url = \"http://h\"\n"
      "[[workloads]]\nname = \"home\"\nkind = \"http\"\nrate = 200\n");
  run.run.header.run_id = id;
  run.mark(0, "phase", "before");
  for (RunSecond s = 0; s < seconds; ++s) {
    run.seconds(0, {s, s + 1}, {.ok = 200, .ok_us = 10'000 + 37 * (s % 7)});
  }
  run.mark(seconds, "phase", "end").end(seconds + 1);
  const std::string path = (scratch.path() / (id + ".json")).string();
  std::ofstream(path) << write_result(analyse(run.run));
  return path;
}

TEST_CASE("one run tells of its halves, several of each other, too") {
  const ScratchDirectory scratch;
  const std::string one = quiet_result(scratch, "one", 120);
  const Ran alone = run_loadgen({"aa", one, "--splits", "50"});
  CAPTURE(alone.err);
  CHECK(alone.code == 0);
  CHECK(contains(alone.out, "50 random halves of 10 batches"));
  CHECK_FALSE(contains(alone.out, "Each run against each other"));
  const Ran both = run_loadgen({"aa", one, quiet_result(scratch, "two", 120), "--splits", "50"});
  CHECK(contains(both.out, "2 comparisons, 0 % flagged"));
  CHECK(contains(both.out, "between runs"));
  CHECK(run_loadgen({"aa", one, "--splits", "50"}).out == alone.out);
}

TEST_CASE("without enough data it is 12, without a run 2") {
  const ScratchDirectory scratch;
  const Ran ran = run_loadgen({"aa", quiet_result(scratch, "short", 4)});
  CHECK(ran.code == 12);
  CHECK(contains(ran.out, "batches"));
  CHECK(run_loadgen({"aa"}).code == 2);
  CHECK(run_loadgen({"aa", "/nowhere"}).code == 2);
  CHECK(run_loadgen({"aa", "x", "--splits", "0"}).code == 2);
}

}  // namespace
}  // namespace loadgen
