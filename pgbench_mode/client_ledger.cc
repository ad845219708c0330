#include "pgbench_mode/client_ledger.h"

#include <charconv>
#include <string_view>

#include "loadgen/core/assert.h"
#include "pgbench_mode/ledger_script.h"

namespace loadgen::pgbench {
namespace {

/// Without a std::string that allocates.
void set_number(Variables& variables, std::string_view name, std::uint64_t number) {
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, number).ptr;
  LG_ASSERT(variables.set_text(name, {text, static_cast<std::size_t>(end - text)}));
}

}  // namespace

void ClientLedger::open(Scorer& scorer, std::uint16_t group, std::uint16_t workload,
                        Variables& variables) {
  scorer_ = &scorer;
  connection_ = scorer.open_ledger(group, workload);
  set_number(variables, kLedgerConnection, connection_);
}

void ClientLedger::write(RunOffset intended, Variables& variables) {
  end();  // a script that jumps about may leave one without its COMMIT
  if (tries_++ == 0) ++sequence_;
  intended_ = intended;
  set_number(variables, kLedgerSequence, sequence_);
  set_number(variables, kLedgerAttempt, tries_);
  state_ = State::written;
}

void ClientLedger::sending(const Command& command, bool in_block, std::uint64_t place,
                           RunOffset intended, Variables& variables) {
  const bool writes = command.ledger != LedgerPart::commits;
  const bool commits = command.ledger != LedgerPart::writes;
  if (writes) write(intended, variables);
  if (state_ == State::none || (!commits && in_block)) return;
  state_ = State::committing;
  place_ = place;
  result_ = command.commit_result;
}

void ClientLedger::answered(const char* tag, bool weak) {
  const std::string_view said(tag);
  // A COMMIT of a transaction that had failed is answered ROLLBACK. A row outside of any block was
  // its own transaction; the COMMIT behind it is answered all the same.
  if (said == "ROLLBACK") return refused();
  if (said == "COMMIT") settle(weak ? LedgerFate::weak : LedgerFate::acknowledged);
}

void ClientLedger::settle(LedgerFate fate) {
  if (state_ == State::none) return;
  state_ = State::none;
  scorer_->note_ledger(connection_, {sequence_, sequence_, tries_, fate, intended_, intended_});
}

}  // namespace loadgen::pgbench
