// The gate: is `before` a steady state? Passed before any fault is injected.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "loadgen/analysis/analyse.h"
#include "loadgen/experiment/live_run.h"

namespace loadgen {

/// What follows from a judgement of the gate's checks.
enum class GateStep : std::uint8_t {
  pass,           // none is refuted; one that is undecided does not refuse (statistics.md 2)
  extend,         // refuted, and `before` may still grow
  inject_anyway,  // refuted, used up, and told to go on: on_unsteady = "inject", --force
  refuse,         // refuted, used up
};

/// planned, now: lengths of `before` as planned and with its extensions. Pure.
GateStep gate_step(const std::vector<CheckResult>& checks, RunSecond planned, RunSecond now,
                   bool inject_when_unsteady);

/// "healthy-before: p99 < 250ms refuted in control, test_db: 310 ms; …": the refuted checks, or all
/// when none is. Pure.
std::string told(const std::vector<CheckResult>& checks);

/// The end of the seconds in [from, to) that can be judged: the last ones are left out while
/// tickets that fell due in them are open, two at most; a ticket open for longer counts as what it
/// is, no answer. Pure.
RunSecond judged_until(const Recording& recording, RunSecond from, RunSecond to);

/// Waits for the end of `before`, judges it shortly ahead of it, and extends it step by step, with
/// a "gate" mark for each judgement. True: the edge of `during` is settled, kFaultLead ahead.
/// False: refused (the timeline then ends at that edge, and the workers know), or the run is
/// stopped. Without a gate check it only waits.
boost::asio::awaitable<bool> pass_gate(LiveRun& run);

}  // namespace loadgen
