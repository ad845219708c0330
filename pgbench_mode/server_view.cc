#include "pgbench_mode/server_view.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace loadgen::pgbench {
namespace {

constexpr std::chrono::seconds kConnectLimit{2};
constexpr int kOldestVersion = 120000;

/// One statement, so that all figures are of one moment. Rows: what, a name, four values.
///
/// The timeline: pg_control_checkpoint() tells the old one for minutes after a promotion, so a
/// primary is asked for the name of the file that it writes, and a standby for what it receives, or
/// else where its recovery has to reach.
constexpr const char* kSamplingQuery = R"(
PREPARE loadgen_sample AS
WITH activity AS MATERIALIZED (
  SELECT backend_type, state, wait_event_type || ':' || wait_event AS waits_for
  FROM pg_catalog.pg_stat_activity WHERE pid <> pg_catalog.pg_backend_pid()),
clients AS (SELECT state, waits_for FROM activity WHERE backend_type = 'client backend')
SELECT 'server' AS what,
  (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) AS name,
  (extract(epoch FROM pg_catalog.pg_postmaster_start_time()) * 1000000)::bigint::text AS a,
  pg_catalog.pg_is_in_recovery()::text AS b,
  CASE WHEN pg_catalog.pg_is_in_recovery() THEN
    (SELECT coalesce((SELECT received_tli FROM pg_catalog.pg_stat_wal_receiver),
                     nullif(r.min_recovery_end_timeline, 0), c.timeline_id)::text
     FROM pg_catalog.pg_control_recovery() r, pg_catalog.pg_control_checkpoint() c)
  ELSE ('x' || left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()), 8))
       ::bit(32)::bigint::text END AS c,
  coalesce(host(pg_catalog.inet_server_addr()) || ':' || pg_catalog.inet_server_port(), '') AS d
UNION ALL
SELECT 'count', each.name, each.n::text, NULL, NULL, NULL
FROM (SELECT sum(xact_commit) AS commits, sum(xact_rollback) AS rollbacks,
             sum(deadlocks) AS deadlocks, sum(conflicts) AS conflicts,
             sum(blks_read) AS blocks_read, sum(blks_hit) AS blocks_hit,
             sum(temp_bytes) AS temporary_bytes,
             SESSIONS AS sessions, SESSIONS_LOST AS sessions_lost
      FROM pg_catalog.pg_stat_database) AS d,
  LATERAL (VALUES ('commits', d.commits), ('rollbacks', d.rollbacks), ('deadlocks', d.deadlocks),
                  ('conflicts', d.conflicts), ('blocks_read', d.blocks_read),
                  ('blocks_hit', d.blocks_hit), ('temporary_bytes', d.temporary_bytes),
                  ('sessions', d.sessions), ('sessions_lost', d.sessions_lost)) AS each (name, n)
UNION ALL
SELECT 'state', coalesce(state, 'unknown'), count(*)::text, NULL, NULL, NULL
FROM clients GROUP BY 2
UNION ALL
(SELECT 'wait', coalesce(waits_for, 'running'), count(*)::text, NULL, NULL, NULL
 FROM clients WHERE state = 'active' GROUP BY 2 ORDER BY count(*) DESC LIMIT 16)
UNION ALL
SELECT 'hidden', NULL, count(*)::text, NULL, NULL, NULL FROM activity WHERE backend_type IS NULL
UNION ALL
(SELECT 'standby', application_name, state, sync_state,
   greatest(0, CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_receive_lsn()
               ELSE pg_catalog.pg_current_wal_lsn() END - replay_lsn)::bigint::text,
   (extract(epoch FROM replay_lag) * 1000000)::bigint::text
 FROM pg_catalog.pg_stat_replication ORDER BY application_name, pid LIMIT 16)
UNION ALL
SELECT 'upstream', (SELECT status FROM pg_catalog.pg_stat_wal_receiver),
  greatest(0, pg_catalog.pg_last_wal_receive_lsn() - pg_catalog.pg_last_wal_replay_lsn())
    ::bigint::text,
  (extract(epoch FROM pg_catalog.now() - pg_catalog.pg_last_xact_replay_timestamp()) * 1000000)
    ::bigint::text, NULL, NULL
WHERE pg_catalog.pg_is_in_recovery())";

constexpr const char* kSettingsQuery =
    "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('fsync', "
    "'synchronous_commit', 'synchronous_standby_names', 'full_page_writes', 'wal_level', "
    "'server_version', 'max_connections')";

/// Sessions are counted from version 14 on.
std::string sampling_query(int version) {
  std::string text = kSamplingQuery;
  const auto put = [&](std::string_view word, const char* since_14) {
    const std::size_t at = text.find(word);
    text.replace(at, word.size(), version >= 140000 ? since_14 : "0");
  };
  put("SESSIONS ", "sum(sessions) ");
  put("SESSIONS_LOST", "sum(sessions_abandoned + sessions_fatal + sessions_killed)");
  return text;
}

template <class Number>
Number number_in(const std::string& text) {
  Number number{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || text.empty()) {
    throw std::runtime_error("the server answered '" + text.substr(0, 40) + "' for a number");
  }
  return number;
}

std::string text_in(const std::optional<std::string>& value) {
  return value ? value->substr(0, kLongestSampleText) : std::string();
}

template <class Number>
Number number_in(const std::optional<std::string>& value) {
  return value ? number_in<Number>(*value) : Number{};
}

std::optional<std::uint64_t> bytes_in(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  return number_in<std::uint64_t>(*value);
}

/// Clocks that disagree must not lead beyond what an offset can hold.
std::optional<Duration> microseconds_in(const std::optional<std::string>& value) {
  if (!value) return std::nullopt;
  constexpr std::int64_t most = 1'000'000'000'000'000;  // 31 years
  return std::chrono::microseconds(std::clamp(number_in<std::int64_t>(*value), -most, most));
}

void read_server(const Row& row, ServerSample& sample) {
  sample.system_identifier = number_in<std::uint64_t>(row[1]);
  sample.started_us = number_in<std::int64_t>(row[2]);
  sample.in_recovery = row[3] == "true";
  sample.timeline = number_in<std::uint32_t>(row[4]);
  sample.address = text_in(row[5]);
}

template <class Value>
void keep(std::map<std::string, Value>& map, const std::string& key, Value value) {
  if (map.size() < kMostSampleEntries) map[key] = std::move(value);
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

}  // namespace

void read_sample(const std::vector<Row>& rows, ServerSample& sample) {
  bool server = false;
  for (const Row& row : rows) {
    if (row.size() != 6 || !row[0]) throw std::runtime_error("the server answered another query");
    const std::string& what = *row[0];
    if (what == "server") {
      read_server(row, sample);
      server = true;
    } else if (what == "count") {
      const auto counter = server_counter(text_in(row[1]));
      if (counter)
        sample.counts[static_cast<std::size_t>(*counter)] = number_in<std::uint64_t>(row[2]);
    } else if (what == "state") {
      keep(sample.states, text_in(row[1]), number_in<std::uint32_t>(row[2]));
    } else if (what == "wait") {
      keep(sample.waits, text_in(row[1]), number_in<std::uint32_t>(row[2]));
    } else if (what == "hidden") {
      sample.hidden = number_in<std::uint32_t>(row[2]);
    } else if (what == "standby" && sample.standbys.size() < kMostSampleEntries) {
      sample.standbys.push_back({text_in(row[1]), text_in(row[2]), text_in(row[3]),
                                 bytes_in(row[4]), microseconds_in(row[5])});
    } else if (what == "upstream") {
      sample.upstream = {text_in(row[1]), bytes_in(row[2]), microseconds_in(row[3])};
    }
  }
  if (!server) throw std::runtime_error("the server did not say who it is");
}

void ServerView::connect() {
  statements_.emplace(server_.conninfo, kConnectLimit, [](const std::string&) {});
  const Row who = statements_
                      ->run(
                          "SELECT pg_catalog.pg_backend_pid(), "
                          "pg_catalog.current_setting('server_version_num')",
                          kLookLimit)
                      .at(0);
  // A pooler hands out process ids of its own: it keeps them to find the server process of a client
  // that wants to cancel, whichever that is by then.
  if (number_in<int>(who[0]) != statements_->process_id()) {
    hopeless_ = true;
    throw std::runtime_error("a connection pooler answers, not the server (it told process " +
                             std::to_string(statements_->process_id()) + ", the server's is " +
                             who[0].value_or("") + "): name the servers in `nodes`");
  }
  const int version = number_in<int>(who[1]);
  if (version < kOldestVersion) {
    hopeless_ = true;
    throw std::runtime_error("PostgreSQL " + std::to_string(version / 10000) +
                             " is not sampled: from version 12 on");
  }
  settings_.clear();
  for (const Row& row : statements_->run(kSettingsQuery, kLookLimit)) {
    keep(settings_, text_in(row.at(0)), text_in(row.at(1)));
  }
  statements_->run(sampling_query(version), kLookLimit);
}

void ServerView::fill(ServerSample& sample) {
  const bool kept = statements_.has_value();
  try {
    if (!kept) connect();
    read_sample(statements_->run("EXECUTE loadgen_sample", kLookLimit), sample);
  } catch (const StatementError& failure) {
    // A connection that was closed meanwhile says nothing about the server as it is now; one that
    // does not answer does.
    statements_.reset();
    if (!kept || failure.timed_out()) throw;
    connect();
    read_sample(statements_->run("EXECUTE loadgen_sample", kLookLimit), sample);
  }
  sample.settings = std::exchange(settings_, {});
}

ServerSample ServerView::look() {
  ServerSample sample;
  sample.group = server_.group;
  sample.node = server_.node;
  try {
    fill(sample);
    return sample;
  } catch (const std::exception& failure) {
    statements_.reset();
    sample = ServerSample{};
    sample.group = server_.group;
    sample.node = server_.node;
    sample.problem = first_line(failure.what());
  }
  if (sample.problem.empty()) sample.problem = "no answer";
  return sample;
}

}  // namespace loadgen::pgbench
