// How a ticket ends: exactly one Outcome each (conservation, design.md 4.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace loadgen {

/// Every way a ticket can end. The order is the order of tables; the numbers are part of the
/// journal format, so new ones are added at the end of the list only.
enum class Outcome : std::uint8_t {
  ok,
  // failed, by class
  dns,
  connect_refused,
  connect_timeout,
  connect_other,
  reset,
  closed,
  tls,
  protocol,
  http_4xx,
  http_5xx,
  status,
  body,
  first_byte_timeout,
  // neither answered nor refused
  timed_out,
  in_doubt,
  unfinished,
  // the system kept it from being sent
  not_sent_cap,
  not_sent_no_connection,
  not_sent_late_limit,
  // the instrument lost it
  blind_late,
  blind_stalled,
  blind_aborted,
  blind_worker_lost,
  // failed, by class: what Postgres answered or how its connection ended
  connection,     // lost, or ended by the server (SQLSTATE class 08, 57P01 – 57P03)
  read_only,      // 25006: a standby, or default_transaction_read_only
  too_many,       // 53300
  serialization,  // 40001, after the last try
  deadlock,       // 40P01, after the last try
  sql_22,         // data
  sql_23,         // integrity constraint
  sql_25,         // transaction state
  sql_28,         // authorization
  sql_40,         // transaction rollback
  sql_42,         // syntax or access rule
  sql_53,         // resources
  sql_54,         // program limit
  sql_55,         // object not in prerequisite state, lock not available
  sql_57,         // operator intervention, statement_timeout
  sql_58,         // system
  sql_p0,         // raised by a function
  sql_xx,         // internal
  sql_other,
  // the instrument lost it
  blind_no_socket,  // no open file, local port or memory left for a connection
};

inline constexpr std::size_t kOutcomes = 44;

enum class OutcomeKind : std::uint8_t {
  ok,
  failed,
  timed_out,
  in_doubt,
  unfinished,
  not_sent,
  blind
};

/// Only a Postgres workload ends so. Pure.
constexpr bool of_postgres(Outcome outcome) {
  return outcome >= Outcome::connection && outcome <= Outcome::sql_other;
}

/// The kind that the outcome belongs to in `planned = ok + failed + timed_out + …`. Pure.
OutcomeKind kind_of(Outcome outcome);

/// The name used in results and metrics: "ok", "connect_refused", "cap" (of not_sent), "late" (of
/// blind) … Pure.
std::string_view name_of(Outcome outcome);

/// The name of a kind: "ok", "failed", "timed_out", "in_doubt", "unfinished", "not_sent", "blind".
/// Pure.
std::string_view name_of(OutcomeKind kind);

/// The failed class called `name`, or nothing. Pure.
std::optional<Outcome> failed_class(std::string_view name);

/// Counts of tickets by outcome.
using OutcomeCounts = std::array<std::uint64_t, kOutcomes>;

/// Sum of the counts of one kind. Pure.
std::uint64_t count_of(const OutcomeCounts& counts, OutcomeKind kind);

}  // namespace loadgen
