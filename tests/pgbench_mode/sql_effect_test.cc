#include "pgbench_mode/sql_effect.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen::pgbench {
namespace {

TEST_CASE("what a statement can have done when its answer is lost") {
  struct Row {
    std::string why, sql;
    bool commits_outside, block_after_outside, commits_inside, block_after_inside;
  };
  const Row rows[] = {
      {"a query reads", "SELECT abalance FROM a WHERE aid = :aid;", false, false, false, true},
      {"SELECT … FOR UPDATE reads, too", "SELECT 1 FROM a FOR UPDATE", false, false, false, true},
      {"SELECT INTO writes", "SELECT 1 INTO b FROM a", true, false, false, true},
      {"an autocommit write", "UPDATE a SET b = :c;", true, false, false, true},
      {"BEGIN", "BEGIN;", false, true, false, true},
      {"START TRANSACTION", "start transaction read write", false, true, false, true},
      {"COMMIT; without a block it does nothing", "COMMIT", false, false, true, false},
      {"END", "END;", false, false, true, false},
      {"COMMIT AND CHAIN leaves another block", "COMMIT AND CHAIN", false, false, true, true},
      {"COMMIT AND NO CHAIN does not", "COMMIT AND NO CHAIN", false, false, true, false},
      {"COMMIT PREPARED is a write of its own", "COMMIT PREPARED 'x'", true, false, false, true},
      {"PREPARE TRANSACTION", "PREPARE TRANSACTION 'x'", false, false, true, false},
      {"PREPARE of a statement", "PREPARE p AS SELECT 1", false, false, false, true},
      {"ROLLBACK", "ROLLBACK", false, false, false, false},
      {"ABORT", "ABORT WORK", false, false, false, false},
      {"ROLLBACK TO keeps the block", "ROLLBACK TO SAVEPOINT s", false, false, false, true},
      {"a whole transaction in one message", "BEGIN; UPDATE a SET b = 1; COMMIT;", true, false,
       true, false},
      {"one that ends in a block", "BEGIN; UPDATE a SET b = 1", false, true, false, true},
      {"a common table expression that reads", "WITH x AS (SELECT 1) SELECT * FROM x", false, false,
       false, true},
      {"one that writes", "WITH x AS (DELETE FROM a RETURNING 1) SELECT * FROM x", true, false,
       false, true},
      {"EXPLAIN does nothing", "EXPLAIN UPDATE a SET b = 1", false, false, false, true},
      {"EXPLAIN ANALYZE does it", "EXPLAIN (ANALYZE) UPDATE a SET b = 1", true, false, false, true},
      {"CALL may do anything", "CALL f()", true, false, false, true},
      {"comments and quotes say nothing",
       "/* COMMIT; /* x */ */ -- BEGIN\n SELECT ';COMMIT', \"END;\"", false, false, false, true},
      {"nor does a dollar-quoted text", "SELECT $a$ ; UPDATE $a$, $$;COMMIT$$", false, false, false,
       true},
      {"$1 begins no quotes", "SELECT $1; UPDATE a SET b = $2", true, false, false, true},
      {"an escaped quote", "SELECT E'\\'; COMMIT;'", false, false, false, true},
      {"nothing at all", " ; -- x", false, false, false, true},
      {"an open comment", "/* COMMIT", false, false, false, true},
      {"an open quote", "SELECT 'COMMIT;", false, false, false, true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const SqlEffect effect = effect_of(row.sql);
    CHECK(effect.outside.commits == row.commits_outside);
    CHECK(effect.outside.in_block == row.block_after_outside);
    CHECK(effect.inside.commits == row.commits_inside);
    CHECK(effect.inside.in_block == row.block_after_inside);
  }
}

}  // namespace
}  // namespace loadgen::pgbench
