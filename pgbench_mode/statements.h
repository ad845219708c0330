// SQL that is run once, before or after the load: definitions, vacuum, a count. The only place that
// knows libpqxx, which blocks and differs between 6.4 (Debian 12) and 7.10 (Debian 13).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace loadgen::pgbench {

/// A statement failed, or its deadline passed. what(): the server's message, its LINE and caret
/// included, as libpq's PQerrorMessage has it. sqlstate: five characters, or empty when the
/// connection was lost.
class StatementError : public std::runtime_error {
 public:
  StatementError(const std::string& text, std::string sqlstate, bool timed_out = false)
      : std::runtime_error(text), sqlstate_(std::move(sqlstate)), timed_out_(timed_out) {}
  const std::string& sqlstate() const { return sqlstate_; }
  /// what() without line breaks at its end.
  std::string message() const;
  /// A statement's limit passed; the connection was given up.
  bool timed_out() const { return timed_out_; }

 private:
  std::string sqlstate_;
  bool timed_out_;
};

/// A row's values as text; nullopt is NULL.
using Row = std::vector<std::optional<std::string>>;

/// A connection on which statements run one after the other, each in its own transaction unless
/// "begin" was one of them. No call blocks for longer than its limit. One thread.
class Statements {
 public:
  /// conninfo as libpq reads it (not a database name). notice is called with each "NOTICE:  …\n" of
  /// the server's, in the thread that calls run(); it must not throw. Throws StatementError when no
  /// connection is had within connect_limit, but at least 2 s (libpq's resolution).
  Statements(const std::string& conninfo, std::chrono::seconds connect_limit,
             std::function<void(const std::string&)> notice);
  ~Statements();
  Statements(Statements&&) noexcept;
  Statements& operator=(Statements&&) noexcept;

  /// Runs sql; after `limit` without an answer the connection is shut down. Throws StatementError.
  std::vector<Row> run(const std::string& sql, std::chrono::milliseconds limit);

  /// The server process that the connection was told at its start.
  int process_id() const;

  /// Runs a CREATE … IF NOT EXISTS. That somebody else makes the same at this moment, which the
  /// server does not see as existing, is no failure.
  void create(const std::string& sql, std::chrono::milliseconds limit);

  /// `name` as SQL writes it: "a ""table""".
  static std::string identifier(const std::string& name);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace loadgen::pgbench
