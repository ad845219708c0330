// Stored runs: whatever the file, it is read or refused with a message; what is read is written and
// read again the same, and compared with a good run without a number that is none.
#include <cmath>
#include <string>

#include "fuzzer.h"
#include "loadgen/analysis/run_comparison.h"
#include "loadgen/analysis/run_spread.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/comparable_run.h"
#include "loadgen/core/error.h"
#include "tests/loadgen/analysis/comparable_runs.h"

using namespace loadgen;

namespace {

void check_finite(const RunComparison& comparison) {
  for (const RunComparisonRow& row : comparison.rows) {
    for (const auto& number : {row.base, row.head, row.change}) {
      LG_ASSERT(!number || std::isfinite(*number));
    }
    if (!row.interval) continue;
    LG_ASSERT(!std::isnan(row.interval->first) && !std::isnan(row.interval->second));
    LG_ASSERT(row.interval->first <= row.interval->second);
  }
  LG_ASSERT(!comparison.reasons.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ComparableRun run;
  try {
    run = read_comparable_run(fuzz::text_of(data, size), "fuzz.json");
  } catch (const UserError& error) {
    LG_ASSERT(error.code() == ExitCode::usage && std::string_view(error.what()).size() > 0);
    return 0;
  }
  LG_ASSERT(read_comparable_run(write_comparable_run(run), "fuzz.json") == run);
  const ComparableRun good = test::run_like({.at = 9, .side = "good"});
  check_finite(compare_runs({good}, {run}));
  check_finite(compare_runs({run}, {good}));
  std::vector<ComparableRun> many;
  for (int i = 0; i < 6; ++i) {
    many.push_back(run);
    many.back().run_id += std::to_string(i);
  }
  check_finite(compare_runs(many, {good}));
  check_finite(compare_runs(many, {good, run}));
  for (const RunSpread& spread : spread_of(many)) {
    LG_ASSERT(!spread.limit || !std::isnan(*spread.limit));
  }
  return 0;
}
