#include "loadgen/analysis/checks.h"

#include <cmath>
#include <functional>
#include <string>

#include "loadgen/analysis/analyse.h"
#include "recorded_run.h"

namespace loadgen {
namespace {

std::string set(const std::string& body, const std::string& assertions,
                const std::string& id = "c") {
  return "[[steady_state.checks]]\nid = \"" + id + "\"\n" + body + "\nassert = [" + assertions +
         "]\n";
}

std::string scenario(const std::string& checks) {
  return std::string(kTwoGroups) + kFault + checks;
}

/// Calm until 30 s; then the experimental group is down for 10 s; 1 % fail in experimental's after.
RecordedRun story(const std::string& checks) {
  RecordedRun recorded(scenario(checks));
  recorded.phases().mark(30, "requested", "kill").mark(41, "recovered", "kill");
  recorded.seconds(0, {0, 65}, {.ok = 100, .ok_us = 10'000});
  recorded.seconds(1, {0, 30}, {.ok = 100, .ok_us = 10'000});
  recorded.seconds(1, {30, 40}, {.refused = 100});
  recorded.seconds(1, {40, 45}, {.ok = 100, .ok_us = 10'000});
  recorded.seconds(1, {45, 65}, {.ok = 99, .ok_us = 12'000, .http_5xx = 1});
  return recorded;
}

std::vector<CheckResult> judged(const RecordedRun& recorded) {
  const Measured measured = measure(recorded.run, phases_of(recorded.run));
  std::vector<CheckResult> results;
  for (const JudgedCheck& check : judge(measured, recorded.run.scenario.steady_state.checks)) {
    results.push_back(check.result);
    if (check.result.observed) CHECK(std::isfinite(*check.result.observed));
  }
  return results;
}

TEST_CASE("one check each") {
  struct Row {
    std::string why, where, expression, result, observed_text;
  };
  const std::string before = "phase = \"before\"\ngroup = \"experimental\"";
  const std::string during = "phase = \"during\"\ngroup = \"experimental\"";
  const std::string after = "phase = \"after\"\ngroup = \"experimental\"";
  const std::string vs_control = "phase = \"after\"\nvs = \"control\"";
  const std::string vs_before = after + "\nvs = \"before\"";
  const Row rows[] = {
      {"a share that holds", during, "error_rate < 51%", "held", "50 %"},
      {"beside the edge", during, "error_rate < 50%", "refuted", "50 %"},
      {"a quantile", before, "p99 < 11ms", "held", "10 ms"},
      {"a quantile that is slower", after, "p50 < 11ms", "refuted", "12 ms"},
      {"not reached is refuted for <", during, "p99 < 10s", "refuted", "not reached, 50 % failed"},
      {"and held for >", during, "p99 > 10s", "held", "not reached, 50 % failed"},
      {"half are ok, so the median is reached", during, "p50 < 11ms", "held", "10 ms"},
      {"1 % failed: p99 is reached", after, "p99 < 20ms", "held", "12 ms"},
      {"but no maximum", after, "max < 10s", "refuted", "not reached, 1 % failed"},
      {"successes only", during, "ok_p99 < 11ms", "held", "10 ms"},
      {"service time", during, "service_max < 11ms", "held", "10 ms"},
      {"one class", after, "failed('http_5xx') < 2%", "held", "1 %"},
      {"a class that didn't occur", after, "failed('reset') = 0%", "held", "0 %"},
      {"goodput", during, "goodput > 60%", "refuted", "50 %"},
      {"achieved", during, "achieved_rate > 99%", "held", "100 %"},
      {"ok per second", after, "tps > 98", "held", "99/s"},
      {"time to detect", during, "time_to_detect < 1s", "held", "0 s"},
      {"recovery", during, "recovery_time < 11s", "held", "10 s"},
      {"recovery beside the edge", during, "recovery_time < 10s", "refuted", "10 s"},
      {"healed", during, "healed('kill') < 12s", "held", "11 s"},
      {"longest outage", during, "longest_outage < 10s", "refuted", "10 s"},
      {"total outage", during, "total_outage <= 10s", "held", "10 s"},
      {"degraded time", during, "degraded_time <= 10s", "held", "10 s"},
      {"no outage in after", after, "longest_outage = 0s", "held", "0 s"},
      {"requests lost", during, "requests_lost <= 1000", "held", "1000"},
      {"requests lost, beside", during, "requests_lost < 1000", "refuted", "1000"},
      {"net of control's change, ratio", vs_control, "p50 ratio < 1.15", "refuted", "1.2"},
      {"net of control's change, wide", vs_control, "p50 ratio < 1.25", "held", "1.2"},
      {"net of control's change, points", vs_control, "error_rate delta < 2pp", "held",
       "+1 points"},
      {"change since before", vs_before, "ok_p50 ratio < 1.15", "refuted", "1.2"},
      {"a ratio to 0 says nothing", vs_before, "error_rate ratio < 2", "undecided", "no data"},
      {"a maximum not reached is larger than any", vs_before, "max ratio < 100", "refuted",
       "not reached, 1 % failed"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const auto results = judged(story(set(row.where, "'''" + row.expression + "'''")));
    REQUIRE(results.size() == 1);
    CHECK(results[0].result == row.result);
    CHECK(results[0].observed_text == row.observed_text);
    CHECK(results[0].expression == row.expression);
    const bool by_value = results[0].note.find("judged by the observed value") != std::string::npos;
    CHECK((results[0].result == "undecided" || by_value || !results[0].interval_text.empty()));
    CHECK_FALSE((by_value && results[0].interval));
  }
}

TEST_CASE("not one success is none, whatever is asked of successes") {
  const std::string no_limit = "latency_limit = \"50ms\"\n";
  struct Row {
    std::string why, phase, expression;
    Tickets before;
    bool limit;
    std::string result, observed_text;
  };
  const Tickets none{.refused = 100}, some{.ok = 100};
  for (const Row& row : {
           Row{"goodput", "before", "goodput > 50%", none, true, "refuted", "0 %"},
           Row{"no limit to be good by is known", "before", "goodput > 50%", none, false, "refuted",
               "0 %"},
           Row{"nor does it matter", "before", "goodput >= 0%", none, false, "held", "0 %"},
           Row{"after nothing, too", "after", "goodput > 50%", none, false, "refuted", "0 %"},
           Row{"in a fault", "during", "goodput > 50%", none, false, "refuted", "0 %"},
           Row{"ok per second", "before", "ok_rate > 5", none, true, "refuted", "0/s"},
           Row{"ok per second, at the end", "after", "tps > 5", some, true, "refuted", "0/s"},
           Row{"a change of it", "after\"\nvs = \"before", "tps ratio > 0.9", some, true, "refuted",
               "0"},
           Row{"of a share", "after\"\nvs = \"before", "goodput delta > -5pp", some, true,
               "refuted", "-100 points"},
       }) {
    CAPTURE(row.why);
    std::string text = scenario(
        set("phase = \"" + row.phase + "\"\ngroup = \"experimental\"", "'" + row.expression + "'"));
    if (!row.limit) text.erase(text.find(no_limit), no_limit.size());
    RecordedRun recorded(text);
    recorded.phases().mark(30, "requested", "kill");
    recorded.both({0, 25}, row.before).both({25, 65}, none);
    const auto results = judged(recorded);
    REQUIRE(results.size() == 1);
    CAPTURE(results[0].note);
    CHECK(results[0].result == row.result);
    CHECK(results[0].observed_text == row.observed_text);
  }
}

TEST_CASE("a quantile needs as many requests as its tail is thin") {
  struct Row {
    std::string why;
    std::uint64_t per_second;  // of 20 seconds
    std::string expression, result;
    bool vs_before = false;
  };
  const Row rows[] = {
      {"just enough", 5, "p99 < 11ms", "held"},
      {"too few never hold", 4, "p99 < 11ms", "undecided"},
      {"too few may refute", 4, "p99 < 9ms", "refuted"},
      {"a thicker tail needs fewer", 1, "p95 < 11ms", "held"},
      {"a maximum needs one", 1, "max < 11ms", "held"},
      {"a change of doubtful values is not refuted", 4, "p99 ratio < 0.5", "undecided", true},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(
        scenario(set("phase = \"after\"" + std::string(row.vs_before ? "\nvs = \"before\"" : ""),
                     "'" + row.expression + "'")));
    recorded.phases().both({0, 65}, {.ok = row.per_second});
    const auto results = judged(recorded);
    REQUIRE(results.size() == 1);
    CHECK(results[0].result == row.result);
  }
}

TEST_CASE("quotes of either kind") {
  const auto results = judged(story(set("phase = \"after\"", R"('failed("http_5xx") < 2%')")));
  REQUIRE(results.size() == 1);
  CHECK(results[0].result == "held");
  CHECK(results[0].group == "experimental");
}

TEST_CASE("whom a check speaks of") {
  struct Row {
    std::string why, where;
    std::vector<std::string> groups;
  };
  const Row rows[] = {
      {"before: every group", "phase = \"before\"", {"control", "experimental"}},
      {"during: the experimental one", "phase = \"during\"", {"experimental"}},
      {"after: the one that it names", "phase = \"after\"\ngroup = \"control\"", {"control"}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::vector<std::string> groups;
    for (const CheckResult& result : judged(story(set(row.where, "'p50 < 1s'")))) {
      groups.push_back(result.group);
      CHECK(result.workload == "home");
    }
    CHECK(groups == row.groups);
  }
}

TEST_CASE("no data never looks healthy") {
  struct Row {
    std::string why, where, expression;
    std::function<void(RecordedRun&)> seconds;
    std::string result;
  };
  const std::string during = "phase = \"during\"";
  const auto calm = [](RecordedRun& r) { r.both({0, 25}, {.ok = 100}); };
  const Row rows[] = {
      {"a phase that never began", during, "error_rate < 5%", calm, "undecided"},
      {"nothing due in it", during, "error_rate < 5%",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end");
         calm(r);
       },
       "undecided"},
      {"mostly blind", during, "error_rate < 5%",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end");
         calm(r);
         r.both({25, 45}, {.ok = 40, .late = 60});
       },
       "undecided"},
      {"blind in part: the outage may be longer", during, "longest_outage < 5s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end");
         calm(r);
         r.both({25, 35}, {.ok = 100}).both({35, 40}, {.late = 100}).both({40, 45}, {.ok = 100});
       },
       "undecided"},
      {"but not that long", during, "longest_outage < 6s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end");
         calm(r);
         r.both({25, 35}, {.ok = 100}).both({35, 40}, {.late = 100}).both({40, 45}, {.ok = 100});
       },
       "held"},
      {"no fault was requested", during, "recovery_time < 30s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end").both({0, 45}, {.ok = 100});
       },
       "undecided"},
      {"recovery not seen, bound not passed", during, "recovery_time < 30s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(26, "requested", "kill").mark(45, "phase", "end");
         calm(r);
         r.both({25, 45}, {.refused = 100});
       },
       "undecided"},
      {"recovery not seen, bound passed", during, "recovery_time < 19s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(26, "requested", "kill").mark(45, "phase", "end");
         calm(r);
         r.both({25, 45}, {.refused = 100});
       },
       "refuted"},
      {"not healed", during, "healed('kill') < 30s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(26, "requested", "kill").mark(45, "phase", "end");
         calm(r);
       },
       "undecided"},
      {"no before to compare with", "phase = \"after\"\nvs = \"before\"", "p50 ratio < 2",
       [&](RecordedRun& r) {
         r.run.marks = {{RunOffset{0}, "phase", "after", "", ""}};
         r.both({0, 20}, {.ok = 100});
       },
       "undecided"},
      {"no service time when nobody answers", during, "service_p50 < 1s",
       [&](RecordedRun& r) {
         r.mark(25, "phase", "during").mark(45, "phase", "end");
         calm(r);
         r.both({25, 45}, {.refused = 100});
       },
       "undecided"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(scenario(set(row.where, "'''" + row.expression + "'''")));
    recorded.mark(0, "phase", "warmup").mark(5, "phase", "before");
    row.seconds(recorded);
    const auto results = judged(recorded);
    REQUIRE(results.size() == 1);
    CHECK(results[0].result == row.result);
    if (row.result == "undecided") CHECK_FALSE(results[0].note.empty());
  }
}

TEST_CASE("an outage of during is looked on to its end") {
  RecordedRun recorded(scenario(set("phase = \"during\"", "'longest_outage < 12s'") +
                                set("phase = \"after\"", "'longest_outage <= 5s'", "d")));
  recorded.phases().mark(40, "requested", "kill");
  recorded.seconds(0, {0, 65}, {.ok = 100});
  recorded.seconds(1, {0, 38}, {.ok = 100}).seconds(1, {38, 50}, {.refused = 100});
  recorded.seconds(1, {50, 65}, {.ok = 100});
  const auto results = judged(recorded);
  REQUIRE(results.size() == 2);
  CHECK(results[0].observed_text == "12 s");
  CHECK(results[0].result == "refuted");
  CHECK(results[1].observed_text == "5 s");
  CHECK(results[1].result == "held");

  SUBCASE("one that begins after it is not its own") {
    RecordedRun later(scenario(set("phase = \"during\"", "'total_outage = 0s'")));
    later.phases().both({0, 50}, {.ok = 100}).both({50, 60}, {.refused = 100});
    CHECK(judged(later).at(0).result == "held");
  }
}

TEST_CASE("the gate is judged while the run goes on") {
  struct Row {
    std::string why;
    Tickets last;  // of the last of 20 seconds
    std::string result;
  };
  const Row rows[] = {
      {"all answered", {.ok = 100}, "held"},
      {"a few are still open", {.ok = 1, .open = 99}, "held"},
      {"a failure too many", {.ok = 77, .refused = 23}, "refuted"},
      {"too many are open", {.ok = 1, .open = 199}, "undecided"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    RecordedRun recorded(scenario(
        set("phase = \"before\"\ngate = true\ngroup = \"control\"", "'error_rate <= 1.1%'") +
        set("phase = \"after\"", "'error_rate < 1%'", "d")));
    recorded.mark(0, "phase", "warmup").mark(5, "phase", "before");
    recorded.both({0, 24}, {.ok = 100}).both({24, 25}, row.last);
    const auto results = judge_gate(recorded.run, 5, 25).checks;
    REQUIRE(results.size() == 1);
    CHECK(results[0].result == row.result);
    CHECK(results[0].phase == "before");
  }
  RecordedRun none;
  CHECK(judge_gate(none.run, 0, 10).checks.empty());
}

}  // namespace
}  // namespace loadgen
