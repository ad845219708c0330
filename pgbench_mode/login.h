// Where to connect and as whom, and a libpq connection for what is done once, before the load.
// The measured connections are opened elsewhere, without blocking.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "pgbench_mode/pgconn.h"

namespace loadgen::pgbench {

/// As on pgbench's command line. Absent: libpq takes its environment's value, or its default.
struct Login {
  std::optional<std::string> host, port, user, password;
  std::string database;  ///< a name, a conninfo string or a URI; the latter two override the above
  std::string application = "pgbench";  ///< shown in pg_stat_activity unless something else is set
  bool operator==(const Login&) const = default;
};

/// libpq's keywords in pgbench's order, those that are absent left out. For
/// PQconnectStartParams(…, expand_dbname = 1): of equal keywords the last one counts.
std::vector<std::pair<std::string, std::string>> keywords(const Login& login);

/// Adds one more setting to a conninfo string.
void append_setting(std::string& text, const std::string& name, const std::string& value);

/// The same as one conninfo string, for what takes no list: what `login.database` says as a
/// conninfo string or a URI stands after host, port, user and password, and so wins. Throws
/// UserError with libpq's words when it can't be read.
std::string conninfo_text(const Login& login);

/// How a connection is opened; the defaults are for a person at a terminal.
struct ConnectOptions {
  /// Of the whole attempt, over all hosts; less when the user's own connect_timeout, once per host,
  /// is less. Only the look-up of names is bounded by the resolver's time-out instead.
  std::chrono::milliseconds limit{30000};
  /// Asked once when the server wants a password and none is known. Empty: never asked.
  std::function<std::string()> ask_password = {};
};

/// Opens a connection and waits for it no longer than options.limit. A password that was asked for
/// is kept in `login`, for the connections to come. Throws Fatal with libpq's message, and
/// `purpose` as its second line: "could not create connection for initialization". Blocks.
PgconnHandle open_connection(Login& login, const ConnectOptions& options,
                             const std::string& purpose);

/// "Password: " on the terminal without echo, as pgbench asks; from stdin where there is none.
std::string ask_password_on_terminal();

/// A conninfo string for exactly the server that `connection` reached (one host of several), with
/// all its settings, the password included.
std::string conninfo_of(PGconn* connection);

}  // namespace loadgen::pgbench
