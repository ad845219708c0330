#include "pgbench_mode/initialise_steps.h"

#include <array>
#include <charconv>

#include "loadgen/core/assert.h"
#include "pgbench_mode/statements.h"

namespace loadgen::pgbench {

namespace {

/// From here on an account's number does not fit 32 bits (pgbench rounds 21,474 down).
constexpr int kBigScale = 20000;

struct Table {
  std::string_view name;
  std::string_view columns;      ///< when an account's number fits an int
  std::string_view big_columns;  ///< when it does not
  bool filled;                   ///< takes the fill factor
};

constexpr std::array<Table, kTables> kDefinitions{{
    {"pgbench_history", "tid int,bid int,aid    int,delta int,mtime timestamp,filler char(22)",
     "tid int,bid int,aid bigint,delta int,mtime timestamp,filler char(22)", false},
    {"pgbench_tellers", "tid int not null,bid int,tbalance int,filler char(84)",
     "tid int not null,bid int,tbalance int,filler char(84)", true},
    {"pgbench_accounts", "aid    int not null,bid int,abalance int,filler char(84)",
     "aid bigint not null,bid int,abalance int,filler char(84)", true},
    {"pgbench_branches", "bid int not null,bbalance int,filler char(88)",
     "bid int not null,bbalance int,filler char(88)", true},
}};

constexpr std::string_view kAllTables =
    "pgbench_accounts, pgbench_branches, pgbench_history, pgbench_tellers";

std::string number(std::int64_t value) { return std::to_string(value); }

std::string created(const InitialiseOptions& options) {
  return options.unlogged ? "create unlogged table " : "create table ";
}

std::string filled(const InitialiseOptions& options) {
  return " with (fillfactor=" + number(options.fillfactor) + ")";
}

std::string create_table(const Table& table, const InitialiseOptions& options) {
  std::string sql = created(options);
  sql += table.name;
  sql += '(';
  sql += options.scale >= kBigScale ? table.big_columns : table.columns;
  sql += ')';
  if (options.partition_method != PartitionMethod::none && table.name == "pgbench_accounts")
    sql.append(" partition by ").append(name_of(options.partition_method)) += " (aid)";
  else if (table.filled)
    sql += filled(options);
  if (!options.tablespace.empty())
    sql += " tablespace " + Statements::identifier(options.tablespace);
  return sql;
}

/// The first and the last range are open, so that any account's number has its place.
std::string range_bounds(std::int64_t part, const InitialiseOptions& options) {
  const std::int64_t accounts = kAccountsPerBranch * options.scale;
  const std::int64_t size = (accounts + options.partitions - 1) / options.partitions;
  const std::string from = part == 1 ? "minvalue" : number((part - 1) * size + 1);
  const std::string to = part == options.partitions ? "maxvalue" : number(part * size + 1);
  return "from (" + from + ") to (" + to + ")";
}

std::string create_partition(std::int64_t part, const InitialiseOptions& options) {
  std::string bounds;
  if (options.partition_method == PartitionMethod::range)
    bounds = range_bounds(part, options);
  else
    bounds =
        "with (modulus " + number(options.partitions) + ", remainder " + number(part - 1) + ")";
  return created(options) + "pgbench_accounts_" + number(part) +
         "\n  partition of pgbench_accounts\n  for values " + bounds + filled(options);
}

std::vector<std::string> create_tables(const InitialiseOptions& options) {
  std::vector<std::string> all;
  for (const Table& table : kDefinitions) all.push_back(create_table(table, options));
  if (options.partition_method != PartitionMethod::none)
    for (std::int64_t part = 1; part <= options.partitions; ++part)
      all.push_back(create_partition(part, options));
  return all;
}

std::string truncate() { return "truncate table " + std::string(kAllTables); }

std::string insert_branches(const InitialiseOptions& options) {
  return "insert into pgbench_branches(bid,bbalance) select bid, 0 from generate_series(1, " +
         number(options.scale) + ") as bid";
}

std::string insert_tellers(const InitialiseOptions& options) {
  return "insert into pgbench_tellers(tid,bid,tbalance) select tid, (tid - 1) / " +
         number(kTellersPerBranch) + " + 1, 0 from generate_series(1, " +
         number(kTellersPerBranch * options.scale) + ") as tid";
}

std::vector<std::string> generate_on_the_server(const InitialiseOptions& options) {
  return {"begin",
          truncate(),
          insert_branches(options),
          insert_tellers(options),
          "insert into pgbench_accounts(aid,bid,abalance,filler) select aid, (aid - 1) / " +
              number(kAccountsPerBranch) + " + 1, 0, '' from generate_series(1, " +
              number(kAccountsPerBranch * options.scale) + ") as aid",
          "commit"};
}

std::vector<std::string> add_primary_keys(const InitialiseOptions& options) {
  std::vector<std::string> all{"alter table pgbench_branches add primary key (bid)",
                               "alter table pgbench_tellers add primary key (tid)",
                               "alter table pgbench_accounts add primary key (aid)"};
  if (!options.index_tablespace.empty())
    for (std::string& sql : all)
      sql += " using index tablespace " + Statements::identifier(options.index_tablespace);
  return all;
}

std::vector<std::string> add_foreign_keys() {
  struct Key {
    const char *from, *column, *to;
  };
  std::vector<std::string> all;
  for (const Key& key : {Key{"tellers", "bid", "branches"}, Key{"accounts", "bid", "branches"},
                         Key{"history", "bid", "branches"}, Key{"history", "tid", "tellers"},
                         Key{"history", "aid", "accounts"}}) {
    const std::string table = std::string("pgbench_") + key.from;
    all.push_back("alter table " + table + " add constraint " + table + "_" + key.column +
                  "_fkey foreign key (" + key.column + ") references pgbench_" + key.to);
  }
  return all;
}

}  // namespace

std::string_view name_of(PartitionMethod method) {
  switch (method) {
    case PartitionMethod::none:
      return "none";
    case PartitionMethod::range:
      return "range";
    case PartitionMethod::hash:
      break;
  }
  return "hash";
}

std::string_view name_of_step(char step) {
  switch (step) {
    case 'd':
      return "drop tables";
    case 't':
      return "create tables";
    case 'g':
      return "client-side generate";
    case 'G':
      return "server-side generate";
    case 'v':
      return "vacuum";
    case 'p':
      return "primary keys";
    case 'f':
      return "foreign keys";
    default:
      return "";
  }
}

std::string_view announcement_of(char step) {
  switch (step) {
    case 'd':
      return "dropping old tables...";
    case 't':
      return "creating tables...";
    case 'g':
      return "generating data (client-side)...";
    case 'G':
      return "generating data (server-side)...";
    case 'v':
      return "vacuuming...";
    case 'p':
      return "creating primary keys...";
    case 'f':
      return "creating foreign keys...";
    default:
      return "";
  }
}

std::vector<std::string> statements_of(char step, const InitialiseOptions& options) {
  LG_ASSERT(step != 'g');
  switch (step) {
    case 'd':
      // All in one, so that foreign keys between them don't matter.
      return {"drop table if exists " + std::string(kAllTables)};
    case 't':
      return create_tables(options);
    case 'G':
      return generate_on_the_server(options);
    case 'v':
      return {"vacuum analyze pgbench_branches", "vacuum analyze pgbench_tellers",
              "vacuum analyze pgbench_accounts", "vacuum analyze pgbench_history"};
    case 'p':
      return add_primary_keys(options);
    case 'f':
      return add_foreign_keys();
    default:
      return {};
  }
}

std::vector<std::string> statements_before_copy(const InitialiseOptions& options) {
  return {truncate(), insert_branches(options), insert_tellers(options)};
}

std::string copy_statement(const InitialiseOptions& options, int server_version) {
  const bool freeze = server_version >= 140000 && options.partitions == 0;
  return std::string("copy pgbench_accounts from stdin") + (freeze ? " with (freeze on)" : "");
}

void append_accounts(std::string& out, std::int64_t first, std::int64_t last) {
  char row[64];
  for (std::int64_t i = first; i < last; ++i) {
    char* end = std::to_chars(row, row + 24, i).ptr;
    *end++ = '\t';
    end = std::to_chars(end, end + 24, (i - 1) / kAccountsPerBranch + 1).ptr;
    // The balance, and an empty filler that the server pads with blanks.
    for (const char c : {'\t', '0', '\t', '\n'}) *end++ = c;
    out.append(row, end);
  }
}

}  // namespace loadgen::pgbench
