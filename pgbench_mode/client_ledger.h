// What a client knows of its rows of the ledger: numbers them, and says what became of each.
//
// State machine of the row under way: what each state waits for → where it goes.
// none: a statement that writes a row → written or committing.
// written: its COMMIT → committing; or an error, or the end of the try → none (failed).
// committing: the COMMIT's answer → none (acknowledged, weak, failed); or the end of the try
//   without it → none (in doubt).
#pragma once

#include <cstdint>

#include "loadgen/drive/scorer.h"
#include "pgbench_mode/script.h"
#include "pgbench_mode/variables.h"

namespace loadgen::pgbench {

/// Engine thread. Never throws, and allocates nothing once its variables are there. Without
/// `open` no command is one of the ledger's and nothing here is called.
class ClientLedger {
 public:
  /// Takes a number for the connection in the worker's ledger.
  void open(Scorer& scorer, std::uint16_t group, std::uint16_t workload, Variables& variables);

  /// A ticket begins: its row will be of another transaction.
  void begin_ticket() { tries_ = 0; }
  /// The text of `command` is about to be made and sent. in_block: a transaction block is open
  /// before it; without one the row commits itself. Its answer is the `place`-th of a pipeline.
  void sending(const Command& command, bool in_block, std::uint64_t place, RunOffset intended,
               Variables& variables);

  /// Waits for that result of the `place`-th command of a pipeline.
  bool awaits(std::uint64_t place, int result) const {
    return state_ == State::committing && place_ == place && result_ == result;
  }
  /// It came, and is no error. tag: the server's ("COMMIT", "UPDATE 1"); weak: it warned that no
  /// standby has the commit.
  void answered(const char* tag, bool weak);
  /// The server refused a statement, and goes on: what was under way is rolled back.
  void refused() { settle(LedgerFate::failed); }
  /// The try is over, or the connection lost.
  void end() { settle(state_ == State::committing ? LedgerFate::in_doubt : LedgerFate::failed); }

 private:
  enum class State : std::uint8_t { none, written, committing };
  void write(RunOffset intended, Variables& variables);
  void settle(LedgerFate fate);

  Scorer* scorer_ = nullptr;
  std::uint32_t connection_ = 0;
  State state_ = State::none;
  std::uint64_t sequence_ = 0;  // of the latest row
  std::uint32_t tries_ = 0;     // of that row by this ticket
  RunOffset intended_{0};
  std::uint64_t place_ = 0;
  int result_ = 0;
};

}  // namespace loadgen::pgbench
