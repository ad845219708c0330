#include "loadgen/analysis/pieces.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("a stretch in pieces, and pieces in batches") {
  struct Row {
    std::string why;
    RunSecond from, to;
    std::size_t batches;
    std::uint64_t first, all;  // tickets of the first batch, and of all
  };
  const Row rows[] = {
      {"40 s: a second each", 5, 45, 10, 40, 400},
      {"20 s: every other piece is empty", 5, 25, 10, 20, 200},
      {"13 s: batches of one second or two", 5, 18, 10, 10, 130},
      {"one batch is all", 5, 45, 1, 400, 400},
      {"one second", 5, 6, 5, 0, 10},
      {"nothing", 5, 5, 8, 0, 0},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.both({0, 65}, {.ok = 9, .refused = 1});
    const auto pieces = pieces_of(recorded.run.recording, {0, 0}, row.from, row.to);
    CHECK(pieces.size() == kPieces);
    const auto batches = merged(pieces, row.batches);
    REQUIRE(batches.size() == row.batches);
    CHECK(batches.front().tally.scheduled == row.first);
    CHECK(batches.front().from == row.from);
    CHECK(batches.back().to == row.to);
    std::uint64_t all = 0, not_ok = 0;
    for (std::size_t i = 0; i < batches.size(); ++i) {
      all += batches[i].tally.scheduled;
      not_ok += batches[i].not_ok();
      CHECK(batches[i].histogram.total == batches[i].tally.ok());
      if (i > 0) CHECK(batches[i].from == batches[i - 1].to);
    }
    CHECK(all == row.all);
    CHECK(not_ok == row.all / 10);
  }
}

TEST_CASE("chosen seconds follow each other, wherever they lie") {
  RecordedRun recorded;
  recorded.both({0, 30}, {.ok = 9, .refused = 1}).both({30, 65}, {.ok = 4});
  std::vector<RunSecond> seconds;
  for (RunSecond s = 0; s < 20; ++s) seconds.push_back(s);
  for (RunSecond s = 40; s < 60; ++s) seconds.push_back(s);
  const auto batches = merged(pieces_of(recorded.run.recording, {0, 0}, seconds), 10);
  CHECK(batches.front().from == 0);
  CHECK(batches.back().to == 40);
  for (std::size_t i = 0; i < 10; ++i) {
    CHECK(batches[i].to - batches[i].from == 4);
    CHECK(batches[i].tally.scheduled == (i < 5 ? 40 : 16));
    CHECK(batches[i].histogram.total == (i < 5 ? 36 : 16));
  }
  const auto none = merged(pieces_of(recorded.run.recording, {0, 0}, std::vector<RunSecond>{}), 1);
  CHECK(none.front().tally.scheduled == 0);
}

}  // namespace
}  // namespace loadgen
