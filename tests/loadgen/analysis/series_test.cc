#include "loadgen/analysis/series.h"

#include <string>

#include "recorded_run.h"
#include "second_letters.h"

namespace loadgen {
namespace {

TEST_CASE("one value per second, absent where there is none") {
  const auto seconds = seconds_of_letters("gdeb<");
  const Series series = series_of(seconds, 30);
  CHECK(series.start_s == 30);
  CHECK(series.planned == std::vector<std::uint64_t>{100, 100, 0, 0, 100});
  CHECK(series.ok == std::vector<std::uint64_t>{100, 0, 0, 0, 40});
  CHECK(series.failed == std::vector<std::uint64_t>{0, 100, 0, 0, 60});
  CHECK(series.blind == std::vector<std::uint64_t>{0, 0, 0, 100, 0});
  CHECK(series.failed_by_class.size() == 1);
  CHECK(series.failed_by_class.at("connect_refused") == series.failed);
  REQUIRE(series.p50_us.size() == 5);
  CHECK(*series.p50_us[0] == 10'000);
  CHECK_FALSE(series.p50_us[1]);
  CHECK_FALSE(series.p99_us[2]);
  CHECK_FALSE(series.max_us[3]);
}

TEST_CASE("who served, and how long nobody did") {
  RecordedRun recorded;
  recorded.mark(0, "phase", "before").mark(10, "phase", "during").mark(20, "phase", "after");
  recorded.mark(30, "phase", "end");
  // Zone a is silent from 12 to 22, nothing is due in 15, 16 is blind; b answers throughout.
  recorded.seconds(0, {0, 12}, {.ok = 6, .served_by = "a"});
  recorded.seconds(0, {22, 30}, {.ok = 6, .served_by = "a"});
  recorded.seconds(0, {0, 15}, {.ok = 4, .served_by = "b"}, {.operation = 1});
  recorded.seconds(0, {16, 17}, {.late = 5});
  recorded.seconds(0, {17, 30}, {.ok = 4, .served_by = "b"}, {.operation = 1});
  const auto spans = phases_of(recorded.run);
  const auto seconds =
      seconds_of(recorded.run.recording, {.selection = {0, 0}, .from = 0, .to = 30});
  const auto served = served_by_of(recorded.run, {0, 0}, spans, seconds);
  REQUIRE(served.size() == 2);
  CHECK(served[0].value == "a");
  CHECK(served[0].phases.at("before") == Served{60, 60});
  CHECK(served[0].phases.at("during") == Served{12, 12});
  CHECK(served[0].answers.size() == 30);
  CHECK(served[0].answers[11] == 6);
  CHECK(served[0].answers[12] == 0);
  CHECK(*served[0].longest_silence_s == 8);
  CHECK(*served[1].longest_silence_s == 0);
  CHECK(*served[0].total_silence_s >= 8);
  CHECK(served[0].silences >= 1);
  CHECK(served[1].silences == 0);

  SUBCASE("without a fault window there is no silence to tell") {
    const auto quiet = served_by_of(recorded.run, {0, 0}, {{PhaseName::before, 0, 30}}, seconds);
    CHECK_FALSE(quiet[0].longest_silence_s);
  }
  SUBCASE("nobody said who answered") {
    CHECK(served_by_of(recorded.run, {1, 0}, spans, seconds).empty());
    CHECK(served_by_of(recorded.run, {0, 0}, {}, seconds).empty());
  }
}

}  // namespace
}  // namespace loadgen
