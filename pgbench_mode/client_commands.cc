// What a client does with each command of its script.
#include <cctype>
#include <cstdlib>

#include "loadgen/core/assert.h"
#include "pgbench_mode/client.h"
#include "pgbench_mode/expression.h"
#include "pgbench_mode/sql_variables.h"

namespace loadgen::pgbench {

namespace {

/// What pgbench says when a client ends at a command.
std::string aborted(int client, std::size_t command, const char* name, std::size_t script,
                    const char* why) {
  return "client " + std::to_string(client) + " aborted in command " + std::to_string(command) +
         " (" + name + ") of script " + std::to_string(script) + "; " + why;
}

}  // namespace

Client::Step Client::execute(Instant now) {
  switch (command().kind) {
    case CommandKind::sql:
      return send_sql();
    case CommandKind::set:
      return assign();
    case CommandKind::sleep:
      return begin_sleep(now);
    case CommandKind::if_:
    case CommandKind::elif_:
    case CommandKind::else_:
    case CommandKind::endif_:
      return branch();
    case CommandKind::start_pipeline:
      return start_pipeline();
    case CommandKind::end_pipeline:
      return end_pipeline();
    case CommandKind::setshell:
    case CommandKind::shell:
      break;
  }
  LG_ASSERT(!"a command that LoadedScripts lets through");
}

Client::Step Client::assign() {
  const std::string& name = command().variable;
  try {
    const Value value = evaluate(command().expression, evaluation_);
    if (identity_.variables.set(name, value)) return Step::next;
    return script_error(
        "set: invalid variable name: \"" + name + "\"",
        aborted(number(), command_, "set", script_->number, "assignment of meta-command failed"));
  } catch (const EvaluationError& error) {
    return script_error(error.what(), aborted(number(), command_, "set", script_->number,
                                              "evaluation of meta-command failed"));
  }
}

Client::Step Client::branch() {
  const Command& here = command();
  const bool arrived_by_jump = branching_;
  branching_ = false;
  if (here.kind == CommandKind::endif_) return Step::next;
  if (here.kind != CommandKind::if_ && !arrived_by_jump) {
    next_ = here.endif;  // the branch before it was taken
    return Step::next;
  }
  if (here.kind == CommandKind::else_) return Step::next;
  try {
    if (is_true(evaluate(here.expression, evaluation_))) return Step::next;
  } catch (const EvaluationError& error) {
    return script_error(error.what(),
                        aborted(number(), command_, here.kind == CommandKind::if_ ? "if" : "elif",
                                script_->number, "evaluation of meta-command failed"));
  }
  next_ = here.next_branch;
  branching_ = true;
  return Step::next;
}

Client::Step Client::begin_sleep(Instant now) {
  const Sleep& wish = command().sleep;
  std::int64_t amount = wish.amount;
  if (!wish.variable.empty()) {
    const std::string* text = identity_.variables.text(wish.variable);
    const std::string failed =
        aborted(number(), command_, "sleep", script_->number, "execution of meta-command failed");
    if (text == nullptr)
      return script_error("sleep: undefined variable \"" + wish.variable + "\"", failed);
    amount = std::atoi(text->c_str());
    if (amount == 0 && std::isdigit(static_cast<unsigned char>((*text)[0])) == 0) {
      return script_error(
          "sleep: invalid sleep time \"" + *text + "\" for variable \"" + wish.variable + "\"",
          failed);
    }
  }
  if (amount <= 0) return Step::next;
  sleeps_until_ = now + amount * wish.unit;
  state_ = State::sleeping;
  return Step::wait;
}

Client::Step Client::start_pipeline() {
  const char* why = nullptr;
  if (scripts_.mode == QueryMode::simple)
    why = "cannot use pipeline mode with the simple query protocol";
  else if (in_pipeline_)
    why = "already in pipeline mode";
  if (why != nullptr)
    return script_error("", aborted(number(), command_, "startpipeline", script_->number, why));
  // What could not be prepared ahead can't be within the pipeline either: a Parse takes a snapshot,
  // and BEGIN ISOLATION LEVEL … would come too late.
  for (std::size_t i = command_ + 1;
       scripts_.mode == QueryMode::prepared && i < beside().pipeline_end; ++i) {
    const bool sql = script_->script.commands[i].kind == CommandKind::sql;
    if (sql && !session.has_prepared(script_->beside[i].prepared)) return prepare(i);
  }
  if (PQenterPipelineMode(session.connection()) == 0) return Step::lost;
  in_pipeline_ = true;
  return Step::next;
}

Client::Step Client::end_pipeline() {
  if (!in_pipeline_) {
    return script_error(
        "", aborted(number(), command_, "endpipeline", script_->number, "not in pipeline mode"));
  }
  if (PQpipelineSync(session.connection()) == 0 || !session.sent()) return Step::lost;
  ++syncs_;
  query_ = 0;
  state_ = State::waiting;
  return Step::wait;
}

Client::Step Client::send_sql() {
  const Command& sql = command();
  if (in_pipeline_ && sql.gather != Gather::none) {
    const bool gset = sql.gather == Gather::gset;
    return script_error("", aborted(number(), command_, gset ? "gset" : "aset", script_->number,
                                    gset ? "\\gset is not allowed in pipeline mode"
                                         : "\\aset is not allowed in pipeline mode"));
  }
  if (scripts_.mode == QueryMode::prepared && !session.has_prepared(beside().prepared))
    return prepare(command_);
  if (flight->times.sent == Times::kNone) flight->times.sent = command_begun_;
  const SqlEffect& effect = beside().effect;
  const SqlEffect::Sent& sent = in_block_ ? effect.inside : effect.outside;
  if (in_pipeline_) ++pipelined_;
  if (sql.ledger != LedgerPart::none) {
    session.forget_warning();
    ledger_.sending(sql, in_block_, pipelined_, flight->ticket.intended, identity_.variables);
  }
  in_doubt_ = in_doubt_ || sent.commits;
  in_block_ = sent.in_block;
  if (!send_command()) return Step::lost;
  if (in_pipeline_) return Step::next;
  if (!session.sent()) return Step::lost;
  query_ = 0;
  state_ = State::waiting;
  return Step::wait;
}

bool Client::send_command() {
  const Command& sql = command();
  PGconn* connection = session.connection();
  if (scripts_.mode == QueryMode::simple) {
    render_sql(sql, identity_.variables, sql_);
    return PQsendQuery(connection, sql_.c_str()) != 0;
  }
  values_.clear();
  for (const std::string& name : sql.parameters) {
    const std::string* text = identity_.variables.text(name);
    values_.push_back(text == nullptr ? nullptr : text->c_str());  // undefined: NULL
  }
  const int count = static_cast<int>(values_.size());
  if (scripts_.mode == QueryMode::extended) {
    return PQsendQueryParams(connection, sql.numbered.c_str(), count, nullptr, values_.data(),
                             nullptr, nullptr, 0) != 0;
  }
  return PQsendQueryPrepared(connection, scripts_.prepared[beside().prepared].name.c_str(), count,
                             values_.data(), nullptr, nullptr, 0) != 0;
}

/// Prepares the statement of command number `place` of the script, outside of any pipeline.
Client::Step Client::prepare(std::size_t place) {
  preparing_ = script_->beside[place].prepared;
  const ConnectWishes::Prepared& statement = scripts_.prepared[preparing_];
  if (flight->times.sent == Times::kNone) flight->times.sent = command_begun_;
  if (PQsendPrepare(session.connection(), statement.name.c_str(), statement.text.c_str(), 0,
                    nullptr) == 0 ||
      !session.sent()) {
    return Step::lost;
  }
  query_ = 0;
  state_ = State::preparing;
  return Step::wait;
}

}  // namespace loadgen::pgbench
