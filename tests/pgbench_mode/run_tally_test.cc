#include "pgbench_mode/run_tally.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <iterator>
#include <sstream>

#include "loadgen/core/error.h"
#include "loadgen/core/scratch_directory.h"

namespace loadgen::pgbench {
namespace {

using std::chrono::milliseconds;

/// A flight that was due at 10 s, begun `lag` and done `latency` later.
Flight flight(milliseconds latency, milliseconds lag = milliseconds(0), std::uint16_t script = 0) {
  Flight made;
  made.operation = script;
  made.times.intended = Instant{} + std::chrono::seconds(10);
  made.times.sent = made.times.intended + lag;
  made.times.done = made.times.intended + latency;
  made.answered = true;
  return made;
}

TEST_CASE("transactions are counted by their end, times only of the ok ones") {
  TallyOptions options;
  options.scripts = 2;
  options.latency_limit_us = 5000;
  RunTally tally(options);
  tally.note({flight(milliseconds(4), milliseconds(1)), Outcome::ok, 0, 1});
  tally.note({flight(milliseconds(8), milliseconds(3), 1), Outcome::ok, 1, 3});
  tally.note({flight(milliseconds(90)), Outcome::serialization, 1, 2});
  tally.note({flight(milliseconds(90)), Outcome::deadlock, 1, 1});
  tally.note({flight(milliseconds(90)), Outcome::not_sent_late_limit, -1, 0});
  tally.note({flight(milliseconds(90)), Outcome::sql_42, 1, 1});
  Flight lost = flight(milliseconds(90));
  lost.answered = false;
  tally.note({lost, Outcome::connection, 1, 1});
  tally.note({lost, Outcome::blind_stalled, 1, 1});
  const TallySoFar sum = tally.so_far();
  CHECK(sum.total.ok == 2);
  CHECK(sum.total.skipped == 1);
  CHECK(sum.total.serialization_failures == 1);
  CHECK(sum.total.deadlock_failures == 1);
  CHECK(sum.total.other_failures == 2);
  CHECK(sum.total.retried == 2);
  CHECK(sum.total.retries == 3);
  CHECK(sum.total.latency.count == 2);
  CHECK(sum.total.latency.sum_us == 12000);
  CHECK(sum.total.lag.sum_us == 4000);
  CHECK(sum.above_limit == 1);
  CHECK(sum.lost == 1);
  CHECK(sum.scripts.at(1).ok == 1);
  CHECK(sum.last_done - sum.first_due == milliseconds(90));
}

TEST_CASE("sums of several drivers") {
  RunTally one({}), other({});
  one.note({flight(milliseconds(4)), Outcome::ok, 0, 1});
  other.note({flight(milliseconds(7)), Outcome::ok, 0, 1});
  TallySoFar sum = one.so_far();
  sum += other.so_far();
  CHECK(sum.total.ok == 2);
  CHECK(sum.total.latency.longest_us == 7000);
  CHECK(sum.scripts.at(0).ok == 2);
}

TEST_CASE("the log has a line per transaction in pgbench's form") {
  const ScratchDirectory directory;
  const std::filesystem::path path = directory.path() / "log";
  TallyOptions options;
  options.log_path = path.string();
  options.throttled = options.log_tries = options.failures_detailed = true;
  {
    RunTally tally(options);
    tally.note({flight(milliseconds(4), milliseconds(1)), Outcome::ok, 3, 1});
    tally.note({flight(milliseconds(5)), Outcome::serialization, 3, 2});
    tally.note({flight(milliseconds(5)), Outcome::not_sent_late_limit, -1, 0});
    CHECK(tally.log_complete());
  }
  std::ifstream file(path);
  std::vector<std::vector<std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    lines.emplace_back(std::istream_iterator<std::string>(words),
                       std::istream_iterator<std::string>());
  }
  REQUIRE(lines.size() == 3);
  for (const auto& line : lines) REQUIRE(line.size() == 8);
  CHECK(lines[0][0] == "3");
  CHECK(lines[0][1] == "1");
  CHECK(lines[0][2] == "4000");
  CHECK(lines[0][3] == "0");
  CHECK(lines[0][6] == "1000");
  CHECK(lines[0][7] == "0");
  CHECK(lines[1][1] == "2");
  CHECK(lines[1][2] == "serialization");
  CHECK(lines[1][7] == "1");
  CHECK(lines[2][2] == "skipped");
}

TEST_CASE("a log that can't be opened is a mistake of the user") {
  TallyOptions options;
  options.log_path = "/nowhere/at/all";
  CHECK_THROWS_AS(RunTally tally(options), UserError);
}

}  // namespace
}  // namespace loadgen::pgbench
