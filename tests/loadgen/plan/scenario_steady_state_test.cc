#include "scenario_rows.h"

using namespace loadgen;
using namespace loadgen::scenario_rows;
using namespace std::chrono_literals;

TEST_CASE("checks: mistakes") {
  const std::string_view assert_line = "assert = [\"error_rate < 5%\"]";
  check_rows({
      {"an unknown metric, at its column", assert_line, "assert = [\"p98 < 5ms\"]", "27:12",
       "unknown metric 'p98'; did you mean 'p90'?"},
      {"a unit that does not fit", assert_line, "assert = [\"p99 < 5%\"]", "27:18",
       "'p99' takes a time, e.g. 250ms, 1.5s or 1m30s, but found '5%'"},
      {"the second of two", assert_line, "assert = [\"p99 < 5ms\", \"tps > 3ms\"]", "27:31",
       "'tps' takes a rate per second"},
      {"nothing to assert", assert_line, "assert = []", "27:10", "'assert' is empty"},
      {"`for` outside abort", assert_line, "assert = [\"p99 < 5ms for 3s\"]", "27:11",
       "'for' is for rules of 'abort'"},
      {"an unknown group", "id = \"fine\"", "id = \"fine\"\ngroup = \"contorl\"", "26:9",
       "unknown group 'contorl'; did you mean 'control'?"},
      {"an unknown workload", "id = \"fine\"", "id = \"fine\"\nworkload = \"hoem\"", "26:12",
       "unknown workload 'hoem'; did you mean 'home'?"},
      {"an unknown operation", "id = \"fine\"", "id = \"fine\"\noperation = \"GET /\"", "26:13",
       "unknown operation 'GET /'"},
      {"a ratio against nothing", assert_line, "assert = [\"p99 ratio < 1.1\"]", "27:11",
       "'ratio' and 'delta' compare: this check needs 'vs'"},
      {"vs without a ratio", "id = \"fine\"", "id = \"fine\"\nvs = \"control\"", "26:6",
       "'vs' is for ratio and delta, and no assert has one"},
      {"control against control", assert_line,
       "group = \"control\"\nvs = \"control\"\nassert = [\"p99 ratio < 1.1\"]", "28:6",
       "compares another group with control"},
      {"a gate on during", "id = \"fine\"", "id = \"fine\"\ngate = true", "26:8",
       "a gate is passed before the fault"},
      {"healed of an unknown fault", assert_line, "assert = ['healed(\"kil\") < 5s']", "27:11",
       "unknown fault 'kil'; did you mean 'kill'?"},
      {"healed without a hook for it", assert_line, "assert = ['healed(\"kill\") < 5s']", "27:11",
       "fault 'kill' has no 'recovered' hook"},
      {"an unknown class", assert_line, "assert = ['failed(\"http_5x\") < 5%']", "27:11",
       "unknown class 'http_5x'; did you mean 'http_5xx'?"},
      {"a class of Postgres", assert_line, "assert = ['failed(\"deadlock\") < 5%']", "27:11",
       "class 'deadlock' is of Postgres, and no workload here is"},
      {"share without served_by", assert_line, "assert = ['share(\"zone-a\") > 5%']", "27:11",
       "'share' needs a workload with 'served_by'"},
      {"the ledger", assert_line, "assert = [\"acknowledged_writes_lost = 0\"]", "27:11",
       "'acknowledged_writes_lost' needs a pgbench workload with a ledger"},
      {"the ledger again", assert_line, "assert = [\"phantoms = 0\"]", "27:11",
       "'phantoms' needs a pgbench workload with a ledger"},
      {"probes", assert_line, "assert = [\"write_outage < 1s\"]", "27:11",
       "'write_outage' needs a pgbench workload with probes"},
      {"recovery after the fault", "phase = \"during\"\nassert = [\"error_rate < 5%\"]",
       "phase = \"after\"\nassert = [\"recovery_time < 5s\"]", "27:11",
       "'recovery_time' is for phase \"during\""},
      {"vs in before", "phase = \"during\"\nassert = [\"error_rate < 5%\"]",
       "phase = \"before\"\nvs = \"before\"\nassert = [\"p99 ratio < 2\"]", "27:6",
       "'vs' is the change since before"},
      {"two of one id", assert_line,
       "assert = [\"p99 < 1s\"]\n[[steady_state.checks]]\nid = \"fine\"\nphase = \"after\"\n"
       "assert = [\"p99 < 1s\"]",
       "29:6", "a second check is called 'fine'"},
      {"an achieved rate in closed loop", "rate = 100\n",
       "clients = 3\n[[workloads]]\nname = \"open\"\nkind = \"http\"\nrate = 1\n"
       "[[steady_state.checks]]\nid = \"a\"\nphase = \"after\"\nworkload = \"home\"\n"
       "assert = [\"achieved_rate > 99%\"]\n[[workloads]]\nname=\"third\"\nkind=\"http\"\nrate = "
       "1\n",
       "25:11", "'achieved_rate' is null in closed loop"},
  });
}

TEST_CASE("abort rules and margins: mistakes") {
  const std::string_view rule = "\"control: error_rate > 5% for 10s\"";
  check_rows({
      {"an unknown group", rule, "\"contrl: error_rate > 5%\"", "23:10",
       "unknown group 'contrl'; did you mean 'control'?"},
      {"an unknown metric, at its column", rule, "\"control: eror_rate > 5%\"", "23:20",
       "unknown metric 'eror_rate'; did you mean 'error_rate'?"},
      {"a ratio", rule, "\"control: p99 ratio > 2\"", "23:10", "watches a value"},
      {"what is known at the end only", rule, "\"recovery_time > 5s\"", "23:10",
       "'recovery_time' can't be watched second by second"},
      {"what is judged over a phase only", rule, "\"goodput < 90%\"", "23:10",
       "'goodput' can't be watched second by second"},
      {"service time, which an abort rule never sees", rule, "\"service_p99 > 1s\"", "23:10",
       "expected: a percentile of response time, error_rate, failed, tps or ok_rate"},
      {"half a second", rule, "\"error_rate > 5% for 500ms\"", "23:31",
       "'for' takes whole seconds, e.g. 10s"},
      {"a percentile in points", "[steady_state]\n",
       "[steady_state]\nmargins = { p99 = \"1pp\" }\n", "23:19",
       "'p99' is compared as a ratio: write %"},
      {"an error rate in percent", "[steady_state]\n",
       "[steady_state]\nmargins = { error_rate = \"1%\" }\n", "23:26", "in points: write pp"},
  });
}

TEST_CASE("steady state: what is read") {
  const Scenario scenario = parsed(edited(
      "abort = [\"control: error_rate > 5% for 10s\"]",
      "abort = [\"error_rate > 5% for 10s\", \"experimental: p99 > 2s\"]\non_unsteady = "
      "\"inject\"\n"
      "margins = { p99 = \"20%\", error_rate = \"0.5pp\", goodput = \"3%\" }\n"
      "[[steady_state.checks]]\nid = \"gate\"\nphase = \"before\"\nassert = [\"tps > 1\"]\n"
      "gate = true\n"
      "[[steady_state.checks]]\nid = \"harm\"\nphase = \"after\"\nvs = \"control\"\n"
      "operation = \"home\"\nassert = [\"p99 ratio < 1.15\", \"error_rate delta < 0.1pp\"]"));
  const SteadyState& s = scenario.steady_state;
  REQUIRE(s.abort.size() == 2);
  CHECK(s.abort[0].group.empty());
  CHECK(s.abort[0].check.held_for == 10s);
  CHECK(s.abort[1].group == "experimental");
  CHECK(s.abort[1].check.bound == doctest::Approx(2));
  CHECK(s.abort[1].text == "experimental: p99 > 2s");
  CHECK(s.abort[1].check.text == "p99 > 2s");
  CHECK(s.inject_when_unsteady);
  CHECK(s.margins.p99 == doctest::Approx(0.2));
  CHECK(s.margins.p50 == doctest::Approx(0.1));
  CHECK(s.margins.error_rate == doctest::Approx(0.005));
  CHECK(s.margins.goodput == doctest::Approx(0.03));
  REQUIRE(s.checks.size() == 3);
  CHECK(s.checks[0].gate);
  CHECK(s.checks[1].vs == "control");
  CHECK(s.checks[1].operation == "home");
  CHECK(s.checks[1].workload == "home");  // the only one
  CHECK(s.checks[1].asserts.at(1).form == Check::Form::delta);
  CHECK(s.checks[2].phase == PhaseName::during);
}

TEST_CASE("achieved_rate without a workload is of those that have it") {
  CHECK(complaint(edited("rate = 100\n",
                         "clients = 3\n[[workloads]]\nname = \"open\"\nkind = \"http\"\nrate = 1\n"
                         "[[steady_state.checks]]\nid = \"a\"\nphase = \"after\"\n"
                         "assert = [\"achieved_rate > 99%\"]\n"
                         "[[workloads]]\nname = \"third\"\nkind = \"http\"\nrate = 1\n")) == "");
}

TEST_CASE("margins = none leaves the declared checks alone") {
  const Scenario scenario =
      parsed(edited("[steady_state]\n", "[steady_state]\nmargins = \"none\"\n"));
  CHECK(scenario.steady_state.margins.none);
}

TEST_CASE("the ledger is known after the run, and of the whole of it") {
  const auto said = [](const std::string& checks, bool audit = true) {
    return complaint(edited(
        "rate = 100\n", "rate = 1\n[[workloads]]\nname = \"pg\"\nkind = \"pgbench\"\nrate = 1\n" +
                            std::string(audit ? "audit = true\n" : "") +
                            "[[steady_state.checks]]\nid = \"a\"\n" + checks + "\n"));
  };
  const auto has = [](const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK_FALSE(has(said("phase = \"after\"\nassert = [\"phantoms = 0\"]"), "phantoms"));
  CHECK(has(said("phase = \"after\"\nassert = [\"phantoms = 0\"]", false),
            "'phantoms' needs a pgbench workload with a ledger"));
  CHECK(has(said("phase = \"after\"\nvs = \"before\"\nassert = [\"phantoms ratio < 2\"]"),
            "'phantoms' is of the whole run: it has no change since before"));
  CHECK(has(said("phase = \"before\"\ngate = true\nassert = [\"duplicates = 0\"]"),
            "a gate can't ask for the ledger, which is read after the run"));
}
