// The scripts that pgbench brings along, and how -b and -f name scripts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loadgen::pgbench {

struct BuiltinScript {
  std::string_view name;
  std::string_view description;  // the script's name in messages and the summary
  std::string_view text;
};

/// tpcb-like, simple-update, select-only.
const std::vector<BuiltinScript>& builtin_scripts();

/// The one whose name starts with `prefix`. Throws ScriptError, the list of names included, when
/// none or several do.
const BuiltinScript& find_builtin(std::string_view prefix);

/// What `-b list` prints, to standard error.
std::string builtin_list();

/// What `--show-script NAME` prints, to standard error.
std::string shown_script(const BuiltinScript& script);

/// A script and how often it is chosen: the value of -b and -f.
struct WeightedName {
  std::string name;
  int weight = 1;
  bool operator==(const WeightedName&) const = default;
};

/// "name@weight", split at the last @; without one the weight is 1. Throws ScriptError. Pure.
WeightedName parse_weighted_name(std::string_view option);

/// The bytes of a script file, "-" for standard input. Throws ScriptError when it cannot be read.
std::string read_script_file(const std::string& name);

}  // namespace loadgen::pgbench
