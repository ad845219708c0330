#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

TEST_CASE("faults: mistakes") {
  const std::string_view kind = "kind = \"command\"\ninject = [\"kill\", \"$zone\"]";
  check_rows({
      {"no inject", "inject = [\"kill\", \"$zone\"]\n", "", "18:1",
       "a command fault needs 'inject'"},
      {"an empty inject", "[\"kill\", \"$zone\"]", "[]", "21:10", "a command fault needs 'inject'"},
      {"no program", "[\"kill\", \"$zone\"]", "[\"\"]", "21:11", "'inject' has no program to run"},
      {"an unknown variable", "\"$zone\"", "\"$zon\"", "21:19",
       "unknown variable $zon: the group's vars are zone; did you mean 'zone'?"},
      {"one in braces, in another hook", "inject =", "revert = [\"a\", \"x${zoo}y\"]\ninject =",
       "21:18", "the environment variable zoo is not set"},
      {"an unknown group", kind, "group = \"experimantal\"\nkind = \"external\"", "20:9",
       "unknown group 'experimantal'; did you mean 'experimental'?"},
      {"control is never touched", kind, "group = \"control\"\nkind = \"external\"", "20:9",
       "group 'control' is control, which is never touched"},
      {"at the end of during", "inject =", "at = \"30s\"\ninject =", "21:6",
       "'at' is not within 'during', 30s"},
      {"longer than during", "inject =", "at = \"1s\"\nduration = \"30s\"\ninject =", "22:12",
       "'at' + 'duration' is beyond 'during', 30s"},
      {"waiting beyond during", kind, "kind = \"external\"\nat = \"1s\"\nwait = \"30s\"", "22:8",
       "'at' + 'wait' is beyond 'during', 30s"},
      {"an external duration", kind, "kind = \"external\"\nduration = \"3s\"", "21:12",
       "'wait' says how long it lasts"},
      {"a load fault without workload", kind, "kind = \"load\"\nmultiply = 3", "18:1",
       "a load fault needs 'workload'"},
      {"of an unknown workload", kind, "kind = \"load\"\nmultiply = 3\nworkload = \"hom\"", "22:12",
       "unknown workload 'hom'; did you mean 'home'?"},
      {"without factor", kind, "kind = \"load\"\nworkload = \"home\"", "18:1",
       "needs 'multiply' above 1"},
      {"that changes nothing", kind, "kind = \"load\"\nworkload = \"home\"\nmultiply = 1", "22:12",
       "needs 'multiply' above 1"},
      {"two of one name", "[steady_state]\n",
       "[[faults]]\nname = \"kill\"\nkind = \"external\"\n[steady_state]\n", "23:8",
       "a second fault is called 'kill'"},
  });
}

TEST_CASE("a fault needs `during` and a group of role experimental") {
  const std::string without = complaint(edited("during = \"30s\"\n", ""));
  CHECK(without.find("dir/t.toml:17:1: a fault needs the phase 'during'") != std::string::npos);
  CHECK(without.find("dir/t.toml:25:9: the scenario has no phase 'during'") != std::string::npos);
  const std::string alone =
      complaint(edited("[groups.experimental]", "[groups.target]\nrole = \"control\"\n#"));
  CHECK(alone.find("no group can get this fault") != std::string::npos);
}

TEST_CASE("a load fault needs a rate to multiply") {
  const std::string said = complaint(
      edited("rate = 100\nrequest = { path = \"/\" }\n[[faults]]\nname = \"kill\"\n"
             "kind = \"command\"\ninject = [\"kill\", \"$zone\"]",
             "clients = 3\n[[faults]]\nname = \"kill\"\nkind = \"load\"\nworkload = \"home\"\n"
             "multiply = 2"));
  CHECK(said.find("workload 'home' is closed loop: it has no rate to multiply") !=
        std::string::npos);
}

TEST_CASE("faults: what is read") {
  const Scenario scenario = parsed(
      edited("inject = [\"kill\", \"$zone\"]",
             "at = \"5s\"\nrequire = [\"a\"]\ninject = [\"b\", \"${zone}\", \"$$HOME\", "
             "\"$LOADGEN_RUN_ID\"]\n"
             "confirm = [\"c\"]\nrecovered = [\"d\"]\nrevert = [\"e\"]\nduration = "
             "\"25s\"\ntimeout = \"9s\"\n"
             "[[faults]]\nname = \"spike\"\nkind = \"load\"\nworkload = \"home\"\nmultiply = 2.5\n"
             "[[faults]]\nname = \"team\"\nkind = \"external\"\nat = \"10s\""));
  REQUIRE(scenario.faults.size() == 3);
  const Fault& kill = scenario.faults[0];
  CHECK(kill.group == "experimental");
  CHECK(kill.at == 5s);
  CHECK(kill.duration == 25s);
  CHECK(kill.timeout == 9s);
  CHECK(kill.inject == std::vector<std::string>{"b", "${zone}", "$$HOME", "$LOADGEN_RUN_ID"});
  CHECK(kill.revert == std::vector<std::string>{"e"});
  CHECK(scenario.faults[1].multiply == 2.5);
  CHECK(scenario.faults[1].timeout == 60s);
  CHECK(scenario.faults[2].wait == 20s);  // the rest of during
}

TEST_CASE("a during without a fault is warned about") {
  const Scenario scenario = parsed(edited(
      "[[faults]]\nname = \"kill\"\nkind = \"command\"\ninject = [\"kill\", \"$zone\"]\n", ""));
  REQUIRE(scenario.warnings.size() == 1);
  CHECK(scenario.warnings[0] == "line 5: there is a 'during' and no fault in it");
}

TEST_CASE("with its faults commented out a scenario still runs: what they decide is undecided") {
  const Scenario scenario = parsed(
      edited("[[faults]]\nname = \"kill\"\nkind = \"command\"\ninject = [\"kill\", \"$zone\"]\n",
             "[[steady_state.checks]]\nid = \"back\"\nphase = \"during\"\n"
             "assert = [\"recovery_time < 20s\"]\n"));
  REQUIRE(scenario.warnings.size() == 2);
  CHECK(scenario.warnings[1] ==
        "line 21: 'recovery_time' stays undecided without a fault: its time 0 is when the fault is "
        "requested");
}
