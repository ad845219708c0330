// `loadgen http`: loadtest's flags, and the scenario that says the same.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "loadgen/plan/typed_text.h"

namespace loadgen {

/// The flags of `loadgen http` as typed. Zero, empty or false: not given.
struct QuickFlags {
  std::string url;
  double max_seconds = 0;
  std::uint64_t max_requests = 0;
  std::uint32_t concurrency = 0;
  double rps = 0;
  std::string content_type;
  std::vector<std::string> cookies;  // name=value
  std::vector<std::string> headers;  // name:value
  std::string method;
  std::string post_body, patch_body, data;
  std::string post_file, patch_file, put_file;
  std::uint64_t timeout_ms = 10'000;
  bool no_keepalive = false;
  bool insecure = false;
  std::string cert, key, ca;
  bool poisson = false;
  std::vector<std::string> checks;
  std::string find_max, over;
};

/// What runs: the TOML of a scenario with one group `target` and one workload `http`. Throws
/// UserError that names the flag. Pure but for the current directory, which relative file names are
/// made absolute with.
std::string quick_scenario(const QuickFlags& flags);

/// The checks and limits in it, to tell their mistakes by. Throws UserError. Pure.
std::vector<TypedText> typed_texts(const QuickFlags& flags);

/// loadtest's defaults where a flag is missing: 10 s unless a number of requests is given, 10
/// clients.
inline constexpr double kDefaultSeconds = 10;
inline constexpr std::uint32_t kDefaultClients = 10;

}  // namespace loadgen
