// Word for word; against pgbench itself by tests/system/pgbench_test.py.
#include "pgbench_mode/summary.h"

#include <doctest/doctest.h>

#include <sstream>

using namespace loadgen::pgbench;

namespace {

TimeSums times(std::initializer_list<double> us) {
  TimeSums sums;
  for (const double one : us) sums.add(one);
  return sums;
}

ScriptFigures script(const std::string& name, int weight = 1) {
  ScriptFigures made;
  made.name = name;
  made.weight = weight;
  return made;
}

/// Two clients with five transactions each, all done within 20 ms.
SummaryFigures plain() {
  SummaryFigures run;
  run.clients = 2;
  run.transactions = 5;
  run.total.ok = 10;
  run.run_us = 20000;
  run.connecting_us = 3500;
  run.scripts = {script("<builtin: select only>")};
  return run;
}

std::string printed(const SummaryFigures& run) {
  std::ostringstream out;
  print_summary(out, run);
  return out.str();
}

std::string line_with(const SummaryFigures& run, const std::string& what) {
  std::istringstream lines(printed(run));
  for (std::string line; std::getline(lines, line);)
    if (line.find(what) != std::string::npos) return line;
  return "";
}

}  // namespace

TEST_CASE("a plain run") {
  CHECK(printed(plain()) ==
        "transaction type: <builtin: select only>\n"
        "scaling factor: 1\n"
        "query mode: simple\n"
        "number of clients: 2\n"
        "number of threads: 1\n"
        "maximum number of tries: 1\n"
        "number of transactions per client: 5\n"
        "number of transactions actually processed: 10/10\n"
        "number of failed transactions: 0 (0.000%)\n"
        "latency average = 4.000 ms\n"
        "initial connection time = 3.500 ms\n"
        "tps = 500.000000 (without initial connection time)\n");
}

TEST_CASE("a run by the clock, measured, throttled and limited, with everything that is counted") {
  SummaryFigures run = plain();
  run.scale = 20;
  run.partition_method = PartitionMethod::hash;
  run.partitions = 4;
  run.query_mode = QueryMode::prepared;
  run.max_tries = 0;
  run.duration_s = 2;
  run.throttled = run.progress = run.failures_detailed = true;
  run.latency_limit_us = 2500;
  run.connect_per_transaction = true;
  run.total = {.ok = 4, .skipped = 2, .serialization_failures = 1, .deadlock_failures = 1};
  run.total.retried = 3;
  run.total.retries = 7;
  run.total.latency = times({1000, 2000, 3000, 4000});
  run.total.lag = times({0, 0, 100, 300});
  run.above_limit = 2;
  run.run_us = 2000000;
  run.connecting_us = 12000;
  CHECK(printed(run) ==
        "transaction type: <builtin: select only>\n"
        "scaling factor: 20\n"
        "partition method: hash\n"
        "partitions: 4\n"
        "query mode: prepared\n"
        "number of clients: 2\n"
        "number of threads: 1\n"
        "duration: 2 s\n"
        "number of transactions actually processed: 4\n"
        "number of failed transactions: 2 (25.000%)\n"
        "number of serialization failures: 1 (12.500%)\n"
        "number of deadlock failures: 1 (12.500%)\n"
        "number of transactions retried: 3 (37.500%)\n"
        "total number of retries: 7\n"
        "number of transactions skipped: 2 (25.000%)\n"
        "number of transactions above the 2.5 ms latency limit: 2/4 (50.000%)\n"
        "latency average = 2.500 ms\n"
        "latency stddev = 1.118 ms\n"
        "rate limit schedule lag: avg 0.100 (max 0.300) ms\n"
        "average connection time = 2.000 ms\n"
        "tps = 2.000000 (including reconnection times)\n");
}

TEST_CASE("several scripts, commands reported") {
  SummaryFigures run = plain();
  run.report_per_command = true;
  run.scripts = {script("a.sql", 1), script("b.sql", 3), script("c.sql", 0)};
  run.scripts[0].tally.ok = 4;
  run.scripts[0].tally.latency = times({1000, 1000, 2000, 2000});
  run.scripts[0].commands = {{"\\set x 1", times({2, 2}), 0, 0},
                             {"SELECT 1;", times({1500}), 2, 1}};
  run.scripts[1].tally.ok = 6;
  run.scripts[1].commands = {{"SELECT 2;", {}, 0, 0}};
  CHECK(printed(run).substr(printed(run).find("SQL script 1")) ==
        "SQL script 1: a.sql\n"
        " - weight: 1 (targets 25.0% of total)\n"
        " - 4 transactions (40.0% of total, tps = 200.000000)\n"
        " - number of failed transactions: 0 (0.000%)\n"
        " - latency average = 1.500 ms\n"
        " - latency stddev = 0.500 ms\n"
        " - statement latencies in milliseconds and failures:\n"
        "         0.002           0  \\set x 1\n"
        "         1.500           2  SELECT 1;\n"
        "SQL script 2: b.sql\n"
        " - weight: 3 (targets 75.0% of total)\n"
        " - 6 transactions (60.0% of total, tps = 300.000000)\n"
        " - number of failed transactions: 0 (0.000%)\n"
        " - statement latencies in milliseconds and failures:\n"
        "         0.000           0  SELECT 2;\n"
        "SQL script 3: c.sql\n"
        " - weight: 0 (targets 0.0% of total)\n"
        " - 0 transactions (0.0% of total, tps = 0.000000)\n"
        " - number of failed transactions: 0 (NaN%)\n"
        " - statement latencies in milliseconds and failures:\n");
  run.max_tries = 2;
  run.scripts.resize(1);
  const std::string one = printed(run);
  CHECK(one.find("SQL script") == std::string::npos);
  CHECK(one.substr(one.find("statement")) ==
        "statement latencies in milliseconds, failures and retries:\n"
        "         0.002           0           0  \\set x 1\n"
        "         1.500           2           1  SELECT 1;\n");
}

TEST_CASE("lines that stand or not") {
  SummaryFigures run = plain();
  run.total = {};
  CHECK(line_with(run, "failed") == "number of failed transactions: 0 (NaN%)");
  CHECK(line_with(run, "tps") == "");
  run.total.deadlock_failures = 3;
  CHECK(line_with(run, "failed") == "number of failed transactions: 3 (100.000%)");
  CHECK(line_with(run, "tps") == "");
  run.total.ok = 1;
  CHECK(line_with(run, "latency average") == "latency average = 10.000 ms (including failures)");
  run.failures_detailed = true;
  CHECK(line_with(run, "other failures") == "");
  run.total.other_failures = 1;
  CHECK(line_with(run, "other failures") == "number of other failures: 1 (20.000%)");
  run.total = {.skipped = 3};
  run.throttled = true;
  CHECK(line_with(run, "skipped") == "");
  CHECK(line_with(run, "schedule lag") == "rate limit schedule lag: avg NaN (max 0.000) ms");
  CHECK(line_with(run, "latency average") == "");
  run.latency_limit_us = 1000;
  CHECK(line_with(run, "skipped") == "number of transactions skipped: 3 (100.000%)");
  CHECK(line_with(run, "above") ==
        "number of transactions above the 1.0 ms latency limit: 0/0 (0.000%)");
  // More than an int holds.
  run.clients = run.transactions = 100000;
  CHECK(line_with(run, "processed") == "number of transactions actually processed: 0/10000000000");
}

TEST_CASE("progress") {
  ProgressFigures figures;
  figures.interval_us = 2000000;
  figures.since_start_us = 4000123;
  figures.unix_us = 1700000000123456;
  figures.before.ok = 10;
  figures.before.latency = times({5000});
  figures.now = figures.before;
  figures.now.ok = 14;
  for (const double us : {1000, 1000, 3000, 3000}) figures.now.latency.add(us);
  figures.now.lag = times({100, 100, 100, 100});
  figures.now.skipped = 6;
  figures.now.serialization_failures = 1;
  figures.now.retried = 2;
  figures.now.retries = 3;
  const auto line = [&](const Invocation& invocation) {
    std::ostringstream err;
    print_progress(err, figures, invocation);
    return err.str();
  };
  Invocation invocation;
  CHECK(line(invocation) == "progress: 4.0 s, 2.0 tps, lat 2.000 ms stddev 1.000, 1 failed\n");
  invocation.progress_timestamp = true;
  CHECK(line(invocation) ==
        "progress: 1700000000.123 s, 2.0 tps, lat 2.000 ms stddev 1.000, 1 failed\n");
  invocation.progress_timestamp = false;
  invocation.rate_per_s = 5;
  invocation.max_tries = 3;
  CHECK(line(invocation) ==
        "progress: 4.0 s, 2.0 tps, lat 2.000 ms stddev 1.000, 1 failed, lag 0.100 ms, 2 retried, 3 "
        "retries\n");
  invocation.latency_limit_us = 1;
  CHECK(line(invocation).find(", lag 0.100 ms, 6 skipped, 2 retried") != std::string::npos);
  figures.now = figures.before;
  CHECK(line({}) == "progress: 4.0 s, 0.0 tps, lat 0.000 ms stddev 0.000, 0 failed\n");
}

TEST_CASE("sums of sums are those of all values") {
  TimeSums whole = times({1, 5, 2}), parts = times({1});
  parts += times({5, 2});
  CHECK(parts == whole);
  Tally a{.ok = 1, .skipped = 2, .serialization_failures = 3};
  a.latency = times({1});
  Tally b{.ok = 10, .skipped = 20, .serialization_failures = 30, .deadlock_failures = 4};
  b.latency = times({5, 2});
  Tally sum = a;
  sum += b;
  CHECK(sum.ok == 11);
  CHECK(sum.all() == 11 + 22 + 37);
  CHECK(sum.latency == whole);
  b += a;
  CHECK(b == sum);
}

TEST_CASE("what the invocation decides") {
  Invocation invocation;
  invocation.clients = 7;
  invocation.rate_per_s = 1;
  invocation.progress_s = 1;
  invocation.scripts = {Script{"x.sql", 3, {}}};
  Command command;
  command.first_line = "SELECT 1;";
  invocation.scripts[0].commands = {command};
  const SummaryFigures figures = summary_of(invocation);
  CHECK(figures.clients == 7);
  CHECK(figures.throttled);
  CHECK(figures.progress);
  REQUIRE(figures.scripts.size() == 1);
  CHECK(figures.scripts[0].name == "x.sql");
  CHECK(figures.scripts[0].weight == 3);
  CHECK(figures.scripts[0].commands.at(0).first_line == "SELECT 1;");
}
