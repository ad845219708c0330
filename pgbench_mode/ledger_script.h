// A script with its row of the ledger: the statements that audit = true adds to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "pgbench_mode/script.h"

namespace loadgen::pgbench {

/// Whose rows they are. The other values of a row are variables of the client.
struct LedgerStamp {
  std::string run;  // of digits, letters, - only
  std::uint32_t worker = 0;
};

/// The client's variables that a row takes.
inline constexpr std::string_view kLedgerConnection = "loadgen_connection";
inline constexpr std::string_view kLedgerSequence = "loadgen_sequence";
inline constexpr std::string_view kLedgerAttempt = "loadgen_attempt";

/// Puts the INSERT right before the COMMIT (or END) that ends the script's last transaction; where
/// the last one depends on an \if, before that of each branch. Into the same command when the
/// COMMIT shares it with other statements (`\;`). A script that has no transaction block gets one
/// around it, from its first SQL command to its last. One that only reads, as far as its keywords
/// tell, is left as it is: it has nothing to lose, and a row would make it write.
/// Throws ScriptError for a script whose last transaction can't be told: it begins one and never
/// commits, or prepares it for a second phase. Pure.
void add_ledger(Script& script, const LedgerStamp& stamp);

}  // namespace loadgen::pgbench
