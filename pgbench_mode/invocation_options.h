// The options one by one: what each is called, and what it does to an invocation. Used by
// invocation.cc alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pgbench_mode/invocation.h"
#include "pgbench_mode/option_scan.h"

namespace loadgen::pgbench {

/// An invocation while its command line is read.
struct InvocationDraft {
  Invocation invocation;
  std::optional<std::string> steps;       ///< -I
  std::optional<std::string> log_prefix;  ///< --log-prefix
  bool foreign_keys = false;
  bool initialise = false;         ///< -i
  bool benchmark_option = false;   ///< one that -i refuses was given
  bool initialise_option = false;  ///< one that only -i takes was given
};

/// pgbench's options in the order in which it tries abbreviations, then ours.
const std::vector<OptionForm>& option_forms();

/// Does what the option says; task `nothing` in the draft ends the reading. Throws Fatal, or
/// ScriptError.
void apply_option(const FoundOption& option, InvocationDraft& draft, const Surroundings& around);

/// seed: "time", "rand" or a number. from: "--random-seed option", for the message. Throws Fatal.
void set_random_seed(const std::string& seed, const std::string& from, Invocation& invocation,
                     const Surroundings& around);

/// Appends the built-in script whose name begins with `name`. Throws ScriptError.
void add_builtin(const std::string& name, int weight, InvocationDraft& draft);

}  // namespace loadgen::pgbench
