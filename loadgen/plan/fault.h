// A fault: what is done to a group, when, and how one knows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

enum class FaultKind : std::uint8_t { command, load, external, kubernetes };

struct Fault {
  std::string name;
  FaultKind kind = FaultKind::command;
  std::string group;  // a group's name, role experimental
  Duration at{0};     // into during
  /// Hooks as argv; empty = none. Their $variables are filled in by expand_hook. kind == command.
  std::vector<std::string> require, inject, confirm, recovered, revert;
  std::optional<Duration> duration;  // revert after this long; else at the end of during
  Duration timeout = std::chrono::seconds(60);
  std::string workload;  // load: whose tickets are multiplied
  double multiply = 1;   // load: total load is `multiply` times the plan
  Duration wait{0};      // external: how long it is waited for; default: the rest of during
};

}  // namespace loadgen
