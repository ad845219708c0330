#include "loadgen/plan/nearest_word.h"

#include <doctest/doctest.h>

using namespace loadgen;

TEST_CASE("the nearest word, when one is near") {
  const std::vector<std::string_view> known{"timeout", "rate", "name", "connections", "p99"};
  struct Row {
    const char *why, *word, *nearest;
  };
  for (const Row& row : {
           Row{"a letter missing", "timout", "timeout"},
           Row{"a letter too many", "timeoutt", "timeout"},
           Row{"swapped letters", "tiemout", "timeout"},
           Row{"other case", "RATE", "rate"},
           Row{"two of eleven", "conections_", "connections"},
           Row{"half of it wrong", "nxyz", ""},
           Row{"nothing alike", "zzzzzz", ""},
           Row{"nothing", "", ""},
           Row{"one letter of one", "x", ""},
       }) {
    CAPTURE(row.why);
    CHECK(nearest_word(row.word, known) == row.nearest);
  }
  CHECK(nearest_word(std::string(1000, 'x'), known).empty());
  CHECK(nearest_word("rate", {}).empty());
}

TEST_CASE("words in sentences") {
  CHECK(did_you_mean("rat", {"rate"}) == "; did you mean 'rate'?");
  CHECK(did_you_mean("zzz", {"rate"}).empty());
  CHECK(listed({}) == "");
  CHECK(listed({"a"}) == "a");
  CHECK(listed({"a", "b"}) == "a or b");
  CHECK(listed({"a", "b", "c"}) == "a, b or c");
}
