#include "loadgen/experiment/observe.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

TEST_CASE("an observation is one number, and nothing else") {
  struct Row {
    std::string why;
    const char* text;
    std::optional<double> value;
  };
  const Row rows[] = {
      {"plain", "3", 3.0},
      {"as commands print it", " 3.25\r\n", 3.25},
      {"negative", "-7\n", -7.0},
      {"exponent", "1.5e3", 1500.0},
      {"zero is a value", "0", 0.0},
      {"nothing", "", std::nullopt},
      {"space", " \n", std::nullopt},
      {"a word", "three", std::nullopt},
      {"a unit", "3 pods", std::nullopt},
      {"two numbers", "3 4", std::nullopt},
      {"no number", "nan", std::nullopt},
      {"no end", "inf", std::nullopt},
      {"too large for a double", "1e999", std::nullopt},
      {"hexadecimal", "0x10", std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(parse_observation(row.text) == row.value);
  }
}

}  // namespace
}  // namespace loadgen
