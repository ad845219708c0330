// Runs built by hand: a scenario, marks, and what each second came to.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "loadgen/analysis/run.h"

namespace loadgen {

/// What a worker adds to one second: tickets spread evenly over it, in this order.
struct Tickets {
  std::uint64_t ok = 0;
  std::int64_t ok_us = 10'000;  // response time of each
  std::uint64_t refused = 0;
  std::uint64_t http_5xx = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t cap = 0;
  std::uint64_t unfinished = 0;
  std::uint64_t late = 0;     // blind
  std::uint64_t aborted = 0;  // blind
  std::uint64_t open = 0;
  std::int64_t lag_us = 20;
  std::int64_t late_lag_us = 150'000;
  std::uint64_t in_flight = 0;
  std::string served_by = "";
  std::uint32_t worker = 0;
};

inline constexpr const char* kTwoGroups = R"(
schema = 1
[experiment]
name = "by-hand"
hypothesis = "Nobody notices"
[phases]
warmup = "5s"
before = "20s"
during = "20s"
after = "20s"
[groups.control]
base_url = "http://user:pw@127.0.0.1:8001"
[groups.experimental]
base_url = "http://127.0.0.1:8002"
[[workloads]]
name = "home"
kind = "http"
rate = 100
latency_limit = "50ms"
)";

/// Text that is put behind a scenario to give it a fault.
inline constexpr const char* kFault = R"(
[[faults]]
name = "kill"
kind = "command"
group = "experimental"
inject = ["true"]
recovered = ["true"]
)";

class RecordedRun {
 public:
  explicit RecordedRun(const std::string& scenario = kTwoGroups);

  RecordedRun& mark(double at_s, const std::string& kind, const std::string& name,
                    const std::string& group = "", const std::string& detail = "");
  /// Marks of warmup 0 – 5, before – 25, during – 45, after – 65 s.
  RecordedRun& phases();
  /// Seconds [from, to) of a workload in a group, all alike.
  RecordedRun& seconds(std::uint16_t group, std::pair<RunSecond, RunSecond> span,
                       const Tickets& tickets, SliceKey other = {});
  /// The same in both groups.
  RecordedRun& both(std::pair<RunSecond, RunSecond> span, const Tickets& tickets);
  /// The last part of every worker, and the journal's end.
  RecordedRun& end(double at_s, bool aborted = false, const std::string& reason = "");

  Run run;

 private:
  void add(const SliceKey& key, const Tickets& tickets);

  std::uint64_t sequence_ = 0;
};

/// Whether one of the sentences has `part` in it.
bool says(const std::vector<std::string>& sentences, const std::string& part);

}  // namespace loadgen
