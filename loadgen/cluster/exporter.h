// The exporter: answers GET /metrics in the Prometheus text format.
#pragma once

#include <memory>
#include <string>

#include "loadgen/cluster/running_totals.h"

namespace loadgen {

/// Has two threads of its own, of normal priority and without signals; engine threads ask the
/// kernel for more than that (priority.h), so a scrape waits for them and not they for it. Built
/// and destroyed by one thread.
///
///   loadgen_tickets_scheduled_total   {group, workload}  that fell due: what was offered
///   loadgen_tickets_total             {group, workload, outcome, class}  that ended
///   loadgen_achieved_ratio            {group, workload}  of the last ten seconds
///   loadgen_tickets_in_flight         {group, workload}
///   loadgen_response_time_seconds     {group, workload}  what did not end ok is infinitely slow
///   loadgen_ok_response_time_seconds  {group, workload}  successes only
///   loadgen_send_lag_seconds          {group, workload}
///   loadgen_phase                     {phase}  1 for the one that it is, else 0
class Exporter {
 public:
  /// Listens at once at HOST:PORT; `named` is what people call that address. Throws UserError when
  /// it is malformed or taken. Shares `totals` with who fills them.
  Exporter(const std::string& address, const std::string& named,
           std::shared_ptr<const RunningTotals> totals);
  ~Exporter();
  Exporter(const Exporter&) = delete;
  Exporter& operator=(const Exporter&) = delete;

  /// "http://127.0.0.1:9464/metrics".
  const std::string& url() const { return url_; }

 private:
  class Figures;
  struct Server;
  std::unique_ptr<Server> server_;
  std::string url_;
};

}  // namespace loadgen
