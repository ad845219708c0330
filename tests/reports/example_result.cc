#include "tests/reports/example_result.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "tests/reports/simulated_workload.h"

namespace loadgen::reports {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Weather experimental_weather(int second) {
  Weather w;
  w.spread = 0.33 + 0.04 * std::sin(second * 0.9);
  w.median_ms = 30 + 1.5 * std::sin(second * 0.35);
  if (second == 55) w = {32, 0.4, 0.1, 0.35, 0, 0, 0.35};
  if (second > 55 && second < 67) w = {40, 0.4, 0.12, 0.78, 0.08, 0, 0};
  if (second == 61) w = {40, 0.4, 0.14, 0.75, 0.11, 0, 0};
  if (second == 67) w = {140, 0.6, 0, 0.3, 0.02, 0, 0.1};
  if (second > 67 && second < 72) w = {90.0 - 10 * (second - 68), 0.5, 0, 0.004, 0, 0, 0.3};
  if (second >= 72) w.median_ms *= 1.18;
  return w;
}

Weather control_weather(int second) {
  Weather w;
  w.spread = 0.33 + 0.04 * std::sin(second * 0.8 + 1);
  w.median_ms = 30 + 1.5 * std::sin(second * 0.31 + 2);
  return w;
}

Recovery outage_at(int fault_s) {
  Recovery r;
  r.onset = seconds(fault_s);
  r.recovered = seconds(fault_s + 15);
  r.time_to_detect_s = 0.0;
  r.time_to_recover_s = 15.0;
  r.longest_outage_s = 1;
  r.total_outage_s = 1;
  r.degraded_s = 12;
  r.requests_lost = 1729;
  r.first_failed = seconds(fault_s) + milliseconds(412);
  r.last_failed = seconds(fault_s + 16) + milliseconds(93);
  r.episodes = {{seconds(fault_s), seconds(fault_s + 15)}};
  r.outages = {{seconds(fault_s + 1), seconds(fault_s + 6), false},
               {seconds(fault_s + 6), seconds(fault_s + 7), true},
               {seconds(fault_s + 7), seconds(fault_s + 12), false}};
  return r;
}

void describe_run(Result& r) {
  r.tool_version = "0.1.0";
  r.tool_commit = "3f9a1c2";
  r.tool_build = "Release, g++ 12.2.0";
  r.run_id = "20260820T100604Z-3f9a1c";
  r.started_at = "2026-08-20T10:06:04Z";
  r.ended_at = "2026-08-20T10:08:16Z";
  r.seed = 42;
  r.scenario_sha256 = "9d5ed678fe57bcca610140957afab571e4f6e4b9d3c3a4d1a0f5f0c2d7b6a123";
  r.environment = {{"cores", "2"}, {"cpu", "AMD EPYC 7B13"}, {"kernel", "6.1.0-18-amd64"}};
  r.trust.workers = {{1, false, std::nullopt, std::nullopt, 812, 0.14, "0.1.0"}};
}

void add_checks(Result& r) {
  r.checks = {
      {"healthy-before", "p99 < 250ms", "control", "test_db", "before", 0.0712, "71.2 ms", 0.25,
       "< 250 ms", std::nullopt, "held", ""},
      {"healthy-before", "p99 < 250ms", "experimental", "test_db", "before", 0.0718, "71.8 ms",
       0.25, "< 250 ms", std::nullopt, "held", ""},
      {"healthy-before", "error_rate < 0.1%", "experimental", "test_db", "before", 0.0, "0 %",
       0.001, "< 0.1 %", std::nullopt, "held", ""},
      {"bounded-during", "error_rate < 15%", "experimental", "test_db", "during", 0.2887, "28.9 %",
       0.15, "< 15 %", std::nullopt, "refuted", ""},
      {"bounded-during", "recovery_time < 30s", "experimental", "test_db", "during", 15.0, "15 s",
       30, "< 30 s", std::nullopt, "held", ""},
      {"bounded-during", "p99 < 2s", "experimental", "test_db", "during", std::nullopt,
       "not reached, 28.9 % failed", 2, "< 2 s", std::nullopt, "refuted",
       "failures count as infinitely slow"},
      {"no-lasting-harm", "p99 ratio < 1.15", "experimental", "test_db", "after", 1.19, "1.19",
       1.15, "< 1.15", std::nullopt, "refuted", "net of the control group's change"},
      {"no-lasting-harm", "goodput > 99%", "experimental", "test_db", "after", 0.9998, "99.98 %",
       0.99, "> 99 %", std::nullopt, "held", ""},
  };
  r.checks[0].interval = {0.0684, 0.0741};
  r.checks[0].interval_text = "68.4 – 74.1 ms";
  r.checks[6].interval = {1.16, 1.22};
  r.checks[6].interval_text = "1.16 – 1.22";
}

void add_events(Result& r) {
  r.marks = {{seconds(0), "phase", "warmup", "", ""},
             {seconds(10), "phase", "before", "", ""},
             {seconds(50), "phase", "during", "", ""},
             {seconds(50), "gate", "steady", "", ""},
             {seconds(55) + milliseconds(4), "requested", "kill-zone-a", "experimental", ""},
             {seconds(55) + milliseconds(640), "confirmed", "kill-zone-a", "experimental",
              "port 8082 refuses"},
             {seconds(66) + milliseconds(120), "reverted", "kill-zone-a", "experimental", ""},
             {seconds(69) + milliseconds(402), "recovered", "kill-zone-a", "experimental", ""},
             {seconds(90), "phase", "after", "", ""},
             {seconds(130), "phase", "end", "", ""}};
  r.fault_requested = seconds(55) + milliseconds(4);
  r.hooks = {{"kill-zone-a",
              "experimental",
              "require",
              {"scenarios/demo/stack", "healthy", "experimental"},
              seconds(54),
              seconds(54) + milliseconds(80),
              0,
              false,
              1,
              "ok\n"},
             {"kill-zone-a",
              "experimental",
              "inject",
              {"scenarios/demo/stack", "kill", "experimental", "zone a"},
              seconds(55) + milliseconds(4),
              seconds(55) + milliseconds(130),
              0,
              false,
              1,
              "killed gunicorn 4711 (zone a)\nkilled postgres 4702\n"},
             {"kill-zone-a",
              "experimental",
              "confirm",
              {"scenarios/demo/stack", "is-dead", "experimental"},
              seconds(55) + milliseconds(600),
              seconds(55) + milliseconds(640),
              0,
              false,
              2,
              ""},
             {"kill-zone-a",
              "experimental",
              "revert",
              {"scenarios/demo/stack", "revive", "experimental"},
              seconds(65),
              seconds(66) + milliseconds(120),
              0,
              false,
              1,
              "postgres: database system is ready to accept connections\n"}};
  for (int second = 0; second < 130; second += 5) {
    const bool dead = second >= 56 && second < 67;
    r.observations.push_back({"app processes", "control", seconds(second), 4.0, ""});
    r.observations.push_back(
        {"app processes", "experimental", seconds(second), dead ? 2.0 : 4.0, ""});
  }
}

/// The database behind zone a: killed with it, started again, seen by samples.
NodeResult killed_server() {
  NodeResult node;
  node.system_identifier = 7'710'529'485'434'113'066;
  node.started_at = "2026-08-20T10:07:10Z";
  node.role = "primary";
  node.timeline = 1;
  node.settings = {{"fsync", "on"},
                   {"server_version", "15.18"},
                   {"synchronous_commit", "on"},
                   {"synchronous_standby_names", ""}};
  node.events = {{seconds(55) + milliseconds(500), seconds(66) + milliseconds(500), "blind",
                  "Connection refused"},
                 {seconds(66) + milliseconds(500), std::nullopt, "restart",
                  "started at 2026-08-20T10:07:10Z"}};
  for (const auto& [name, samples, blind] :
       {std::tuple("before", 40, 0), {"during", 29, 11}, {"after", 40, 0}}) {
    NodePhase phase;
    phase.phase = name;
    phase.samples = static_cast<std::uint64_t>(samples);
    phase.blind_s = static_cast<std::uint64_t>(blind);
    phase.counted_s = samples;
    phase.counted = {static_cast<std::uint64_t>(samples) * 301, 2, 0, 0, 1'200, 98'000};
    phase.sessions_max = 12;
    phase.active_max = 7;
    phase.states = {{"active", 1.3}, {"idle", 9.2}};
    phase.waits = {{"IO:WALSync", 0.6}, {"LWLock:WALWrite", 0.2}, {"running", 0.5}};
    phase.lag_bytes_max = 16'384;
    phase.replay_lag_max = milliseconds(3);
    phase.took_max = milliseconds(2);
    node.phases.push_back(phase);
  }
  return node;
}

}  // namespace

Result example_experiment() {
  Result r;
  describe_run(r);
  r.name = "demo: zone a and its database are killed";
  r.hypothesis = "Losing zone a costs under 15 % of requests for 30 s and leaves no regression";
  r.labels = {{"service", "songs"}, {"severity", "sev2"}};
  r.scenario_path = "scenarios/demo.toml";
  r.scenario =
      "schema = 1\n\n[experiment]\nname = \"demo: zone a and its database are killed\"\n\n"
      "[phases]\nwarmup = \"10s\"\nbefore = \"40s\"\nduring = \"40s\"\nafter  = \"40s\"\n";
  Plan plan;
  plan.phases = {{"warmup", 10}, {"before", 40}, {"during", 40}, {"after", 40}};
  plan.seed = 7;
  plan.weather = control_weather;
  GroupResult control{"control", "http://127.0.0.1:8081", {}};
  control.workloads.emplace_back("test_db", simulate(plan));
  control.workloads[0].second.recovery = Recovery{};
  plan.seed = 8;
  plan.weather = experimental_weather;
  GroupResult experimental{"experimental", "http://127.0.0.1:8082", {}};
  experimental.workloads.emplace_back("test_db", simulate(plan));
  experimental.workloads[0].second.recovery = outage_at(55);
  experimental.workloads[0].second.served_by[0].longest_silence_s = 11;
  experimental.nodes = {{"pg-0", killed_server()}};
  r.groups = {{"control", control}, {"experimental", experimental}};
  r.verdict = Verdict::failed;
  r.reasons = {
      "during the fault, 28.9 % of the experimental group's test_db requests failed "
      "(allowed 15 %)",
      "after the fault, experimental p99 of test_db is 1.19 × control (allowed 1.15)"};
  r.trust.send_lag = control.workloads[0].second.totals.send_lag;
  r.trust.warnings = {"4 requests were sent more than 1 ms late"};
  r.trust.late_share = 0.0001;
  add_checks(r);
  add_events(r);
  add_example_comparison(r);
  return r;
}

namespace {

AuditFigures reading(const char* at, const char* server, std::uint32_t timeline) {
  AuditFigures figures;
  figures.at = at;
  figures.server = server;
  figures.system_identifier = "7710531761451749316";
  figures.timeline = timeline;
  figures.in_recovery = timeline == 0;
  return figures;
}

StatementResult statement(const char* text, std::uint32_t place, double mean_us) {
  StatementFigures during;
  during.phase = "during";
  during.count = 15'003;
  during.took.has_data = true;
  during.took.p50 = static_cast<std::int64_t>(mean_us);
  during.took.mean = mean_us;
  return {"tpcb-like", place, text, {during}};
}

}  // namespace

Result example_audited() {
  Result r = example_experiment();
  AuditResult& control = r.groups[0].second.workloads[0].second.audit.emplace();
  control.acknowledged = 18'201;
  control.readings = {reading("2026-08-20T10:08:20Z", "127.0.0.1:8093, PostgreSQL 15.18", 1)};
  control.readings[0].reading.counts.acknowledged_present = 18'201;
  control.decides = 0;
  WorkloadResult& workload = r.groups[1].second.workloads[0].second;
  workload.statements = {statement("UPDATE a SET b = :c;", 4, 2'000),
                         statement("(ledger) INSERT INTO loadgen_ledger", 5, 310),
                         statement("END;", 6, 900)};
  AuditResult& audit = workload.audit.emplace();
  audit.acknowledged = 15'003;
  audit.weak = 3;
  audit.in_doubt = 12;
  audit.failed = 40;
  audit.readings = {reading("2026-08-20T10:08:20Z", "127.0.0.1:8104, PostgreSQL 15.18", 2),
                    reading("2026-08-20T11:00:00Z", "127.0.0.1:8103, PostgreSQL 15.18", 0)};
  LedgerReading& decides = audit.readings[0].reading;
  decides.counts = {14'966, 37, 1, 2, 5, 7, 39, 1, 0, 6, 0};
  decides.lost_from = seconds(50) + milliseconds(200);
  decides.lost_to = seconds(51) + milliseconds(900);
  decides.lost = {
      {{0, 3}, {17, 53, 1, LedgerFate::acknowledged, decides.lost_from, decides.lost_to}}};
  audit.readings[1].reading.counts = {15'000, 3, 3, 0, 6, 6, 40, 0, 0, 6, 0};
  audit.decides = 0;
  return r;
}

Result example_quick() {
  Result r;
  describe_run(r);
  r.quick = true;
  r.quick_run = QuickRun{"http://127.0.0.1:8080/test_db", 20.0, std::nullopt, 200.0, 50, 1, true};
  r.name = "http://127.0.0.1:8080/test_db";
  Plan plan;
  plan.phases = {{"run", 20}};
  plan.rate = 200;
  plan.cap = 50;
  plan.weather = [](int) { return Weather{12, 0.3, 0, 0.004, 0, 0, 0.5}; };
  GroupResult target{"control", "http://127.0.0.1:8080", {}};
  target.workloads.emplace_back("http", simulate(plan));
  r.trust.send_lag = target.workloads[0].second.totals.send_lag;
  r.groups = {{"target", target}};
  r.verdict = Verdict::none;
  r.reasons = {"nothing was declared that could fail; 99.6 % of 4000 requests were answered"};
  return r;
}

Result example_nothing_ok() {
  Result r = example_quick();
  r.name = "refused";
  r.quick_run->max_seconds = 1;
  Plan plan;
  plan.phases = {{"run", 1}};
  plan.rate = 200;
  plan.cap = 50;
  plan.weather = [](int) { return Weather{12, 0.3, 1.1, 0, 0, 0, 0.5}; };
  r.groups[0].second.workloads[0].second = simulate(plan);
  r.verdict = Verdict::failed;
  r.reasons = {"no request succeeded"};
  return r;
}

Result example_hour() {
  Result r = example_experiment();
  for (auto& [name, group] : r.groups) {
    Plan plan;
    plan.phases = {{"warmup", 60}, {"before", 1200}, {"during", 1140}, {"after", 1200}};
    plan.rate = 20;
    plan.weather = name == "control" ? control_weather : [](int second) {
      return experimental_weather(second < 1300 ? 20 : std::min(second - 1245, 100));
    };
    group.workloads[0].second = simulate(plan);
    group.workloads.emplace_back("songs", simulate(plan));
    for (auto& [workload_name, workload] : group.workloads) workload.recovery = outage_at(1300);
  }
  r.groups[1].second.nodes.clear();
  r.fault_requested = seconds(1300);
  return r;
}

Result example_empty() {
  Result r;
  r.run_id = "20260820T100604Z-000000";
  r.verdict = Verdict::invalid;
  r.reasons = {"the journal holds no request"};
  r.trust.valid = false;
  r.trust.reasons = {"nothing was recorded"};
  return r;
}

}  // namespace loadgen::reports
