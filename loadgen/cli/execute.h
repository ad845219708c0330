// Runs a scenario in this process: a coordinator, its workers, the conductor; then result, report
// and summary.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/error.h"
#include "loadgen/core/result.h"
#include "loadgen/drive/driver.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

class Exposition;

enum class ProgressMode : std::uint8_t { automatic, tty, plain, json, none };
/// "auto", "tty", "plain", "json", "none". Throws UserError.
ProgressMode parse_progress(const std::string& text);

/// What verdicts are turned into exit 0 on request.
struct Leniency {
  bool degraded_passes = false;
  bool inconclusive_passes = false;
  bool exit_zero = false;
  /// The exit code to use instead of `code`. Only 10, 11, 12 and 13 are ever softened.
  ExitCode soften(ExitCode code) const;
};

/// Where workers in other processes are taken in; without it they are threads of this one.
struct Hosting {
  std::string host;
  std::uint16_t port = 0;
  std::string token;
  std::string tls_cert{}, tls_key{};  // files; empty: no TLS
  std::uint32_t processes = 1;
  bool resume = false;  // goes on with the journal in the directory
};

struct Execution {
  Scenario scenario;
  std::string text;  // the TOML that it was made of
  std::string path;  // "" for a quick run
  std::vector<std::string> overrides;
  std::filesystem::path directory;  // where the journal goes; made if it is missing
  std::uint32_t workers = 1;        // engine threads in all
  std::optional<Hosting> hosting{};
  std::optional<std::uint64_t> seed;  // none: drawn
  std::uint64_t max_requests = 0;     // 0 = no limit
  bool force = false;
  bool preflight = true;
  bool quick = false;
  ProgressMode progress = ProgressMode::automatic;
  DriverFactory driver;  // empty: the usual one of each kind of workload
};

/// How it ended. Without a result nothing was sent, or Ctrl-C came twice; `exit` says the rest.
struct Executed {
  std::optional<Result> result;
  std::optional<ExitCode> exit;  // decided before any verdict: 14, 15, 16, 130
  /// What still answers Prometheus; null when nobody asked for it. Its owners are the runs of one
  /// process and whoever waits for their last scrape.
  std::shared_ptr<Exposition> exposition;
};

/// Blocks until the run is over; prints progress and findings on stderr. Throws UserError, and what
/// is an internal error (faults are reverted first).
Executed execute(const Execution& execution);

/// Only what comes before the load: variables, `require` hooks, connections to the targets. 0, or
/// 14 with the problems on stderr. Throws UserError.
ExitCode preflight(const Execution& execution);

/// A driver of the kind that a workload needs.
std::unique_ptr<Driver> make_driver(const DriverSetup& setup);

/// A new run's id: UTC time and six random hexadecimal digits.
std::string new_run_id();

}  // namespace loadgen
