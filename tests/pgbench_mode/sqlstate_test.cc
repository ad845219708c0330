#include "pgbench_mode/sqlstate.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen::pgbench {
namespace {

TEST_CASE("an SQLSTATE belongs to one class") {
  struct Row {
    std::string why, sqlstate;
    Outcome outcome;
  };
  const Row rows[] = {
      {"no SQLSTATE at all is how a dead socket looks", "", Outcome::connection},
      {"connection failure", "08006", Outcome::connection},
      {"admin shutdown", "57P01", Outcome::connection},
      {"crash shutdown", "57P02", Outcome::connection},
      {"starting up", "57P03", Outcome::connection},
      {"database dropped: an operator's doing that ends no other session", "57P04",
       Outcome::sql_57},
      {"query cancelled", "57014", Outcome::sql_57},
      {"ended while idle", "57P05", Outcome::connection},
      {"ended while idle in a transaction", "25P03", Outcome::connection},
      {"beside it: in a failed transaction", "25P02", Outcome::sql_25},
      {"read-only transaction", "25006", Outcome::read_only},
      {"beside it: no active transaction", "25P01", Outcome::sql_25},
      {"serialization failure", "40001", Outcome::serialization},
      {"beside it: completion unknown", "40003", Outcome::sql_40},
      {"deadlock", "40P01", Outcome::deadlock},
      {"too many connections", "53300", Outcome::too_many},
      {"beside it: disk full", "53100", Outcome::sql_53},
      {"division by zero", "22012", Outcome::sql_22},
      {"unique violation", "23505", Outcome::sql_23},
      {"wrong password", "28P01", Outcome::sql_28},
      {"no such table", "42P01", Outcome::sql_42},
      {"too complex", "54001", Outcome::sql_54},
      {"lock not available", "55P03", Outcome::sql_55},
      {"I/O error", "58030", Outcome::sql_58},
      {"raised by a function", "P0001", Outcome::sql_p0},
      {"internal error", "XX000", Outcome::sql_xx},
      {"no such database: a class that is not told apart", "3D000", Outcome::sql_other},
      {"not a code at all", "x", Outcome::sql_other},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(outcome_of_sqlstate(row.sqlstate) == row.outcome);
  }
}

TEST_CASE("only serialization failures and deadlocks are worth another try") {
  CHECK(is_retryable(Outcome::serialization));
  CHECK(is_retryable(Outcome::deadlock));
  CHECK_FALSE(is_retryable(Outcome::sql_40));
  CHECK_FALSE(is_retryable(Outcome::connection));
  CHECK_FALSE(is_retryable(Outcome::ok));
}

TEST_CASE("the SQLSTATE is taken out of a verbose message, which then reads as usual") {
  struct Row {
    std::string why, message, sqlstate, left;
  };
  const Row rows[] = {
      {"the usual",
       "connection to server at \"h\", port 1 failed: FATAL:  53300: sorry\nLOCATION:  a, b.c:1",
       "53300", "connection to server at \"h\", port 1 failed: FATAL:  sorry"},
      {"a hint after it stays, the place in the server's source goes",
       "failed: FATAL:  57P03: not now\nDETAIL:  soon\nLOCATION:  f, g.c:1\nmore", "57P03",
       "failed: FATAL:  not now\nDETAIL:  soon\nmore"},
      {"a severity in another language", "failed: FATALE:  28P01: no", "28P01",
       "failed: FATALE:  no"},
      {"two refusals, with and without TLS: the last one counts",
       "one: FATAL:  28000: a\nLOCATION:  x\ntwo: FATAL:  3D000: b\nLOCATION:  y", "3D000",
       "one: FATAL:  a\ntwo: FATAL:  b"},
      {"libpq's own words have none", "connection failed: Connection refused", "",
       "connection failed: Connection refused"},
      {"four characters are none", "FATAL:  5330: x", "", "FATAL:  5330: x"},
      {"six are none", "FATAL:  533000: x", "", "FATAL:  533000: x"},
      {"small letters are none", "FATAL:  53a00: x", "", "FATAL:  53a00: x"},
      {"cut off behind the code", "FATAL:  53300:", "", "FATAL:  53300:"},
      {"nothing", "", "", ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string message = row.message;
    CHECK(take_sqlstate(message) == row.sqlstate);
    CHECK(message == row.left);
  }
}

}  // namespace
}  // namespace loadgen::pgbench
