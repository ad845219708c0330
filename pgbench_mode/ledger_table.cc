#include "pgbench_mode/ledger_table.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "pgbench_mode/login.h"
#include "pgbench_mode/statements.h"

namespace loadgen::pgbench {
namespace {

constexpr std::chrono::seconds kConnectLimit{5}, kStatementLimit{30};
/// The first rows come when all are sorted.
constexpr std::chrono::minutes kSortLimit{2};
/// Removing takes as long as there are rows.
constexpr std::chrono::minutes kRemoveLimit{10};
constexpr const char* kRowsAtOnce = "5000";

/// Neither a key nor an index: each would cost every transaction more, and hide what stands there
/// twice.
constexpr const char* kCreate =
    "CREATE TABLE IF NOT EXISTS loadgen_ledger (run text NOT NULL, worker integer NOT NULL, "
    "connection integer NOT NULL, sequence bigint NOT NULL, attempt integer NOT NULL)";
constexpr const char* kTry =
    "INSERT INTO loadgen_ledger (run, worker, connection, sequence, attempt) "
    "VALUES ('loadgen tries', 0, 0, 1, 1)";

Statements connect(const std::string& dsn) {
  Login login;
  login.database = dsn;
  login.application = "loadgen";
  return Statements(conninfo_text(login), kConnectLimit, [](const std::string&) {});
}

/// A text as an SQL literal.
std::string literal(const std::string& text) {
  std::string written = "'";
  for (const char c : text) {
    if (c == '\'') written += c;
    written += c;
  }
  return written + "'";
}

template <class Number>
std::optional<Number> number_of(const std::optional<std::string>& text, Number least) {
  if (!text) return std::nullopt;
  Number number = 0;
  const char* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc() || stop != end || number < least) return std::nullopt;
  return number;
}

std::optional<LedgerRow> row_of(const Row& row) {
  const auto worker = number_of<std::uint32_t>(row.at(0), 0);
  const auto connection = number_of<std::uint32_t>(row.at(1), 0);
  const auto attempt = number_of<std::uint32_t>(row.at(2), 1);
  const auto sequence = number_of<std::uint64_t>(row.at(3), 1);
  if (!worker || !connection || !attempt || !sequence) return std::nullopt;
  return LedgerRow{{*worker, *connection}, *attempt, *sequence};
}

/// A value that a role may be forbidden to ask for.
std::string if_allowed(Statements& statements, const std::string& sql) {
  try {
    return statements.run(sql, kStatementLimit).at(0).at(0).value_or("");
  } catch (const StatementError& refused) {
    if (refused.sqlstate().empty()) throw;  // the connection is lost
    return {};
  }
}

LedgerServer server_of(Statements& statements) {
  const Row row = statements
                      .run(
                          "SELECT pg_catalog.pg_is_in_recovery(), "
                          "pg_catalog.host(pg_catalog.inet_server_addr()), "
                          "pg_catalog.inet_server_port(), "
                          "pg_catalog.current_setting('server_version'), "
                          "pg_catalog.current_setting('port')",
                          kStatementLimit)
                      .at(0);
  LedgerServer server;
  server.in_recovery = row.at(0) == "t";
  const std::string port = row.at(2).value_or(row.at(4).value_or("?"));
  const std::string version = row.at(3).value_or("?");
  server.name = row.at(1).value_or("local socket") + ":" + port + ", PostgreSQL " +
                version.substr(0, version.find(' '));
  server.system_identifier =
      if_allowed(statements, "SELECT system_identifier FROM pg_catalog.pg_control_system()");
  if (server.in_recovery) return server;
  // The first eight digits of a segment's name; pg_control_checkpoint() is stale after a promotion.
  const std::string segment =
      if_allowed(statements, "SELECT pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn())");
  std::from_chars(segment.data(), segment.data() + std::min<std::size_t>(segment.size(), 8),
                  server.timeline, 16);
  return server;
}

}  // namespace

void make_ledger(const std::string& dsn) {
  Statements statements = connect(dsn);
  // Not "IF NOT EXISTS" alone: a role that may write to the table need not be allowed to make one.
  const std::vector<Row> found = statements.run(
      "SELECT relpersistence, relkind FROM pg_catalog.pg_class "
      "WHERE oid = pg_catalog.to_regclass('loadgen_ledger')",
      kStatementLimit);
  if (found.empty()) {
    statements.create(kCreate, kStatementLimit);
  } else if (found.front() != Row{"p", "r"} && found.front() != Row{"p", "p"}) {
    throw StatementError(
        "it is no table that a crash leaves alone (unlogged, temporary, or a view); drop it", "");
  }
  statements.run("BEGIN", kStatementLimit);
  statements.run(kTry, kStatementLimit);
  statements.run("ROLLBACK", kStatementLimit);
}

LedgerServer read_ledger(const std::string& dsn, const std::string& run,
                         const LedgerReader& reader) {
  Statements statements = connect(dsn);
  statements.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", kStatementLimit);
  statements.run("SET LOCAL statement_timeout = 0", kStatementLimit);
  statements.run(
      // Cast, since a table that was there before may have columns of other types.
      "DECLARE loadgen_ledger_rows NO SCROLL CURSOR FOR SELECT worker::bigint, connection::bigint, "
      "attempt::bigint, sequence::bigint FROM loadgen_ledger WHERE run = " +
          literal(run) + " ORDER BY 1, 2, 3, 4",
      kStatementLimit);
  const std::string fetch = std::string("FETCH ") + kRowsAtOnce + " FROM loadgen_ledger_rows";
  for (;;) {
    const std::vector<Row> rows = statements.run(fetch, kSortLimit);
    if (rows.empty()) break;
    for (const Row& row : rows) {
      if (const auto known = row_of(row))
        reader.row(*known);
      else
        reader.garbled();
    }
  }
  statements.run("COMMIT", kStatementLimit);
  return server_of(statements);
}

LedgerRemoved remove_ledger(const std::string& dsn, const std::string& run) {
  Statements statements = connect(dsn);
  LedgerRemoved removed;
  // Nobody begins to write between the look and the drop.
  statements.run("BEGIN", kStatementLimit);
  statements.run("LOCK TABLE loadgen_ledger IN ACCESS EXCLUSIVE MODE", kStatementLimit);
  const std::vector<Row> others = statements.run(
      "SELECT DISTINCT run FROM loadgen_ledger WHERE run <> " + literal(run) + " LIMIT 5",
      kRemoveLimit);
  for (const Row& row : others) removed.others.push_back(row.at(0).value_or("?"));
  removed.dropped = removed.others.empty();
  statements.run(removed.dropped ? "DROP TABLE loadgen_ledger"
                                 : "DELETE FROM loadgen_ledger WHERE run = " + literal(run),
                 kRemoveLimit);
  statements.run("COMMIT", kStatementLimit);
  return removed;
}

}  // namespace loadgen::pgbench
