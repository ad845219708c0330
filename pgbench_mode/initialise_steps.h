// The statements and rows of `pgbench -i`, step by step, as text. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen::pgbench {

enum class PartitionMethod { none, range, hash };

/// "none", "range", "hash".
std::string_view name_of(PartitionMethod method);

/// What `-i` was told. Valid once the command line was checked (invocation.h).
struct InitialiseOptions {
  std::string steps = "dtgvp";  ///< of kAllSteps; a blank is no step
  int scale = 1;                ///< 100,000 accounts each
  int fillfactor = 100;         ///< 10 to 100
  bool quiet = false;           ///< a progress line each 5 s instead of each 100,000 rows
  bool unlogged = false;
  std::string tablespace = {}, index_tablespace = {};  ///< empty: the server's default
  int partitions = 0;
  PartitionMethod partition_method = PartitionMethod::none;
  bool operator==(const InitialiseOptions&) const = default;
};

inline constexpr std::string_view kAllSteps = "dtgGvpf";

inline constexpr std::int64_t kAccountsPerBranch = 100000;
inline constexpr std::int64_t kTellersPerBranch = 10;

/// The name of a step in the last line, "drop tables"; empty for a blank.
std::string_view name_of_step(char step);

/// The line that announces a step, without its newline: "dropping old tables...".
std::string_view announcement_of(char step);

/// The SQL of each step but 'g', in order. Empty for a blank.
/// Step 't' says "creating N partitions..." before statement number tables_before_partitions().
std::vector<std::string> statements_of(char step, const InitialiseOptions& options);

/// The number of statements of step 't' that come before those for the partitions.
inline constexpr std::size_t kTables = 4;

/// Of step 'g': what is run in one transaction before the COPY: truncate, branches, tellers.
std::vector<std::string> statements_before_copy(const InitialiseOptions& options);

/// server_version as PQserverVersion gives it. FREEZE saves a rewrite by the first vacuum; with
/// partitions, and before version 14, the server refuses it or gains nothing.
std::string copy_statement(const InitialiseOptions& options, int server_version);

/// Appends rows [first, last) of pgbench_accounts in COPY's text format; rows count from 1.
void append_accounts(std::string& out, std::int64_t first, std::int64_t last);

}  // namespace loadgen::pgbench
