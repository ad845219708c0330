#include "loadgen/analysis/stretch.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// `length` seconds from second 5 on, ten tickets each, of which the last is not ok; the tenth t
/// took t + 1 ms.
WorkloadResult workload(int length, std::size_t tenths = 10) {
  WorkloadResult w;
  PhaseFigures figures;
  figures.from = seconds(5);
  figures.to = seconds(5 + length);
  w.phases = {{"before", figures}};
  w.series.start_s = 0;
  for (int s = 0; s < 5 + length; ++s) {
    w.series.planned.push_back(10);
    w.series.ok.push_back(9);
    w.series.blind.push_back(s == 6 ? 3 : 0);
    w.series.p50_us.push_back(1000 + s);
  }
  for (std::size_t t = 0; t < tenths; ++t) {
    Histogram h;
    h.record_us(1000 * static_cast<std::int64_t>(t + 1), 9);
    w.response_tenths["before"].push_back(h.sparse());
  }
  return w;
}

TEST_CASE("ten batches and five are the tenths, whatever the phase's length") {
  for (const int length : {10, 20, 37, 300}) {
    CAPTURE(length);
    const Stretch stretch = stretch_of(workload(length), "before", std::nullopt);
    CHECK(stretch.seconds.size() == static_cast<std::size_t>(length));
    CHECK(stretch.seconds.front().p50_us == 1005);
    CHECK(stretch.seconds[1].blind() == 3);
    REQUIRE(stretch.pieces.size() == kPieces);
    const auto ten = merged(stretch.pieces, 10), five = merged(stretch.pieces, 5);
    std::uint64_t due = 0;
    for (std::size_t i = 0; i < 10; ++i) {
      CHECK(ten[i].histogram.min_us == 1000 * static_cast<std::int64_t>(i + 1));
      CHECK(ten[i].to > ten[i].from);
      CHECK(ten[i].tally.planned() == 10 * static_cast<std::uint64_t>(ten[i].to - ten[i].from));
      CHECK(ten[i].not_ok() * 10 == ten[i].tally.planned());
      due += ten[i].tally.planned();
    }
    CHECK(due == 10 * static_cast<std::uint64_t>(length));
    CHECK(five[4].histogram.total == 18);
    CHECK(merged(stretch.pieces, 1).front().histogram.total == 90);
  }
}

TEST_CASE("good seconds are those of their tenth") {
  const Stretch stretch = stretch_of(workload(20), "before", milliseconds(5));
  CHECK(stretch.seconds[0].good == 9);
  CHECK(stretch.seconds[9].good == 9);   // the fifth tenth took 5 ms
  CHECK(stretch.seconds[10].good == 0);  // the sixth took 6 ms
}

TEST_CASE("a rest of warm-up is cut, with the tenths that it touches") {
  const Stretch stretch = stretch_of(workload(20), "before", std::nullopt, 3);
  CHECK(stretch.seconds.size() == 16);
  CHECK(stretch.seconds.front().p50_us == 1009);
  CHECK(merged(stretch.pieces, 1).front().histogram.min_us == 3000);
  CHECK(stretch_of(workload(20), "before", std::nullopt, 1000).seconds.empty());
}

TEST_CASE("what does not fit together is less, never a crash") {
  CHECK(stretch_of(workload(20), "after", std::nullopt).seconds.empty());
  CHECK(stretch_of(workload(3, 3), "before", std::nullopt).seconds.size() == 3);
  WorkloadResult w = workload(20);
  w.phases[0].second.to = seconds(1'000'000'000);  // beyond its series
  CHECK(stretch_of(w, "before", std::nullopt).seconds.size() == 20);
  w.phases[0].second.from = seconds(-1'000'000'000);
  CHECK(stretch_of(w, "before", std::nullopt).seconds.size() == 25);
  std::swap(w.phases[0].second.from, w.phases[0].second.to);
  CHECK(stretch_of(w, "before", std::nullopt).seconds.empty());
  w = workload(20);
  w.series.ok[8] = 100;  // more ok than planned
  CHECK(merged(stretch_of(w, "before", std::nullopt).pieces, 1).front().tally.ok() <= 200);
  w.response_tenths.clear();
  CHECK(stretch_of(w, "before", std::nullopt).pieces.size() == kPieces);
}

}  // namespace
}  // namespace loadgen
