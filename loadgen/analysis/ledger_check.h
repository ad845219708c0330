// Compares the rows of a group's ledger with what its clients know of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <vector>

#include "loadgen/analysis/run.h"
#include "loadgen/core/ledger_audit.h"

namespace loadgen {

/// Takes the rows of one run in one table as they are read, in ascending order, and keeps none of
/// them: what it needs grows with the clients' ranges and the gaps in the table, not with the rows.
/// Borrows the run. Never throws. Pure but for its own state.
class LedgerCheck {
 public:
  /// A workload of the run's scenario must be audited.
  LedgerCheck(const Run& run, std::uint16_t group);

  /// Ascending; one may come again. A row of another group's connection (both may write to one
  /// database) is passed over.
  void row(const LedgerRow& row);
  /// A row that no client can have written: a number is missing, or out of range.
  void garbled();

  struct Found {
    std::map<std::uint16_t, LedgerReading> workloads;  // every audited one; ranges uncut, coarse
    std::uint64_t rows = 0;
  };
  /// After the last row.
  Found finish();

  /// Of how many lost ranges their place is kept. Those beyond are counted, and no more.
  static constexpr std::size_t kMostKept = 100'000;

 private:
  struct Expected {
    LedgerKey of;
    const LedgerRange* range;
    std::uint16_t workload;
  };
  LedgerReading& reading(std::uint16_t workload) { return found_.workloads[workload]; }
  void close_before(const LedgerRow& row);
  void present(const Expected& expected);
  void absent(const Expected& expected, std::uint64_t first, std::uint64_t last);
  void stray(const LedgerRow& row);

  const Run& run_;
  std::uint16_t group_;
  std::vector<Expected> expected_;  // ascending
  std::size_t at_ = 0;
  std::uint64_t next_ = 0;  // the first number of expected_[at_] that was not settled
  std::optional<LedgerRow> last_;
  std::uint16_t last_workload_ = 0;
  std::size_t kept_ = 0;
  Found found_;
};

/// Says of the lost ranges when they were due, to the part (a wall second) that told of them; the
/// journal is read once more. Then cuts them to those that a reading keeps.
void date_lost(const std::filesystem::path& journal, std::map<std::uint16_t, LedgerReading>& found);

}  // namespace loadgen
