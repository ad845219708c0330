// The recovery time of one class of probes, and what it went into.
#pragma once

#include <cstdint>
#include <optional>

#include "loadgen/core/outcome.h"
#include "loadgen/core/units.h"

namespace loadgen {

/// How reads or writes were gone and came back: the longest stretch without a success after the
/// fault was requested. Instants and parts are those of measured tickets and attempts; what was not
/// observed is absent. Tickets count by when they were due.
struct Rto {
  std::optional<RunOffset> last_ok;             // the last success before it
  RunOffset first_failed{0};                    // the first ticket after that
  RunOffset known{0};                           // when the first failure of them was known
  Outcome failure = Outcome::ok;                // which that was
  std::optional<RunOffset> first_ok, answered;  // the first success after it: due, and answered
  std::optional<RunOffset> stable;    // the success from which on none failed for ten seconds
  std::uint64_t failed = 0;           // tickets in between
  std::uint64_t attempts_failed = 0;  // attempts to connect, until the one that led to it

  // What the time from the fault's request to `answered` went into, in order. The first three end
  // where the attempt begins that opened the session of that success; without such an attempt (its
  // session had lived on) only `detect` is known.
  std::optional<Duration> detect;        // requested → known
  std::optional<Duration> unreachable;   // → an attempt meets a server, whatever its role
  std::optional<Duration> role_awaited;  // → one meets a server of the wanted role
  std::optional<Duration> resolve, connect, authenticate, role;  // of that attempt
  std::optional<Duration> first_answer;  // from the open session to the answer: a write's commit
  bool operator==(const Rto&) const = default;
};

}  // namespace loadgen
