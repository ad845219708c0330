#include "reports/format.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

namespace loadgen::reports {
namespace {

TEST_CASE("three significant digits, also beside the edges of rounding") {
  struct Row {
    double value;
    const char* text;
  };
  for (const Row& row : {Row{0, "0"},
                         {1, "1.00"},
                         {12.34, "12.3"},
                         {123.4, "123"},
                         {1234, "1234"},
                         {9.994, "9.99"},
                         {9.996, "10.0"},
                         {99.94, "99.9"},
                         {99.96, "100"},
                         {0.9994, "0.999"},
                         {0.99951, "1.00"},
                         {0.0123, "0.0123"},
                         {0.00099999, "0.00100"},
                         {-1.5, "-1.50"},
                         {1e300, "> 1000000000000000"}}) {
    CAPTURE(row.value);
    CHECK(significant(row.value) == row.text);
  }
}

TEST_CASE("what is typed again is exact") {
  CHECK(exact(20) == "20");
  CHECK(exact(1234.5) == "1234.5");
  CHECK(exact(0.1) == "0.1");
}

TEST_CASE("times carry the unit that keeps three digits") {
  struct Row {
    double us;
    const char* text;
  };
  for (const Row& row : {Row{0, "0 µs"},
                         {1, "1.00 µs"},
                         {812, "812 µs"},
                         {999.4, "999 µs"},
                         {999.6, "1.00 ms"},
                         {12'345, "12.3 ms"},
                         {999'499, "999 ms"},
                         {999'501, "1.00 s"},
                         {1.2e6, "1.20 s"},
                         {119.4e6, "119 s"},
                         {119.6e6, "2 min 00 s"},
                         {125e6, "2 min 05 s"},
                         {3599.6e6, "1 h 00 min"},
                         {3840e6, "1 h 04 min"},
                         {-12'345, "−12.3 ms"}}) {
    CAPTURE(row.us);
    CHECK(time_us(row.us) == row.text);
  }
  CHECK(time_us(std::optional<std::int64_t>()) == "–");
  CHECK(time_s(15) == "15 s");
  CHECK(time_s(0.25) == "250 ms");
  CHECK(time_s(1.25) == "1.25 s");
}

TEST_CASE("a share is never shown as none or all when it is not") {
  struct Row {
    double share;
    const char* text;
  };
  for (const Row& row : {Row{0, "0 %"},
                         {1, "100 %"},
                         {0.0312, "3.12 %"},
                         {0.5, "50 %"},
                         {1e-9, "< 0.001 %"},
                         {0.0002, "0.02 %"},
                         {0.9998, "99.98 %"},
                         {0.99999, "99.999 %"},
                         {0.9999999, "> 99.999 %"},
                         {0.99, "99 %"},
                         {1.5, "150 %"},
                         {-0.1, "−10 %"}}) {
    CAPTURE(row.share);
    CHECK(percent(row.share) == row.text);
  }
}

TEST_CASE("counts, rates, ratios, instants") {
  CHECK(count(0) == "0");
  CHECK(count(999) == "999");
  CHECK(count(1'000) == "1,000");
  CHECK(count(18'446'744'073'709'551'615U) == "18,446,744,073,709,551,615");
  CHECK(per_second(500) == "500/s");
  CHECK(per_second(149.96) == "150/s");
  CHECK(per_second(199.25) == "199.2/s");
  CHECK(per_second(0.25) == "0.25/s");
  CHECK(ratio(1.314) == "× 1.31");
  CHECK(ratio(std::nullopt) == "–");
  CHECK(offset(std::chrono::seconds(5), std::chrono::seconds(8)) == "−3 s");
  CHECK(offset(std::chrono::milliseconds(8'412), std::chrono::seconds(8)) == "+412 ms");
  CHECK(offset(RunOffset{7}, RunOffset{7}) == "0 s");
}

TEST_CASE("metrics are shown in their own unit") {
  CHECK(metric("p99", 0.25) == "250 ms");
  CHECK(metric("ok_p999", 1.5) == "1.5 s");
  CHECK(metric("service_max", 0.001) == "1 ms");
  CHECK(metric("error_rate", 0.031) == "3.1 %");
  CHECK(metric("failed(\"http_5xx\")", 0.2) == "20 %");
  CHECK(metric("tps", 120) == "120/s");
  CHECK(metric("ok_rate", 120) == "120/s");
  CHECK(metric("longest_outage", 20) == "20 s");
  CHECK(metric("requests_lost", 1729) == "1729");
  CHECK(metric("p99", std::nullopt) == "–");
}

TEST_CASE("no number ever prints as nan or inf") {
  for (const double bad :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity(),
        -std::numeric_limits<double>::infinity()}) {
    for (const std::string& text : {significant(bad), time_us(bad), percent(bad), per_second(bad),
                                    ratio(bad), metric("p99", bad), metric("tps", bad)}) {
      CHECK(text == "–");
    }
  }
}

TEST_CASE("outside text cannot become markup or a terminal command") {
  CHECK(escape("<a href=\"x\">'&'</a>") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  CHECK(escape("a\x01"
               "b\xff\n") ==
        "a\xEF\xBF\xBD"
        "b\xEF\xBF\xBD\n");
  CHECK(escape("\xEF\xBF\xBF") == "\xEF\xBF\xBD");
  CHECK(escape_markdown("a|b\n`c` <b>*_[x](y)") == "a\\|b \\`c\\` &lt;b>\\*\\_\\[x\\](y)");
  CHECK(escape_terminal("a\x1b[31m\xC2\x9b"
                        "b\n") ==
        "a\xEF\xBF\xBD[31m\xEF\xBF\xBD"
        "b\n");
  CHECK(one_line_for_terminal("a\nb") == "a b");
  CHECK(width_of("é漢µ") == 3);
}

TEST_CASE("a shell takes quoted arguments apart again") {
  CHECK(shell_quote("plain-1.0/x") == "plain-1.0/x");
  CHECK(shell_quote("") == "''");
  CHECK(shell_quote("zone a") == "'zone a'");
  CHECK(shell_quote("it's $x") == "'it'\\''s $x'");
}

}  // namespace
}  // namespace loadgen::reports
