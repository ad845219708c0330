#include "pgbench_mode/words.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

using namespace loadgen::pgbench;

TEST_CASE("names begin with a letter, an underscore or a byte above 127") {
  for (const char c : std::string("azAZ_\x80\xff")) {
    CHECK(starts_name(c));
    CHECK(continues_name(c));
  }
  for (const char c : std::string("@[`{/: -$\x7f")) {
    CHECK_FALSE(starts_name(c));
    CHECK_FALSE(continues_name(c));
  }
  CHECK_FALSE(starts_name('0'));
  CHECK(continues_name('0'));
  CHECK(continues_name('9'));
}

TEST_CASE("words are equal whatever the case of their ASCII letters") {
  CHECK(same_word("", ""));
  CHECK(same_word("CaSe", "cAsE"));
  CHECK_FALSE(same_word("case", "cases"));
  CHECK_FALSE(same_word("@", "`"));  // as far apart as letters of two cases
  CHECK_FALSE(same_word("\xc3\x89", "\xc3\xa9"));
}

TEST_CASE("doubles are read as strtod reads them, but whole") {
  struct Row {
    std::string why, text;
    std::optional<double> expected;
  };
  const Row rows[] = {
      {"a whole number", "12", 12.0},
      {"an exponent", "-1.5e-3", -0.0015},
      {"blanks before", " \t5", 5.0},
      {"hexadecimal", "0x1F", 31.0},
      {"the infinite one", "inf", HUGE_VAL},
      {"too large", "1e400", {}},
      {"too small, though not 0", "1e-320", {}},
      {"blanks after", "5 ", {}},
      {"something after", "5x", {}},
      {"a byte 0 after", std::string("5\0", 2), 5.0},
      {"nothing", "", {}},
      {"no number", "x", {}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(parse_double(row.text) == row.expected);
  }
}
