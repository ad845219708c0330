// Parts with random contents in every field, for property tests.
#pragma once

#include "loadgen/core/recording.h"
#include "random_draws.h"

namespace loadgen::test {

inline SliceKey random_key(Random& random) {
  SliceKey key;
  key.group = static_cast<std::uint16_t>(pick(random, 2));
  key.workload = static_cast<std::uint16_t>(pick(random, 3));
  key.operation = static_cast<std::uint16_t>(pick(random, 2));
  key.second = static_cast<RunSecond>(pick(random, 12)) - 2;
  return key;
}

/// A slice that never ends more than it schedules, so sums of them balance in any order.
inline Slice random_slice(Random& random) {
  Slice slice;
  Tally& tally = slice.tally;
  for (auto& count : tally.ended) count = pick(random, 3) == 0 ? pick(random, 1000) : 0;
  for (auto& count : tally.connects_failed) count = pick(random, 4) == 0 ? pick(random, 100) : 0;
  tally.scheduled = tally.ended_total() + pick(random, 5);
  tally.stale_retries = pick(random, 4);
  tally.retried = pick(random, 4);
  tally.retries = pick(random, 9);
  tally.connects_attempted = pick(random, 100);
  tally.connects_ok = pick(random, 100);
  tally.in_flight = pick(random, 100);
  for (std::uint64_t n = pick(random, 3); n > 0; --n) {
    const std::uint64_t answers = pick(random, 100);
    const std::uint64_t ok = pick(random, answers + 1);
    tally.served_by[random_text(random, 3)] = {answers, ok};
  }
  if (pick(random, 2) == 0) tally.note_ok(random_offset(random));
  if (pick(random, 2) == 0) tally.note_not_ok(random_offset(random));
  for (auto& histogram : slice.histograms) histogram = random_histogram(random, 20).sparse();
  for (std::uint64_t n = pick(random, 3); n > 0; --n) {
    Statement& statement = slice.statements[static_cast<std::uint16_t>(pick(random, 5))];
    statement.failed += 1 + pick(random, 4);
    statement.retried = pick(random, 4);
    statement.took = random_histogram(random, 5).sparse();
  }
  return slice;
}

/// Adds rows of ten transactions from `begin` on, some tried twice.
inline void random_ledger(Random& random, std::uint64_t begin, LedgerRanges& ranges) {
  for (std::uint64_t sequence = begin; sequence < begin + 10; ++sequence) {
    const std::uint64_t tries = 1 + pick(random, 2);
    for (std::uint32_t attempt = 1; attempt <= tries; ++attempt) {
      LedgerRange one{sequence, sequence, attempt, LedgerFate::acknowledged, {}, {}};
      one.fate = static_cast<LedgerFate>(pick(random, kLedgerFates));
      one.from = one.to = random_offset(random);
      ranges.add(one);
    }
  }
}

inline void random_probes(Random& random, Part& part) {
  for (std::uint64_t n = pick(random, 4); n > 0; --n) {
    ProbeAnswer answer;
    answer.worker = part.worker;
    answer.group = static_cast<std::uint16_t>(pick(random, 2));
    answer.workload = static_cast<std::uint16_t>(pick(random, 3));
    answer.intended = random_offset(random);
    answer.done = random_offset(random);
    answer.outcome = static_cast<Outcome>(pick(random, kOutcomes));
    answer.session = pick(random, 300);
    part.probe_answers.push_back(answer);
  }
  for (std::uint64_t n = pick(random, 4); n > 0; --n) {
    ProbeAttempt attempt;
    attempt.worker = part.worker;
    attempt.group = static_cast<std::uint16_t>(pick(random, 2));
    attempt.workload = static_cast<std::uint16_t>(pick(random, 3));
    attempt.session = pick(random, 300);
    attempt.begun = random_offset(random);
    attempt.ended = random_offset(random);
    attempt.outcome = static_cast<Outcome>(pick(random, kOutcomes));
    attempt.unsuited = pick(random, 2) == 0;
    for (auto* stage : {&attempt.resolve, &attempt.connect, &attempt.authenticate, &attempt.role}) {
      if (pick(random, 2) == 0) *stage = random_offset(random);
    }
    part.probe_attempts.push_back(attempt);
  }
}

inline Part random_part(Random& random) {
  Part part;
  part.worker = static_cast<std::uint32_t>(pick(random, 3));
  part.sequence = 1 + pick(random, 1000);
  part.made_at = random_offset(random);
  part.last = pick(random, 8) == 0;
  part.cpu_user_us = static_cast<std::int64_t>(pick(random, 1'000'000));
  part.cpu_system_us = static_cast<std::int64_t>(pick(random, 1'000'000));
  part.cpu_throttled_us = static_cast<std::int64_t>(pick(random, 1'000'000));
  part.cpu_stolen_us = static_cast<std::int64_t>(pick(random, 1'000'000));
  if (pick(random, 2) == 0) part.first_send = random_offset(random);
  for (std::uint64_t n = pick(random, 5); n > 0; --n) {
    const SliceKey key = random_key(random);
    part.slices.insert_or_assign(key, random_slice(random));
  }
  for (std::uint64_t n = pick(random, 3); n > 0; --n) {
    ErrorSample sample;
    sample.key = random_key(random);
    sample.outcome = static_cast<Outcome>(pick(random, kOutcomes));
    sample.at = random_offset(random);
    sample.status = static_cast<int>(pick(random, 600)) - 1;
    sample.peer = random_text(random, 20);
    sample.traceparent = random_text(random, 60);
    sample.excerpt = random_text(random, 200);
    part.samples.push_back(sample);
  }
  for (std::uint64_t n = pick(random, 3); n > 0; --n) {
    // The numbers of a part follow those of the parts before it.
    const auto stream = static_cast<std::uint32_t>(pick(random, 4));
    random_ledger(random, 1000 * part.sequence, part.ledger[stream].ranges);
  }
  random_probes(random, part);
  return part;
}

}  // namespace loadgen::test
