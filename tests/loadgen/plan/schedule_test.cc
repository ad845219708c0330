#include "loadgen/plan/schedule.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <set>

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

std::vector<Segment> constant(double rate) {
  Workload w;
  w.rate = Rate{rate};
  return segments_of(w);
}

std::vector<Segment> staged(std::vector<Stage> stages) {
  Workload w;
  w.stages = std::move(stages);
  return segments_of(w);
}

std::vector<Schedule::Due> first(Schedule schedule, std::size_t count) {
  std::vector<Schedule::Due> events;
  while (events.size() < count) {
    const auto due = schedule.next();
    if (!due) break;
    events.push_back(*due);
  }
  return events;
}

/// Profiles with everything in them: ramps up and down, jumps, holds, stretches without load.
std::vector<std::vector<Segment>> profiles() {
  return {constant(500),
          constant(3),
          constant(0.1),
          staged({{Rate{500}, 30s, 0s},
                  {{}, 0s, 20s},
                  {Rate{200}, 0s, 20s},
                  {Rate{0}, 10s, 0s},
                  {{}, 0s, 5s},
                  {Rate{77.7}, 3s, 0s}}),
          staged({{Rate{1000}, 1ms, 1s}, {Rate{1}, 7s, 3s}, {Rate{333}, 0s, 0s}}),
          staged({{Rate{0}, 0s, 10s}, {Rate{10}, 0s, 1s}, {Rate{0}, 0s, 10s}, {Rate{10}, 0s, 0s}})};
}

}  // namespace

TEST_CASE("constant: event i is due at i / rate, exactly, after hours too") {
  Schedule schedule(constant(500), Arrival::constant, 1, {});
  for (std::uint64_t i = 0; i < 3'000'000; ++i) {
    const auto due = schedule.next();
    if (due->sequence != i || due->intended != Duration{2ms} * i) {
      REQUIRE(due->sequence == i);
      REQUIRE(due->intended == Duration{2ms} * i);
    }
  }
  // A rate whose gap is no whole number of nanoseconds: rounded, never drifting.
  Schedule third(constant(3), Arrival::constant, 1, {.index = 9'999, .of = 10'000});
  for (int i = 0; i < 100; ++i) {
    const auto due = third.next();
    const long double exact = static_cast<long double>(due->sequence) / 3 * 1e9L;
    CHECK(std::fabs(static_cast<double>(exact - due->intended.count())) <= 0.51);
  }
}

TEST_CASE("ramp: event i is due when the integral reaches i") {
  // 0 → 100/s in 10 s: i = 5 t², so t = √(i / 5).
  const auto events =
      first(Schedule(staged({{Rate{100}, 10s, 0s}}), Arrival::constant, 1, {}), 600);
  for (std::size_t i = 0; i < 500; ++i) {
    CHECK(std::fabs(to_seconds(events[i].intended) - std::sqrt(i / 5.0)) < 1e-9);
  }
  // And from its end on at 100/s.
  for (std::size_t i = 500; i < 600; ++i) {
    CHECK(to_seconds(events[i].intended) == doctest::Approx(10 + (i - 500) / 100.0));
  }
}

TEST_CASE("ramp that hardly rises: the inverse doesn't cancel") {
  const auto flat = first(Schedule(staged({{Rate{100}, 0s, 1s}, {Rate{100.0000001}, 1h, 0s}}),
                                   Arrival::constant, 1, {}),
                          10'000);
  for (std::size_t i = 0; i < flat.size(); ++i) {
    CHECK(std::fabs(to_seconds(flat[i].intended) - static_cast<double>(i) / 100) < 1e-6);
  }
}

TEST_CASE("nothing is due while the rate is 0") {
  const auto pauses =
      staged({{Rate{0}, 0s, 10s}, {Rate{10}, 0s, 1s}, {Rate{0}, 0s, 10s}, {Rate{10}, 0s, 0s}});
  const auto events = first(Schedule(pauses, Arrival::constant, 1, {}), 12);
  CHECK(events[0].intended == 10s);
  CHECK(events[9].intended == 10'900ms);
  CHECK(events[10].intended == 21s);
  // For ever: no event at all, or no more.
  CHECK_FALSE(Schedule(constant(0), Arrival::constant, 1, {}).next());
  CHECK_FALSE(Schedule(constant(0), Arrival::poisson, 1, {}).next());
  Workload closed;
  closed.clients = 5;
  CHECK_FALSE(Schedule(segments_of(closed), Arrival::constant, 1, {}).next());
  const auto ends = staged({{Rate{10}, 0s, 1s}, {Rate{0}, 0s, 0s}});
  CHECK(first(Schedule(ends, Arrival::constant, 1, {}), 100).size() == 10);
}

TEST_CASE("n shares together are the one-share schedule, exactly") {
  for (const auto& profile : profiles()) {
    for (const Arrival arrival : {Arrival::constant, Arrival::poisson}) {
      const auto whole = first(Schedule(profile, arrival, 7, {}), 5'000);
      for (const std::uint32_t n : {1U, 2U, 3U, 7U}) {
        for (std::uint32_t k = 0; k < n; ++k) {
          Schedule share(profile, arrival, 7, {k, n});
          for (std::size_t i = k; i < whole.size(); i += n) {
            const auto due = share.next();
            REQUIRE(due);
            REQUIRE(due->sequence == whole[i].sequence);
            REQUIRE(due->intended == whole[i].intended);
          }
        }
      }
    }
  }
}

TEST_CASE("arrivals ascend, and their number is the integral of the rate") {
  for (const auto& profile : profiles()) {
    const auto events = first(Schedule(profile, Arrival::constant, 3, {}), 20'000);
    CHECK(std::is_sorted(events.begin(), events.end(),
                         [](const auto& a, const auto& b) { return a.intended < b.intended; }));
    for (RunOffset t = 100ms; t < events.back().intended; t += 777ms) {
      const auto due = std::partition_point(events.begin(), events.end(),
                                            [&](const auto& e) { return e.intended < t; });
      CHECK(std::fabs(static_cast<double>(due - events.begin()) - expected_events(profile, t)) <=
            1.001);
    }
    const auto random = first(Schedule(profile, Arrival::poisson, 3, {}), 20'000);
    CHECK(std::is_sorted(random.begin(), random.end(),
                         [](const auto& a, const auto& b) { return a.intended < b.intended; }));
    // 20,000 Poisson arrivals: within five standard deviations of what is expected.
    CHECK(std::fabs(expected_events(profile, random.back().intended) - 20'000) < 5 * 142);
  }
}

TEST_CASE("Poisson: exponential gaps, by the seed") {
  const auto events = first(Schedule(constant(1000), Arrival::poisson, 11, {}), 100'000);
  double sum = 0, squares = 0;
  for (std::size_t i = 1; i < events.size(); ++i) {
    const double gap = to_seconds(events[i].intended - events[i - 1].intended);
    sum += gap;
    squares += gap * gap;
  }
  const double mean = sum / 99'999;
  CHECK(mean == doctest::Approx(0.001).epsilon(0.02));
  CHECK(squares / 99'999 - mean * mean == doctest::Approx(1e-6).epsilon(0.05));  // sd = mean
  const auto again = first(Schedule(constant(1000), Arrival::poisson, 11, {}), 100);
  const auto other = first(Schedule(constant(1000), Arrival::poisson, 12, {}), 100);
  CHECK(again[99].intended == events[99].intended);
  CHECK(other[99].intended != events[99].intended);
}

TEST_CASE("expected events: areas by hand") {
  const auto profile =
      staged({{Rate{500}, 30s, 0s}, {{}, 0s, 2min}, {Rate{200}, 0s, 20s}, {Rate{0}, 10s, 0s}});
  CHECK(expected_events(profile, 0s) == 0);
  CHECK(expected_events(profile, -1s) == 0);
  CHECK(expected_events(profile, 15s) == doctest::Approx(1875));
  CHECK(expected_events(profile, 30s) == doctest::Approx(7500));
  CHECK(expected_events(profile, 150s) == doctest::Approx(67'500));
  CHECK(expected_events(profile, 170s) == doctest::Approx(71'500));
  CHECK(expected_events(profile, 180s) == doctest::Approx(72'500));
  CHECK(expected_events(profile, 24h) == doctest::Approx(72'500));
  CHECK(segments_of([] {
          Workload w;
          w.stages = {{Rate{5}, 2s, 3s}};
          return w;
        }())
            .size() == 3);
}

TEST_CASE("a ticket's random stream: its own, the same everywhere") {
  TicketRandom a(1, 2, 3), b(1, 2, 3);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t number = a.next();
    CHECK(number == b.next());
    seen.insert(number);
  }
  for (std::uint64_t i = 0; i < 1000; ++i) {
    seen.insert(TicketRandom(1, 2, i + 10).next());
    seen.insert(TicketRandom(i + 10, 2, 3).next());
    seen.insert(TicketRandom(1, static_cast<std::uint16_t>(i + 10), 3).next());
  }
  CHECK(seen.size() == 3100);
}

TEST_CASE("between is uniform and holds both ends") {
  std::array<int, 5> counts{};
  TicketRandom random(1, 0, 0);
  for (int i = 0; i < 50'000; ++i) {
    ++counts.at(static_cast<std::size_t>(random.between(-2, 2) + 2));
  }
  for (const int count : counts) CHECK(std::abs(count - 10'000) < 500);
  CHECK(random.between(7, 7) == 7);
  const auto low = std::numeric_limits<std::int64_t>::min();
  const auto high = std::numeric_limits<std::int64_t>::max();
  std::set<bool> signs;
  for (int i = 0; i < 100; ++i) signs.insert(random.between(low, high) < 0);
  CHECK(signs.size() == 2);
  for (int i = 0; i < 1000; ++i) {
    const double u = random.uniform();
    CHECK((u >= 0 && u < 1));
  }
}
