// Who is taken in as which worker, and what the others are told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/cluster/frame.h"

namespace loadgen {

/// The place of one worker process.
struct Seat {
  bool taken = false;      // a process has had it
  bool connected = false;  // and has a connection now,
  Instant heard{};         // on which something came last
  std::uint64_t identity = 0;
  std::string host;
};

/// What a newcomer meets.
struct Admitting {
  std::string version;  // ours
  std::string run_id;   // empty: being resumed, and not known by now
  bool started = false;
};

struct Admission {
  std::optional<std::uint32_t> worker;  // none: refused
  bool returning = false;               // by a new process, in the middle of the run
  Refused refused;
};

/// A connection on which nothing came for this long gives way to a newcomer for its seat.
inline constexpr Duration kStale = std::chrono::seconds(3);

/// Whoever names its worker (it had it before, or it is an index of a Job) gets that seat or none;
/// others get the first that was never taken, or, before the start, was left. Pure.
Admission admit(const Hello& hello, const std::vector<Seat>& seats, const Admitting& state,
                Instant now);

}  // namespace loadgen
