#include "loadgen/plan/plan_layout.h"

#include <doctest/doctest.h>

using namespace loadgen;
using namespace loadgen::plan_layout;
using namespace std::chrono_literals;

TEST_CASE("columns count characters, not bytes") {
  CHECK(columns_of("") == 0);
  CHECK(columns_of("a – b") == 5);
  CHECK(padded("é", 3) == "é  ");
  CHECK(padded("abcd", 3) == "abcd");
  CHECK(right("é", 3) == "  é");
}

TEST_CASE("numbers and times as a person reads them") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567.6) == "1,234,568");
  CHECK(grouped(-1234) == "-1,234");
  CHECK(grouped(-123) == "-123");
  CHECK(plain(100) == "100");
  CHECK(plain(2.5) == "2.5");
  CHECK(clock_text(0s) == "0:00:00");
  CHECK(clock_text(3725s) == "1:02:05");
  CHECK(clock_text(25h) == "25:00:00");
  CHECK(clock_text(70500ms) == "0:01:10.500");
  CHECK(clock_text(7ms) == "0:00:00.007");
}

TEST_CASE("words stay whole, lines stay short") {
  CHECK(wrapped("short", 2) == "short");
  const std::string word(50, 'x');
  CHECK(wrapped(word + " " + word, 4) == word + "\n    " + word);
  CHECK(wrapped(std::string(200, 'y'), 4) == std::string(200, 'y'));
}
