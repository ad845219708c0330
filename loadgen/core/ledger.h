// The ledger of acknowledged writes as the clients know it: which rows of the table loadgen_ledger
// were acknowledged, and which were not (pgbench.md 4). What stands in the table is told by an
// audit (ledger_audit.h).
//
// A row is (run, worker, connection, sequence, attempt). A connection is a client, however often it
// reconnects; its number is unique within its worker, whatever group and workload it serves. A
// sequence number is a transaction, an attempt a try of it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "loadgen/core/units.h"

namespace loadgen {

/// What the client knows of an attempt. The numbers are part of the journal format: append only.
enum class LedgerFate : std::uint8_t {
  acknowledged,  // the server answered its COMMIT
  weak,          // it did, with the warning that no standby had it
  in_doubt,      // its COMMIT was sent, and the answer lost
  failed,        // the server refused it, or its COMMIT was never sent
};
inline constexpr std::size_t kLedgerFates = 4;
/// "acknowledged", "weak", "in_doubt", "failed". Pure.
std::string_view name_of(LedgerFate fate);

/// Attempts that fared alike: those with the same number, of consecutive transactions.
struct LedgerRange {
  std::uint64_t first = 1, last = 1;  // sequence numbers from 1, both included
  std::uint32_t attempt = 1;          // from 1
  LedgerFate fate = LedgerFate::acknowledged;
  RunOffset from{0}, to{0};  // the earliest and the latest instant at which one of them was due

  std::uint64_t size() const { return last - first + 1; }
  /// Takes `next` in when it continues this range; false when it does not.
  bool extend(const LedgerRange& next);
  bool operator==(const LedgerRange&) const = default;
};

/// Ranges of one connection, none of which overlap and none of which could be one. `add` is
/// commutative and associative: the same attempts make the same ranges. A regular value.
class LedgerRanges {
 public:
  /// (attempt, first): ranges ascend by attempt, then by sequence.
  using Place = std::pair<std::uint32_t, std::uint64_t>;
  using Map = std::map<Place, LedgerRange>;

  /// False, and nothing changes, when some of it is there already.
  bool add(const LedgerRange& range);
  bool overlaps(const LedgerRange& range) const;
  const Map& ranges() const { return ranges_; }
  bool empty() const { return ranges_.empty(); }
  bool operator==(const LedgerRanges&) const = default;

 private:
  Map::const_iterator first_ending_at(std::uint32_t attempt, std::uint64_t sequence) const;
  Map ranges_;
};

/// What one connection left.
struct LedgerStream {
  std::uint16_t group = 0, workload = 0;
  LedgerRanges ranges;
  bool operator==(const LedgerStream&) const = default;
};

/// Which connection of which worker.
struct LedgerKey {
  std::uint32_t worker = 0, connection = 0;
  constexpr auto operator<=>(const LedgerKey&) const = default;
};

/// A row as it stands in the table. They are compared in the order in which an audit reads them.
struct LedgerRow {
  LedgerKey of;
  std::uint32_t attempt = 1;
  std::uint64_t sequence = 1;
  constexpr auto operator<=>(const LedgerRow&) const = default;
};

}  // namespace loadgen
