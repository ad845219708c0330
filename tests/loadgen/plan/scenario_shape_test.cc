#include "loadgen/plan/scenario_shape.h"

#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;

TEST_CASE("the valid scenario of the tables is valid") {
  CHECK(complaint(std::string(kValid)) == "");
}

TEST_CASE("unknown and missing keys are told with their place") {
  check_rows({
      {"a key that does not exist", "warmup =", "warm_up =", "3:1",
       "unknown key 'warm_up' in [phases]; did you mean 'warmup'?"},
      {"the known keys are listed", "warmup =", "zzz =", "3:1",
       "expected: one of warmup, before, during or after"},
      {"an unknown table", "[steady_state]\n", "[steadystate]\n[steady_state]\n", "22:2",
       "unknown key 'steadystate' in the scenario; did you mean 'steady_state'?"},
      {"an unknown key of a group", "vars = { zone = \"a\" }", "var = { }\nvars = { zone = \"a\" }",
       "9:1", "unknown key 'var' in a group; did you mean 'vars'?"},
      {"an unknown key of a workload", "rate = 100", "rate = 100\ntimout = \"1s\"", "17:1",
       "did you mean 'timeout'?"},
      {"an unknown key in an inline table", "{ path = \"/\" }", "{ pth = \"/\" }", "17:13",
       "unknown key 'pth' in a request; did you mean 'path'?"},
      {"an unknown key of a fault", "inject =", "at_time = \"5s\"\ninject =", "21:1",
       "unknown key 'at_time' in a fault"},
      {"an unknown key of a check", "phase = \"during\"", "phase = \"during\"\nasert = []", "27:1",
       "did you mean 'assert'?"},
      {"before is missing", "before = \"60s\"\n", "", "2:1", "[phases] needs 'before'"},
      {"schema is missing", "schema = 1\n", "", "1:1", "the scenario needs 'schema'"},
      {"a check without a phase", "phase = \"during\"\n", "", "24:1", "a check needs 'phase'"},
  });
}

TEST_CASE("values of the wrong type, unit or range are told with their place") {
  check_rows({
      {"a number in quotes", "rate = 100", "rate = \"100\"", "16:8",
       "'rate' must be a number from 0 to 10000000, not a text; did you mean 100 without quotes?"},
      {"a number for a text", "name = \"home\"", "name = 5", "14:8",
       "'name' must be a text in quotes, not a whole number"},
      {"a duration without quotes", "before = \"60s\"", "before = 60", "4:10",
       "'before' must be a duration with its unit, in quotes, not a whole number; did you mean "
       "\"60s\"?"},
      {"a duration without unit", "before = \"60s\"", "before = \"60\"", "4:10",
       "'before' has no unit: '60'; did you mean '60s'?"},
      {"a duration with an unknown unit", "before = \"60s\"", "before = \"60 sec\"", "4:10",
       "'before' is no duration: '60 sec'"},
      {"a phase of half a second", "before = \"60s\"", "before = \"60500ms\"", "4:10",
       "must be whole seconds"},
      {"a phase of nothing", "before = \"60s\"", "before = \"0s\"", "4:10", "must be above 0"},
      {"a negative rate", "rate = 100", "rate = -1", "16:8", "'rate' is out of range: -1"},
      {"a rate that is no number", "rate = 100", "rate = nan", "16:8", "'rate' is out of range"},
      {"an infinite rate", "rate = 100", "rate = inf", "16:8", "'rate' is out of range: inf"},
      {"a fraction of a connection", "rate = 100", "rate = 100\nconnections = 1.5", "17:15",
       "'connections' must be a whole number from 1 to 1000000, not a number"},
      {"another schema", "schema = 1", "schema = 2", "1:10", "expected: a whole number: 1"},
      {"a choice that is none", "kind = \"http\"", "kind = \"htpp\"", "15:8",
       "unknown kind 'htpp'; did you mean 'http'?"},
      {"a phase that is none", "phase = \"during\"", "phase = \"durring\"", "26:9",
       "did you mean 'during'?"},
      {"warmup is never judged", "phase = \"during\"", "phase = \"warmup\"", "26:9",
       "expected: before, during or after"},
      {"a name with a space", "name = \"home\"", "name = \"my home\"", "14:8",
       "'my home' is no name"},
      {"yes for true", "rate = 100", "rate = 100\ntraceparent = \"yes\"", "17:15",
       "'traceparent' must be true or false, not a text"},
      {"a text for an array", "inject = [\"kill\", \"$zone\"]", "inject = \"kill\"", "21:10",
       "'inject' must be an array of texts, not a text; did you mean [\"kill\"]?"},
      {"a number in an array of texts", "\"kill\", \"$zone\"", "\"kill\", 9", "21:19",
       "'inject' must be a text in quotes in this array, not a whole number"},
      {"a status that is none", "request = { path = \"/\" }", "expect = { status = [20] }", "17:22",
       "'status' is out of range: 20"},
      {"a text for a table", "request = { path = \"/\" }", "request = \"/\"", "17:11",
       "'request' must be a table, not a text"},
      {"a table for tables", "[[faults]]", "[faults]", "18:1",
       "'faults' must be an array of tables"},
      {"a text among tables", "rate = 100", "stages = [\"fast\"]", "16:11",
       "'stages' must be a table in this array, not a text"},
      {"a label that is no text", "schema = 1", "schema = 1\nexperiment.labels = { n = 1 }", "2:27",
       "'n' in 'labels' must be a text in quotes, not a whole number"},
      {"a margin without unit", "[steady_state]\n", "[steady_state]\nmargins = { p99 = \"15\" }\n",
       "23:19", "'p99' takes a share, not '15'"},
      {"a margin word that is none", "[steady_state]\n", "[steady_state]\nmargins = \"nona\"\n",
       "23:11", "unknown margins 'nona'; did you mean 'none'?"},
      {"a date", "before = \"60s\"", "before = 2026-01-01", "4:10", "not a date or time"},
      {"a key of another kind of fault", "inject =", "multiply = 3\ninject =", "21:1",
       "'multiply' is for kind \"load\", and this one's kind is \"command\""},
      {"a key of another kind of workload", "rate = 100", "rate = 100\nscale = 10", "17:1",
       "'scale' is for kind \"pgbench\", and this one's kind is \"http\""},
  });
}

TEST_CASE("what can't run yet is refused by name, with that reason") {
  check_rows({
      {"Prometheus", "[phases]", "[prometheus]\nurl = \"http://p\"\n[phases]", "2:2",
       "'prometheus' can't run yet: Prometheus queries are not part of this version"},
      {"the token of events", "[phases]", "[outputs]\ntoken_file = \"t\"\n[phases]", "3:1",
       "'token_file' can't run yet: /v1/events is not part of this version"},
      {"Kubernetes faults", "kind = \"command\"\ninject = [\"kill\", \"$zone\"]",
       "kind = \"kubernetes\"", "20:8",
       "fault kind \"kubernetes\" can't run yet: the Kubernetes client is not part of this "
       "version"},
  });
}

TEST_CASE("all findings are told at once, in the order of the file") {
  const std::string said = complaint(
      "schema = 1\n[phases]\nbefore = \"60\"\n[groups.a]\nbase_url = \"x\"\n[[workloads]]\n"
      "name = \"w\"\nkind = \"http\"\nrte = 5\n");
  CAPTURE(said);
  const std::size_t first = said.find("dir/t.toml:3:10: ");
  const std::size_t second = said.find("dir/t.toml:5:12: ");
  const std::size_t third = said.find("dir/t.toml:9:1: ");
  CHECK(first == 0);
  CHECK(first < second);
  CHECK(second < third);
  CHECK(third != std::string::npos);
  CHECK(said.find("4 things are wrong with dir/t.toml") != std::string::npos);
}

TEST_CASE("shares and names") {
  CHECK(parse_share("15%")->fraction == doctest::Approx(0.15));
  CHECK_FALSE(parse_share("15%")->points);
  CHECK(parse_share("0.5pp")->points);
  for (const char* text : {"", "15", "%", "-1%", "1e1%", "15 %", "15%%", "nan%", "2000%"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_share(text));
  }
  for (const char* text : {"a", "a-b", "9", "_x"}) CHECK(is_name(text));
  for (const char* text : {"", "-a", "a b", "a.b", "ä"}) CHECK_FALSE(is_name(text));
}
