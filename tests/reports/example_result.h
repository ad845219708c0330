// Results to render: made by a small simulation, so that their counts balance and their histograms,
// series and figures tell one story. The same on every machine.
#pragma once

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// Two groups behind two zones each, 150/s for 10/40/40/40 s; the experimental group's zone a and
/// its database are killed 5 s into `during` and come back 12 s later, answering 1.2 × slower.
Result example_experiment();

/// The same with a ledger: the experimental group lost 37 acknowledged writes.
Result example_audited();

/// `loadgen http -t 20 -c 50 --rps 200 URL`: one group, phase `run`, a few 503.
Result example_quick();

/// One second, one group, nothing ever answered.
Result example_nothing_ok();

/// Two workloads over an hour with two groups: the largest report that is promised to stay small.
Result example_hour();

/// An empty result, as from a journal that ended before anything was sent.
Result example_empty();

/// The comparison of the groups of an example: intervals, a range, what was judged and what not.
void add_example_comparison(Result& r);

}  // namespace loadgen::reports
