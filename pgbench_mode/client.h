// A client: runs scripts over its session, one ticket at a time. Its variables and its random state
// outlive tickets and connections, as in pgbench.
//
// State machine: what each state waits for → where it goes.
// free: a ticket → running, by `begin`.
// running: nothing: the commands of the script are taken one after the other → preparing, waiting,
//   sleeping, rolling_back, or free (ended).
// preparing: the answer to the Parse of a statement that was not prepared ahead → running, the same
//   command again.
// waiting: the answers to an SQL command, or to a pipeline up to its Sync → running.
// sleeping: the end of a \sleep → running.
// rolling_back: the answer to the ROLLBACK after an error → running from the script's begin
//   (another try), or free.
// A connection that is lost in any of them → free (ended); the driver then takes the session's
// connection away. The same when the driver gives the ticket up, by `abandon`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/drive/scorer.h"
#include "pgbench_mode/client_identities.h"
#include "pgbench_mode/client_ledger.h"
#include "pgbench_mode/client_rules.h"
#include "pgbench_mode/expression.h"
#include "pgbench_mode/flight.h"
#include "pgbench_mode/loaded_scripts.h"
#include "pgbench_mode/session.h"

namespace loadgen::pgbench {

/// Engine thread. Never throws.
class Client {
 public:
  struct Surroundings {
    Readiness& readiness;
    Driver& driver;
    Scorer& scorer;
    const ClientRules& rules;
    const LoadedScripts& scripts;
    std::uint16_t group = 0, workload = 0;
  };
  Client(const Surroundings& around, ClientIdentity identity);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  enum class Progress : std::uint8_t { going, ended };
  /// Takes a ticket up; the session must be idle, the client free.
  Progress begin(Flight& flight, Instant now);
  /// The session has input.
  Progress input(Instant now);
  /// The session was lost while it had nothing to answer (in a \sleep).
  Progress connection_lost(Instant now) { return lost(now); }
  /// The sleep is over.
  Progress wake(Instant now);
  /// The ticket is given up: → free. Its connection is of no more use.
  void abandon();

  /// After Progress::ended.
  const Verdict& verdict() const { return verdict_; }
  std::uint64_t tries() const { return tries_; }

  bool running() const { return state_ != State::free; }
  bool sleeping() const { return state_ == State::sleeping; }
  Instant sleeps_until() const { return sleeps_until_; }
  /// A COMMIT, or a write outside of a transaction block, was sent and not answered: whether it
  /// happened can't be known.
  bool in_doubt() const { return in_doubt_; }
  int number() const { return identity_.number; }
  Session session;
  // Kept here for the driver:
  Flight* flight = nullptr;             // the ticket that it runs, or that waits for its connection
  std::uint32_t failures = 0;           // attempts or fresh connections that failed in a row
  std::uint64_t timer = 0;              // number of its reconnect timer; an older one is void
  std::uint64_t attempt = 0;            // number of its current attempt
  std::uint64_t sleep = 0;              // number of its sleep
  std::size_t first_place = 0;          // where its next attempt begins in the list of places
  Duration resolve = Connected::kNone;  // what looking up its attempt's hosts took
  bool proven = false;                  // its connection has carried a whole answer
  bool left = false;                    // takes no more tickets
  bool read_only = false;               // its session was read-only from the start
  boost::intrusive::list_member_hook<> free;  // in the driver's list of clients without a ticket

 private:
  enum class State : std::uint8_t { free, running, preparing, waiting, sleeping, rolling_back };
  enum class Step : std::uint8_t { next, wait, failed, lost };

  const Command& command() const { return script_->script.commands[command_]; }
  const LoadedScript::Beside& beside() const { return script_->beside[command_]; }

  // client.cc
  void restart();
  Progress run(Instant now);
  Progress end_of_script(Instant now);
  Progress failed(Instant now);
  Progress decide(Instant now);
  bool tries_again(Instant now) const;
  Progress lost(Instant now);
  Progress end(Outcome outcome, Instant now);
  Step script_error(const std::string& message, const std::string& pgbench_message);
  void say(const char* label, const std::string& text) const;
  std::string in_place() const;

  // client_commands.cc
  Step execute(Instant now);
  Step assign();
  Step branch();
  Step begin_sleep(Instant now);
  Step start_pipeline();
  Step end_pipeline();
  Step send_sql();
  bool send_command();
  Step prepare(std::size_t place);

  // client_answers.cc
  Progress receive(Instant now);
  bool take(ResultHandle& result);
  void take_error(const PGresult* result);
  void gather(const PGresult* result, bool last);
  void expected_one_row(int rows);
  Progress answered(Instant now);

  Scorer& scorer_;
  const ClientRules& rules_;
  const LoadedScripts& scripts_;
  ClientIdentity identity_;
  Random try_random_;  // as it was at the begin of the first try
  EvaluationState evaluation_;
  ClientLedger ledger_;
  State state_ = State::free;
  const LoadedScript* script_ = nullptr;
  std::size_t command_ = 0, next_ = 0, preparing_ = 0;
  bool in_doubt_ = false;
  bool branching_ = false;  // looks for the branch of an \if that is to be taken
  bool in_block_ = false, in_pipeline_ = false;          // a transaction block, a pipeline is open
  int syncs_ = 0;                                        // answers to Sync that are still to come
  std::uint64_t pipelined_ = 0, pipeline_answered_ = 0;  // commands of pipelines
  std::uint64_t tries_ = 0;
  Instant command_begun_{}, sleeps_until_{};
  bool error_ = false;         // verdict_ holds why; what follows is read and thrown away
  bool script_error_ = false;  // not the server's
  bool fatal_ = false;         // the server ends the session
  int query_ = 0;              // of a command's several: which one is being answered
  ResultHandle held_;          // \gset: the last result so far
  Verdict verdict_;
  std::string sql_;                  // simple: the text with its values
  std::vector<const char*> values_;  // otherwise
};

}  // namespace loadgen::pgbench
