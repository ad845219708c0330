#include "loadgen/plan/check.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>

using namespace loadgen;
using namespace std::chrono_literals;

TEST_CASE("expressions that are read") {
  using F = Check::Form;
  using C = Comparator;
  struct Row {
    const char* text;
    Metric metric;
    F form;
    C op;
    double bound;
    const char* argument = "";
  };
  for (const Row& row : {
           Row{"p99 < 250ms", Metric::p99, F::value, C::less, 0.25},
           Row{"p99<250ms", Metric::p99, F::value, C::less, 0.25},
           Row{"  p50\t<=  1.5s ", Metric::p50, F::value, C::less_equal, 1.5},
           Row{"max < 2m30s", Metric::max, F::value, C::less, 150},
           Row{"mean < 30us", Metric::mean, F::value, C::less, 30e-6},
           Row{"ok_p999 < 0.5m", Metric::ok_p999, F::value, C::less, 30},
           Row{"service_mean != 0", Metric::service_mean, F::value, C::not_equal, 0},
           Row{"error_rate < 0.1%", Metric::error_rate, F::value, C::less, 0.001},
           Row{"achieved_rate > 99%", Metric::achieved_rate, F::value, C::greater, 0.99},
           Row{"goodput >= 100%", Metric::goodput, F::value, C::greater_equal, 1},
           Row{"failed(\"http_5xx\") < 1%", Metric::failed, F::value, C::less, 0.01, "http_5xx"},
           Row{"failed( 'a b' )<1%", Metric::failed, F::value, C::less, 0.01, "a b"},
           Row{"share(\"zone-a\") > 40%", Metric::share, F::value, C::greater, 0.4, "zone-a"},
           Row{"tps > 300", Metric::tps, F::value, C::greater, 300},
           Row{"ok_rate > 300.5/s", Metric::ok_rate, F::value, C::greater, 300.5},
           Row{"healed(\"kill\") < 90s", Metric::healed, F::value, C::less, 90, "kill"},
           Row{"requests_lost = 0", Metric::requests_lost, F::value, C::equal, 0},
           Row{"longest_outage = 0", Metric::longest_outage, F::value, C::equal, 0},
           Row{"p99 ratio < 1.15", Metric::p99, F::ratio, C::less, 1.15},
           Row{"error_rate delta < 0.1pp", Metric::error_rate, F::delta, C::less, 0.001},
           Row{"p99 delta < -5ms", Metric::p99, F::delta, C::less, -0.005},
           Row{"tps delta > -10/s", Metric::tps, F::delta, C::greater, -10},
           Row{"acknowledged_writes_lost = 0", Metric::acknowledged_writes_lost, F::value, C::equal,
               0},
           Row{"read_outage < 1s", Metric::read_outage, F::value, C::less, 1},
       }) {
    CAPTURE(row.text);
    const Check check = parse_check(row.text);
    CHECK(check.metric == row.metric);
    CHECK(check.form == row.form);
    CHECK(check.op == row.op);
    CHECK(check.bound == doctest::Approx(row.bound));
    CHECK(check.argument == row.argument);
    CHECK_FALSE(check.held_for);
    CHECK(check.text.front() != ' ');
    CHECK(check.text.back() != ' ');
  }
  CHECK(parse_check("error_rate > 5% for 10s").held_for == 10s);
  CHECK(parse_check("error_rate > 5% for 1m30s").held_for == 90s);
}

TEST_CASE("expressions that are none") {
  struct Row {
    const char* text;
    std::size_t column;
    const char* what;
  };
  for (const Row& row : {
           Row{"", 1, "expected a metric"},
           Row{"< 5ms", 1, "expected a metric"},
           Row{"errorrate < 5%", 1, "unknown metric 'errorrate'; did you mean 'error_rate'?"},
           Row{"P99 < 5ms", 1, "did you mean 'p99'?"},
           Row{"p99", 4, "expected a comparison: < <= > >= = !=, but the expression ends here"},
           Row{"p99 5ms", 5, "expected a comparison, or 'ratio' or 'delta' before it"},
           Row{"p99 ratoi < 2", 5, "did you mean 'ratio'?"},
           Row{"p99 == 5ms", 5, "did you mean '='?"},
           Row{"p99 =< 5ms", 5, "did you mean '<='?"},
           Row{"p99 ≤ 5ms", 5, "did you mean '<='?"},
           Row{"p99 <> 5ms", 5, "expected a comparison"},
           Row{"p99 <", 6,
               "'p99' takes a time, e.g. 250ms, 1.5s or 1m30s, but the expression ends"},
           Row{"p99 < 250", 7, "'p99' takes a time"},
           Row{"p99 < 250 ms", 7, "'p99' takes a time"},
           Row{"p99 < 5%", 7, "'p99' takes a time, e.g. 250ms, 1.5s or 1m30s, but found '5%'"},
           Row{"p99 < 1.5s30ms", 7, "'p99' takes a time"},
           Row{"p99 < 1e3ms", 7, "'p99' takes a time"},
           Row{"p99 < fast", 7, "but found 'fast'"},
           Row{"p99 < nan", 7, "'p99' takes a time"},
           Row{"error_rate < 5", 14, "'error_rate' takes a percentage, e.g. 5%"},
           Row{"error_rate < 5ms", 14, "takes a percentage"},
           Row{"error_rate < 5pp", 14, "takes a percentage"},
           Row{"error_rate < 101%", 14, "never above 100%"},
           Row{"error_rate > -1%", 14, "never below 0"},
           Row{"error_rate delta < 0.1%", 20, "takes percentage points, e.g. 0.1pp"},
           Row{"p99 ratio < 115%", 13,
               "'p99 ratio' takes a plain number, e.g. 1.15, but found "
               "'115%'; 115% is written 1.15"},
           Row{"p99 ratio < 0", 13, "a ratio is above 0"},
           Row{"p99 ratio < 5ms", 13, "takes a plain number"},
           Row{"tps > 300/m", 7, "a rate per second, e.g. 300 or 300/s"},
           Row{"requests_lost < 5%", 17, "a plain number, e.g. 0"},
           Row{"failed < 5%", 8, "expected an argument: failed(\"…\")"},
           Row{"failed(x) < 5%", 8, "expected a quoted argument"},
           Row{"failed(\"x) < 5%", 9, "this quote is never closed"},
           Row{"failed(\"\") < 5%", 9, "the argument is empty"},
           Row{"failed(\"x\" < 5%", 12, "expected ) after the argument"},
           Row{"p99(\"x\") < 5ms", 4, "'p99' takes no argument"},
           Row{"p99 < 5ms or", 11, "expected the end, or 'for' and a time"},
           Row{"p99 < 5ms for", 14, "'for' takes whole seconds"},
           Row{"p99 < 5ms for 0s", 15, "'for' takes whole seconds"},
           Row{"p99 < 5ms for 1500ms", 15, "'for' takes whole seconds"},
           Row{"p99 < 5ms for 5s please", 18, "nothing more was expected here"},
           Row{"p99 < 5ms; p50 < 1ms", 7, "'p99' takes a time"},
       }) {
    CAPTURE(row.text);
    try {
      parse_check(row.text);
      FAIL_CHECK("it was read");
    } catch (const CheckError& error) {
      CAPTURE(error.what());
      CHECK(error.column() == row.column);
      CHECK(error.what_alone().find(row.what) != std::string::npos);
      CHECK(std::string(error.what()).rfind("column " + std::to_string(row.column), 0) == 0);
    }
  }
}

TEST_CASE("every metric is read by its name, in a unit of its own") {
  for (int i = 0; i <= static_cast<int>(Metric::read_outage); ++i) {
    const auto metric = static_cast<Metric>(i);
    CAPTURE(name_of(metric));
    const bool argument =
        metric == Metric::failed || metric == Metric::healed || metric == Metric::share;
    const Check check =
        parse_check(std::string(name_of(metric)) + (argument ? "(\"x\")" : "") + " > 0");
    CHECK(check.metric == metric);
  }
  CHECK(unit_of(Metric::error_rate) == Unit::fraction);
  CHECK(unit_of(Metric::ok_rate) == Unit::per_second);
  CHECK(unit_of(Metric::requests_lost) == Unit::count);
  CHECK(unit_of(Metric::write_outage) == Unit::seconds);
}

TEST_CASE("comparisons, at the edge") {
  const double above = std::nextafter(1.0, 2.0);
  CHECK(compare(1, Comparator::less_equal, 1));
  CHECK_FALSE(compare(1, Comparator::less, 1));
  CHECK(compare(1, Comparator::less, above));
  CHECK(compare(above, Comparator::greater, 1));
  CHECK(compare(1, Comparator::greater_equal, 1));
  CHECK_FALSE(compare(1, Comparator::greater_equal, above));
  CHECK(compare(1, Comparator::equal, 1));
  CHECK(compare(above, Comparator::not_equal, 1));
  // Not reached: an infinite time is below no limit.
  CHECK_FALSE(compare(std::numeric_limits<double>::infinity(), Comparator::less, 1));
}
