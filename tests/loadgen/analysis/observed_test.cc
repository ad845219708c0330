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

TEST_CASE("requests lost are beyond what was lost before, and in before all of them") {
  struct Row {
    const char* why;
    std::uint64_t refused_before, refused_during;  // of 100 a second
    PhaseSpan span;
    std::optional<double> lost;
  };
  const PhaseSpan before{PhaseName::before, 5, 25};
  const Row rows[] = {
      {"none", 0, 0, kDuring, 0},
      {"beyond a tenth", 10, 30, kDuring, 400},
      {"in before, against nothing", 10, 30, before, 200},
      {"all of before", 100, 0, before, 2000},
      {"nothing was there to lose", 100, 100, kDuring, std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded;
    recorded.phases();
    recorded.both({0, 25}, {.ok = 100 - row.refused_before, .refused = row.refused_before});
    recorded.both({25, 65}, {.ok = 100 - row.refused_during, .refused = row.refused_during});
    const Measured measured = measure(recorded.run, phases_of(recorded.run));
    const Observed observed =
        observe(measured, measured.at(1, 0), {row.span}, parse_check("requests_lost = 0"));
    CHECK(observed.value == row.lost);
    CHECK(observed.known() == row.lost.has_value());
  }
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

TEST_CASE("outages of reads and writes are those of tickets: last ok to first ok") {
  const auto with_probes = [](std::string text) {
    const auto put = [&](const std::string& from, const std::string& to) {
      text.replace(text.find(from), from.size(), to);
    };
    put("kind = \"http\"\nrate = 100\n",
        "kind = \"pgbench\"\nrate = 100\nprobes = { write = 10 }\n");
    for (int i = 0; i < 2; ++i) put("base_url = ", "dsn = ");
    return text;
  };
  RecordedRun recorded(with_probes(kTwoGroups));
  recorded.phases().both({0, 65}, {.ok = 100});
  recorded.seconds(0, {0, 65}, {.ok = 10}, {.workload = 1});  // write
  const auto answer = [&](double at_s, Outcome outcome) {
    const RunOffset at = from_seconds(at_s);
    recorded.run.recording.probe_answers.push_back(
        {0, 0, 1, at, at + std::chrono::milliseconds(1), outcome, 1});
  };
  for (int tenth = 0; tenth < 650; ++tenth) {
    const bool gone = (tenth >= 302 && tenth < 307) || (tenth >= 440 && tenth < 460);
    answer(tenth / 10.0, gone ? Outcome::read_only : Outcome::ok);
  }
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  const auto write_outage = [&](const PhaseSpan& span) {
    return observe(measured, measured.at(0, 0), {span}, parse_check("write_outage < 1s"));
  };
  // Half a second that no whole second shows; the other one is looked on to past the phase's end.
  CHECK(*write_outage({PhaseName::during, 25, 40}).value == doctest::Approx(0.6));
  CHECK(*write_outage(kDuring).value == doctest::Approx(2.1));
  CHECK(*write_outage({PhaseName::before, 5, 25}).value == doctest::Approx(0));
  CHECK(*write_outage({PhaseName::after, 45, 65}).value == doctest::Approx(0));
  // Of another phase it is cut.
  CHECK(*write_outage({PhaseName::before, 5, 45}).value == doctest::Approx(1.1));
  // Nothing was measured there: that is no outage of 0 s.
  CHECK_FALSE(
      observe(measured, measured.at(1, 0), {kDuring}, parse_check("write_outage < 1s")).known());
  CHECK_FALSE(
      observe(measured, measured.at(0, 0), {kDuring}, parse_check("read_outage < 1s")).known());
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
