#include "loadgen/core/slice.h"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;

TEST_CASE("instants widen, and never gives way to any instant") {
  struct Row {
    std::string why;
    std::vector<RunOffset> noted;
    RunOffset first, last;
  };
  const Row rows[] = {
      {"nothing noted", {}, Tally::kNever, Tally::kNever},
      {"one instant is first and last", {5s}, 5s, 5s},
      {"an earlier one moves the first", {5s, 3s}, 3s, 5s},
      {"a later one moves the last", {5s, 3s, 9s, 7s}, 3s, 9s},
      {"an instant before the start", {-1s}, -1s, -1s},
      {"the start itself", {0s, 1s}, 0s, 1s},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Tally noted, merged;
    for (const RunOffset instant : row.noted) {
      noted.note_ok(instant);
      noted.note_not_ok(instant);
      Tally one;
      one.note_ok(instant);
      one.note_not_ok(instant);
      merged += one;
      merged += Tally{};
    }
    CHECK(noted.first_ok == row.first);
    CHECK(noted.last_ok == row.last);
    CHECK(noted.first_not_ok == row.first);
    CHECK(noted.last_not_ok == row.last);
    CHECK(merged == noted);
  }
}

TEST_CASE("planned is what was scheduled without what the instrument lost") {
  Tally tally;
  tally.scheduled = 20;
  const auto end = [&](Outcome outcome, std::uint64_t n) {
    tally.ended[static_cast<std::size_t>(outcome)] = n;
  };
  end(Outcome::ok, 5);
  end(Outcome::reset, 3);
  end(Outcome::not_sent_cap, 2);
  end(Outcome::blind_late, 1);
  end(Outcome::blind_worker_lost, 2);
  CHECK(tally.blind() == 3);
  CHECK(tally.planned() == 17);
  CHECK(tally.ok() == 5);
  CHECK(tally.ended_total() == 13);
  CHECK(tally.open() == 7);
}

TEST_CASE("a part may end what an earlier one scheduled") {
  Tally due, ended;
  due.scheduled = 3;
  ended.ended[0] = 3;
  CHECK(ended.open() == -3);
  due += ended;
  CHECK(due.open() == 0);
}

TEST_CASE("every count adds up, by server too") {
  Tally a, b;
  a.served_by = {{"zone-a", {5, 4}}, {"zone-b", {1, 1}}};
  b.served_by = {{"zone-b", {2, 0}}, {"zone-c", {7, 7}}};
  a.in_flight = 3, b.in_flight = 4;
  a.stale_retries = 1, b.stale_retries = 2;
  a.connects_attempted = 5, b.connects_attempted = 6;
  a.connects_ok = 2, b.connects_ok = 3;
  a.connects_failed[2] = 1, b.connects_failed[2] = 2;
  a += b;
  CHECK(a.served_by.size() == 3);
  CHECK(a.served_by.find(std::string_view("zone-b"))->second == Served{3, 1});
  CHECK(a.in_flight == 7);
  CHECK(a.stale_retries == 3);
  CHECK(a.connects_attempted == 11);
  CHECK(a.connects_ok == 5);
  CHECK(a.connects_failed[2] == 3);
}

TEST_CASE("merging slices is commutative and associative") {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    const Slice a = test::random_slice(random);
    const Slice b = test::random_slice(random);
    const Slice c = test::random_slice(random);
    Slice ab = a, ba = b, bc = b;
    ab += b;
    ba += a;
    CHECK(ab == ba);
    bc += c;
    Slice ab_c = ab, a_bc = a;
    ab_c += c;
    a_bc += bc;
    CHECK(ab_c == a_bc);
    Slice same = a;
    same += Slice{};
    CHECK(same == a);
  }
}

TEST_CASE("measures have their own names") {
  std::set<std::string_view> names;
  for (std::size_t m = 0; m < kMeasures; ++m) names.insert(name_of(static_cast<Measure>(m)));
  CHECK(names.size() == kMeasures);
  CHECK(name_of(Measure::response_ok) == "response_ok");
  CHECK(name_of(Measure::unfinished_age) == "unfinished_age");
}
