// The scorer: where drivers say what became of tickets, and the only place that turns that into
// counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/recorder.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {

/// When things happened to one ticket. An instant that never came is `kNone`.
struct Times {
  static constexpr Instant kNone{};
  Instant intended{};
  Instant taken_up{};          // by the engine
  Instant sent = kNone;        // just before its first byte was given to the kernel
  Instant first_byte = kNone;  // of the answer
  Instant done{};              // answer complete, or the moment it was given up
};

/// How a ticket ended.
struct Ending {
  Ticket ticket;
  std::uint16_t operation = 0;
  Outcome outcome = Outcome::ok;
  Times times;
  bool answered = false;                   // a whole answer came, whatever it said
  bool client_ends = false;                // its client issues nothing more
  const std::string* served_by = nullptr;  // who answered; null when not asked or not told
  std::uint64_t session = 0;               // of a probe: see ProbeAnswer
};

/// Owned by the engine, used by its drivers, on the engine's thread. Allocates only in a second's
/// first use.
class Scorer {
 public:
  Scorer(const Scenario& scenario, std::uint32_t worker, std::uint64_t parts_before = 0);

  /// Run offset 0. Before it only connections may be scored, and they count for second 0.
  void start(Instant at) { start_ = at; }
  bool started() const { return start_ != Instant{}; }
  RunOffset offset(Instant instant) const { return instant - start_; }
  Instant instant(RunOffset offset) const { return start_ + offset; }

  /// A ticket fell due. Each is followed by exactly one `end`.
  void due(const Ticket& ticket, std::uint16_t operation) {
    cell_of(ticket, operation).tally.scheduled += 1;
  }
  void end(const Ending& ending);
  /// Clients of a closed loop whose ticket ended since the last call, for the engine to issue their
  /// next.
  struct Freed {
    Ticket ticket;
    Instant done;
    bool client_ends;
  };
  std::vector<Freed>& freed() { return freed_; }

  /// A stage of a connection attempt took this long. `at`: now.
  void stage(std::uint16_t group, std::uint16_t workload, Measure stage, Duration took, Instant at);
  void connect_attempted(std::uint16_t group, std::uint16_t workload, Instant at);
  void connect_ok(std::uint16_t group, std::uint16_t workload, Instant at);
  void connect_failed(std::uint16_t group, std::uint16_t workload, Outcome outcome, Instant at);
  /// An attempt of a probe's to connect. Before the start of the run none is told.
  void probe_attempted(const ProbeAttempt& attempt) {
    if (started()) recorder_.add(attempt);
  }
  /// Whether the workload is a probe.
  bool is_probe(std::uint16_t workload) const { return probe_[workload]; }
  void stale_retry(const Ticket& ticket, std::uint16_t operation) {
    cell_of(ticket, operation).tally.stale_retries += 1;
  }

  /// A command of the ticket's script succeeded after `took`; `place`: its number in the script.
  void statement_took(const Ticket& ticket, std::uint16_t operation, std::uint16_t place,
                      Duration took) {
    cell_of(ticket, operation).statement(place).took.record(took);
  }
  /// It failed; `again`: its transaction is tried again.
  void statement_failed(const Ticket& ticket, std::uint16_t operation, std::uint16_t place,
                        bool again) {
    Cell::StatementAtWork& statement = cell_of(ticket, operation).statement(place);
    (again ? statement.retried : statement.failed) += 1;
  }
  /// The ticket's transaction took so many tries beyond its first (≥ 1). Once per ticket.
  void retried(const Ticket& ticket, std::uint16_t operation, std::uint64_t retries) {
    Tally& tally = cell_of(ticket, operation).tally;
    tally.retried += 1;
    tally.retries += retries;
  }

  /// See Recorder.
  std::uint32_t open_ledger(std::uint16_t group, std::uint16_t workload) {
    return recorder_.open_ledger(group, workload);
  }
  void note_ledger(std::uint32_t connection, const LedgerRange& one) {
    recorder_.note_ledger(connection, one);
  }

  bool wants_sample(const Ticket& ticket, std::uint16_t operation, Outcome outcome) const;
  void add_sample(const Ticket& ticket, std::uint16_t operation, ErrorSample sample);

  /// Before `take_part`: the number of open tickets at the end of this wall second.
  void in_flight(std::uint16_t group, std::uint16_t workload, Instant at, std::uint64_t open);
  Part take_part(Instant at, bool last);
  /// When the first byte of the run left, of the tickets that have ended; Tally::kNever before.
  RunOffset first_send() const { return first_send_; }

  /// Stands for the answers of all names beyond the first 64 of a second in `served_by`.
  static constexpr std::string_view kOtherNames = "(others)";

 private:
  /// The cell of an operation's second, remembered until it changes: both groups and several
  /// operations take turns, so remembering just one would miss on every ticket.
  struct Remembered {
    RunSecond second = std::numeric_limits<RunSecond>::min();
    Cell* cell = nullptr;
  };
  Cell& cell_of(const Ticket& ticket, std::uint16_t operation) {
    return cell_at({ticket.group, ticket.workload, operation, run_second(ticket.intended)});
  }
  Cell& cell_at(const SliceKey& key);
  Cell& cell_now(std::uint16_t group, std::uint16_t workload, Instant at);

  Instant start_{};
  Recorder recorder_;
  std::size_t groups_;
  std::vector<std::size_t>
      first_operation_;                 // by workload: where its operations begin in `remembered_`
  std::vector<Remembered> remembered_;  // by group and operation
  std::size_t operations_ = 0;
  std::vector<bool> closed_loop_, probe_;  // by workload
  std::vector<Freed> freed_;
  RunOffset first_send_ = Tally::kNever;
};

}  // namespace loadgen
