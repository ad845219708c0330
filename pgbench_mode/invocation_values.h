// Values on the command line, as pgbench's C reads them. All throw Fatal with its message.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "pgbench_mode/initialise_steps.h"
#include "pgbench_mode/invocation.h"

namespace loadgen::pgbench {

struct IntegerRange {
  const char* option;  ///< "-c/--client", for the message
  int lowest = 1;
  int highest = std::numeric_limits<int>::max();
};

/// Blanks around the number are allowed; an empty text is 0.
int integer_value(const std::string& text, const IntegerRange& range);

/// The number that the text begins with. Must be above 0, and one that time can be computed from:
/// pgbench takes "nan" and "inf", too, and then counts with them. what: "rate limit".
double positive_value(const std::string& text, const char* what);

/// In (0, 1].
double sampling_rate_value(const std::string& text);

/// Of --max-tries: the integer that the text begins with, 0 when it begins with none.
std::uint32_t max_tries_value(const std::string& text);

/// Of -c. open_files_limit: a client needs a descriptor, and the process three.
int clients_value(const std::string& text, std::int64_t open_files_limit);

QueryMode query_mode_value(const std::string& text);
PartitionMethod partition_method_value(const std::string& text);

/// Of -I: the text itself.
std::string steps_value(const std::string& text);

/// Of -D: name and value.
std::pair<std::string, std::string> definition_value(const std::string& text);

/// A seed as sscanf's %lu reads it: blanks before, a sign, nothing behind. nullopt: it is none.
std::optional<std::uint64_t> seed_value(const std::string& text);

}  // namespace loadgen::pgbench
