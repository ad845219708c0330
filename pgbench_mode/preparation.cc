#include "pgbench_mode/preparation.h"

#include <cstdlib>
#include <ostream>

#include "pgbench_mode/message.h"
#include "pgbench_mode/statements.h"

namespace loadgen::pgbench {

namespace {

constexpr const char* kPurpose = "could not create connection for setup";
constexpr const char* kUndefinedTable = "42P01";
constexpr std::chrono::minutes kQueryLimit{1};
constexpr std::chrono::hours kVacuumLimit{1};

/// The first pgbench_accounts of the search path: partition strategy ('r', 'h' or NULL) and number
/// of partitions. No row: there is none.
constexpr const char* kPartitionQuery =
    "select p.partstrat, pg_catalog.count(i.inhparent) "
    "from pg_catalog.pg_class as c "
    "left join pg_catalog.pg_partitioned_table as p on p.partrelid = c.oid "
    "left join pg_catalog.pg_inherits as i on i.inhparent = c.oid "
    "where c.oid = pg_catalog.to_regclass('pgbench_accounts') group by 1";

std::string initialise_first(const std::string& database) {
  return "Perhaps you need to do initialization (\"pgbench -i\") in database \"" + database + "\".";
}

int read_scale(Statements& statements, const std::string& database) {
  std::vector<Row> rows;
  try {
    rows = statements.run("select count(*) from pgbench_branches", kQueryLimit);
  } catch (const StatementError& failure) {
    const bool no_table = failure.sqlstate() == kUndefinedTable;
    throw fatal({.error = std::string("could not count number of branches: ") + failure.what(),
                 .hint = no_table ? initialise_first(database) : ""});
  }
  const std::string count = rows.at(0).at(0).value_or("");
  const int scale = std::atoi(count.c_str());
  if (scale < 0)
    throw fatal({.error = "invalid count(*) from pgbench_branches: \"" + count + "\""});
  return scale;
}

void read_partitions(Statements& statements, const std::string& database,
                     Preparation& preparation) {
  std::vector<Row> rows;
  try {
    rows = statements.run(kPartitionQuery, kQueryLimit);
  } catch (const StatementError&) {
    return;  // a server from before partitions
  }
  if (rows.empty())
    throw fatal({.error = "no pgbench_accounts table found in search_path",
                 .hint = initialise_first(database)});
  const Row& row = rows.front();
  preparation.partitions = std::atoi(row.at(1).value_or("0").c_str());
  if (!row.at(0)) return;
  const std::string& strategy = *row.at(0);
  if (strategy != "r" && strategy != "h")
    throw fatal({.error = "unexpected partition method: \"" + strategy + "\""});
  preparation.partition_method = strategy == "r" ? PartitionMethod::range : PartitionMethod::hash;
}

class Vacuum {
 public:
  Vacuum(Statements& statements, const PreparationTalk& talk)
      : statements_(statements), talk_(talk) {}

  void of_small_tables() {
    talk_.err << "starting vacuum..." << std::flush;
    try_run("vacuum pgbench_branches");
    try_run("vacuum pgbench_tellers");
    try_run("truncate pgbench_history");
    talk_.err << "end.\n" << std::flush;
  }

  void of_accounts() {
    talk_.err << "starting vacuum pgbench_accounts..." << std::flush;
    try_run("vacuum analyze pgbench_accounts");
    talk_.err << "end.\n" << std::flush;
  }

 private:
  void try_run(const std::string& sql) {
    try {
      statements_.run(sql, kVacuumLimit);
    } catch (const StatementError& failure) {
      talk_.err << message_text(talk_.program,
                                {{"error: ", failure.what()},
                                 {"detail: ", "(ignoring this error and continuing anyway)"}});
    }
  }

  Statements& statements_;
  const PreparationTalk& talk_;
};

std::string debug_line(PGconn* connection, const Invocation& invocation) {
  const bool timed = invocation.duration_s > 0;
  return std::string("pghost: ") + PQhost(connection) + " pgport: " + PQport(connection) +
         " nclients: " + std::to_string(invocation.clients) +
         (timed ? " duration: " : " nxacts: ") +
         std::to_string(timed ? invocation.duration_s : invocation.transactions) +
         " dbName: " + PQdb(connection);
}

Statements connect_again(const std::string& conninfo, const ConnectOptions& connect,
                         const PreparationTalk& talk) {
  try {
    return Statements(conninfo, std::chrono::ceil<std::chrono::seconds>(connect.limit),
                      [&talk](const std::string& text) { talk.err << text; });
  } catch (const StatementError& failure) {
    throw Fatal({{"error: ", failure.what()}, {"error: ", kPurpose}});
  }
}

}  // namespace

Preparation prepare_run(Invocation& invocation, const ConnectOptions& connect,
                        const PreparationTalk& talk) {
  PgconnHandle connection = open_connection(invocation.login, connect, kPurpose);
  const char* server_version = PQparameterStatus(connection.get(), "server_version");
  Preparation preparation{.conninfo = conninfo_text(invocation.login),
                          .server_version = server_version != nullptr ? server_version : "?",
                          .scale = invocation.scale};
  talk.out << "pgbench (" << talk.version << ", server " << preparation.server_version << ")\n"
           << std::flush;
  if (invocation.debug > 0)
    talk.err << message_text(talk.program, {{"", debug_line(connection.get(), invocation)}});
  if (!invocation.builtin_used && invocation.no_vacuum) return preparation;
  const std::string database = PQdb(connection.get());
  const std::string same_server = conninfo_of(connection.get());
  connection.reset();
  Statements statements = connect_again(same_server, connect, talk);
  if (invocation.builtin_used) {
    preparation.scale = read_scale(statements, database);
    if (invocation.scale_given)
      talk.err << message_text(
          talk.program,
          {{"warning: ", "scale option ignored, using count from pgbench_branches table (" +
                             std::to_string(preparation.scale) + ")"}});
    read_partitions(statements, database, preparation);
  }
  Vacuum vacuum(statements, talk);
  if (!invocation.no_vacuum) vacuum.of_small_tables();
  if (!invocation.no_vacuum && invocation.vacuum_accounts) vacuum.of_accounts();
  return preparation;
}

}  // namespace loadgen::pgbench
