// Meta commands of a script: \set, \sleep, \if and the others.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "pgbench_mode/script.h"

namespace loadgen::pgbench {

/// Where a meta command is: the offset of its backslash in the script's text, and the line of that
/// (from 1), which the caller counts as it goes.
struct MetaPlace {
  std::string_view script;  // the script's name
  std::string_view text;    // all of it
  std::size_t offset = 0;
  int line = 1;
};

/// From 1, in bytes.
int column_of(std::string_view text, std::size_t offset);

struct MetaCommand {
  // One of both, or none: a backslash with nothing behind it is ignored.
  std::optional<Command> command;
  Gather gather = Gather::none;
  std::string prefix;   // of gather
  std::size_t end = 0;  // offset in the text where the scan goes on: the next line
};

/// Reads the command behind the backslash, to the end of its line; a line that ends
/// in a backslash goes on in the next one. Throws ScriptError. Pure.
MetaCommand parse_meta_command(const MetaPlace& place);

}  // namespace loadgen::pgbench
