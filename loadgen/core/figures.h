// The figures of one workload in one group: what a result holds for each pair of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/ledger_audit.h"
#include "loadgen/core/recording.h"
#include "loadgen/core/rto.h"

namespace loadgen {

/// A quantile set in µs; absent = not reached (failures count as infinite) or no data.
struct Quantiles {
  bool has_data = false;  // false: the key is left out of the result
  std::optional<std::int64_t> p50, p75, p90, p95, p99, p999, p9999, max;
  std::optional<double> mean;
  bool operator==(const Quantiles&) const = default;
};

/// PHASE of contract.md 6: the figures of one stretch of one (group, workload[, operation]).
struct PhaseFigures {
  RunOffset from{0}, to{0};
  Tally tally;
  std::optional<double> offered_per_s, achieved_rate;  // null in closed loop
  std::optional<double> error_rate;                    // null without planned tickets
  std::optional<double> goodput;
  double ok_per_s = 0;
  Quantiles response, ok_response, service, wait, send_lag;
  std::map<std::string, Quantiles>
      stages;  // resolve, connect, tls, authenticate, role, first_byte, whole
  Quantiles unfinished_age;
  bool operator==(const PhaseFigures&) const = default;
};

struct Episode {
  RunOffset onset{0};
  std::optional<RunOffset> recovered;
  bool operator==(const Episode&) const = default;
};

struct Outage {
  RunOffset from{0}, to{0};
  bool down = true;  // no ok at all; false = brown-out
  bool operator==(const Outage&) const = default;
};

struct Recovery {
  std::optional<RunOffset> onset, recovered;
  std::optional<double> time_to_detect_s, time_to_recover_s, not_recovered_within_s;
  double longest_outage_s = 0, total_outage_s = 0, degraded_s = 0;
  double requests_lost = 0;
  std::optional<RunOffset> first_failed, last_failed;
  std::vector<Episode> episodes;
  std::vector<Outage> outages;
  std::string note;  // e.g. "undetermined: fewer than 10 s left", "the cap was reached …"
  bool undetermined = false;  // good again, too close to the end of the run to believe it
  bool operator==(const Recovery&) const = default;
};

struct ErrorGroup {
  Outcome outcome = Outcome::ok;
  std::string phase;
  std::uint64_t count = 0;
  RunOffset first{0}, last{0};
  std::vector<ErrorSample> samples;  // ≤ 5
  bool operator==(const ErrorGroup&) const = default;
};

struct ServedBy {
  std::string value;
  std::map<std::string, Served> phases;  // by phase
  std::vector<std::uint64_t> answers;    // one per second of the series
  std::optional<double>
      longest_silence_s;  // longest run of seconds without an answer from it, within during+after
  std::uint64_t silences = 0;               // how many such runs
  std::optional<double> total_silence_s{};  // all of them
  bool operator==(const ServedBy&) const = default;
};

/// One value per second from `start_s`.
struct Series {
  RunSecond start_s = 0;
  std::vector<std::uint64_t> planned, ok, failed, timed_out, not_sent, unfinished, blind, in_flight;
  std::vector<std::optional<std::int64_t>> p50_us, p99_us,
      max_us;  // of successes; absent without any
  std::map<std::string, std::vector<std::uint64_t>> failed_by_class;
  bool operator==(const Series&) const = default;
};

/// One command of a script in one phase.
struct StatementFigures {
  std::string phase;
  std::uint64_t failed = 0, retried = 0;
  Quantiles took;           // µs, of those that succeeded
  std::uint64_t count = 0;  // of those
  bool operator==(const StatementFigures&) const = default;
};

struct StatementResult {
  std::string operation;
  std::uint32_t place = 0;  // in the script, from 0
  std::string text;         // its first line; empty when it is not known
  std::vector<StatementFigures> phases;
  bool operator==(const StatementResult&) const = default;
};

struct WorkloadResult {
  std::string kind;  // "http", "pgbench"
  bool closed_loop = false;
  PhaseFigures totals;
  std::vector<std::pair<std::string, PhaseFigures>>
      phases;                       // in time order: warmup, before, during, after (or run)
  std::vector<PhaseFigures> steps;  // constant steps of `stages`
  std::map<std::string, std::vector<std::pair<std::string, PhaseFigures>>>
      operations;  // when there are several
  std::vector<ServedBy> served_by;
  std::optional<Recovery> recovery;  // when there was a fault
  std::optional<Rto> rto;            // of a probe that failed after it
  std::vector<Outage> outages;       // of the whole run
  std::map<std::string, std::vector<Outage>> operation_outages{};  // when there are several
  /// Indexed by SliceKey::operation: names for error samples. Empty: their numbers are shown.
  std::vector<std::string> operation_names;
  std::vector<StatementResult> statements;  // of pgbench; by operation, then place
  std::optional<AuditResult> audit = {};
  std::vector<ErrorGroup> errors;
  Series series;
  /// Per phase: histograms of ok response and service time, one per tenth of the phase.
  std::map<std::string, std::vector<SparseHistogram>> response_tenths, service_tenths;
  std::optional<double> latency_limit_s;
  std::uint32_t max_in_flight = 0;
  bool operator==(const WorkloadResult&) const = default;
};

}  // namespace loadgen
