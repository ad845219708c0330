#include "pgbench_mode/message.h"

#include <doctest/doctest.h>

using namespace loadgen;
using namespace loadgen::pgbench;

TEST_CASE("a message as pgbench words it") {
  struct Row {
    const char* why;
    std::vector<MessageLine> lines;
    const char* text;
  };
  for (const Row& row : {
           Row{"nothing", {}, ""},
           Row{"an error", {{"error: ", "no"}}, "pgbench: error: no\n"},
           Row{"information has no label", {{"", "seed is 5"}}, "pgbench: seed is 5\n"},
           Row{"one newline at the end is libpq's", {{"error: ", "no\n"}}, "pgbench: error: no\n"},
           Row{"a second one is meant", {{"error: ", "no\n\n"}}, "pgbench: error: no\n\n"},
           Row{"lines within stay",
               {{"error: ", "no\nLINE 1: x"}},
               "pgbench: error: no\nLINE 1: x\n"},
           Row{"an empty text", {{"error: ", ""}}, "pgbench: error: \n"},
           Row{"several",
               {{"error: ", "a"}, {"hint: ", "b"}},
               "pgbench: error: a\npgbench: hint: b\n"},
       }) {
    CAPTURE(std::string(row.why));
    CHECK(message_text("pgbench", row.lines) == row.text);
  }
}

TEST_CASE("what ends pgbench") {
  const Fatal failure = fatal({.error = "query failed: ERROR:  no\n", .detail = "Query was: x"});
  CHECK(failure.code() == ExitCode::internal_error);
  CHECK(failure.what() == std::string("error: query failed: ERROR:  no\ndetail: Query was: x"));
  CHECK(failure.lines() == std::vector<MessageLine>{{"error: ", "query failed: ERROR:  no\n"},
                                                    {"detail: ", "Query was: x"}});
  CHECK(fatal({.error = "a", .hint = "b"}).lines().back() == MessageLine{"hint: ", "b"});
  CHECK(fatal({.error = "a"}).lines().size() == 1);
}
