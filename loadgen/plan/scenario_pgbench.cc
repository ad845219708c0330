// The pgbench half of a workload: scripts, protocol, how it goes on after errors.
#include <algorithm>
#include <array>
#include <charconv>

#include "loadgen/plan/nearest_word.h"
#include "loadgen/plan/scenario_draft.h"

namespace loadgen {
namespace {

using document::Value;

/// pgbench's built-in scripts, by the names that its -b takes.
constexpr std::array<std::string_view, 3> kBuiltin{"tpcb-like", "simple-update", "select-only"};

/// The number behind the last @, which the name of a script can't hold; 1 without one.
std::optional<double> weight_of(std::string_view text) {
  double weight = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, weight);
  if (error != std::errc() || stop != end || !(weight > 0)) return std::nullopt;
  return weight;
}

ScriptChoice read_script(Draft& draft, const Value& where, const std::string& text) {
  const std::size_t at = text.rfind('@');
  ScriptChoice choice;
  choice.script = text.substr(0, at);
  if (at != std::string::npos) {
    const std::optional<double> weight = weight_of(std::string_view(text).substr(at + 1));
    if (!weight) {
      draft.findings.add(where, "the weight in '" + text + "' must be a number above 0",
                         "e.g. \"" + choice.script + "@2\"");
    }
    choice.weight = weight.value_or(1);
  }
  if (std::find(kBuiltin.begin(), kBuiltin.end(), choice.script) != kBuiltin.end()) return choice;
  choice.text.emplace();
  if (!draft.source.file) return choice;
  choice.text = draft.source.file(resolve_path(draft, choice.script));
  if (!choice.text) {
    draft.findings.add(where,
                       "'" + choice.script + "' is no built-in script, and no file can be read" +
                           did_you_mean(choice.script, {kBuiltin.begin(), kBuiltin.end()}),
                       "tpcb-like, simple-update, select-only, or a file beside the scenario");
    choice.text.emplace();
  }
  return choice;
}

void check_scripts_differ(Draft& draft, const Value& where,
                          const std::vector<ScriptChoice>& scripts) {
  for (auto script = scripts.begin(); script != scripts.end(); ++script) {
    const auto same = [&](const ScriptChoice& other) { return other.script == script->script; };
    if (std::find_if(scripts.begin(), script, same) != script) {
      draft.findings.add(where, "script '" + script->script + "' is named twice",
                         "one entry with the sum of their weights");
    }
  }
}

/// The write leaves a row of a table of its own, so that no probe waits for another one's lock.
constexpr std::string_view kReadProbe = "SELECT pg_catalog.pg_is_in_recovery();";
constexpr std::string_view kWriteProbe = "INSERT INTO loadgen_probe DEFAULT VALUES;";

Workload probe_of(const Workload& workload, Probe probe, bool anew) {
  const bool reads = probe == Probe::read;
  Workload made;
  made.name = workload.name + (reads ? ".read" : ".write") + (anew ? "-new" : "");
  made.kind = WorkloadKind::pgbench;
  made.rate = reads ? workload.pgbench.probe_reads : workload.pgbench.probe_writes;
  made.timeout = workload.timeout;
  made.connect_timeout = workload.connect_timeout;
  made.reconnect = workload.reconnect;
  // As many as a server that hangs can hold up until their timeout.
  const double held = made.rate.per_second * to_seconds(made.timeout);
  made.pgbench.clients = static_cast<std::uint32_t>(std::clamp(held, 1.0, anew ? 20.0 : 5.0));
  made.connections = made.pgbench.clients;
  made.max_in_flight = static_cast<std::uint32_t>(std::clamp(1.2 * held, 10.0, 10'000.0));
  made.pgbench.scripts = {
      {reads ? "read" : "write", 1, std::string(reads ? kReadProbe : kWriteProbe)}};
  made.pgbench.init = "never";
  made.pgbench.connect_per_transaction = anew;
  made.probe = probe;
  made.probe_of = workload.name;
  return made;
}

}  // namespace

std::vector<Workload> probes_of(const Workload& workload) {
  std::vector<Workload> probes;
  for (const Probe probe : {Probe::read, Probe::write}) {
    const Rate rate =
        probe == Probe::read ? workload.pgbench.probe_reads : workload.pgbench.probe_writes;
    if (!(rate.per_second > 0)) continue;
    for (const bool anew : {false, true}) probes.push_back(probe_of(workload, probe, anew));
  }
  return probes;
}

PgbenchPart read_pgbench(Draft& draft, const Value& table) {
  PgbenchPart made;
  const Value* scripts = table.find("scripts");
  for (const std::string& text : texts_at(table, "scripts"))
    made.scripts.push_back(read_script(draft, *scripts, text));
  if (scripts != nullptr) check_scripts_differ(draft, *scripts, made.scripts);
  if (made.scripts.empty()) made.scripts.push_back({"tpcb-like", 1, std::nullopt});
  made.clients = count_at(table, "clients").value_or(made.clients);
  made.threads = count_at(table, "threads").value_or(made.threads);
  made.scale = count_at(table, "scale").value_or(made.scale);
  made.init = text_at(table, "init", made.init);
  made.protocol = text_at(table, "protocol", made.protocol);
  made.define = text_map_at(table, "define");
  made.max_tries = count_at(table, "max_tries").value_or(made.max_tries);
  made.on_error = text_at(table, "on_error") == "end_client" ? OnError::end_client : OnError::next;
  made.transactions_per_client = count_at(table, "transactions_per_client").value_or(0);
  made.connect_per_transaction = flag_at(table, "connect_per_transaction", false);
  made.audit = flag_at(table, "audit", false);
  if (const Value* probes = table.find("probes")) {
    made.probe_reads = Rate{number_at(*probes, "read").value_or(0)};
    made.probe_writes = Rate{number_at(*probes, "write").value_or(0)};
  }
  if (made.threads > made.clients) {
    draft.findings.add(place_at(table, "threads"),
                       "'threads' is above 'clients', " + std::to_string(made.clients));
  }
  if (made.transactions_per_client > 0 && number_at(table, "rate").value_or(0) > 0) {
    draft.findings.add(place_at(table, "transactions_per_client"),
                       "'transactions_per_client' has no meaning in open loop");
  }
  if (made.scale < made.clients && made.init != "never") {
    draft.findings.warn(place_at(table, "scale"),
                        "scale " + std::to_string(made.scale) + " is below clients " +
                            std::to_string(made.clients) + ": that measures row-lock queues");
  }
  return made;
}

}  // namespace loadgen
