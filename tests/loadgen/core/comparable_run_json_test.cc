#include <doctest/doctest.h>

#include "loadgen/core/comparable_run.h"
#include "loadgen/core/error.h"

namespace loadgen {
namespace {

ComparableRun full() {
  ComparableRun run;
  run.file = "here.json";
  run.run_id = "20261121T085420Z-4c406c";
  run.name = "api \"quoted\" é";
  run.started_at = "2026-11-21T08:54:20.793Z";
  run.tool_version = "0.1.0";
  run.tool_commit = "abc";
  run.verdict = "INVALID";
  run.unusable = "the clocks jumped";
  run.untrusted = true;
  run.doubts = {"not steady"};
  run.host = {{"cpu", "Fast"}, {"cores", "8"}};
  run.load = {{"home: rate", "100/s"}};
  run.margins = {{"p99", 0.15}};
  run.stretches = {{"target",
                    "home",
                    "before",
                    60,
                    {{"p99", 0.0123, 0.01, 9.5, true, 420, 6000, 0, ""},
                     {"error_rate", 1e-9, {}, 0, false, 0, 6000, 5000.5, "too short"},
                     {"p999", {}, {}, 0, false, 0, 0, 0, "not reached"}}},
                   {"target", "cart", "before", 60, {}}};
  run.recoveries = {{"target", "home", "kill, cut", 19.5, true, 18.25},
                    {"target", "cart", "kill, cut", 60, false, 60}};
  return run;
}

TEST_CASE("what is written is read again, byte for byte") {
  const ComparableRun run = full();
  const std::string text = write_comparable_run(run);
  CHECK(is_comparable_run(text));
  const ComparableRun again = read_comparable_run(text, "here.json");
  CHECK(again == run);
  CHECK(write_comparable_run(again) == text);
  CHECK(again.stretches[0].metric("p99") == &again.stretches[0].metrics[0]);
  CHECK(again.stretches[0].metric("p42") == nullptr);
}

TEST_CASE("a result is no stored run, and other texts are neither") {
  for (const char* text : {"", "{", "{\"schema\": 1}", "loadgen", "[1]", "{\"loadgen_base\": 1}"}) {
    CAPTURE(text);
    CHECK_FALSE(is_comparable_run(text));
  }
  CHECK(is_comparable_run("\n {  \"loadgen_baseline\": 99}"));
}

TEST_CASE("what could not be computed with is refused, with its place") {
  struct Row {
    std::string why;
    const char* from;
    const char* to;
    const char* complaint;
  };
  const Row rows[] = {
      {"a format of a later version", "\"loadgen_baseline\": 1", "\"loadgen_baseline\": 2",
       "reads format 1"},
      {"a key nobody knows", "\"name\": \"api", "\"nome\": \"api", "'name' is missing"},
      {"a negative latency has no logarithm", "\"value\": 0.0123", "\"value\": -0.0123",
       "value is out of range"},
      {"a latency of 1e12 s", "\"value\": 0.0123", "\"value\": 1e12", "value is out of range"},
      {"a negative error", "\"error\": 0.01", "\"error\": -1", "error is out of range"},
      {"no degrees of freedom", "\"degrees\": 9.5", "\"degrees\": 0", "degrees of freedom"},
      {"an error of a value that is not there", "\"value\": 0.0123", "\"value\": null",
       "of no value"},
      {"more independent tickets than tickets", "\"effective_n\": 5000.5",
       "\"effective_n\": 6000.5", "more independent"},
      {"a metric twice", "\"name\": \"p999\"", "\"name\": \"p99\"", "twice"},
      {"a margin of minus something", "\"p99\": 0.15", "\"p99\": -0.15", "margin is out of range"},
      {"a text for a number", "\"n\": 6000", "\"n\": \"6000\"", "expected"},
      {"cut off", "\"stretches\"", "", "not JSON"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    std::string text = write_comparable_run(full());
    const std::size_t at = text.find(row.from);
    REQUIRE(at != std::string::npos);
    if (std::string(row.to).empty()) {
      text.resize(at);
    } else {
      text.replace(at, std::string(row.from).size(), row.to);
    }
    std::string said;
    try {
      read_comparable_run(text, "b.json");
    } catch (const UserError& error) {
      said = error.what();
    }
    CAPTURE(said);
    CHECK(said.find("b.json") == 0);
    CHECK(said.find(row.complaint) != std::string::npos);
  }
}

}  // namespace
}  // namespace loadgen
