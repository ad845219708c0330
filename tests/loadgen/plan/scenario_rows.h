// Tables of wrong scenarios: one valid scenario, one edit per row, and where and how it is told.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/plan/scenario.h"

namespace loadgen::scenario_rows {

/// Valid. Rows name its lines: keep the numbers.
constexpr std::string_view kValid = R"(schema = 1
[phases]
warmup = "10s"
before = "60s"
during = "30s"
after = "30s"
[groups.control]
base_url = "http://127.0.0.1:8080"
vars = { zone = "a" }
[groups.experimental]
base_url = "http://127.0.0.1:8081"
vars = { zone = "b" }
[[workloads]]
name = "home"
kind = "http"
rate = 100
request = { path = "/" }
[[faults]]
name = "kill"
kind = "command"
inject = ["kill", "$zone"]
[steady_state]
abort = ["control: error_rate > 5% for 10s"]
[[steady_state.checks]]
id = "fine"
phase = "during"
assert = ["error_rate < 5%"]
)";

/// Environment and files of these tests: $SET is "value", and ids.txt has three lines.
inline ScenarioSource source_of(std::string text, std::vector<std::string> overrides = {}) {
  ScenarioSource source;
  source.text = std::move(text);
  source.path = "dir/t.toml";
  source.overrides = std::move(overrides);
  source.environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "SET") return "value";
    if (name == "API_TOKEN") return "pa$$word";
    return std::nullopt;
  };
  source.file = [](const std::string& path) -> std::optional<std::string> {
    if (path == "dir/ids.txt") return "one\ntwo\nthree\n";
    if (path == "dir/spaces.txt") return "one\ntwo three\n";
    if (path == "dir/empty.txt") return "\n\n";
    if (path == "dir/body.json") return "{\"id\": {seq}}";
    return std::nullopt;
  };
  return source;
}

inline std::string edited(std::string_view from, std::string_view to) {
  std::string text(kValid);
  const std::size_t at = text.find(from);
  REQUIRE_MESSAGE(at != std::string::npos, "not in the valid scenario: ", std::string(from));
  text.replace(at, from.size(), to);
  return text;
}

inline Scenario parsed(std::string text, std::vector<std::string> overrides = {}) {
  return parse_scenario(source_of(std::move(text), std::move(overrides)));
}

/// What is said about it; empty when it is valid.
inline std::string complaint(std::string text, std::vector<std::string> overrides = {}) {
  try {
    parsed(std::move(text), std::move(overrides));
    return "";
  } catch (const UserError& error) {
    CHECK(error.code() == ExitCode::usage);
    return error.what();
  }
}

struct Bad {
  std::string_view why;
  std::string_view from, to;  // the edit
  std::string_view at;        // "line:column"
  std::string_view what;      // a part of what is said
};

/// Each row has exactly one finding, at its place, with its words.
inline void check_rows(const std::vector<Bad>& rows) {
  for (const Bad& row : rows) {
    CAPTURE(row.why);
    const std::string said = complaint(edited(row.from, row.to));
    CAPTURE(said);
    CHECK(said.rfind("dir/t.toml:" + std::string(row.at) + ": ", 0) == 0);
    CHECK(said.find(row.what) != std::string::npos);
    CHECK(said.find("things are wrong") == std::string::npos);
    CHECK(said.find(" | ") != std::string::npos);
    CHECK(said.find('^') != std::string::npos);
  }
}

struct Good {
  std::string_view why;
  std::string_view from, to;
};

inline void check_good(const std::vector<Good>& rows) {
  for (const Good& row : rows) {
    CAPTURE(row.why);
    CHECK(complaint(edited(row.from, row.to)) == "");
  }
}

}  // namespace loadgen::scenario_rows
