#include "pgbench_mode/initialise_steps.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace loadgen::pgbench;

namespace {

std::vector<std::string> tables(const InitialiseOptions& options) {
  return statements_of('t', options);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the tables are pgbench's") {
  const auto plain = tables({});
  REQUIRE(plain.size() == kTables);
  CHECK(plain[0] ==
        "create table pgbench_history(tid int,bid int,aid    int,delta int,mtime timestamp,filler "
        "char(22))");
  CHECK(plain[1] ==
        "create table pgbench_tellers(tid int not null,bid int,tbalance int,filler char(84)) with "
        "(fillfactor=100)");
  CHECK(plain[2] ==
        "create table pgbench_accounts(aid    int not null,bid int,abalance int,filler char(84)) "
        "with (fillfactor=100)");
  CHECK(plain[3] ==
        "create table pgbench_branches(bid int not null,bbalance int,filler char(88)) with "
        "(fillfactor=100)");
}

TEST_CASE("an account's number grows with the scale") {
  CHECK(has(tables({.scale = 19999})[2], "aid    int not null"));
  CHECK(has(tables({.scale = 20000})[2], "aid bigint not null"));
  CHECK(has(tables({.scale = 20000})[0], "aid bigint,"));
}

TEST_CASE("where and how tables are stored") {
  for (const std::string& sql :
       tables({.fillfactor = 70, .unlogged = true, .tablespace = "a\"b"})) {
    CAPTURE(sql);
    CHECK(sql.rfind("create unlogged table ", 0) == 0);
    CHECK(has(sql, " tablespace \"a\"\"b\""));
    CHECK(has(sql, " with (fillfactor=70)") != has(sql, "pgbench_history"));
  }
  for (const std::string& sql : statements_of('p', {.index_tablespace = "fast"})) {
    CAPTURE(sql);
    CHECK(has(sql, " using index tablespace \"fast\""));
  }
}

TEST_CASE("partitions cover all numbers, each once") {
  const auto by_range =
      tables({.scale = 1, .partitions = 3, .partition_method = PartitionMethod::range});
  REQUIRE(by_range.size() == kTables + 3);
  CHECK(has(by_range[2], "filler char(84)) partition by range (aid)"));
  CHECK_FALSE(has(by_range[2], "fillfactor"));
  CHECK(by_range[4] ==
        "create table pgbench_accounts_1\n  partition of pgbench_accounts\n  for values from "
        "(minvalue) to (33335) with (fillfactor=100)");
  CHECK(has(by_range[5], "from (33335) to (66669)"));
  CHECK(has(by_range[6], "from (66669) to (maxvalue)"));
  const auto one = tables({.partitions = 1, .partition_method = PartitionMethod::range});
  CHECK(has(one[4], "from (minvalue) to (maxvalue)"));
  const auto by_hash = tables({.partitions = 2, .partition_method = PartitionMethod::hash});
  CHECK(has(by_hash[2], "partition by hash (aid)"));
  CHECK(has(by_hash[4], "for values with (modulus 2, remainder 0)"));
  CHECK(has(by_hash[5], "for values with (modulus 2, remainder 1)"));
}

TEST_CASE("every step but the COPY has its statements, its name and its announcement") {
  for (const char step : kAllSteps) {
    CAPTURE(step);
    CHECK_FALSE(name_of_step(step).empty());
    CHECK(announcement_of(step).substr(announcement_of(step).size() - 3) == "...");
    if (step != 'g') CHECK_FALSE(statements_of(step, {}).empty());
  }
  CHECK(name_of_step(' ').empty());
  CHECK(statements_of(' ', {}).empty());
  CHECK(statements_of('f', {}).back() ==
        "alter table pgbench_history add constraint pgbench_history_aid_fkey foreign key (aid) "
        "references pgbench_accounts");
  const auto on_the_server = statements_of('G', {.scale = 20000});
  CHECK(on_the_server.front() == "begin");
  CHECK(on_the_server.back() == "commit");
  CHECK(has(on_the_server[4], "generate_series(1, 2000000000)"));
  CHECK(has(statements_of('G', {.scale = 30000})[4], "generate_series(1, 3000000000)"));
}

TEST_CASE("FREEZE where it is allowed and of use") {
  struct Row {
    const char* why;
    int version, partitions;
    bool freeze;
  };
  for (const Row& row : {
           Row{"version 14 is the first where it helps", 140000, 0, true},
           Row{"the one before", 130013, 0, false},
           Row{"a partitioned table refuses it", 150000, 1, false},
       }) {
    CAPTURE(std::string(row.why));
    const std::string sql = copy_statement({.partitions = row.partitions}, row.version);
    CHECK(has(sql, "copy pgbench_accounts from stdin"));
    CHECK(has(sql, "with (freeze on)") == row.freeze);
  }
}

TEST_CASE("rows of accounts") {
  std::string rows;
  append_accounts(rows, 1, 3);
  CHECK(rows == "1\t1\t0\t\n2\t1\t0\t\n");
  rows.clear();
  append_accounts(rows, 100000, 100002);
  CHECK(rows == "100000\t1\t0\t\n100001\t2\t0\t\n");
  rows.clear();
  append_accounts(rows, 214748364800000, 214748364800001);
  CHECK(rows == "214748364800000\t2147483648\t0\t\n");
  rows.clear();
  append_accounts(rows, 5, 5);
  CHECK(rows.empty());
  // In pieces as at once.
  std::string pieces;
  append_accounts(rows, 1, 1001);
  for (int i = 1; i < 1001; i += 100) append_accounts(pieces, i, i + 100);
  CHECK(pieces == rows);
  CHECK(std::count(rows.begin(), rows.end(), '\n') == 1000);
}
