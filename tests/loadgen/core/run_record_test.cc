#include "loadgen/core/run_record.h"

#include <doctest/doctest.h>

#include <cmath>
#include <stdexcept>
#include <string>

using namespace loadgen;
using namespace std::chrono_literals;
using namespace std::string_literals;

namespace {

// decode(encode(x)) == x, and nothing shorter or longer is taken.
template <class Record>
void check_comes_back(const Record& record, Record (*decode)(std::string_view)) {
  const std::string bytes = encode(record);
  CHECK(decode(bytes) == record);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CAPTURE(length);
    CHECK_THROWS_AS(decode(std::string_view(bytes).substr(0, length)), std::runtime_error);
  }
  CHECK_THROWS_AS(decode(bytes + 'x'), std::runtime_error);
}

}  // namespace

TEST_CASE("records come back with every field") {
  RunHeader header;
  header.run_id = "20260820T100604Z-3f9a1c";
  header.scenario_path = "scenarios/demo.toml";
  header.scenario_text = "schema = 1\n[phases]\nbefore = \"60s\"\n# \xc2\xb5\0"s;
  header.overrides = {"phases.before=5s", "", "seed=7"};
  header.seed = ~std::uint64_t{0};
  header.started_at_us = 1'787'000'000'000'000;
  header.workers = 4;
  header.tool_version = "0.1.0";
  header.tool_commit = "abc";
  header.tool_build = "release";
  header.environment = {{"cores", "2"}, {"kernel", "6.1"}};
  header.statements = {{"pg/tpcb-like", {"\\set aid random(1, 9)", "BEGIN;"}}, {"pg/x", {}}};
  header.forced = true;
  header.quick = false;
  check_comes_back(header, decode_header);
  check_comes_back(RunHeader{}, decode_header);
  header.quick = true, header.forced = false;
  header.started_at_us = -1;
  check_comes_back(header, decode_header);

  check_comes_back(Mark{-5s, "requested", "kill-primary", "experimental", "exit 0"}, decode_mark);
  check_comes_back(Mark{}, decode_mark);

  HookRun run;
  run.fault = "kill-primary";
  run.group = "experimental";
  run.hook = "inject";
  run.argv = {"kubectl", "", "delete"};
  run.started = 5s, run.ended = 7s;
  run.exit_code = -1;
  run.timed_out = true;
  run.attempts = 12;
  run.output = "line\nline\n";
  check_comes_back(run, decode_hook);
  run.exit_code.reset();
  check_comes_back(run, decode_hook);

  check_comes_back(Observation{"replicas", "control", 90s, 2.5, ""}, decode_observation);
  check_comes_back(Observation{"replicas", "control", 90s, std::nullopt, "no number"},
                   decode_observation);
  check_comes_back(RunEnd{300s, true, "interrupted"}, decode_end);
  check_comes_back(RunEnd{}, decode_end);
}

TEST_CASE("numbers that are none come back too") {
  const Observation read = decode_observation(encode(Observation{"x", "", 0s, std::nan(""), ""}));
  REQUIRE(read.value.has_value());
  CHECK(std::isnan(*read.value));
}

TEST_CASE("keys of the environment out of order are refused") {
  RunHeader header;
  header.environment = {{"a", ""}, {"b", ""}};
  std::string bytes = encode(header);
  const std::size_t a = bytes.find('a');
  REQUIRE(a != std::string::npos);
  bytes[a] = 'c';
  CHECK_THROWS_AS(decode_header(bytes), std::runtime_error);
  bytes[a] = 'b';
  CHECK_THROWS_AS(decode_header(bytes), std::runtime_error);
}
