#include "loadgen/analysis/errors.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("errors are grouped by phase and class, with the earliest samples") {
  RecordedRun recorded;
  recorded.phases();
  recorded.seconds(0, {0, 65}, {.ok = 10});
  recorded.seconds(0, {30, 33}, {.refused = 2, .timed_out = 1, .late = 4}, {.operation = 1});
  recorded.seconds(0, {45, 46}, {.refused = 5}, {.operation = 1});
  for (int i = 9; i >= 0; --i) {
    ErrorSample sample;
    sample.key = {0, 0, 1, 30 + i % 3};
    sample.outcome = Outcome::connect_refused;
    sample.at = std::chrono::seconds{30 + i % 3} + std::chrono::milliseconds{i};
    recorded.run.recording.samples.push_back(sample);
    sample.key.group = 1;
    recorded.run.recording.samples.push_back(sample);
  }
  // Another operation's, later than all of these: one class may be of several causes.
  ErrorSample other;
  other.key = {0, 0, 0, 32};
  other.outcome = Outcome::connect_refused;
  other.at = std::chrono::seconds{32} + std::chrono::milliseconds{900};
  recorded.run.recording.samples.push_back(other);
  ErrorSample edge;
  edge.key = {0, 0, 1, 45};
  edge.outcome = Outcome::connect_refused;
  edge.at = std::chrono::seconds{45};
  recorded.run.recording.samples.push_back(edge);
  const auto spans = phases_of(recorded.run);
  const auto seconds =
      seconds_of(recorded.run.recording, {.selection = {0, 0}, .from = 0, .to = 65});
  const auto groups = errors_of(recorded.run, {0, 0}, spans, seconds);
  REQUIRE(groups.size() == 3);
  CHECK(groups[0].outcome == Outcome::connect_refused);
  CHECK(groups[0].phase == "during");
  CHECK(groups[0].count == 6);
  CHECK(groups[0].first == std::chrono::seconds{30});
  CHECK(run_second(groups[0].last) == 32);
  REQUIRE(groups[0].samples.size() == kMostSamples);
  for (std::size_t i = 1; i < kMostSamples; ++i) {
    CHECK(groups[0].samples[i - 1].at <= groups[0].samples[i].at);
    CHECK(groups[0].samples[i].key.group == 0);
  }
  CHECK(groups[0].samples.back() == other);
  CHECK(groups[1].outcome == Outcome::timed_out);
  CHECK(groups[1].samples.empty());
  CHECK(groups[2].phase == "after");
  CHECK(groups[2].count == 5);
  CHECK(groups[2].samples == std::vector<ErrorSample>{edge});
  CHECK(errors_of(recorded.run, {1, 0}, {}, {}).empty());
}

}  // namespace
}  // namespace loadgen
