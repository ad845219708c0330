#include "loadgen/analysis/abort.h"

#include <doctest/doctest.h>

#include <string>

#include "loadgen/core/error.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

AbortRule rule(const std::string& expression) {
  AbortRule rule;
  rule.text = "control: " + expression;
  rule.group = "control";
  rule.check = parse_check(expression);
  return rule;
}

TEST_CASE("a rule fires when its condition held in each of the last seconds") {
  const AbortSecond calm{.planned = 100, .ok = 100};
  const AbortSecond bad{.planned = 100, .ok = 90, .bad = 10};
  const AbortSecond edge{.planned = 100, .ok = 95, .bad = 5};
  const AbortSecond waiting{.planned = 100, .ok = 50, .bad = 2};
  const AbortSecond empty{};
  struct Row {
    std::string why, expression;
    std::vector<AbortSecond> seconds;
    bool fires;
  };
  const Row rows[] = {
      {"three bad seconds", "error_rate > 5% for 3s", {calm, bad, bad, bad}, true},
      {"only two", "error_rate > 5% for 3s", {bad, calm, bad, bad}, false},
      {"they must be the last", "error_rate > 5% for 3s", {bad, bad, bad, calm}, false},
      {"too few seconds so far", "error_rate > 5% for 3s", {bad, bad}, false},
      {"exactly the bound is not above it", "error_rate > 5%", {edge}, false},
      {"but at least", "error_rate >= 5%", {edge}, true},
      {"one second without for", "error_rate > 5%", {calm, bad}, true},
      {"open tickets count for nothing yet", "error_rate > 5%", {waiting}, false},
      {"enough are bad, however the open ones end", "error_rate > 1%", {waiting}, true},
      {"a second without tickets breaks the row",
       "error_rate > 5% for 3s",
       {bad, empty, bad},
       false},
      {"nothing at all", "error_rate > 5%", {}, false},
      {"tps too low", "tps < 95", {bad}, true},
      {"open ones may still be ok", "tps < 60", {waiting}, false},
      {"other metrics never fire", "goodput < 99%", {bad}, false},
      {"quantiles need a histogram", "p99 > 1ms", {bad}, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(fired(rule(row.expression), row.seconds).has_value() == row.fires);
  }
  CHECK(*fired(rule("error_rate > 5% for 2s"), {bad, {.planned = 100, .ok = 60, .bad = 40}}) ==
        "error rate was at least 10 % for 2 s");
}

TEST_CASE("one class of failures") {
  AbortSecond second{.planned = 10, .ok = 6, .bad = 4};
  second.ended[static_cast<std::size_t>(Outcome::http_5xx)] = 3;
  CHECK(fired(rule("failed(\"http_5xx\") > 20%"), {second}));
  CHECK_FALSE(fired(rule("failed(\"http_5xx\") > 30%"), {second}));
}

/// Whether a scenario may have this rule.
bool is_accepted(const std::string& expression) {
  ScenarioSource source;
  source.text = std::string(kTwoGroups) + "[steady_state]\nabort = ['" + expression + "']\n";
  try {
    parse_scenario(source);
    return true;
  } catch (const UserError&) {
    return false;
  }
}

TEST_CASE("a rule that a scenario may have can fire, and one that can't is refused") {
  Histogram slow;
  slow.record_us(50'000, 60);
  AbortSecond second{.planned = 100, .ok = 60, .bad = 40, .response_ok = &slow};
  second.ended[static_cast<std::size_t>(Outcome::http_5xx)] = 40;
  std::size_t accepted = 0;
  for (int i = 0; i <= static_cast<int>(Metric::read_outage); ++i) {
    const auto metric = static_cast<Metric>(i);
    std::string expression(name_of(metric));
    CAPTURE(expression);
    if (metric == Metric::failed) expression += "(\"http_5xx\")";
    expression += unit_of(metric) == Unit::seconds ? " > 1ms" : " > 0";
    if (metric == Metric::share || metric == Metric::healed) continue;  // never in an abort rule
    CHECK(is_accepted(expression) == fired(rule(expression), {second}).has_value());
    accepted += is_accepted(expression) ? 1 : 0;
  }
  CHECK(accepted == 16);
}

TEST_CASE("quantiles, with open tickets by their age") {
  Histogram fast, slow;
  fast.record_us(1000, 100);
  slow.record_us(50'000, 100);
  const auto second = [](const Histogram& ok, std::uint64_t bad, std::uint64_t open) {
    return AbortSecond{
        .planned = ok.total() + bad + open, .ok = ok.total(), .bad = bad, .response_ok = &ok};
  };
  struct Row {
    std::string why, expression;
    std::vector<AbortSecond> seconds;
    bool fires;
  };
  const Row rows[] = {
      {"slow", "p50 > 40ms", {second(slow, 0, 0)}, true},
      {"fast", "p50 > 40ms", {second(fast, 0, 0)}, false},
      {"failures are infinitely slow", "p99 > 1h", {second(fast, 3, 0)}, true},
      {"of the successes they are not", "ok_p99 > 40ms", {second(fast, 3, 0)}, false},
      {"fresh open tickets prove nothing", "p50 > 500ms", {second(fast, 0, 900)}, false},
      {"those that have waited longer than the bound do",
       "p50 > 500ms for 2s",
       {second(slow, 900, 0), second(fast, 0, 900)},
       false},
      {"in every second", "p50 > 500ms for 1s", {second(fast, 0, 900), second(slow, 900, 0)}, true},
      {"old open tickets are slow ones",
       "p50 > 500ms for 2s",
       {second(fast, 0, 900), second(slow, 900, 0)},
       true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    CHECK(fired(rule(row.expression), row.seconds).has_value() == row.fires);
  }
  CHECK(*fired(rule("p99 > 1s"), {second(fast, 50, 0)}) == "p99 was not reached for 1 s");
}

}  // namespace
}  // namespace loadgen
