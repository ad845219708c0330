#include "tests/loadgen/core/full_result.h"

namespace loadgen {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

Quantiles quantiles(std::int64_t from) {
  Quantiles q{true, from, from + 1, from + 2, from + 3, from + 4, from + 5, from + 6, from + 7, {}};
  q.mean = static_cast<double>(from) + 1.0 / 3;
  return q;
}

SparseHistogram histogram(std::int64_t from) {
  Histogram h;
  for (int i = 0; i < 50; ++i) h.record_us(from + 977 * i);
  return h.sparse();
}

/// Every outcome `n` and more times, and what belongs to it.
PhaseFigures phase(std::uint64_t n) {
  PhaseFigures f;
  f.from = seconds(static_cast<std::int64_t>(n));
  f.to = seconds(60) + nanoseconds(1);
  for (std::size_t i = 0; i < kOutcomes; ++i) {
    f.tally.ended[i] = n + i;
    f.tally.scheduled += n + i;
    f.tally.connects_failed[i] = i % 3;
  }
  f.tally.stale_retries = n + 1;
  f.tally.connects_attempted = n + 2;
  f.tally.connects_ok = n + 3;
  f.tally.in_flight = n + 4;
  f.tally.served_by["zone \"a\""] = {n + 5, n};
  f.tally.first_ok = microseconds(17);
  f.tally.last_ok = nanoseconds(123'456'789);
  f.tally.first_not_ok = seconds(-1);
  f.offered_per_s = 0.1 + static_cast<double>(n);
  f.achieved_rate = 2.0 / 3;
  f.error_rate = 1e-9;
  f.goodput = 0.30000000000000004;
  f.ok_per_s = 149.9;
  f.response = quantiles(100);
  f.response.p999.reset();
  f.response.p9999.reset();
  f.response.max.reset();
  f.response.mean.reset();
  f.ok_response = quantiles(200);
  f.service = quantiles(300);
  f.wait = quantiles(400);
  f.send_lag = quantiles(500);
  f.stages = {{"connect", quantiles(600)}, {"tls", quantiles(700)}};
  f.unfinished_age = quantiles(800);
  return f;
}

ErrorSample sample() {
  ErrorSample s;
  s.key = {1, 2, 1, 55};
  s.outcome = Outcome::http_5xx;
  s.at = microseconds(55'000'123);
  s.status = 503;
  s.peer = "[::1]:8080";
  s.traceparent = "00-4bf9-01";
  s.excerpt = "line\n\t\"quoted\" <b>\x01\x7f é 漢 🎵";
  return s;
}

WorkloadResult workload() {
  WorkloadResult w;
  w.kind = "http";
  w.closed_loop = true;
  w.totals = phase(7);
  w.phases = {{"before", phase(1)}, {"during", phase(2)}, {"after", phase(3)}};
  w.steps = {phase(4), phase(5)};
  w.operations = {{"home", {{"before", phase(6)}}}, {"cart", {}}};
  Quantiles took;
  took.has_data = true;
  took.p50 = 120;
  took.mean = 0.5;
  w.statements = {{"tpcb-like", 0, "BEGIN;", {{"before", 1, 2, took, 7}, {"after", 0, 0, {}, 0}}},
                  {"tpcb-like", 4, "", {}}};
  w.outages = {{RunOffset{5'000'000'000}, RunOffset{6'500'000'000}, true}};
  w.operation_outages = {{"read", w.outages}, {"write", {}}};
  w.served_by = {{"zone-a", {{"before", {3, 2}}}, {1, 2, 3}, 11.5}, {"zone-b", {}, {}, {}}};
  Recovery r;
  r.onset = seconds(55);
  r.recovered = microseconds(70'000'001);
  r.time_to_detect_s = 0.25;
  r.time_to_recover_s = 15.1;
  r.not_recovered_within_s = 75;
  r.longest_outage_s = 1.5;
  r.total_outage_s = 2.5;
  r.degraded_s = 12;
  r.requests_lost = 1729.5;
  r.first_failed = microseconds(55'412'000);
  r.last_failed = microseconds(71'000'000);
  r.episodes = {{seconds(55), seconds(70)}, {seconds(80), std::nullopt}};
  r.outages = {{seconds(55), seconds(57), true}, {seconds(57), seconds(60), false}};
  r.note = "the cap was reached";
  w.recovery = r;
  Rto rto;
  rto.last_ok = seconds(54);
  rto.first_failed = microseconds(54'100'000);
  rto.known = microseconds(54'100'250);
  rto.failure = Outcome::read_only;
  rto.first_ok = seconds(60);
  rto.answered = microseconds(60'000'900);
  rto.stable = seconds(61);
  rto.failed = 59;
  rto.attempts_failed = 30;
  rto.detect = microseconds(96);
  rto.role_awaited = seconds(5);
  rto.authenticate = nanoseconds(2'541'570);
  w.rto = rto;
  w.operation_names = {"home", "cart"};
  w.errors = {{Outcome::http_5xx, "during", 41, seconds(55), seconds(67), {sample()}},
              {Outcome::not_sent_cap, "during", 1, seconds(56), seconds(56), {}}};
  w.series = {54,
              {150, 150, 0},
              {150, 0, 0},
              {0, 100, 0},
              {0, 50, 0},
              {0, 0, 0},
              {0, 0, 0},
              {0, 0, 1},
              {3, 120, 0},
              {30'123, {}, {}},
              {70'456, {}, {}},
              {99'000, {}, {}},
              {{"http_5xx", {0, 100, 0}}}};
  w.response_tenths = {{"before", {histogram(10), {}, histogram(5'000)}}};
  w.service_tenths = {{"before", {histogram(9)}}, {"after", {}}};
  w.latency_limit_s = 0.25;
  w.max_in_flight = 6000;
  return w;
}

NodeResult node() {
  NodeResult n;
  n.system_identifier = 18'446'744'073'709'551'615U;
  n.started_at = "2026-08-20T10:07:00Z";
  n.role = "primary";
  n.timeline = 2;
  n.settings = {{"fsync", "on"}, {"synchronous_standby_names", ""}};
  n.note = "note";
  n.events = {{seconds(55), seconds(60), "blind", "refused"}, {seconds(60), {}, "restart", ""}};
  NodePhase p;
  p.phase = "during";
  p.samples = 2;
  p.blind_s = 1;
  p.counted_s = 1.5;
  for (std::size_t i = 0; i < kServerCounters; ++i) p.counted[i] = 100 + i;
  p.sessions_max = 4;
  p.active_max = 3;
  p.states = {{"active", 1.5}, {"idle in transaction", 0.5}};
  p.waits = {{"LWLock:WALWrite", 0.1}};
  p.lag_bytes_max = 4096;
  p.replay_lag_max = microseconds(1500);
  p.took_max = microseconds(900);
  n.phases = {p, {}};
  n.phases[1].phase = "after";
  n.series = {54, {7, {}}, {0, {}}, {4, {}}, {3, {}}, {{}, 4096}, {true, {}}};
  return n;
}

/// Its latencies are kept nowhere.
WorkloadResult probe() {
  WorkloadResult w = workload();
  w.series = {};
  w.response_tenths.clear();
  w.service_tenths.clear();
  return w;
}

void fill_run(Result& r) {
  r.tool_version = "0.1.0";
  r.tool_commit = "abc";
  r.tool_build = "Release";
  r.run_id = "20260820T100604Z-3f9a1c";
  r.name = "name";
  r.hypothesis = "hypothesis";
  r.labels = {{"service", "songs"}, {"a", "b"}};
  r.started_at = "2026-08-20T10:06:04Z";
  r.ended_at = "2026-08-20T10:08:14Z";
  r.seed = 18'446'744'073'709'551'615U;
  r.scenario_sha256 = "9d5e";
  r.scenario = "schema = 1\n";
  r.aborted = true;
  r.abort_reason = "interrupted";
  r.quick = true;
  r.quick_run = QuickRun{"http://h/", 20.5, 1000, 50.25, 10, 2, false};
  r.scenario_path = "a b.toml";
  r.overrides = {"phases.before=\"5s\""};
  r.environment = {{"cpu", "x"}, {"kernel", "6.1"}};
  r.fault_requested = microseconds(55'004'000);
}

}  // namespace

Result full_result() {
  Result r;
  fill_run(r);
  r.verdict = Verdict::inconclusive;
  r.reasons = {"first", "second"};
  r.checks = {
      {"id", "p99 < 2s", "experimental", "w", "during", 0.1, "100 ms", 2, "< 2 s",
       std::pair(0.09, 0.11), "held", "note"},
      {"id2", "p99 < 2s", "", "", "", std::nullopt, "", 2, "", std::nullopt, "undecided", ""}};
  r.trust = {false,
             {"why"},
             {"warning"},
             quantiles(1),
             0.015,
             250,
             {{1, true, -12, 34, 56, 0.5, "0.1.0"}, {2, false, {}, {}, {}, 0, ""}},
             {{2, seconds(3), microseconds(4'000'001), "control", "w", "late", 17}}};
  r.marks = {{seconds(-1), "phase", "before", "", ""},
             {nanoseconds(1'001), "requested", "kill", "experimental", "detail"}};
  r.hooks = {{"kill",
              "experimental",
              "inject",
              {"sh", "-c", "exit 3"},
              seconds(1),
              seconds(2),
              3,
              false,
              1,
              "out"},
             {"kill", "", "confirm", {}, seconds(3), seconds(4), std::nullopt, true, 7, ""}};
  r.observations = {{"replicas", "control", seconds(5), 2.5, "d"},
                    {"replicas", "", seconds(6), std::nullopt, ""}};
  r.groups = {{"control",
               {"control",
                "http://c",
                {{"w", workload()}, {"empty", {}}},
                {{"w.read", probe()}},
                {{"pg-0", node()}, {"pg-1", {}}}}},
              {"experimental", {"experimental", "http://e", {}, {}, {}}}};
  r.comparison = {
      {"w", "after", "p99", 0.1, 0.2, 1.01, 2.0, 1.98, std::pair(1.9, 2.1), "FAILED", "n"},
      {"w", "during", "p99", {}, {}, {}, {}, {}, {}, "not judged", ""}};
  r.comparison[0].difference = -0.01;
  r.comparison[0].did_difference = 0.002;
  r.comparison[1].range = std::pair(0.09, 0.11);
  r.steadiness = {"unverifiable", {"too short"}, 5, 62.5};
  r.capacity.emplace().steps.resize(1);
  return r;
}

}  // namespace loadgen
