// Progress on stderr while a run lasts: a redrawn screen for terminals, lines for logs, NDJSON for
// programs.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <string>
#include <vector>

#include "loadgen/cli/execute.h"
#include "loadgen/cluster/coordinator.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// One row: what a workload did in one group over the last seconds.
struct ProgressRow {
  std::string workload, group;
  double offered_per_s = 0, done_per_s = 0;
  double error_rate = 0;  // of what has ended
  std::optional<std::int64_t> p50_us, p99_us, max_us,
      lag_p99_us;  // successes; none = not reached or no data
  std::uint64_t in_flight = 0;
  std::vector<double> recent;  // ok per second, oldest first: the sparkline
};

/// What is shown at one moment.
struct ProgressView {
  std::string name;
  std::string phase;
  RunOffset now{0};
  Duration planned{0};  // length of the whole run; 0 = unknown
  std::size_t workers = 1, heard = 1;  // of all, those that are not silent
  std::string fault;  // "kill-zone-a confirmed", or empty
  std::vector<ProgressRow> rows;
};

/// Rows from the live view: the last `span` complete seconds; none once all workers have fallen
/// silent, since what they do is not known. Pure.
ProgressView progress_view(const Scenario& scenario, const Coordinator& coordinator,
                           RunSecond span);

/// A screen of at most 24 lines of 80 columns. Pure.
std::string progress_screen(const ProgressView& view, bool colour);
/// "2026-08-20T10:07:10Z progress phase=during t=72s workload=… …", a line per row; or NDJSON.
/// Pure.
std::string progress_lines(const ProgressView& view, const std::string& wall_clock, bool json);
/// "2026-08-20T10:06:04Z event fault=kill-primary state=confirmed detail=…"; or NDJSON. Pure.
std::string event_line(const Mark& mark, const std::string& wall_clock, bool json);

/// Shows the run of a coordinator until `stop`. On the io_context's thread.
class Progress {
 public:
  Progress(boost::asio::io_context& io, const Scenario& scenario, Coordinator& coordinator,
           ProgressMode mode);
  void stop();

 private:
  void tick();
  void arm();
  void show(const Mark& mark);

  const Scenario& scenario_;
  Coordinator& coordinator_;
  ProgressMode mode_;
  bool colour_ = false;
  boost::asio::steady_timer timer_;
  int lines_on_screen_ = 0;
};

}  // namespace loadgen
