// The gate: is `before` a steady state? Passed before any fault is injected.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "loadgen/analysis/analyse.h"
#include "loadgen/experiment/live_run.h"

namespace loadgen {

/// What follows from a judgement.
enum class GateStep : std::uint8_t {
  pass,           // no check refuted and no series unsteady: what is undecided does not refuse
  extend,         // refuted or not steady, and `before` may still grow
  inject_anyway,  // the same, used up, and told to go on: on_unsteady = "inject", --force
  refuse,         // the same, used up
};

/// planned, now: lengths of `before` as planned and with its extensions. Pure.
GateStep gate_step(const GateJudgement& judgement, RunSecond planned, RunSecond now,
                   bool inject_when_unsteady);

/// "healthy-before: p99 < 250ms refuted in control, test_db: 310 ms; p50 of home in control rose by
/// 12 % from begin to end": what speaks against going on, or all checks when nothing does. Pure.
std::string told(const GateJudgement& judgement);

/// What to do about a baseline that is not steady: the length of warm-up that leaves all behind
/// that was seen to change. `warmup` and `now` are lengths in seconds, of `before` with its
/// extensions. Empty when a refuted check alone refused. Pure.
std::string advice(const GateJudgement& judgement, RunSecond warmup, RunSecond now);

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
