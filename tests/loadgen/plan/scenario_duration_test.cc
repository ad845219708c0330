#include <doctest/doctest.h>

#include <random>

#include "loadgen/plan/scenario.h"

using namespace loadgen;
using namespace std::chrono_literals;

TEST_CASE("durations that are read") {
  struct Row {
    const char* text;
    Duration value;
    const char* printed;
  };
  for (const Row& row :
       {Row{"30s", 30s, "30s"}, Row{"250ms", 250ms, "250ms"}, Row{"5m", 5min, "5m"},
        Row{"1h", 1h, "1h"}, Row{"2us", 2us, "2us"}, Row{"7ns", 7ns, "7ns"},
        Row{"1m30s", 90s, "1m30s"}, Row{"90s", 90s, "1m30s"}, Row{"0s", 0s, "0s"},
        Row{"1h1ms", 3600001ms, "3600001ms"}, Row{"1500ms", 1500ms, "1500ms"},
        Row{"25h", 25h, "25h"},
        Row{"9223372036854775807ns", Duration::max(), "9223372036854775807ns"}}) {
    CAPTURE(row.text);
    CHECK(parse_duration(row.text) == row.value);
    CHECK(print_duration(row.value) == row.printed);
  }
  CHECK(print_duration(-30s) == "-30s");
  CHECK(print_duration(Duration::min())[0] == '-');
}

TEST_CASE("what is no duration") {
  for (const char* text : {"",
                           "s",
                           "30",
                           "30 s",
                           " 30s",
                           "30s ",
                           "-30s",
                           "+1s",
                           "1.5s",
                           "30S",
                           "30sec",
                           "30s1m",
                           "1s1s",
                           "s30",
                           "1m30",
                           "1d",
                           "0x1s",
                           "9223372036854775808ns",
                           "99999999999999999999s",
                           "2562048h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("what is printed is read back") {
  std::mt19937_64 random(42);
  for (int i = 0; i < 20'000; ++i) {
    const Duration d{static_cast<std::int64_t>(random() >> (1 + random() % 62))};
    CAPTURE(d.count());
    CHECK(parse_duration(print_duration(d)) == d);
  }
}
