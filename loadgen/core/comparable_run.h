// What of a run is needed to compare other runs with it: little enough to be committed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loadgen {

/// One metric of one stretch: what it came to, and how sure this run alone is of that.
struct ComparableMetric {
  std::string name;             // "p99", "error_rate", "goodput", "ok_rate"
  std::optional<double> value;  // seconds, a share, or per second; none: see `why_not`
  /// Standard error within the run: of ln value; of a share, of the share itself. Student's t with
  /// `degrees`.
  std::optional<double> error;
  double degrees = 0;
  /// The stretch is too short for how much its seconds resemble each other: nothing passes by it.
  bool guarded = false;
  double needed_s = 0;     // how long it would have to be, when guarded
  std::uint64_t n = 0;     // tickets that it is made of
  double effective_n = 0;  // of a share: how many independent ones they are worth; ≤ n
  std::string why_not;     // no value or no error
  bool operator==(const ComparableMetric&) const = default;
};

/// One phase of one workload in one group.
struct ComparableStretch {
  std::string group, workload, phase;
  double length_s = 0;
  std::vector<ComparableMetric> metrics;
  bool operator==(const ComparableStretch&) const = default;

  const ComparableMetric* metric(std::string_view name) const;  // null when there is none
};

/// How a workload of a group that had faults came through them.
struct ComparableRecovery {
  std::string group, workload;
  std::string faults;           // their names
  double recovery_s = 0;        // from the request of the first one; 0: not affected
  bool recovered = true;        // false: by then it had not
  double longest_outage_s = 0;  // when it had not recovered: until then
  bool operator==(const ComparableRecovery&) const = default;
};

/// A run as `compare`, `baseline` and `aa` need it. Regular value.
struct ComparableRun {
  std::string file;  // where it was read from; not stored
  std::string run_id, name, started_at;
  std::string tool_version, tool_commit;
  std::string verdict;                       // its own
  std::string unusable;                      // why nothing may rest on it; empty: it may
  bool untrusted = false;                    // … because its generator or clocks can't be trusted
  std::vector<std::string> doubts;           // why nothing may pass by it
  std::map<std::string, std::string> host;   // environment: cpu, cores, kernel …
  std::map<std::string, std::string> load;   // the load-relevant part of the scenario, by key
  std::map<std::string, double> margins;     // what its scenario declares, by metric
  std::vector<ComparableStretch> stretches;  // those that can be compared
  std::vector<ComparableRecovery> recoveries{};
  bool operator==(const ComparableRun&) const = default;
};

/// What every stored run begins with: {"loadgen_baseline": 1, …}.
inline constexpr int kComparableRunFormat = 1;

/// JSON that people read in reviews: one metric per line. Byte-identical for equal runs.
/// `read_comparable_run` throws UserError on anything else, another format number included.
/// read(write(r)) == r but for `file`, which becomes `path`.
std::string write_comparable_run(const ComparableRun& run);
ComparableRun read_comparable_run(std::string_view json, const std::string& path);

/// Whether the text is a stored run (of any format number), not a result. Pure.
bool is_comparable_run(std::string_view json);

}  // namespace loadgen
