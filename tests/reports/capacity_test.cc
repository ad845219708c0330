#include "reports/capacity.h"

#include <doctest/doctest.h>

namespace loadgen::reports {
namespace {

Capacity found() {
  Capacity found;
  found.workload = "home";
  found.limits = {"p99 < 250ms", "error_rate < 0.1%"};
  found.highest = 1240;
  found.missed = 1252.5;
  found.steps = {{1240, 10, "held", "", 1240, 0.0, 12'000, 99'000},
                 {1252.5, 10, "missed", "p99 < 250ms: not reached", 900, 0.3, 1'900'000, {}}};
  return found;
}

TEST_CASE("what was found, in a sentence") {
  struct Row {
    std::string why, says;
    Capacity capacity;
  };
  Row rows[] = {
      {"between two rates",
       "1,240/s is the highest rate at which p99 < 250ms and error_rate < 0.1% held; it did not "
       "hold at 1252.5/s",
       found()},
      {"none held",
       "no rate was found at which p99 < 250ms and error_rate < 0.1% held; not even 1/s (so)",
       found()},
      {"no end was seen",
       "at least 1,240/s: p99 < 250ms and error_rate < 0.1% held there; no higher rate is known, "
       "since it is the most",
       found()},
      {"clients",
       "1 client is the highest number of clients at which x held; it did not hold at 2 clients",
       found()},
      {"broken off while it was narrowed",
       "1,240/s is the highest rate at which p99 < 250ms and error_rate < 0.1% held; it did not "
       "hold at 2,480/s, and what is between them is not known, since the search was broken off",
       found()},
      {"come to its end",
       "1,240/s is the highest rate at which p99 < 250ms and error_rate < 0.1% held; it did not "
       "hold at 1252.5/s",
       found()},
  };
  rows[1].capacity.highest.reset();
  rows[1].capacity.missed = 1;
  rows[1].capacity.ended = "so";
  rows[2].capacity.missed.reset();
  rows[2].capacity.ended = "it is the most";
  rows[3].capacity.over_clients = true;
  rows[3].capacity.limits = {"x"};
  rows[3].capacity.highest = 1;
  rows[3].capacity.missed = 2;
  rows[4].capacity.missed = 2480;
  rows[4].capacity.ended = "the search was broken off";
  rows[5].capacity.ended = kNextMissed;
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(capacity_sentence(row.capacity) == row.says);
  }
}

TEST_CASE("the steps, for a terminal and for Markdown") {
  CHECK(capacity_table(found()) ==
        "            rate                   ok/s    not ok          p50          p99\n"
        "         1,240/s  held             1240       0 %      12.0 ms      99.0 ms\n"
        "        1252.5/s  missed            900      30 %       1.90 s  not reached  p99 < 250ms: "
        "not reached\n");
  CHECK(capacity_table(Capacity{}).empty());
  const std::string markdown = capacity_markdown(found());
  CHECK(markdown.find("| 1,240/s | 10 s | held | 1240/s | 0 % | 12.0 ms | 99.0 ms |  |\n") !=
        std::string::npos);
}

}  // namespace
}  // namespace loadgen::reports
