// Going on with a run whose coordinator died.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <vector>

#include "loadgen/experiment/live_run.h"

namespace loadgen {

/// The edges as they were when the marks end: planned, with what the gate added, and those phases
/// that have begun. Pure.
Timeline timeline_of(const Phases& phases, const std::vector<Mark>& marks);

/// Takes the run up where its journal ends: variables are resolved anew, workers that still run go
/// on, what is still applied is reverted at once, and faults that fell due meanwhile are marked as
/// not injected. Afterwards the phases can be played on. Throws UserError when there is nothing to
/// resume.
boost::asio::awaitable<void> take_up_again(LiveRun& run, Assign assign);

}  // namespace loadgen
