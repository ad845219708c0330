#include "pgbench_mode/statements.h"

#include <algorithm>
#include <cstdio>
#include <pqxx/pqxx>
#include <utility>

#include "pgbench_mode/watchdog.h"

namespace loadgen::pgbench {

namespace {

/// libpqxx drops what the server remarks unless somebody listens; how, changed with 7.10.
#if PQXX_VERSION_MAJOR > 7 || (PQXX_VERSION_MAJOR == 7 && PQXX_VERSION_MINOR >= 10)
struct NoticeListener {
  NoticeListener(pqxx::connection& database, std::function<void(const std::string&)> notice) {
    database.set_notice_handler(
        [notice = std::move(notice)](pqxx::zview text) { notice(std::string(text)); });
  }
};
#else
class NoticeListener : public pqxx::errorhandler {
 public:
  NoticeListener(pqxx::connection& database, std::function<void(const std::string&)> notice)
      : pqxx::errorhandler(database), notice_(std::move(notice)) {}
  bool operator()(const char text[]) noexcept override {
    notice_(text);
    return false;  // no other listener
  }

 private:
  std::function<void(const std::string&)> notice_;
};
#endif

}  // namespace

struct Statements::Connection {
  Connection(const std::string& conninfo, std::function<void(const std::string&)> notice)
      : database(conninfo), listener(database, std::move(notice)) {}
  pqxx::connection database;
  NoticeListener listener;
  Watchdog watchdog;
};

namespace {

std::vector<Row> rows_of(const pqxx::result& result) {
  std::vector<Row> rows;
  for (const auto& one : result) {
    Row row;
    for (const auto& field : one) {
      if (field.is_null())
        row.emplace_back();
      else
        row.emplace_back(field.c_str());
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

std::string gave_up(std::chrono::milliseconds limit) {
  char text[96];
  std::snprintf(text, sizeof text, "no answer within %g s; the connection was given up",
                std::chrono::duration<double>(limit).count());
  return text;
}

}  // namespace

Statements::Statements(const std::string& conninfo, std::chrono::seconds connect_limit,
                       std::function<void(const std::string&)> notice) {
  const auto seconds = std::max<long>(2, static_cast<long>(connect_limit.count()));
  try {
    // Of a keyword that is given twice, libpq takes the last.
    connection_ = std::make_unique<Connection>(
        conninfo + " connect_timeout=" + std::to_string(seconds), std::move(notice));
  } catch (const std::exception& failure) {
    throw StatementError(failure.what(), "");
  }
}

Statements::~Statements() = default;
Statements::Statements(Statements&&) noexcept = default;
Statements& Statements::operator=(Statements&&) noexcept = default;

std::vector<Row> Statements::run(const std::string& sql, std::chrono::milliseconds limit) {
  Connection& connection = *connection_;
  // Version 6 would connect anew behind our back and go on outside the transaction.
  if (!connection.database.is_open())
    throw StatementError("the connection to the server is lost", "");
  std::string text, sqlstate;
  connection.watchdog.start(connection.database.sock(), Watchdog::Clock::now() + limit);
  try {
    pqxx::nontransaction transaction(connection.database);
    std::vector<Row> rows = rows_of(transaction.exec(sql));
    connection.watchdog.stop();
    return rows;
  } catch (const pqxx::insufficient_privilege& failure) {
    text = failure.what();
    sqlstate = "42501";  // version 6 drops it
  } catch (const pqxx::sql_error& failure) {
    text = failure.what();
    sqlstate = failure.sqlstate();
  } catch (const std::exception& failure) {
    text = failure.what();
  }
  if (connection.watchdog.stop()) throw StatementError(gave_up(limit), "", true);
  throw StatementError(text, sqlstate);
}

int Statements::process_id() const { return connection_->database.backendpid(); }

std::string StatementError::message() const {
  const std::string text = what();
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

void Statements::create(const std::string& sql, std::chrono::milliseconds limit) {
  try {
    run(sql, limit);
  } catch (const StatementError& failure) {
    // unique_violation, in a catalog; duplicate_table; duplicate_object, its row type
    const std::string& state = failure.sqlstate();
    if (state != "23505" && state != "42P07" && state != "42710") throw;
  }
}

std::string Statements::identifier(const std::string& name) {
  std::string written = "\"";
  for (const char c : name) {
    if (c == '"') written += '"';
    written += c;
  }
  return written + '"';
}

}  // namespace loadgen::pgbench
