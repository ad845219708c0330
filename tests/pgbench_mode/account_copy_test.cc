// The COPY itself is tested by tests/system/pgbench_test.py, which compares the tables.
#include "pgbench_mode/account_copy.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace loadgen::pgbench;
using namespace std::chrono_literals;

TEST_CASE("a line for each 100,000 rows") {
  std::ostringstream err;
  CopyProgress progress(300000, false, false, err);
  progress.rows_done(99900, 990ms);
  CHECK(err.str().empty());
  progress.rows_done(100000, 1s);
  progress.rows_done(100100, 2s);
  progress.rows_done(200000, 1500ms);
  progress.rows_done(300000, 2s);
  progress.finish();
  CHECK(err.str() ==
        "100000 of 300000 tuples (33%) done (elapsed 1.00 s, remaining 2.00 s)\n"
        "200000 of 300000 tuples (66%) done (elapsed 1.50 s, remaining 0.75 s)\n"
        "300000 of 300000 tuples (100%) done (elapsed 2.00 s, remaining 0.00 s)\n");
}

TEST_CASE("when quiet, a line each 5 s and at the end") {
  std::ostringstream err;
  CopyProgress progress(1000, true, false, err);
  progress.rows_done(100, 4999ms);
  CHECK(err.str().empty());
  progress.rows_done(200, 5s);
  // The next one is due at a multiple of 5 s: nothing is made up for a stall.
  progress.rows_done(300, 12s);
  progress.rows_done(400, 14s);
  progress.rows_done(500, 15s);
  progress.rows_done(1000, 16s);
  CHECK(err.str() ==
        "200 of 1000 tuples (20%) done (elapsed 5.00 s, remaining 20.00 s)\n"
        "300 of 1000 tuples (30%) done (elapsed 12.00 s, remaining 28.00 s)\n"
        "500 of 1000 tuples (50%) done (elapsed 15.00 s, remaining 15.00 s)\n"
        "1000 of 1000 tuples (100%) done (elapsed 16.00 s, remaining 0.00 s)\n");
}

TEST_CASE("on a terminal one line is written over and over") {
  std::ostringstream err;
  CopyProgress progress(200000, false, true, err);
  progress.rows_done(100000, 100s);
  progress.rows_done(200000, 101s);
  progress.finish();
  CHECK(err.str() ==
        "100000 of 200000 tuples (50%) done (elapsed 100.00 s, remaining 100.00 s)\r"
        "200000 of 200000 tuples (100%) done (elapsed 101.00 s, remaining 0.00 s) \r\n");
}
