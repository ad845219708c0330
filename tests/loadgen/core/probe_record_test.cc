#include "loadgen/core/probe_record.h"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace loadgen;
using namespace std::chrono_literals;

namespace {

template <class Record>
std::vector<Record> taken(std::string_view bytes) {
  Decoder from(bytes);
  std::vector<Record> records;
  take_list(from, 3, records);
  from.expect_end();
  return records;
}

template <class Record>
std::string bytes_of(const std::vector<Record>& records) {
  Encoder to;
  put_list(to, records);
  return to.take();
}

template <class Record>
void check_come_back(const std::vector<Record>& records) {
  const std::string bytes = bytes_of(records);
  CHECK(taken<Record>(bytes) == records);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(taken<Record>(std::string_view(bytes).substr(0, length)), std::runtime_error);
  }
}

}  // namespace

TEST_CASE("answers and attempts come back with every field") {
  ProbeAnswer answer;
  answer.worker = 3;
  check_come_back(std::vector<ProbeAnswer>{});
  check_come_back(std::vector<ProbeAnswer>{answer});  // the shortest there is
  answer.group = 1;
  answer.workload = 3;
  answer.intended = 5s;
  answer.done = 5s + 812us;
  answer.outcome = Outcome::read_only;
  answer.session = 70'000;
  check_come_back(std::vector<ProbeAnswer>{answer, answer});

  ProbeAttempt attempt;
  attempt.worker = 3;
  const ProbeAttempt bare = attempt;
  check_come_back(std::vector<ProbeAttempt>{attempt});
  attempt.group = 1;
  attempt.workload = 3;
  attempt.session = 17;
  attempt.begun = -1s;
  attempt.ended = 2s;
  attempt.outcome = Outcome::connect_refused;
  attempt.unsuited = true;
  attempt.connect = 0ns;
  attempt.role = 3ms;
  check_come_back(std::vector<ProbeAttempt>{attempt});
  attempt.resolve = 1ns;
  attempt.authenticate = 1h;
  check_come_back(std::vector<ProbeAttempt>{attempt, bare, attempt});
}

TEST_CASE("an end beyond all instants, and an outcome that is none, are refused") {
  const auto answer_of = [](RunOffset intended, RunOffset took, std::uint64_t outcome) {
    Encoder to;
    for (const std::uint64_t number : {1, 0, 0}) to.u64(number);  // one; group, workload
    to.offset(intended);
    to.offset(took);
    to.u64(outcome);
    to.u64(0);
    return to.take();
  };
  CHECK(taken<ProbeAnswer>(answer_of(Decoder::kFarthest, 0ns, kOutcomes - 1)).size() == 1);
  CHECK_THROWS_AS(taken<ProbeAnswer>(answer_of(Decoder::kFarthest, 1ns, 0)), std::runtime_error);
  CHECK_THROWS_AS(taken<ProbeAnswer>(answer_of(0ns, 0ns, kOutcomes)), std::runtime_error);
}
