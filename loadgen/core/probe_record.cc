// Binary forms, in the pieces of codec.h:
//
//   answer   group, workload, offset intended, offset done − intended, outcome, session
//   attempt  group, workload, session, offset begun, offset ended − begun, outcome, flag unsuited,
//            instants of the stages resolve, connect, authenticate, role, each as a duration
//
// A list is its count and the items.
#include "loadgen/core/probe_record.h"

namespace loadgen {
namespace {

constexpr std::size_t kMost = 1 << 20;
// What the shortest form of each takes, to bound announced counts by the bytes at hand.
constexpr std::size_t kAnswerBytes = 6, kAttemptBytes = 11;

/// The distance was written, so that a few bytes do; the sum must fit an offset again.
RunOffset after(Decoder& from, RunOffset begin) {
  const RunOffset end = begin + from.offset();
  if (end > Decoder::kFarthest || end < -Decoder::kFarthest) from.refuse("an end is too far off");
  return end;
}

Outcome take_outcome(Decoder& from) { return static_cast<Outcome>(from.u64(kOutcomes - 1)); }

constexpr RunOffset kAbsent = RunOffset::min();  // takes one byte

void put_stage(Encoder& to, const std::optional<Duration>& stage) {
  to.instant(stage.value_or(kAbsent));
}

std::optional<Duration> take_stage(Decoder& from) {
  const Duration stage = from.instant();
  return stage == kAbsent ? std::nullopt : std::optional(stage);
}

void put(Encoder& to, const ProbeAnswer& answer) {
  to.u64(answer.group);
  to.u64(answer.workload);
  to.offset(answer.intended);
  to.offset(answer.done - answer.intended);
  to.u64(static_cast<std::uint64_t>(answer.outcome));
  to.u64(answer.session);
}

ProbeAnswer take_probe_answer(Decoder& from) {
  ProbeAnswer answer;
  answer.group = from.number<std::uint16_t>();
  answer.workload = from.number<std::uint16_t>();
  answer.intended = from.offset();
  answer.done = after(from, answer.intended);
  answer.outcome = take_outcome(from);
  answer.session = from.u64();
  return answer;
}

void put(Encoder& to, const ProbeAttempt& attempt) {
  to.u64(attempt.group);
  to.u64(attempt.workload);
  to.u64(attempt.session);
  to.offset(attempt.begun);
  to.offset(attempt.ended - attempt.begun);
  to.u64(static_cast<std::uint64_t>(attempt.outcome));
  to.flag(attempt.unsuited);
  put_stage(to, attempt.resolve);
  put_stage(to, attempt.connect);
  put_stage(to, attempt.authenticate);
  put_stage(to, attempt.role);
}

ProbeAttempt take_probe_attempt(Decoder& from) {
  ProbeAttempt attempt;
  attempt.group = from.number<std::uint16_t>();
  attempt.workload = from.number<std::uint16_t>();
  attempt.session = from.u64();
  attempt.begun = from.offset();
  attempt.ended = after(from, attempt.begun);
  attempt.outcome = take_outcome(from);
  attempt.unsuited = from.flag();
  attempt.resolve = take_stage(from);
  attempt.connect = take_stage(from);
  attempt.authenticate = take_stage(from);
  attempt.role = take_stage(from);
  return attempt;
}

template <class Record>
void put_all(Encoder& to, const std::vector<Record>& records) {
  to.u64(records.size());
  for (const Record& record : records) put(to, record);
}

}  // namespace

void put_list(Encoder& to, const std::vector<ProbeAnswer>& answers) { put_all(to, answers); }
void put_list(Encoder& to, const std::vector<ProbeAttempt>& attempts) { put_all(to, attempts); }

void take_list(Decoder& from, std::uint32_t worker, std::vector<ProbeAnswer>& answers) {
  for (std::size_t left = from.count(kAnswerBytes, kMost); left > 0; --left) {
    answers.push_back(take_probe_answer(from));
    answers.back().worker = worker;
  }
}

void take_list(Decoder& from, std::uint32_t worker, std::vector<ProbeAttempt>& attempts) {
  for (std::size_t left = from.count(kAttemptBytes, kMost); left > 0; --left) {
    attempts.push_back(take_probe_attempt(from));
    attempts.back().worker = worker;
  }
}

}  // namespace loadgen
