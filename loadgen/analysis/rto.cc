#include "loadgen/analysis/rto.h"

#include <algorithm>

namespace loadgen {
namespace {

/// As long without a failure, and it is over.
constexpr Duration kStable = std::chrono::seconds(10);

using Attempts = std::vector<const ProbeAttempt*>;

/// Those of the same class that ended from `from` on, by their begin.
Attempts attempts_of(const Recording& recording, const ProbeAnswer& whose, RunOffset from) {
  Attempts attempts;
  for (const ProbeAttempt& attempt : recording.probe_attempts) {
    if (attempt.group == whose.group && attempt.workload == whose.workload && attempt.ended >= from)
      attempts.push_back(&attempt);
  }
  std::stable_sort(
      attempts.begin(), attempts.end(),
      [](const ProbeAttempt* a, const ProbeAttempt* b) { return a->begun < b->begun; });
  return attempts;
}

/// The attempt that opened the session of a success, when that was during the gap.
const ProbeAttempt* opener_of(const Attempts& attempts, const ProbeAnswer& answer) {
  const auto found = std::find_if(attempts.begin(), attempts.end(), [&](const ProbeAttempt* a) {
    return a->worker == answer.worker && a->session == answer.session &&
           a->outcome == Outcome::ok && answer.session != 0;
  });
  return found == attempts.end() ? nullptr : *found;
}

/// a − b when it is a stretch of time, else nothing: the one was under way before the other.
std::optional<Duration> from_to(RunOffset b, RunOffset a) {
  return a >= b ? std::optional(a - b) : std::nullopt;
}

/// What the time from `known` to the answer went into.
void tell_parts(const Attempts& attempts, const ProbeAttempt& opener, const ProbeAnswer& answer,
                Rto& rto) {
  const auto unsuited = std::find_if(attempts.begin(), attempts.end(), [&](const ProbeAttempt* a) {
    return a->unsuited && a->outcome != Outcome::ok && a->begun <= opener.begun;
  });
  if (unsuited == attempts.end()) {
    rto.unreachable = from_to(rto.known, opener.begun);
  } else {
    const RunOffset met = std::max((*unsuited)->begun, rto.known);
    rto.unreachable = met - rto.known;
    rto.role_awaited = from_to(met, opener.begun);
  }
  rto.resolve = opener.resolve;
  rto.connect = opener.connect;
  rto.authenticate = opener.authenticate;
  rto.role = opener.role;
  rto.first_answer = from_to(opener.ended, answer.done);
}

Rto rto_of(const Recording& recording, const ProbeGap& gap, RunOffset requested) {
  Rto rto;
  rto.last_ok = gap.last_ok;
  rto.first_failed = gap.failed.front().intended;
  const auto first_known =
      std::min_element(gap.failed.begin(), gap.failed.end(),
                       [](const ProbeAnswer& a, const ProbeAnswer& b) { return a.done < b.done; });
  rto.known = first_known->done;
  rto.failure = first_known->outcome;
  rto.failed = gap.failed.size();
  rto.detect = from_to(requested, rto.known);
  const Attempts attempts = attempts_of(recording, gap.failed.front(), rto.first_failed);
  const ProbeAttempt* opener = nullptr;
  if (gap.answer) {
    rto.first_ok = gap.answer->intended;
    rto.answered = gap.answer->done;
    opener = opener_of(attempts, *gap.answer);
    if (opener != nullptr) tell_parts(attempts, *opener, *gap.answer, rto);
  }
  const RunOffset until =
      opener != nullptr ? opener->begun : rto.answered.value_or(RunOffset::max());
  rto.attempts_failed = static_cast<std::uint64_t>(std::count_if(
      attempts.begin(), attempts.end(),
      [&](const ProbeAttempt* a) { return a->outcome != Outcome::ok && a->begun <= until; }));
  return rto;
}

/// The success after gaps[at], or after a later one, that the next gap, or the end of what is
/// known, is far enough from.
std::optional<RunOffset> stable_after(const std::vector<ProbeGap>& gaps, std::size_t at,
                                      RunOffset last) {
  for (; at < gaps.size() && gaps[at].answer; ++at) {
    const RunOffset back = gaps[at].answer->intended;
    const bool more = at + 1 < gaps.size();
    if ((more ? gaps[at + 1].failed.front().intended : last) - back >= kStable) return back;
  }
  return std::nullopt;
}

/// When the last ticket of a class was due.
RunOffset last_of(const Recording& recording, std::uint16_t group, std::uint16_t workload) {
  RunOffset last = RunOffset::min();
  for (const ProbeAnswer& answer : recording.probe_answers) {
    if (answer.group == group && answer.workload == workload)
      last = std::max(last, answer.intended);
  }
  return last;
}

}  // namespace

std::vector<ProbeGap> probe_gaps(const Recording& recording, std::uint16_t group,
                                 std::uint16_t workload) {
  std::vector<ProbeAnswer> answers;
  for (const ProbeAnswer& answer : recording.probe_answers) {
    if (answer.group == group && answer.workload == workload) answers.push_back(answer);
  }
  std::stable_sort(answers.begin(), answers.end(), [](const ProbeAnswer& a, const ProbeAnswer& b) {
    return a.intended != b.intended ? a.intended < b.intended : a.done < b.done;
  });
  std::vector<ProbeGap> gaps;
  ProbeGap gap;
  for (const ProbeAnswer& answer : answers) {
    if (answer.outcome != Outcome::ok) {
      gap.failed.push_back(answer);
      continue;
    }
    if (!gap.failed.empty()) {
      gap.answer = answer;
      gaps.push_back(std::move(gap));
    }
    gap = {};
    gap.last_ok = answer.intended;
  }
  if (!gap.failed.empty()) gaps.push_back(std::move(gap));
  return gaps;
}

Duration length_of(const ProbeGap& gap, RunOffset end) {
  const RunOffset from = gap.last_ok.value_or(gap.failed.front().intended);
  return std::max(gap.answer ? gap.answer->intended : end, from) - from;
}

std::optional<Rto> rto_of(const Recording& recording, std::uint16_t group, std::uint16_t workload,
                          RunOffset requested) {
  const std::vector<ProbeGap> gaps = probe_gaps(recording, group, workload);
  std::size_t longest = gaps.size();
  Duration most{-1};
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const RunOffset last_failed = gaps[i].failed.back().intended;
    if (last_failed < requested) continue;
    const Duration length = length_of(gaps[i], last_failed);
    if (length <= most) continue;
    most = length;
    longest = i;
  }
  if (longest == gaps.size()) return std::nullopt;
  Rto rto = rto_of(recording, gaps[longest], requested);
  rto.stable = stable_after(gaps, longest, last_of(recording, group, workload));
  return rto;
}

}  // namespace loadgen
