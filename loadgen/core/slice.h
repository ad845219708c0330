// A slice: one second of one (group, workload, operation), keyed by intended time.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <string_view>

#include "loadgen/core/histogram.h"
#include "loadgen/core/outcome.h"
#include "loadgen/core/units.h"

namespace loadgen {

/// Which slice: indices into the scenario's groups (in file order), workloads, and the workload's
/// operations.
struct SliceKey {
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  std::uint16_t operation = 0;
  RunSecond second = 0;
  constexpr auto operator<=>(const SliceKey&) const = default;
};

/// What is timed. The numbers are part of the journal format: append only.
enum class Measure : std::uint8_t {
  response_ok,  // done − intended of tickets that ended ok
  service,      // done − sent of every answered ticket, whatever the answer
  wait,         // sent − taken up by the engine: waiting for a connection or a slot
  send_lag,     // taken up − intended: our own lateness, of every ticket that was taken up
  resolve,      // name resolution, per connection attempt
  connect,      // TCP connect, per connection attempt
  tls,          // TLS handshake, per connection attempt
  first_byte,   // first byte of the answer − sent
  whole,  // sent → done of answers that ended ok (the stages' sum as the user of a connection sees
          // it)
  unfinished_age,  // end of the drain − intended of unfinished and timed-out tickets
  authenticate,    // of a Postgres connection: startup message → ready, per connection attempt
  role,            // of a Postgres connection: asking whether it takes writes
};
inline constexpr std::size_t kMeasures = 12;

/// "response_ok", "service", "wait", "send_lag", "resolve", … Pure.
std::string_view name_of(Measure measure);

/// Answers by who gave them (`served_by`): all answers, and those that were ok.
struct Served {
  std::uint64_t answers = 0;
  std::uint64_t ok = 0;
  bool operator==(const Served&) const = default;
};

/// The counts of a slice. Everything adds; the four instants widen. `planned` is derived, never
/// stored: scheduled − blind.
struct Tally {
  static constexpr RunOffset kNever{std::numeric_limits<std::int64_t>::min()};

  std::uint64_t scheduled = 0;           // tickets that fell due
  OutcomeCounts ended{};                 // tickets that ended, by outcome
  std::uint64_t stale_retries = 0;       // retried once on a fresh connection (not an outcome)
  std::uint64_t retried = 0;             // transactions tried more than once
  std::uint64_t retries = 0;             // tries beyond each one's first
  std::uint64_t connects_attempted = 0;  // by wall second, in operation 0
  std::uint64_t connects_ok = 0;
  OutcomeCounts connects_failed{};  // by class
  std::uint64_t in_flight = 0;      // tickets open at the end of this wall second, in operation 0
  std::map<std::string, Served, std::less<>> served_by;  // found by string_view, without a copy
  RunOffset first_ok = kNever, last_ok = kNever;         // intended instants of ok tickets
  RunOffset first_not_ok = kNever,
            last_not_ok = kNever;  // of failed, timed out, unfinished, in doubt, not sent

  std::uint64_t blind() const { return count_of(ended, OutcomeKind::blind); }
  std::uint64_t planned() const { return scheduled - blind(); }
  std::uint64_t ok() const { return ended[static_cast<std::size_t>(Outcome::ok)]; }
  std::uint64_t ended_total() const;
  /// Tickets due but not ended. Negative in a single part (it may end what an earlier one
  /// scheduled); never negative in the sum of all parts up to any moment.
  std::int64_t open() const {
    return static_cast<std::int64_t>(scheduled) - static_cast<std::int64_t>(ended_total());
  }

  void note_ok(RunOffset intended);
  void note_not_ok(RunOffset intended);
  Tally& operator+=(const Tally& other);
  bool operator==(const Tally&) const = default;
};

/// One command of a script, as it fared in the tickets of a slice.
struct Statement {
  std::uint64_t failed = 0;   // ended its transaction
  std::uint64_t retried = 0;  // failed, and its transaction was tried again
  SparseHistogram took;       // of those that succeeded
  Statement& operator+=(const Statement& other);
  bool operator==(const Statement&) const = default;
};

/// A tally with its histograms at rest.
struct Slice {
  Tally tally;
  std::array<SparseHistogram, kMeasures> histograms;
  std::map<std::uint16_t, Statement> statements;  // by place in the script, from 0

  const SparseHistogram& operator[](Measure m) const {
    return histograms[static_cast<std::size_t>(m)];
  }
  SparseHistogram& operator[](Measure m) { return histograms[static_cast<std::size_t>(m)]; }
  Slice& operator+=(const Slice& other);
  bool operator==(const Slice&) const = default;
};

}  // namespace loadgen
