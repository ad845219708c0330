// [[workloads]]: the load model, caps and timeouts.
#include <algorithm>
#include <cmath>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_draft.h"

namespace loadgen {
namespace {

using document::Value;

std::vector<Stage> read_stages(Draft& draft, const Value& table) {
  std::vector<Stage> stages;
  const std::vector<const Value*> tables = tables_at(table, "stages");
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const Value& entry = *tables[i];
    Stage stage;
    if (const auto to = number_at(entry, "to")) stage.to = Rate{*to};
    stage.over = duration_at(entry, "over").value_or(Duration{0});
    stage.hold = duration_at(entry, "hold").value_or(Duration{0});
    if (!stage.to && stage.over.count() > 0) {
      draft.findings.add(place_at(entry, "over"), "'over' needs 'to': the rate to go to");
    } else if (!stage.to && i == 0) {
      draft.findings.add(entry.place, "the first stage needs 'to': there is no rate yet to hold");
    } else if (stage.over + stage.hold == Duration{0} && i + 1 < tables.size()) {
      draft.findings.add(entry.place, "this stage takes no time", "over, hold, or both");
    }
    stages.push_back(stage);
  }
  const Value* value = table.find("stages");
  // With an entry of a wrong type nothing can be said about all of them.
  if (value == nullptr || value->items.size() != stages.size()) return stages;
  const bool any = std::any_of(stages.begin(), stages.end(),
                               [](const Stage& s) { return s.to && s.to->per_second > 0; });
  if (!any) draft.findings.add(*value, "no stage has a rate above 0");
  return stages;
}

/// Open loop (rate or stages) or closed loop (rate = 0 and clients).
void read_load(Draft& draft, const Value& table, Workload& w) {
  const std::optional<double> rate = number_at(table, "rate");
  const std::optional<std::uint32_t> clients = count_at(table, "clients");
  const bool staged = table.find("stages") != nullptr;
  w.rate = Rate{rate.value_or(0)};
  w.stages = read_stages(draft, table);
  const bool open = staged || w.rate.per_second > 0;
  if (w.kind == WorkloadKind::http) {
    w.clients = clients.value_or(0);
    if (clients && open) {
      draft.findings.add(place_at(table, "clients"),
                         "'clients' is closed loop and goes with rate = 0",
                         "rate or stages, or rate = 0 with clients");
    }
  } else if (!open) {
    w.clients = clients.value_or(1);
  }
  if (staged && rate) {
    draft.findings.add(place_at(table, "rate"), "'rate' and 'stages' exclude each other");
  } else if (!open && !clients && w.kind == WorkloadKind::http) {
    draft.findings.add(place_at(table, "rate"),
                       rate ? "rate 0 is closed loop and needs 'clients'"
                            : "workload '" + w.name + "' has no load",
                       "rate = 100, or stages, or rate = 0 with clients = 10");
  }
  w.think = duration_at(table, "think").value_or(Duration{0});
  w.arrival = text_at(table, "arrival") == "poisson" ? Arrival::poisson : Arrival::constant;
  w.on_saturation =
      text_at(table, "on_saturation") == "queue" ? OnSaturation::queue : OnSaturation::shed;
  const std::vector<std::string_view> foreign =
      open ? std::vector<std::string_view>{"think"}
           : std::vector<std::string_view>{"arrival", "on_saturation"};
  for (const std::string_view key : foreign) {
    if (table.find(key) == nullptr) continue;
    draft.findings.add(place_at(table, key), "'" + std::string(key) + "' has no meaning in " +
                                                 (open ? "open loop" : "closed loop"));
  }
}

void read_timeouts(Draft& draft, const Value& table, Workload& w) {
  constexpr Duration kLongest = std::chrono::hours(1);  // what a histogram can hold
  w.timeout = duration_at(table, "timeout").value_or(w.timeout);
  if (w.timeout > kLongest) {
    draft.findings.add(place_at(table, "timeout"), "'timeout' is above 1h");
  }
  w.connect_timeout =
      duration_at(table, "connect_timeout").value_or(std::min(w.connect_timeout, w.timeout));
  w.first_byte_timeout = duration_at(table, "first_byte_timeout").value_or(Duration{0});
  for (const auto& [key, value] :
       {std::pair<std::string_view, Duration>("connect_timeout", w.connect_timeout),
        {"first_byte_timeout", w.first_byte_timeout}}) {
    if (value <= w.timeout) continue;
    draft.findings.add(
        place_at(table, key),
        "'" + std::string(key) + "' is longer than 'timeout', " + print_duration(w.timeout));
  }
  w.latency_limit = duration_at(table, "latency_limit");
  if (w.latency_limit && *w.latency_limit > w.timeout) {
    draft.findings.add(place_at(table, "latency_limit"),
                       "'latency_limit' is longer than 'timeout', " + print_duration(w.timeout));
  }
  if (const Value* reconnect = table.find("reconnect")) {
    w.reconnect.initial = duration_at(*reconnect, "initial").value_or(w.reconnect.initial);
    w.reconnect.max =
        duration_at(*reconnect, "max").value_or(std::max(w.reconnect.max, w.reconnect.initial));
    w.reconnect.per_second = number_at(*reconnect, "per_second").value_or(w.reconnect.per_second);
    if (w.reconnect.max < w.reconnect.initial) {
      draft.findings.add(place_at(*reconnect, "max"), "'max' is shorter than 'initial'");
    }
  }
}

/// Caps. In open loop the default cap holds every ticket that an outage of one timeout leaves open,
/// with a fifth to spare.
void read_caps(Draft& draft, const Value& table, Workload& w) {
  constexpr double kMost = 10'000'000;
  constexpr std::uint32_t kOpenedAhead = 50;
  const std::optional<std::uint32_t> cap = count_at(table, "max_in_flight");
  const std::optional<std::uint32_t> connections = count_at(table, "connections");
  const bool closed = w.closed_loop();
  // A hair less, so that 1.2 × 500 × 10 is 6000 and not 6001.
  const double needed =
      std::ceil(1.2 * w.peak_rate().per_second * to_seconds(w.timeout) * (1 - 1e-12));
  const auto usual = static_cast<std::uint32_t>(std::clamp(needed, 1.0, kMost));
  const bool pgbench = w.kind == WorkloadKind::pgbench;
  // The clients of pgbench are its connections, in open loop, too.
  const std::uint32_t clients = pgbench ? count_at(table, "clients").value_or(1) : w.clients;
  w.max_in_flight = cap.value_or(closed ? clients : std::max(usual, clients));
  w.connections = closed || pgbench ? connections.value_or(clients)
                                    : connections.value_or(std::min(kOpenedAhead, w.max_in_flight));
  if (closed && cap && *cap < w.clients) {
    draft.findings.add(place_at(table, "max_in_flight"),
                       "'max_in_flight' is below 'clients', each of which has one request open");
  }
  if ((closed || pgbench) && connections && *connections != clients) {
    draft.findings.add(place_at(table, "connections"),
                       std::string(closed ? "in closed loop" : "in pgbench") +
                           " each client has one connection of its own: leave it out");
  } else if (!closed && w.connections > w.max_in_flight) {
    draft.findings.add(place_at(table, "connections"), "'connections' is above 'max_in_flight', " +
                                                           std::to_string(w.max_in_flight));
  }
  if (!closed && cap && *cap < needed) {
    draft.findings.warn(place_at(table, "max_in_flight"),
                        "max_in_flight " + std::to_string(*cap) + " of '" + w.name +
                            "' is below 1.2 × rate × timeout = " + std::to_string(usual) +
                            ": an outage looks up to one timeout longer");
  }
}

void warn_about_length(Draft& draft, const Value& table, const Workload& w) {
  Duration length{0};
  for (const Stage& stage : w.stages) length += stage.over + stage.hold;
  const Duration run = draft.scenario.phases.total();
  if (length <= run) return;
  draft.findings.warn(place_at(table, "stages"), "the stages of '" + w.name + "' last " +
                                                     print_duration(length) + ", the run " +
                                                     print_duration(run));
}

Workload read_workload(Draft& draft, const Value& table) {
  Workload w;
  w.name = text_at(table, "name");
  const Value* kind = text_value(table, "kind");
  w.kind = kind != nullptr && kind->text == "pgbench" ? WorkloadKind::pgbench : WorkloadKind::http;
  read_load(draft, table, w);
  read_timeouts(draft, table, w);
  read_caps(draft, table, w);
  if (w.kind == WorkloadKind::pgbench) {
    w.pgbench = read_pgbench(draft, table);
  } else {
    w.http = read_http(draft, table, w.name);
  }
  warn_about_length(draft, table, w);
  return w;
}

/// What every group needs once any workload is of that kind.
void require_in_groups(Draft& draft, const Value& root, WorkloadKind kind, const std::string& key,
                       const std::string& meaning) {
  const Value* groups = root.find("groups");
  const auto& all = draft.scenario.workloads;
  const bool any =
      std::any_of(all.begin(), all.end(), [&](const Workload& w) { return w.kind == kind; });
  if (groups == nullptr || !any) return;
  for (const document::Member& group : groups->members) {
    if (!group.value.is(Value::Kind::table) || group.value.find(key) != nullptr) continue;
    draft.findings.add(group.key_place, "group '" + group.key + "' needs '" + key + "'", meaning,
                       group.key.size());
  }
}

}  // namespace

void read_workloads(Draft& draft, const Value& root) {
  const Value* value = root.find("workloads");
  const std::vector<const Value*> tables = tables_at(root, "workloads");
  if (value != nullptr && value->is(Value::Kind::array) && value->items.empty()) {
    draft.findings.add(*value, "there is no workload", "[[workloads]] with name, kind and rate");
  }
  check_unique(draft, tables, "name", "workload");
  std::vector<std::pair<const Value*, std::uint32_t>> closed;
  for (const Value* table : tables) {
    const Workload w = read_workload(draft, *table);
    if (w.closed_loop()) closed.emplace_back(table, w.clients);
    draft.scenario.workloads.push_back(w);
    for (Workload& probe : probes_of(w)) draft.scenario.workloads.push_back(std::move(probe));
  }
  const std::uint32_t threads =
      draft.scenario.distribution.workers * draft.scenario.threads_per_worker();
  for (const auto& [table, clients] : closed) {
    if (clients >= threads) continue;
    draft.findings.warn(place_at(*table, "clients"), "fewer clients than threads of all workers, " +
                                                         std::to_string(threads) +
                                                         ": some of them idle");
  }
  require_in_groups(draft, root, WorkloadKind::http, "base_url",
                    "where its http workloads are sent, e.g. \"http://127.0.0.1:8080\"");
  require_in_groups(draft, root, WorkloadKind::pgbench, "dsn",
                    "where its pgbench workloads are sent, e.g. \"host=127.0.0.1 dbname=bench\"");
}

}  // namespace loadgen
