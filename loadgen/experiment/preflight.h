// What is settled before any load is sent.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "loadgen/experiment/live_run.h"

namespace loadgen {

struct Preflight {
  std::vector<std::string> problems;  // a sentence each, redacted; empty = all well
  std::vector<HookEnd> hooks;         // the `require` hooks that were run, for the journal
};

/// Runs the `require` hook of every fault, one after the other. The scene holds the variables.
boost::asio::awaitable<Preflight> ask_faults(const Scenario& scenario, const HookScene& scene,
                                             WakeOn wake);

/// Resolves the variables, checks that every command can be made from them, asks the faults
/// (`assign.preflight`), and arms the workers with `assign`. When the run is stopped meanwhile it
/// returns early. Throws UserError for variables that can't be had.
boost::asio::awaitable<Preflight> prepare(LiveRun& run, Assign assign);

}  // namespace loadgen
