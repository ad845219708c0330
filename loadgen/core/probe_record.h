// Probes told one by one. Slices know the first and the last success of each second, which is too
// coarse for what probes are for: when exactly reads and writes were gone and came back, and what
// the time in between went into. Probes are few, so each of them stands in the journal.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "loadgen/core/codec.h"
#include "loadgen/core/outcome.h"
#include "loadgen/core/units.h"

namespace loadgen {

/// One ticket of a probe.
struct ProbeAnswer {
  std::uint32_t worker = 0;  // of the part that it came in
  std::uint16_t group = 0, workload = 0;
  RunOffset intended{0}, done{0};
  Outcome outcome = Outcome::ok;
  std::uint64_t session = 0;  // the attempt that opened the session it used; 0 = it had none
  bool operator==(const ProbeAnswer&) const = default;
};

/// One attempt of a probe to open a session. A stage that was not reached, or not needed, is
/// absent; with several hosts the stages are those of the last one that was tried.
struct ProbeAttempt {
  std::uint32_t worker = 0;
  std::uint16_t group = 0, workload = 0;
  std::uint64_t session = 0;  // its number, from 1, within its worker, group and workload
  RunOffset begun{0}, ended{0};
  Outcome outcome = Outcome::ok;  // ok: the session was open at `ended`
  bool unsuited = false;          // a server answered that does not have the wanted role
  std::optional<Duration> resolve, connect, authenticate, role;
  bool operator==(const ProbeAttempt&) const = default;
};

/// Binary forms, without the worker, which the part tells; see probe_record.cc. Taking throws as
/// Decoder does. Pure.
void put_list(Encoder& to, const std::vector<ProbeAnswer>& answers);
void put_list(Encoder& to, const std::vector<ProbeAttempt>& attempts);
void take_list(Decoder& from, std::uint32_t worker, std::vector<ProbeAnswer>& answers);
void take_list(Decoder& from, std::uint32_t worker, std::vector<ProbeAttempt>& attempts);

}  // namespace loadgen
