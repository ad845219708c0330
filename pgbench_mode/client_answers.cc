// What a client does with the server's answers.
#include <cstring>
#include <utility>

#include "pgbench_mode/client.h"
#include "pgbench_mode/sqlstate.h"

namespace loadgen::pgbench {

Client::Progress Client::receive(Instant now) {
  for (;;) {
    ResultHandle result;
    switch (session.next(result)) {
      case Session::Next::wait:
        return Progress::going;
      case Session::Next::lost:
        return lost(now);
      case Session::Next::result:
        if (!take(result)) return lost(now);
        break;
      case Session::Next::end:
        // In a pipeline it only ends one command's answers.
        if (!in_pipeline_) return answered(now);
        ++pipeline_answered_;
        query_ = 0;
        break;
    }
  }
}

/// One result. False when nothing more is to be expected of this connection.
bool Client::take(ResultHandle& result) {
  const bool gset = state_ == State::waiting && !in_pipeline_ && command().gather == Gather::gset;
  switch (PQresultStatus(result.get())) {
    case PGRES_COMMAND_OK:
    case PGRES_EMPTY_QUERY:
    case PGRES_TUPLES_OK:
      if (ledger_.awaits(in_pipeline_ ? pipeline_answered_ + 1 : pipelined_, query_))
        ledger_.answered(PQcmdStatus(result.get()), session.warned_unreplicated());
      // Which result is the last one is known when the next has come, or none.
      if (gset) {
        held_ = std::move(result);
      } else if (state_ == State::waiting && !in_pipeline_ && command().gather == Gather::aset) {
        gather(result.get(), false);
      }
      ++query_;
      return true;
    case PGRES_PIPELINE_SYNC:
      if (--syncs_ > 0) return true;
      in_pipeline_ = false;
      return PQexitPipelineMode(session.connection()) != 0;
    case PGRES_PIPELINE_ABORTED:
      return true;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
      if (!error_) script_error("COPY is not supported in pgbench, aborting", "");
      in_doubt_ = false;  // no row was given
      return false;
    default:
      take_error(result.get());
      ++query_;
      return !fatal_;
  }
}

void Client::take_error(const PGresult* result) {
  const char* severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char* sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  fatal_ = severity == nullptr || std::strcmp(severity, "ERROR") != 0;
  // The ROLLBACK's own failure, or what follows from the first error.
  if (error_ || state_ == State::rolling_back) return;
  error_ = true;
  held_.reset();
  verdict_.outcome = outcome_of_sqlstate(sqlstate == nullptr ? "" : sqlstate);
  verdict_.problem = PQresultErrorMessage(result);
  while (!verdict_.problem.empty() && verdict_.problem.back() == '\n') verdict_.problem.pop_back();
  // The server says so: nothing was committed. When it ends the session with that, it may have
  // done so after the commit (while it waited for a standby).
  if (!fatal_) {
    in_doubt_ = false;
    ledger_.refused();
  }
  if (!rules_.say) return;
  const std::string who = "client " + std::to_string(number());
  const std::string script = std::to_string(script_->number);
  if (rules_.leave_after_sql_error && !is_retryable(verdict_.outcome) && !fatal_) {
    say("error: ", who + " script " + script + " aborted in command " + std::to_string(command_) +
                       " query " + std::to_string(query_) + ": " + verdict_.problem);
  } else if (rules_.verbose) {
    say("", who + " got an error in command " + std::to_string(command_) + " (SQL) of script " +
                script + "; " + verdict_.problem);
  }
}

/// \gset and \aset: the columns of the last row become variables.
void Client::gather(const PGresult* result, bool last) {
  if (PQresultStatus(result) != PGRES_TUPLES_OK) {
    if (last) expected_one_row(0);
    return;
  }
  const int rows = PQntuples(result);
  if (command().gather == Gather::gset && rows != 1) return expected_one_row(rows);
  if (rows <= 0) return;
  for (int column = 0; column < PQnfields(result); ++column) {
    const std::string name = command().prefix + PQfname(result, column);
    if (identity_.variables.set_text(name, PQgetvalue(result, rows - 1, column))) continue;
    const char* what = command().gather == Gather::gset ? "gset" : "aset";
    script_error(std::string(what) + ": invalid variable name: \"" + name + "\"",
                 "client " + std::to_string(number()) + " script " +
                     std::to_string(script_->number) + " command " + std::to_string(command_) +
                     " query " + std::to_string(query_) + ": error storing into variable " + name);
    return;
  }
}

void Client::expected_one_row(int rows) {
  const std::string what = "expected one row, got " + std::to_string(rows);
  script_error("", "client " + std::to_string(number()) + " script " +
                       std::to_string(script_->number) + " command " + std::to_string(command_) +
                       " query " + std::to_string(query_) + ": " + what);
  verdict_.problem = in_place() + what;
}

/// The answers to what was sent are complete.
Client::Progress Client::answered(Instant now) {
  session.answered();
  in_block_ = PQtransactionStatus(session.connection()) != PQTRANS_IDLE;
  const State was = std::exchange(state_, State::running);
  if (was == State::rolling_back) return in_block_ ? lost(now) : decide(now);
  if (!error_ && held_ != nullptr) {
    --query_;
    gather(held_.get(), true);
    held_.reset();
  }
  if (error_) return failed(now);
  if (was == State::preparing) {
    session.note_prepared(preparing_);
    return run(now);  // the same command again
  }
  in_doubt_ = false;
  scorer_.statement_took(flight->ticket, flight->operation, static_cast<std::uint16_t>(command_),
                         now - command_begun_);
  command_ = next_;
  return run(now);
}

}  // namespace loadgen::pgbench
