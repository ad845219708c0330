#include "loadgen/cli/pgbench_scenario.h"

#include <algorithm>
#include <filesystem>
#include <vector>

#include "loadgen/cli/toml_text.h"
#include "pgbench_mode/builtin_scripts.h"

namespace loadgen {
namespace {

using pgbench::BuiltinScript;
using pgbench::Invocation;
using pgbench::Script;

/// A number of transactions ends the run by itself; this only bounds what was forgotten.
constexpr int kLongestSeconds = 24 * 3600;

const BuiltinScript* builtin_of(const Script& script) {
  for (const BuiltinScript& builtin : pgbench::builtin_scripts()) {
    if (builtin.description == script.name) return &builtin;
  }
  return nullptr;
}

std::string scripts_of(const Invocation& invocation,
                       const std::map<std::string, std::string>& texts,
                       std::map<std::string, std::string>& files) {
  std::vector<std::string> names;
  std::string out;
  for (const Script& script : invocation.scripts) {
    const BuiltinScript* builtin = builtin_of(script);
    std::string name = builtin != nullptr ? std::string(builtin->name) : script.name;
    const auto before = std::count(names.begin(), names.end(), name);
    names.push_back(name);
    if (before > 0) name += "#" + std::to_string(before + 1);
    if (builtin == nullptr) {
      const auto text = texts.find(script.name);
      files[name] = text == texts.end() ? "" : text->second;
    } else if (before > 0) {
      files[name] = builtin->text;
    }
    // A weight of 0 is pgbench's way to leave a script out; the driver has the weights as given.
    out += (out.empty() ? "" : ", ") +
           toml_string(name + "@" + std::to_string(std::max(1, script.weight)));
  }
  return "[" + out + "]";
}

std::string definitions_of(const Invocation& invocation) {
  std::map<std::string, std::string> last;
  for (const auto& [name, value] : invocation.definitions) last[name] = value;
  std::string out;
  for (const auto& [name, value] : last)
    out += (out.empty() ? "" : ", ") + toml_string(name) + " = " + toml_string(value);
  return "{ " + out + " }";
}

std::string load_of(const Invocation& invocation) {
  if (!invocation.rate_per_s) {
    std::string out = "rate            = 0\n";
    if (invocation.duration_s == 0) {
      out += "transactions_per_client = " + std::to_string(invocation.transactions) + "\n";
    }
    return out;
  }
  return "rate            = " + toml_number(*invocation.rate_per_s) +
         "\narrival         = \"poisson\"\non_saturation   = \"queue\"\n";
}

std::string checks_of(const Invocation& invocation) {
  if (invocation.own.checks.empty()) return "";
  std::string out =
      "\n[[steady_state.checks]]\nid     = \"check\"\nphase  = \"before\"\nassert = [";
  for (const std::string& check : invocation.own.checks)
    out += (out.back() == '[' ? "" : ", ") + toml_string(check);
  return out + "]\n";
}

}  // namespace

std::string pgbench_scenario(const Invocation& invocation,
                             const std::map<std::string, std::string>& texts,
                             std::map<std::string, std::string>& files) {
  const int seconds = invocation.duration_s > 0 ? invocation.duration_s : kLongestSeconds;
  std::string out =
      "# The scenario of a `loadgen pgbench` command. " + std::string(kPgbenchDsn) +
      ": a libpq connection string.\nschema = 1\n\n[experiment]\nname = \"pgbench\"\n\n";
  out += "[phases]\nbefore = \"" + std::to_string(seconds) + "s\"\n\n";
  out += "[groups.target]\ndsn = \"${" + std::string(kPgbenchDsn) + "}\"\n\n";
  out += "[[workloads]]\nname            = \"pgbench\"\nkind            = \"pgbench\"\n";
  out += "scripts         = " + scripts_of(invocation, texts, files) + "\n";
  out += "clients         = " + std::to_string(invocation.clients) + "\n";
  out += "threads         = " + std::to_string(invocation.threads) + "\n";
  out += load_of(invocation);
  out += "scale           = " + std::to_string(std::max(1, invocation.scale)) + "\n";
  out += "init            = \"never\"\n";
  out += "protocol        = \"" + std::string(name_of(invocation.query_mode)) + "\"\n";
  out += "define          = " + definitions_of(invocation) + "\n";
  out += "max_tries       = " + std::to_string(invocation.max_tries) + "\n";
  if (!invocation.own.continue_on_error) out += "on_error        = \"end_client\"\n";
  if (invocation.connect_per_transaction) out += "connect_per_transaction = true\n";
  if (invocation.latency_limit_us > 0)
    out += "latency_limit   = \"" + std::to_string(invocation.latency_limit_us) + "us\"\n";
  // pgbench waits for ever; an hour is what a histogram holds.
  out += "timeout         = \"1h\"\nconnect_timeout = \"10s\"\n";
  out += "\n[steady_state]\nmargins = \"none\"\n";
  return out + checks_of(invocation);
}

}  // namespace loadgen
