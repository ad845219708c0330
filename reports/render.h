// A result for people and for other programs: every function here is pure, and byte-identical for
// equal results.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "loadgen/core/result.h"

namespace loadgen::reports {

/// One self-contained HTML page: nothing runs and nothing is loaded, light and dark, for screen and
/// paper. It carries the result as JSON, as long as that leaves it under 600 KB.
std::string html(const Result& result);
/// The JSON that such a page carries; nothing when it has none.
std::optional<std::string> embedded_result(std::string_view page);

/// For a pull request or a job summary: verdict, checks, matrix, recovery, sparklines. Under 60 KB.
std::string markdown(const Result& result);

/// JUnit XML: the verdict and every check, a test case each. Refuted is a failure, an invalid run
/// an error, undecided is skipped.
std::string junit(const Result& result);

/// One line per second, group and workload, with a header line; instants in seconds since the run's
/// start, latencies in µs, empty where there were no successes.
std::string csv(const Result& result);

/// The end of a run on the terminal: verdict, checks, matrix, recovery, ledger,
/// trust.
/// width: columns available, at least 60 are used. colour: with ANSI colours.
std::string terminal_summary(const Result& result, bool colour, int width);

/// The part of it on acknowledged writes; empty when no workload was audited.
std::string ledger_summary(const Result& result, bool colour = false, int width = 100);

/// The summary of `loadgen http`: first the lines of npm's loadtest in its order and wording, then
/// what loadtest does not say.
std::string loadtest_summary(const Result& result);
/// Only the latter: what stands below pgbench's own summary.
std::string quick_summary_below(const Result& result);

}  // namespace loadgen::reports
