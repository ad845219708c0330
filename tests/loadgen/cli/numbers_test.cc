#include "loadgen/cli/numbers.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("numbers of the command line: what is none is told with what was expected") {
  struct Row {
    const char* text;
    bool above_0, whole_above_0, whole;
    const char* why;
  };
  for (const Row& row : {
           Row{"10", true, true, true, "a whole number is all of them"},
           Row{"0", false, false, true, "0 is not above 0"},
           Row{"0.5", true, false, false, "half a second is a length, half a request none"},
           Row{"1e3", true, false, false, "an exponent"},
           Row{"18446744073709551615", true, true, true, "the most that 64 bits hold"},
           Row{"18446744073709551616", true, false, false, "one more"},
           Row{"-5", false, false, false, "fewer than none"},
           Row{"5s", false, false, false, "a unit"},
           Row{" 5", false, false, false, "a blank"},
           Row{"", false, false, false, "nothing"},
           Row{"inf", false, false, false, "no end"},
           Row{"nan", false, false, false, "no number by its own name"},
       }) {
    CAPTURE(row.why);
    const std::string mistake = '"' + std::string(row.text) + "\"; expected such as 10";
    const auto told = [&](bool fits) { return fits ? std::string() : mistake; };
    CHECK(number_above_0("such as 10")(row.text) == told(row.above_0));
    CHECK(whole_number_above_0("such as 10")(row.text) == told(row.whole_above_0));
    CHECK(whole_number("such as 10")(row.text) == told(row.whole));
  }
}

}  // namespace
}  // namespace loadgen
