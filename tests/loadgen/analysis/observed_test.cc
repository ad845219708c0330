#include "loadgen/analysis/observed.h"

#include <string>

#include "recorded_run.h"

namespace loadgen {
namespace {

const PhaseSpan kDuring{PhaseName::during, 25, 45};

TEST_CASE("a metric of one operation") {
  std::string text = kTwoGroups;
  const std::string rate = "rate = 100\n";
  text.replace(text.find(rate), rate.size(),
               rate +
                   "requests = [{ path = \"/a\", name = \"a\" }, { path = \"/b\", name = "
                   "\"b\" }]\n");
  RecordedRun recorded(text);
  recorded.phases().both({0, 65}, {.ok = 100});
  recorded.seconds(0, {0, 30}, {.ok = 100}, {.operation = 1});
  recorded.seconds(0, {30, 34}, {.refused = 100}, {.operation = 1});
  recorded.seconds(0, {34, 65}, {.ok = 100}, {.operation = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const auto of = [&](const char* expression, std::optional<std::uint16_t> operation) {
    return observe(measured, measured.at(0, 0), {kDuring, operation}, parse_check(expression));
  };
  CHECK(*of("error_rate < 1%", 1).value == doctest::Approx(0.2));
  CHECK(*of("error_rate < 1%", 0).value == doctest::Approx(0));
  CHECK(*of("error_rate < 1%", std::nullopt).value == doctest::Approx(0.1));
  CHECK(*of("longest_outage < 1s", 1).value == doctest::Approx(4));
  CHECK(*of("longest_outage < 1s", 0).value == doctest::Approx(0));
  CHECK(*of("requests_lost < 1", 1).value == doctest::Approx(400));
}

TEST_CASE("the share of those who served") {
  RecordedRun recorded;
  recorded.phases();
  recorded.seconds(0, {25, 45}, {.ok = 30, .served_by = "a"});
  recorded.seconds(0, {25, 45}, {.ok = 10, .served_by = "b"}, {.operation = 1});
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const auto share = [&](std::size_t group, const char* expression) {
    return observe(measured, measured.at(group, 0), {kDuring}, parse_check(expression));
  };
  CHECK(*share(0, "share(\"a\") > 50%").value == doctest::Approx(0.75));
  CHECK(*share(0, "share(\"c\") > 50%").value == 0);
  CHECK_FALSE(share(1, "share(\"a\") > 50%").known());
}

TEST_CASE("who can have which metric") {
  Workload http;
  CHECK(has_metric(http, Metric::p99));
  CHECK(has_metric(http, Metric::achieved_rate));
  CHECK_FALSE(has_metric(http, Metric::share));
  CHECK_FALSE(has_metric(http, Metric::acknowledged_writes_lost));
  http.clients = 5;
  CHECK_FALSE(has_metric(http, Metric::achieved_rate));
  http.http.served_by = "peer";
  CHECK(has_metric(http, Metric::share));
}

}  // namespace
}  // namespace loadgen
