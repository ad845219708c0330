#include "loadgen/analysis/wording.h"

#include <doctest/doctest.h>

namespace loadgen {
namespace {

TEST_CASE("numbers as a person reads them") {
  struct Row {
    double value;
    Unit unit;
    std::string text;
  };
  const Row rows[] = {
      {0, Unit::seconds, "0 s"},
      {0.000'020, Unit::seconds, "20 µs"},
      {0.000'9994, Unit::seconds, "999 µs"},
      {0.000'9996, Unit::seconds, "1 ms"},
      {0.182, Unit::seconds, "182 ms"},
      {0.182'51, Unit::seconds, "183 ms"},
      {0.012'34, Unit::seconds, "12.3 ms"},
      {0.9994, Unit::seconds, "999 ms"},
      {0.9996, Unit::seconds, "1 s"},
      {11, Unit::seconds, "11 s"},
      {11.34, Unit::seconds, "11.3 s"},
      {1234.5, Unit::seconds, "1234 s"},
      {-0.3, Unit::seconds, "-300 ms"},
      {0, Unit::fraction, "0 %"},
      {0.382, Unit::fraction, "38.2 %"},
      {0.000'312, Unit::fraction, "0.0312 %"},
      {0.9995, Unit::fraction, "99.95 %"},
      {0.999'999'9, Unit::fraction, "99.999 %"},
      {1, Unit::fraction, "100 %"},
      {369.364, Unit::per_second, "369/s"},
      {19710, Unit::count, "19710"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.value);
    CHECK(in_words(row.value, row.unit) == row.text);
  }
  CHECK(difference_in_words(0.012, Unit::fraction) == "+1.2 points");
  CHECK(difference_in_words(-0.012, Unit::fraction) == "-1.2 points");
  CHECK(difference_in_words(0.003, Unit::seconds) == "+3 ms");
  CHECK(ratio_in_words(1.3149) == "1.31");
}

TEST_CASE("checks in words") {
  const auto bound = [](const char* text) { return bound_in_words(parse_check(text)); };
  CHECK(bound("error_rate < 15%") == "< 15 %");
  CHECK(bound("p99 <= 250ms") == "<= 250 ms");
  CHECK(bound("p99 ratio < 1.15") == "< 1.15");
  CHECK(bound("error_rate delta < 0.1pp") == "< 0.1 points");
  const auto metric = [](const char* text) { return metric_in_words(parse_check(text)); };
  CHECK(metric("error_rate < 15%") == "error rate");
  CHECK(metric("failed(\"http_5xx\") < 1%") == "share of http_5xx failures");
  CHECK(metric("healed(\"kill\") < 1s") == "time to heal of kill");
  CHECK(phase_in_words("during", true) == "during the fault");
  CHECK(phase_in_words("after", false) == "in `after`");
  CHECK(phase_in_words("run", false) == "in this run");
}

TEST_CASE("instants are UTC") {
  CHECK(iso_utc(0) == "1970-01-01T00:00:00.000Z");
  CHECK(iso_utc(1'787'220'364'123'999) == "2026-08-20T10:06:04.123Z");
  CHECK(iso_utc(-1) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("intervals tell a common unit once") {
  CHECK(interval_in_words("175 ms", "190 ms") == "175 – 190 ms");
  CHECK(interval_in_words("900 µs", "1.1 ms") == "900 µs – 1.1 ms");
  CHECK(interval_in_words("1.22", "1.41") == "1.22 – 1.41");
  CHECK(interval_in_words("10 ms", "10 ms") == "10 ms");
  CHECK(interval_in_words("99/s", "101/s") == "99/s – 101/s");
}

}  // namespace
}  // namespace loadgen
