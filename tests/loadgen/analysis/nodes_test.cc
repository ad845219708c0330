#include "loadgen/analysis/nodes.h"

#include <doctest/doctest.h>

#include <string>

namespace loadgen {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kBooted = 1'787'000'000'000'000;

/// Samples of one node by second; phases before 0 – 5 and during 5 – 10 s.
struct Watched {
  Run run;
  std::vector<PhaseSpan> spans = {{PhaseName::before, 0, 5}, {PhaseName::during, 5, 10}};

  ServerSample& look(RunSecond second) {
    ServerSample sample;
    sample.group = "g";
    sample.node = "pg-0";
    sample.at = std::chrono::seconds(second) + 500ms;
    sample.took = 2ms;
    sample.started_us = kBooted;
    sample.system_identifier = 7;
    sample.timeline = 1;
    sample.address = "10.0.0.1:5432";
    run.server_samples.push_back(sample);
    return run.server_samples.back();
  }
  Watched& well(RunSecond from, RunSecond to, std::uint64_t commits_per_s = 100) {
    for (RunSecond s = from; s < to; ++s) {
      look(s).counts[0] = commits_per_s * static_cast<std::uint64_t>(s);
    }
    return *this;
  }
  Watched& blind(RunSecond from, RunSecond to, const std::string& why) {
    for (RunSecond s = from; s < to; ++s) look(s).problem = why;
    return *this;
  }
  NodeResult result() const {
    const auto nodes = nodes_of(run, "g", spans);
    REQUIRE(nodes.size() == 1);
    return nodes[0].second;
  }
  /// "restart@6 promotion@7(timeline 1 → 2)": seconds rounded down.
  std::string events() const {
    std::string text;
    for (const NodeEvent& e : result().events) {
      text += (text.empty() ? "" : " ") + e.kind + "@" + std::to_string(run_second(e.at));
      if (e.to) text += "-" + std::to_string(run_second(*e.to));
      if (!e.detail.empty()) text += "(" + e.detail + ")";
    }
    return text;
  }
};

TEST_CASE("a server that stays well: nothing happened, its counts are differences") {
  Watched watched;
  watched.well(0, 10);
  watched.run.server_samples[3].states = {{"active", 2}, {"idle", 5}};
  watched.run.server_samples[3].waits = {{"running", 2}};
  const NodeResult node = watched.result();
  CHECK(node.events.empty());
  CHECK(node.role == "primary");
  CHECK(node.timeline == 1);
  CHECK(node.system_identifier == 7);
  REQUIRE(node.phases.size() == 2);
  CHECK(node.phases[0].phase == "before");
  CHECK(node.phases[0].samples == 5);
  CHECK(node.phases[0].blind_s == 0);
  CHECK(node.phases[0].counted_s == 4);  // the first sample has none before it
  CHECK(node.phases[0].counted[0] == 400);
  CHECK(node.phases[1].counted[0] == 500);
  CHECK(node.phases[0].sessions_max == 7);
  CHECK(node.phases[0].active_max == 2);
  CHECK(node.phases[0].states.at("idle") == 1);
  CHECK(node.phases[0].waits.at("running") == doctest::Approx(0.4));
  CHECK_FALSE(node.phases[0].lag_bytes_max.has_value());
  CHECK(node.series.start_s == 0);
  REQUIRE(node.series.commits.size() == 10);
  CHECK_FALSE(node.series.commits[0].has_value());
  CHECK(node.series.commits[1] == 100);
  CHECK(node.series.primary[9] == true);
}

TEST_CASE("a server that goes and comes back: blind, restarted, counted anew") {
  Watched watched;
  watched.well(0, 6).blind(6, 8, "Connection refused");
  for (RunSecond s = 8; s < 10; ++s) {
    ServerSample& sample = watched.look(s);
    sample.started_us = kBooted + 7'000'000;
    sample.counts[0] = 10 * static_cast<std::uint64_t>(s);  // 0 from its start on
  }
  const std::string events = watched.events();
  CHECK(events == "blind@6-8(Connection refused) restart@8(started at 2026-08-17T20:53:27.000Z)");
  const NodeResult node = watched.result();
  CHECK(node.phases[1].samples == 3);
  CHECK(node.phases[1].blind_s == 2);
  CHECK(node.phases[1].counted[0] == 110);  // 5 → 100, 8 → 9: 10; nothing across the restart
  CHECK(node.phases[1].counted_s == 2);
  CHECK_FALSE(node.series.commits[6].has_value());
  CHECK_FALSE(node.series.commits[8].has_value());
  CHECK(node.series.commits[9] == 10);
  CHECK_FALSE(node.series.primary[7].has_value());
}

TEST_CASE("a frozen server that goes on: what it counted meanwhile is counted, but in no second") {
  Watched watched;
  watched.well(0, 5).blind(5, 8, "no answer within 0.9 s").well(8, 10);
  CHECK(watched.events() == "blind@5-8(no answer within 0.9 s)");
  const NodeResult node = watched.result();
  CHECK(node.phases[1].counted[0] == 500);
  CHECK(node.phases[1].counted_s == 5);
  CHECK_FALSE(node.series.commits[8].has_value());
  CHECK(node.series.commits[9] == 100);
}

TEST_CASE("what else can happen to a server") {
  struct Row {
    const char* why;
    void (*change)(ServerSample&);
    const char* events;
  };
  const Row rows[] = {
      {"a standby is promoted",
       [](ServerSample& s) {
         s.in_recovery = s.at < 6s;
         s.timeline = s.at < 6s ? 1 : 2;
       },
       "promotion@6(timeline 1 → 2)"},
      {"a primary comes back as a standby",
       [](ServerSample& s) {
         s.in_recovery = s.at > 6s;
         s.started_us += s.at > 6s ? 1 : 0;
       },
       "restart@6(started at 2026-08-17T20:53:20.000Z) demotion@6(it is a standby now)"},
      {"a standby follows another timeline",
       [](ServerSample& s) {
         s.in_recovery = true;
         s.timeline = s.at < 6s ? 1 : 2;
       },
       "timeline@6(timeline 1 → 2)"},
      {"a timeline that was not known", [](ServerSample& s) { s.timeline = s.at < 6s ? 0 : 2; },
       ""},
      {"it came back at another address",
       [](ServerSample& s) {
         if (s.at < 6s) return;
         s.started_us += 5'500'000;
         s.address = "10.0.0.9:5432";
       },
       "restart@6(started at 2026-08-17T20:53:25.500Z, at 10.0.0.1:5432 before, at 10.0.0.9:5432 "
       "now)"},
      {"an older server answers: it was no restart",
       [](ServerSample& s) { s.started_us -= s.at < 6s ? 0 : 1'000'000; },
       "other_server@6(one that has been running since 2026-08-17T20:53:19.000Z)"},
      {"another cluster answers", [](ServerSample& s) { s.system_identifier = s.at < 6s ? 7 : 8; },
       "other_server@6(system identifier 7 → 8)"},
      {"a setting that decides durability is changed",
       [](ServerSample& s) {
         if (s.at < 1s) s.settings = {{"fsync", "on"}, {"wal_level", "replica"}};
         if (s.at > 6s && s.at < 7s) s.settings = {{"fsync", "off"}, {"wal_level", "replica"}};
       },
       "settings@6(fsync = off (was on))"},
      {"connected anew, with the same settings",
       [](ServerSample& s) {
         if (s.at < 1s || (s.at > 6s && s.at < 7s)) s.settings = {{"fsync", "on"}};
       },
       ""},
      {"somebody reset the counts: no event, and no difference",
       [](ServerSample& s) { s.counts[0] = s.at < 6s ? 100 : 1; }, ""},
      {"it fell silent for good",
       [](ServerSample& s) {
         if (s.at > 6s) s.problem = "Connection refused";
       },
       "blind@6(Connection refused)"},
      {"the reason changed meanwhile",
       [](ServerSample& s) {
         if (s.at > 6s) s.problem = s.at < 7s ? "server closed the connection" : "refused";
         if (s.at > 9s) s.problem.clear();
       },
       "blind@6-9(server closed the connection; in the end: refused)"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.why);
    Watched watched;
    watched.well(0, 10);
    for (ServerSample& sample : watched.run.server_samples) row.change(sample);
    CHECK(watched.events() == row.events);
  }
}

TEST_CASE("seconds in which nobody looked are blind, too") {
  Watched watched;
  watched.well(0, 3).well(6, 7);  // and nothing after it
  CHECK(watched.events() == "blind@3-6(no sample was taken) blind@7(no sample was taken)");
  CHECK(watched.result().phases[0].blind_s == 2);
  CHECK(watched.result().phases[1].blind_s == 4);
}

TEST_CASE("lag is that of the standby that is furthest behind, or its own") {
  Watched watched;
  watched.well(0, 10);
  watched.run.server_samples[2].standbys = {{"a", "streaming", "async", 100, 5ms},
                                            {"b", "streaming", "async", 300, {}},
                                            {"c", "startup", "async", {}, 7ms}};
  watched.run.server_samples[7].upstream = UpstreamLink{"streaming", 50, 1s};
  const NodeResult node = watched.result();
  CHECK(node.phases[0].lag_bytes_max == 300);
  CHECK(node.phases[0].replay_lag_max == 7ms);
  CHECK(node.phases[1].lag_bytes_max == 50);
  CHECK(node.series.lag_bytes[2] == 300);
  CHECK_FALSE(node.series.lag_bytes[3].has_value());
}

TEST_CASE("nodes stand in the order of their first sample, each group's by themselves") {
  Watched watched;
  watched.look(0).node = "b";
  watched.look(0).node = "a";
  watched.look(0).group = "other";
  watched.look(1).node = "b";
  const auto nodes = nodes_of(watched.run, "g", watched.spans);
  REQUIRE(nodes.size() == 2);
  CHECK(nodes[0].first == "b");
  CHECK(nodes[0].second.phases[0].samples == 2);
  CHECK(nodes[1].first == "a");
  CHECK(nodes_of(watched.run, "nobody", watched.spans).empty());
}

TEST_CASE("rights that are missing are told") {
  Watched watched;
  watched.well(0, 10);
  watched.run.server_samples[4].hidden = 3;
  CHECK(watched.result().note ==
        "the states of up to 3 sessions can't be seen: the role lacks pg_monitor");
}

TEST_CASE("without a phase there is nothing to sum, and no harm") {
  Watched watched;
  watched.look(0);
  watched.spans.clear();
  CHECK(watched.result().phases.empty());
  CHECK(watched.result().series.commits.empty());
}

}  // namespace
}  // namespace loadgen
