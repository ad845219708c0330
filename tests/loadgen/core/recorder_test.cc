#include "loadgen/core/recorder.h"

#include <doctest/doctest.h>

#include <deque>

#include "random_part.h"

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

SliceKey key_of(std::uint16_t group, RunSecond second) {
  SliceKey key;
  key.group = group;
  key.second = second;
  return key;
}

ErrorSample sample_of(SliceKey key, Outcome outcome) {
  ErrorSample sample;
  sample.key = key;
  sample.outcome = outcome;
  return sample;
}

}  // namespace

TEST_CASE("parts are numbered, hold what was recorded, and nothing twice") {
  Recorder recorder(7);
  Cell& cell = recorder.cell(key_of(1, 4));
  cell.tally.scheduled = 2;
  cell.tally.ended[0] = 1;
  cell.record(Measure::service, 1500us);

  const Part first = recorder.take_part(5s, false);
  CHECK(first.worker == 7);
  CHECK(first.sequence == 1);
  CHECK(first.made_at == 5s);
  CHECK_FALSE(first.last);
  REQUIRE(first.slices.size() == 1);
  const Slice& slice = first.slices.at(key_of(1, 4));
  CHECK(slice.tally.scheduled == 2);
  CHECK(slice[Measure::service].total == 1);
  CHECK(slice[Measure::service].max_us == 1500);

  recorder.cell(key_of(1, 4)).tally.ended[0] = 1;
  const Part second = recorder.take_part(6s, true);
  CHECK(second.sequence == 2);
  CHECK(second.last);
  CHECK(second.slices.at(key_of(1, 4)).tally.scheduled == 0);
  CHECK(second.slices.at(key_of(1, 4)).tally.open() == -1);
  CHECK(second.slices.at(key_of(1, 4))[Measure::service].empty());
}

TEST_CASE("a cell that was only looked at makes no slice") {
  Recorder recorder(0);
  recorder.cell(key_of(0, 1));
  CHECK(recorder.take_part(1s, true).slices.empty());
}

TEST_CASE("cells are kept apart and used again") {
  Recorder recorder(0);
  Cell* a = &recorder.cell(key_of(0, 1));
  Cell* b = &recorder.cell(key_of(1, 1));
  CHECK(a != b);
  CHECK(&recorder.cell(key_of(0, 1)) == a);
  // Keys that share a place in the memory of the last ones asked for.
  for (RunSecond second = 1; second < 200; second += 2) {
    recorder.cell(key_of(0, second)).tally.scheduled += static_cast<std::uint64_t>(second);
    recorder.cell(key_of(0, second)).tally.ended[0] += static_cast<std::uint64_t>(second);
  }
  CHECK(&recorder.cell(key_of(0, 1)) == a);
  const Part part = recorder.take_part(1s, false);
  CHECK(part.slices.size() == 100);
  for (const auto& [key, slice] : part.slices) {
    CHECK(slice.tally.scheduled == static_cast<std::uint64_t>(key.second));
  }
  Cell& reused = recorder.cell(key_of(0, 300));
  CHECK(reused.tally == Tally{});
  for (const Histogram& histogram : reused.histograms) CHECK(histogram.empty());
}

TEST_CASE("five samples per group, workload and outcome in a wall second") {
  Recorder recorder(0);
  const SliceKey key = key_of(0, 3);
  for (int i = 0; i < 7; ++i) recorder.add_sample(sample_of(key_of(0, i), Outcome::reset));
  CHECK_FALSE(recorder.wants_sample(key, Outcome::reset));
  CHECK(recorder.wants_sample(key, Outcome::closed));
  CHECK(recorder.wants_sample(key_of(1, 3), Outcome::reset));
  SliceKey other_workload = key;
  other_workload.workload = 1;
  CHECK(recorder.wants_sample(other_workload, Outcome::reset));
  SliceKey other_operation = key;
  other_operation.operation = 1;
  CHECK_FALSE(recorder.wants_sample(other_operation, Outcome::reset));
  recorder.add_sample(sample_of(key, Outcome::closed));

  CHECK(recorder.take_part(4s, false).samples.size() == 6);
  CHECK(recorder.wants_sample(key, Outcome::reset));
  CHECK(recorder.take_part(5s, true).samples.empty());
}

TEST_CASE("the sum of the parts is what was recorded, and every part balances") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    Recorder recorder(1);
    Recording sum;
    std::map<SliceKey, Histogram> lags;
    std::map<SliceKey, std::uint64_t> scheduled;
    std::deque<SliceKey> open;
    for (RunSecond second = 0; second < 20; ++second) {
      for (std::uint64_t n = test::pick(random, 60); n > 0; --n) {
        const SliceKey key = key_of(static_cast<std::uint16_t>(n % 2), second);
        const std::int64_t us = test::random_us(random);
        Cell& cell = recorder.cell(key);
        cell.tally.scheduled += 1;
        cell.record(Measure::send_lag, std::chrono::microseconds{us});
        scheduled[key] += 1;
        lags[key].record_us(us);
        open.push_back(key);
      }
      const bool last = second == 19;
      while (!open.empty() && (last || test::pick(random, 4) != 0)) {
        recorder.cell(open.front()).tally.ended[test::pick(random, kOutcomes)] += 1;
        open.pop_front();
      }
      const Part part = recorder.take_part(std::chrono::seconds{second + 1}, last);
      CHECK(imbalance(part, sum) == "");
      sum += part;
      CHECK(sum.open() == static_cast<std::int64_t>(open.size()));
    }
    CHECK(sum.open() == 0);
    CHECK(sum.slices.size() == scheduled.size());
    for (const auto& [key, slice] : sum.slices) {
      CHECK(slice.tally.scheduled == scheduled[key]);
      CHECK(slice.tally.open() == 0);
      CHECK(slice[Measure::send_lag] == lags[key].sparse());
    }
  }
}

TEST_CASE("a connection's rows of one wall second are in its part, as ranges") {
  Recorder recorder(1);
  const std::uint32_t first = recorder.open_ledger(0, 0), second = recorder.open_ledger(1, 2);
  CHECK(first == 0);
  CHECK(second == 1);
  const auto note = [&](std::uint32_t connection, std::uint64_t sequence, LedgerFate fate) {
    const RunOffset due = std::chrono::milliseconds(10 * sequence);
    recorder.note_ledger(connection, {sequence, sequence, 1, fate, due, due});
  };
  for (std::uint64_t n = 1; n <= 5; ++n) note(first, n, LedgerFate::acknowledged);
  note(first, 6, LedgerFate::in_doubt);
  Part part = recorder.take_part(std::chrono::seconds(1), false);
  REQUIRE(part.ledger.size() == 1);
  const auto& ranges = part.ledger.at(first).ranges.ranges();
  REQUIRE(ranges.size() == 2);
  const LedgerRange acknowledged = ranges.begin()->second;
  CHECK(acknowledged == LedgerRange{1, 5, 1, LedgerFate::acknowledged,
                                    std::chrono::milliseconds(10), std::chrono::milliseconds(50)});
  note(first, 7, LedgerFate::in_doubt);
  note(second, 1, LedgerFate::failed);
  part = recorder.take_part(std::chrono::seconds(2), false);
  CHECK(part.ledger.size() == 2);
  CHECK(part.ledger.at(first).ranges.ranges().size() == 1);
  CHECK(part.ledger.at(second).group == 1);
  CHECK(part.ledger.at(second).workload == 2);
  CHECK(recorder.take_part(std::chrono::seconds(3), false).ledger.empty());
}

TEST_CASE("numbers go on after those of an earlier process of the worker") {
  Recorder recorder(3, 7);
  CHECK(recorder.open_ledger(0, 0) == 7 * 4096);
  const std::uint32_t second = recorder.open_ledger(0, 0);
  CHECK(second == 7 * 4096 + 1);
  recorder.note_ledger(second, {1, 1, 1, LedgerFate::acknowledged, {}, {}});
  const Part part = recorder.take_part(std::chrono::seconds(1), false);
  CHECK(part.sequence == 8);
  CHECK(part.ledger.count(second) == 1);
}
