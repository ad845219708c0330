#include "loadgen/analysis/ledger_check.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "loadgen/core/journal.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/scratch_directory.h"
#include "recorded_run.h"
#include "tests/loadgen/core/random_part.h"

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAudited = R"(
schema = 1
[phases]
before = "20s"
[groups.control]
dsn = "host=a"
[groups.experimental]
dsn = "host=b"
[[workloads]]
name = "pg"
kind = "pgbench"
rate = 10
audit = true
[[workloads]]
name = "other"
kind = "pgbench"
rate = 10
[[workloads]]
name = "second"
kind = "pgbench"
rate = 10
audit = true
)";

LedgerRange range(std::uint64_t first, std::uint64_t last,
                  LedgerFate fate = LedgerFate::acknowledged, std::uint32_t attempt = 1) {
  return {first, last, attempt, fate, std::chrono::seconds(first), std::chrono::seconds(last)};
}

/// A part of `worker` that tells of a connection's ranges.
Part part_of(std::uint32_t worker, std::uint32_t connection, std::vector<LedgerRange> ranges,
             std::uint16_t group = 0, std::uint16_t workload = 0) {
  Part part;
  part.worker = worker;
  part.last = true;
  LedgerStream& stream = part.ledger[connection];
  stream.group = group;
  stream.workload = workload;
  for (const LedgerRange& one : ranges) REQUIRE(stream.ranges.add(one));
  return part;
}

LedgerRow row(std::uint64_t sequence, std::uint32_t attempt = 1, std::uint32_t connection = 0,
              std::uint32_t worker = 0) {
  return {{worker, connection}, attempt, sequence};
}

std::map<std::uint16_t, LedgerReading> check(const Run& run, const std::vector<LedgerRow>& rows,
                                             std::uint16_t group = 0) {
  LedgerCheck ledger(run, group);
  REQUIRE(std::is_sorted(rows.begin(), rows.end()));
  for (const LedgerRow& each : rows) ledger.row(each);
  return ledger.finish().workloads;
}

TEST_CASE("rows against what the clients know") {
  using Counts = LedgerCounts;
  struct Row {
    std::string why;
    std::vector<LedgerRange> known;
    std::vector<LedgerRow> rows;
    Counts counts;
  };
  const auto counts = [](std::initializer_list<std::pair<std::uint64_t Counts::*, int>> set) {
    Counts made;
    for (const auto& [member, n] : set) made.*member = static_cast<std::uint64_t>(n);
    return made;
  };
  const auto there = &Counts::acknowledged_present;
  const Row rows[] = {
      {"all there", {range(1, 3)}, {row(1), row(2), row(3)}, counts({{there, 3}})},
      {"nothing known, nothing there", {}, {}, counts({})},
      {"the last one gone",
       {range(1, 3)},
       {row(1), row(2)},
       counts({{there, 2}, {&Counts::lost, 1}})},
      {"the first one", {range(1, 3)}, {row(2), row(3)}, counts({{there, 2}, {&Counts::lost, 1}})},
      {"the middle", {range(1, 3)}, {row(1), row(3)}, counts({{there, 2}, {&Counts::lost, 1}})},
      {"all gone", {range(1, 3)}, {}, counts({{&Counts::lost, 3}})},
      {"in doubt, there and not there",
       {range(1, 2, LedgerFate::in_doubt)},
       {row(2)},
       counts({{&Counts::in_doubt_present, 1}, {&Counts::in_doubt_absent, 1}})},
      {"weak, there and not there",
       {range(1, 3, LedgerFate::weak)},
       {row(3)},
       counts({{&Counts::weak_present, 1}, {&Counts::weak_absent, 2}})},
      {"failed, there and not there",
       {range(1, 3, LedgerFate::failed)},
       {row(1)},
       counts({{&Counts::phantoms, 1}, {&Counts::failed_absent, 2}})},
      {"there three times",
       {range(1, 2)},
       {row(1), row(2), row(2), row(2)},
       counts({{there, 2}, {&Counts::duplicates, 2}})},
      {"a phantom there twice",
       {range(1, 1, LedgerFate::failed)},
       {row(1), row(1)},
       counts({{&Counts::phantoms, 1}, {&Counts::duplicates, 1}})},
      {"tried again: the first try is gone, as it should be",
       {range(1, 1, LedgerFate::failed), range(1, 1, LedgerFate::acknowledged, 2)},
       {row(1, 2)},
       counts({{there, 1}, {&Counts::failed_absent, 1}})},
      {"both tries are there",
       {range(1, 1, LedgerFate::failed), range(1, 1, LedgerFate::acknowledged, 2)},
       {row(1), row(1, 2)},
       counts({{there, 1}, {&Counts::phantoms, 1}})},
      {"a number that was never given, before, between and behind",
       {range(5, 6), range(8, 9)},
       {row(4), row(5), row(6), row(7), row(8), row(9), row(10)},
       counts({{there, 4}, {&Counts::unexpected, 3}})},
      {"an attempt that was never made",
       {range(1, 1)},
       {row(1), row(1, 2)},
       counts({{there, 1}, {&Counts::unexpected, 1}})},
      {"a connection that nobody knows",
       {range(1, 1)},
       {row(1), row(1, 1, 7)},
       counts({{there, 1}, {&Counts::unexpected, 1}})},
      {"a worker that nobody knows",
       {range(1, 1)},
       {row(1), row(1, 1, 0, 9)},
       counts({{there, 1}, {&Counts::unexpected, 1}})},
      {"the same stranger twice",
       {},
       {row(1, 1, 7), row(1, 1, 7)},
       counts({{&Counts::unexpected, 1}, {&Counts::duplicates, 1}})},
  };
  for (const Row& each : rows) {
    CAPTURE(each.why);
    RecordedRun recorded(kAudited);
    recorded.run.recording += part_of(0, 0, each.known);
    const auto found = check(recorded.run, each.rows);
    CHECK(found.at(0).counts == each.counts);
    CHECK(found.at(2).counts == Counts{});
    CHECK_FALSE(found.contains(1));
  }
}

TEST_CASE("rows of a worker that did not tell all are unreported, not unexpected") {
  RecordedRun recorded(kAudited);
  recorded.run.header.workers = 2;
  Part part = part_of(0, 0, {range(1, 2)});
  part.last = false;
  recorded.run.recording += part;
  const LedgerCounts counts =
      check(recorded.run, {row(1), row(3), row(1, 1, 5), row(9, 1, 0, 1)}).at(0).counts;
  CHECK(counts.lost == 1);
  CHECK(counts.unreported == 3);
  CHECK(counts.unexpected == 0);
}

TEST_CASE("two groups may write to one database: each sees its own rows") {
  RecordedRun recorded(kAudited);
  recorded.run.recording += part_of(0, 0, {range(1, 2)}, 0, 0);
  recorded.run.recording += part_of(0, 1, {range(1, 2)}, 1, 2);
  const std::vector<LedgerRow> rows{row(1), row(1, 1, 1), row(1, 1, 1), row(2, 1, 1)};
  const auto control = check(recorded.run, rows, 0), experimental = check(recorded.run, rows, 1);
  CHECK(control.at(0).counts.acknowledged_present == 1);
  CHECK(control.at(0).counts.lost == 1);
  CHECK(control.at(0).counts.duplicates == 0);
  CHECK(control.at(2).counts == LedgerCounts{});
  CHECK(experimental.at(2).counts.acknowledged_present == 2);
  CHECK(experimental.at(2).counts.duplicates == 1);
  CHECK(experimental.at(0).counts == LedgerCounts{});
}

TEST_CASE("garbled rows are unexpected") {
  RecordedRun recorded(kAudited);
  LedgerCheck ledger(recorded.run, 0);
  ledger.garbled();
  CHECK(ledger.finish().workloads.at(0).counts.unexpected == 1);
}

TEST_CASE("any rows: what is counted is what a simple count says") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    test::Random random(seed);
    RecordedRun recorded(kAudited);
    Part part;
    part.last = true;
    std::map<LedgerRow, LedgerFate> known;
    for (std::uint32_t connection = 0; connection < 3; ++connection) {
      LedgerStream& stream = part.ledger[connection];
      for (std::uint64_t sequence = 1; sequence <= 30; ++sequence) {
        if (test::pick(random, 6) == 0) continue;
        const std::uint64_t tries = 1 + test::pick(random, 2);
        for (std::uint32_t attempt = 1; attempt <= tries; ++attempt) {
          const auto fate = static_cast<LedgerFate>(test::pick(random, kLedgerFates));
          stream.ranges.add(range(sequence, sequence, fate, attempt));
          known[row(sequence, attempt, connection)] = fate;
        }
      }
    }
    recorded.run.recording += part;
    std::vector<LedgerRow> rows;
    LedgerCounts expected;
    for (std::uint32_t connection = 0; connection < 4; ++connection) {
      for (std::uint32_t attempt = 1; attempt <= 3; ++attempt) {
        for (std::uint64_t sequence = 1; sequence <= 32; ++sequence) {
          const std::uint64_t copies = test::pick(random, 4) == 0 ? test::pick(random, 4) : 1;
          const auto found = known.find(row(sequence, attempt, connection));
          const bool there = copies > 0;
          for (std::uint64_t i = 0; i < copies; ++i)
            rows.push_back(row(sequence, attempt, connection));
          if (there) expected.duplicates += copies - 1;
          if (found == known.end()) {
            expected.unexpected += there;
            continue;
          }
          switch (found->second) {
            case LedgerFate::acknowledged:
              (there ? expected.acknowledged_present : expected.lost) += 1;
              break;
            case LedgerFate::weak:
              (there ? expected.weak_present : expected.weak_absent) += 1;
              break;
            case LedgerFate::in_doubt:
              (there ? expected.in_doubt_present : expected.in_doubt_absent) += 1;
              break;
            case LedgerFate::failed:
              (there ? expected.phantoms : expected.failed_absent) += 1;
              break;
          }
        }
      }
    }
    CHECK(check(recorded.run, rows).at(0).counts == expected);
  }
}

TEST_CASE("lost writes are dated by the part that told of them") {
  RecordedRun recorded(kAudited);
  const ScratchDirectory directory;
  const std::filesystem::path journal = directory.path() / "journal";
  {
    JournalWriter writer = JournalWriter::create(journal);
    writer.append(RecordKind::header, encode(recorded.run.header));
    for (std::uint64_t second = 0; second < 10; ++second) {
      LedgerRange one = range(10 * second + 1, 10 * second + 10);
      one.from = std::chrono::seconds(second);
      one.to = one.from + 900ms;
      Part part = part_of(0, 4, {one});
      part.sequence = second + 1;
      writer.append(RecordKind::part, encode(part));
      recorded.run.recording += part;
    }
  }
  // 38 to 52 are gone, told of in the seconds 3, 4 and 5; and 71.
  std::vector<LedgerRow> rows;
  for (std::uint64_t n = 1; n <= 100; ++n) {
    if ((n < 38 || n > 52) && n != 71) rows.push_back(row(n, 1, 4));
  }
  auto found = check(recorded.run, rows);
  CHECK(found.at(0).lost_from == 0s);  // as coarse as the sum of the parts
  date_lost(journal, found);
  const LedgerReading& reading = found.at(0);
  CHECK(reading.counts.lost == 16);
  REQUIRE(reading.lost.size() == 2);
  CHECK(reading.lost[0].range.first == 38);
  CHECK(reading.lost[0].range.last == 52);
  CHECK(reading.lost[0].range.from == 3s);
  CHECK(reading.lost[0].range.to == 5900ms);
  CHECK(reading.lost[1].range.from == 7s);
  CHECK(reading.lost_from == 3s);
  CHECK(reading.lost_to == 7900ms);
}

}  // namespace
}  // namespace loadgen
