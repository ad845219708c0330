#include "pgbench_mode/client.h"

#include <cstdio>
#include <utility>

#include "loadgen/core/assert.h"
#include "pgbench_mode/sqlstate.h"

namespace loadgen::pgbench {

Client::Client(const Surroundings& around, ClientIdentity identity)
    : session(around.readiness, around.driver, *this),
      scorer_(around.scorer),
      rules_(around.rules),
      scripts_(around.scripts),
      identity_(std::move(identity)),
      try_random_(identity_.random),
      evaluation_{identity_.random, identity_.variables} {
  if (scripts_.ledger) ledger_.open(scorer_, around.group, around.workload, identity_.variables);
  if (!rules_.debug) return;
  evaluation_.debug = [this](const std::string& text) {
    rules_.debug("debug(script=" + std::to_string(script_->number) +
                 ",command=" + std::to_string(command_ + 1) + "): " + text);
  };
}

Client::Progress Client::begin(Flight& its_flight, Instant now) {
  LG_ASSERT(state_ == State::free && session.state() == Session::State::idle);
  flight = &its_flight;
  flight->client = this;
  script_ = &scripts_.scripts[flight->operation];
  tries_ = 1;
  try_random_ = identity_.random;
  in_doubt_ = in_block_ = false;
  ledger_.begin_ticket();
  verdict_.lost = verdict_.leaves = false;
  restart();
  return run(now);
}

void Client::restart() {
  state_ = State::running;
  command_ = 0;
  branching_ = in_pipeline_ = false;
  syncs_ = 0;
  pipelined_ = pipeline_answered_ = 0;
  error_ = script_error_ = fatal_ = false;
}

Client::Progress Client::input(Instant now) {
  if (state_ == State::free) return Progress::going;
  if (flight->times.first_byte == Times::kNone) flight->times.first_byte = now;
  return receive(now);
}

Client::Progress Client::wake(Instant now) {
  LG_ASSERT(state_ == State::sleeping);
  state_ = State::running;
  scorer_.statement_took(flight->ticket, flight->operation, static_cast<std::uint16_t>(command_),
                         now - command_begun_);
  command_ = next_;
  return run(now);
}

void Client::abandon() {
  state_ = State::free;
  ledger_.end();
  held_.reset();
}

/// Takes commands until one of them has to be waited for.
Client::Progress Client::run(Instant now) {
  while (command_ < script_->script.commands.size()) {
    command_begun_ = now;
    next_ = command_ + 1;
    switch (execute(now)) {
      case Step::wait:
        return Progress::going;
      case Step::failed:
        return failed(now);
      case Step::lost:
        return lost(now);
      case Step::next:
        break;
    }
    now = Clock::now();
    scorer_.statement_took(flight->ticket, flight->operation, static_cast<std::uint16_t>(command_),
                           now - command_begun_);
    command_ = next_;
  }
  return end_of_script(now);
}

Client::Progress Client::end_of_script(Instant now) {
  if (!in_pipeline_ && !in_block_) {
    if (tries_ > 1) scorer_.retried(flight->ticket, flight->operation, tries_ - 1);
    return end(Outcome::ok, now);
  }
  command_ = script_->script.commands.size() - 1;  // in whose place it is told
  error_ = script_error_ = true;
  if (in_pipeline_) {
    verdict_.outcome = Outcome::sql_other;
    verdict_.problem = in_place() + "end of script reached with pipeline open";
    say("error: ", "client " + std::to_string(number()) +
                       " aborted: end of script reached with pipeline open");
  } else {
    verdict_.outcome = Outcome::sql_25;
    verdict_.problem = in_place() + "end of script reached without completing the last transaction";
    say("error: ", "client " + std::to_string(number()) +
                       " aborted: end of script reached without completing the last transaction");
  }
  return failed(now);
}

/// After an error; verdict_ says which. Cleans the session up, then tries again or ends.
Client::Progress Client::failed(Instant now) {
  const bool leaves = script_error_
                          ? rules_.leave_after_script_error
                          : rules_.leave_after_sql_error && !is_retryable(verdict_.outcome);
  if (leaves) {
    scorer_.statement_failed(flight->ticket, flight->operation,
                             static_cast<std::uint16_t>(command_), false);
    verdict_.leaves = verdict_.lost = true;
    return end(verdict_.outcome, now);
  }
  PGconn* connection = session.connection();
  if (in_pipeline_) {
    // The script's own error, amid a pipeline: what was sent so far is brought to its end.
    if (PQpipelineSync(connection) == 0 || !session.sent()) return lost(now);
    ++syncs_;
    state_ = State::waiting;
    return Progress::going;
  }
  const PGTransactionStatusType status = PQtransactionStatus(connection);
  if (status == PQTRANS_IDLE) return decide(now);
  if (status != PQTRANS_INTRANS && status != PQTRANS_INERROR) return lost(now);
  if (PQsendQuery(connection, "ROLLBACK") == 0 || !session.sent()) return lost(now);
  state_ = State::rolling_back;
  return Progress::going;
}

bool Client::tries_again(Instant now) const {
  return is_retryable(verdict_.outcome) && !script_error_ &&
         (rules_.max_tries == 0 || tries_ < rules_.max_tries) &&
         (!rules_.latency_limit || now - flight->times.intended <= *rules_.latency_limit);
}

Client::Progress Client::decide(Instant now) {
  const bool again = tries_again(now);
  scorer_.statement_failed(flight->ticket, flight->operation, static_cast<std::uint16_t>(command_),
                           again);
  if (rules_.verbose && is_retryable(verdict_.outcome)) {
    std::string text = "client " + std::to_string(number());
    text += again ? " repeats the transaction after the error" : " ends the failed transaction";
    text += " (try " + std::to_string(tries_);
    if (rules_.max_tries != 0) text += "/" + std::to_string(rules_.max_tries);
    if (rules_.latency_limit) {
      char used[80];
      std::snprintf(
          used, sizeof used, ", %.3f%% of the maximum time of tries was used",
          100.0 * to_seconds(now - flight->times.intended) / to_seconds(*rules_.latency_limit));
      text += used;
    }
    say("", text + ")");
  }
  if (!again) {
    if (tries_ > 1) scorer_.retried(flight->ticket, flight->operation, tries_ - 1);
    return end(verdict_.outcome, now);
  }
  ++tries_;
  ledger_.end();
  identity_.random = try_random_;
  in_doubt_ = in_block_ = false;
  restart();
  return run(now);
}

/// The connection is dead.
Client::Progress Client::lost(Instant now) {
  std::string message = session.problem();
  verdict_.lost = true;
  verdict_.leaves = script_error_ && rules_.leave_after_script_error;
  scorer_.statement_failed(flight->ticket, flight->operation, static_cast<std::uint16_t>(command_),
                           false);
  if (tries_ > 1) scorer_.retried(flight->ticket, flight->operation, tries_ - 1);
  const Outcome said = error_ ? verdict_.outcome : Outcome::connection;
  if (!error_) verdict_.problem = std::move(message);
  return end(in_doubt_ ? Outcome::in_doubt : said, now);
}

Client::Progress Client::end(Outcome outcome, Instant now) {
  verdict_.outcome = outcome;
  verdict_.done = now;
  if (outcome == Outcome::ok) verdict_.problem.clear();
  state_ = State::free;
  ledger_.end();
  held_.reset();
  return Progress::ended;
}

/// An error of the script itself, found while it runs.
Client::Step Client::script_error(const std::string& message, const std::string& pgbench_message) {
  error_ = script_error_ = true;
  verdict_.outcome = Outcome::sql_other;
  verdict_.problem = in_place() + message;
  if (!message.empty()) say("error: ", message);
  if (!pgbench_message.empty()) say("error: ", pgbench_message);
  return Step::failed;
}

void Client::say(const char* label, const std::string& text) const {
  if (rules_.say) rules_.say({label, text});
}

/// "file:line: ".
std::string Client::in_place() const {
  return script_->script.name + ":" + std::to_string(command().line) + ": ";
}

}  // namespace loadgen::pgbench
