// The scenario: what the TOML file of contract.md 4 says, checked and complete. A Scenario, once
// made, is valid.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/plan/capacity.h"
#include "loadgen/plan/check.h"
#include "loadgen/plan/fault.h"
#include "loadgen/plan/group.h"
#include "loadgen/plan/steady_state.h"
#include "loadgen/plan/workload.h"

namespace loadgen {

struct Phases {
  Duration warmup{0}, before{0}, during{0},
      after{0};  // whole seconds; 0 = absent (before is never absent)
  Duration total() const { return warmup + before + during + after; }
};

struct Observe {
  std::string name;
  std::vector<std::string> command;
  Duration every = std::chrono::seconds(5);
};

struct Experiment {
  std::string name;
  std::string hypothesis;
  std::vector<std::pair<std::string, std::string>> labels;
  /// > 0: benchmark mode, see loadgen/plan/rounds.h. Then there are a control and an experimental
  /// group, and no phase but warm-up and before.
  std::uint32_t rounds = 0;
};

struct Distribution {
  std::uint32_t workers = 1;
  Duration join_timeout = std::chrono::seconds(120);
  bool tolerate_worker_loss = true;
};

struct Outputs {
  std::string dir = "results/${name}-${start}";
  std::string listen;  // HOST:PORT of /metrics; empty: nowhere
  Duration linger{0};  // how long it is answered after the run
};

struct Scenario {
  Experiment experiment;
  Phases phases;
  std::vector<Group> groups;        // in file order; 1 or 2
  std::vector<Workload> workloads;  // in file order; at least one
  std::vector<Fault> faults;
  SteadyState steady_state;
  std::optional<CapacityPlan> capacity;
  std::vector<Observe> observe;
  Distribution distribution;
  Outputs outputs;
  /// Content of every file that a {line:FILE} placeholder names, by the name as written: what
  /// Template::compile asks for. A scenario carries all that the drivers need.
  std::map<std::string, std::string> line_files;
  /// Content of every file that was read for it, by its path: who parses the same text again with
  /// these needs no file system.
  std::map<std::string, std::string> files;
  /// Texts that may stand in no output (dsn, secret variables, values of environment variables that
  /// are named like a secret): see redact() in loadgen/plan/redact.h.
  std::vector<std::string> secrets;
  std::vector<std::string> warnings;  // of validate: things that are legal and probably not meant

  const Group* control() const;                             // null when there is none
  const Group* experimental() const;                        // null when there is none
  std::size_t group_index(std::string_view name) const;     // asserts that it exists
  std::size_t workload_index(std::string_view name) const;  // asserts that it exists
  /// Engine threads of each worker: as many as the workload with the most asks for, at least 1.
  std::uint32_t threads_per_worker() const;
  /// The content of a line file, for Template::compile; nothing when no placeholder names it.
  std::optional<std::string> line_file(const std::string& name) const;
};

/// What reading a scenario needs besides its text. All pure: nothing is read behind the caller's
/// back.
struct ScenarioSource {
  std::string text;
  std::string path;  // for messages and for files that it names; "" = none
  std::vector<std::string>
      overrides;  // --set dotted.key=value, in order; workloads.NAME.rate reaches array entries
  /// The environment: nothing when the variable is unset or empty, which is an error where the
  /// scenario uses it. A reader of journals passes one that answers "" always: what was made from
  /// such an answer is not judged.
  std::function<std::optional<std::string>(const std::string&)> environment;
  /// Reads a file that the scenario names (body_file, line files), its path relative to the
  /// scenario file resolved; nothing when it can't be read, which is an error. A reader of journals
  /// passes no function: then no file is read and what it holds is not judged.
  std::function<std::optional<std::string>(const std::string& path)> file;
};

/// The process environment (nothing for an empty variable) and the file system, for ScenarioSource.
std::optional<std::string> process_environment(const std::string& name);
std::optional<std::string> read_whole_file(const std::string& path);

/// Parses and checks. Throws UserError with every finding, each as `file:line:column: what`, the
/// line with a caret, what was expected, and "did you mean". Keys that come alive with later work
/// are refused by name, with that reason.
Scenario parse_scenario(const ScenarioSource& source);

/// Accepts "30s", "250ms", "5m", "1h", "2us", "1m30s", "0s"; nothing otherwise. Pure.
std::optional<Duration> parse_duration(std::string_view text);
/// The shortest exact form that parse_duration reads back: "30s", "1m30s", "250ms". Pure.
std::string print_duration(Duration d);

}  // namespace loadgen
