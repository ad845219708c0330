#include "loadgen/cli/numbers.h"

#include <doctest/doctest.h>

#include "loadgen/core/error.h"

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

TEST_CASE("a share is a percentage from 0% to 100%") {
  CHECK(parse_share("0%", "--error-rate") == 0);
  CHECK(parse_share("20%", "--error-rate") == doctest::Approx(0.2));
  CHECK(parse_share("0.5%", "--error-rate") == doctest::Approx(0.005));
  CHECK(parse_share("100%", "--error-rate") == 1);
  for (const char* text : {"", "%", "20", "0.2", "-1%", "100.1%", "nan%", "20%%", "1e9%"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_share(text, "--error-rate"), UserError);
  }
  CHECK_THROWS_WITH(parse_share("20", "--error-rate"),
                    "--error-rate: \"20\" is no share; expected 0% to 100%, such as 20%");
}

}  // namespace
}  // namespace loadgen
