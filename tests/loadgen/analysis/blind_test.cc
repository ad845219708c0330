#include "loadgen/analysis/blind.h"

#include "recorded_run.h"

namespace loadgen {
namespace {

TEST_CASE("consecutive blind seconds are one stretch, by worker and reason") {
  RecordedRun recorded;
  recorded.phases().both({0, 65}, {.ok = 10});
  recorded.seconds(0, {10, 13}, {.late = 4, .worker = 1});
  recorded.seconds(0, {14, 15}, {.late = 1, .worker = 1});
  recorded.seconds(0, {12, 13}, {.late = 2, .worker = 0});
  recorded.seconds(1, {8, 9}, {.late = 7, .worker = 0});
  const auto stretches = blind_stretches(recorded.run);
  REQUIRE(stretches.size() == 4);
  CHECK(stretches[0] == BlindStretch{0, std::chrono::seconds{8}, std::chrono::seconds{9},
                                     "experimental", "home", "late", 7});
  CHECK(stretches[1] == BlindStretch{1, std::chrono::seconds{10}, std::chrono::seconds{13},
                                     "control", "home", "late", 12});
  CHECK(stretches[2].worker == 0);
  CHECK(stretches[3].from == std::chrono::seconds{14});

  std::uint64_t listed = 0, recording = 0;
  for (const BlindStretch& stretch : stretches) listed += stretch.tickets;
  for (const auto& [key, slice] : recorded.run.recording.slices) recording += slice.tally.blind();
  CHECK(listed == recording);
  CHECK(blind_stretches(RecordedRun().run).empty());
}

}  // namespace
}  // namespace loadgen
