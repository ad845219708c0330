#include "loadgen/core/recording.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

SliceKey at_second(RunSecond second) {
  SliceKey key;
  key.second = second;
  return key;
}

Part part_of(RunSecond second, std::uint64_t scheduled, std::uint64_t ok) {
  Part part;
  part.worker = 1;
  part.sequence = 4;
  Slice& slice = part.slices[at_second(second)];
  slice.tally.scheduled = scheduled;
  slice.tally.ended[0] = ok;
  return part;
}

Recording sum_of(const std::vector<Part>& parts) {
  Recording sum;
  for (const Part& part : parts) sum += part;
  return sum;
}

}  // namespace

TEST_CASE("the sum of parts does not depend on their order") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    std::vector<Part> parts;
    for (int i = 0; i < 12; ++i) parts.push_back(test::random_part(random));
    const Recording sum = sum_of(parts);
    std::shuffle(parts.begin(), parts.end(), random);
    const Recording shuffled = sum_of(parts);
    CHECK(shuffled.slices == sum.slices);
    CHECK(shuffled.workers == sum.workers);
    CHECK(shuffled.ledger == sum.ledger);
    CHECK(shuffled.samples.size() == sum.samples.size());
    CHECK(shuffled.open() == sum.open());
  }
}

TEST_CASE("what is known of a worker") {
  Part first, second;
  first.worker = second.worker = 7;
  first.sequence = 1, second.sequence = 2;
  first.made_at = -2s, second.made_at = -1s;
  first.cpu_user_us = 10, second.cpu_user_us = 20;
  first.cpu_system_us = 1, second.cpu_system_us = 2;
  second.first_send = 3ms;
  second.last = true;
  const Recording recording = sum_of({first, second});
  const Recording::Worker& worker = recording.workers.at(7);
  CHECK(worker.parts == 2);
  CHECK(worker.cpu_user_us == 30);
  CHECK(worker.cpu_system_us == 3);
  CHECK(worker.first_send == 3ms);
  CHECK(worker.last_heard == -1s);
  CHECK(worker.finished);
}

TEST_CASE("a part balances with what came before it, or it is named") {
  struct Row {
    std::string why;
    std::uint64_t scheduled_before, ok_before, scheduled, ok;
    const char* text;
  };
  const Row rows[] = {
      {"as many ended as due", 0, 0, 3, 3, ""},
      {"some stay open", 0, 0, 3, 1, ""},
      {"ends what was open before", 5, 2, 0, 3, ""},
      {"ends one more than was open", 5, 2, 0, 4,
       "part 4 of worker 1 ends 1 more tickets than fell due in second 9 of group 0, workload 0, "
       "operation 0"},
      {"ends what never fell due", 0, 0, 0, 2,
       "part 4 of worker 1 ends 2 more tickets than fell due in second 9 of group 0, workload 0, "
       "operation 0"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Recording so_far = sum_of({part_of(9, row.scheduled_before, row.ok_before)});
    CHECK(imbalance(part_of(9, row.scheduled, row.ok), so_far) == row.text);
  }
  // Tickets open in another second don't help.
  CHECK_FALSE(imbalance(part_of(9, 0, 1), sum_of({part_of(8, 5, 0)})).empty());
}

TEST_CASE("open tickets of a journal that ends early become unfinished, with their ages") {
  Recording recording = sum_of({part_of(2, 10, 10), part_of(4, 10, 7), part_of(6, 4, 0)});
  recording.slices[at_second(4)][Measure::unfinished_age] = [] {
    Histogram ages;
    ages.record(100ms);
    return ages.sparse();
  }();
  CHECK(recording.open() == 7);
  recording.close_open(5500ms);
  CHECK(recording.open() == 0);

  const auto unfinished = static_cast<std::size_t>(Outcome::unfinished);
  const Slice& whole = recording.slices.at(at_second(2));
  CHECK(whole.tally.ended[unfinished] == 0);
  CHECK(whole.tally.first_not_ok == Tally::kNever);
  CHECK(whole[Measure::unfinished_age].empty());

  const Slice& open = recording.slices.at(at_second(4));
  CHECK(open.tally.ended[unfinished] == 3);
  CHECK(open.tally.planned() == 10);
  CHECK(open.tally.first_not_ok == 4s);
  CHECK(open[Measure::unfinished_age].total == 4);  // the one that was there stays
  CHECK(open[Measure::unfinished_age].min_us == 100'000);
  CHECK(open[Measure::unfinished_age].max_us == 1'500'000);

  // A second that had not come when the journal ended: an age of 0, never a negative one.
  const Slice& later = recording.slices.at(at_second(6));
  CHECK(later.tally.ended[unfinished] == 4);
  CHECK(later[Measure::unfinished_age].max_us == 0);

  Recording again = recording;
  again.close_open(9s);
  CHECK(again.slices == recording.slices);
}

TEST_CASE("a part that tells of the same row of the ledger twice is refused") {
  const auto part_with = [](std::uint64_t sequence, std::uint64_t first, std::uint16_t group) {
    Part part;
    part.worker = 1;
    part.sequence = sequence;
    LedgerStream& stream = part.ledger[5];
    stream.group = group;
    stream.ranges.add({first, first + 9, 1, LedgerFate::acknowledged, 0s, 1s});
    return part;
  };
  const Recording so_far = sum_of({part_with(1, 1, 0)});
  CHECK(imbalance(part_with(2, 11, 0), so_far) == "");
  CHECK(imbalance(part_with(2, 10, 0), so_far).find("the same rows of the ledger twice") !=
        std::string::npos);
  CHECK(imbalance(part_with(2, 11, 1), so_far).find("another workload's ledger") !=
        std::string::npos);
  Part other_worker = part_with(1, 1, 1);
  other_worker.worker = 2;
  CHECK(imbalance(other_worker, so_far) == "");
  const Recording both = sum_of({part_with(2, 11, 0), part_with(1, 1, 0)});
  CHECK(both.ledger.at({1, 5}).ranges.ranges().size() == 1);
}
