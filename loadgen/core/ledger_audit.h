// An audit of the ledger: what stood in a group's table loadgen_ledger when it was read after the
// run, against what the clients know (ledger.h). Kept in the journal behind the run's end.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/ledger.h"

namespace loadgen {

/// Rows of one workload, by what its clients know of them and by whether they stood in the table.
struct LedgerCounts {
  std::uint64_t acknowledged_present = 0;
  std::uint64_t lost = 0;  // acknowledged and absent
  std::uint64_t weak_present = 0, weak_absent = 0;
  std::uint64_t in_doubt_present = 0, in_doubt_absent = 0;
  std::uint64_t failed_absent = 0;
  std::uint64_t phantoms = 0;    // failed and present
  std::uint64_t duplicates = 0;  // present once more
  std::uint64_t unexpected = 0;  // present, and no client ever tried to write it
  /// Present, and of a worker that ended before it told what became of it.
  std::uint64_t unreported = 0;

  bool operator==(const LedgerCounts&) const = default;
};

/// Acknowledged writes that were absent; they were due between range.from and range.to, which are
/// those of all that was told of together: at most about a second more.
struct LostRange {
  LedgerKey of;
  LedgerRange range;
  bool operator==(const LostRange&) const = default;
};

/// Of one workload.
struct LedgerReading {
  static constexpr std::size_t kMostRanges = 100;

  LedgerCounts counts;
  RunOffset lost_from{0}, lost_to{0};  // all that is lost was due between them
  std::vector<LostRange> lost;         // the first kMostRanges by when they were due
  bool operator==(const LedgerReading&) const = default;
};

/// One reading of one group's table, or why it could not be read.
struct LedgerAudit {
  std::int64_t at_us = 0;  // wall clock, µs since 1970 UTC
  std::uint16_t group = 0;
  std::string server;             // "127.0.0.1:5432, PostgreSQL 15.18"
  std::string system_identifier;  // of its cluster; empty: it would not tell
  std::uint32_t timeline = 0;     // 0: it is in recovery
  bool in_recovery = false;       // a standby: what it has not replayed yet seems absent
  std::string problem;            // empty: the table was read
  std::map<std::uint16_t, LedgerReading> workloads;  // those that are audited
  bool operator==(const LedgerAudit&) const = default;
};

/// One reading of the ledger, of one workload, as the result has it.
struct AuditFigures {
  std::string at;  // ISO 8601 UTC
  std::string server, system_identifier;
  std::uint32_t timeline = 0;
  bool in_recovery = false;
  LedgerReading reading;
  bool operator==(const AuditFigures&) const = default;
};

/// Acknowledged writes and what became of them; of a workload with `audit`.
struct AuditResult {
  // What the clients know.
  std::uint64_t acknowledged = 0, weak = 0, in_doubt = 0, failed = 0;
  std::vector<AuditFigures> readings;  // in the order in which they were made
  std::optional<std::size_t> decides;  // the one that checks are judged by; none: not audited yet
  std::string doubt;                   // why that is not all there is to know; why there is none
  bool operator==(const AuditResult&) const = default;
};

/// Binary form, as those of run_record.h; decode throws std::runtime_error on anything malformed.
/// Pure.
std::string encode(const LedgerAudit& audit);
LedgerAudit decode_ledger_audit(std::string_view bytes);

}  // namespace loadgen
