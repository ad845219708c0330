// What `outputs.listen` asks for: the figures of a run for Prometheus, while it runs and for a
// while after.
#pragma once

#include <memory>

#include "loadgen/cluster/exporter.h"
#include "loadgen/cluster/running_totals.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// One thread, but for `totals`, which is everybody's.
class Exposition {
 public:
  /// Null when the scenario asks for none. Says on stderr where it is. Throws UserError when the
  /// address can't be had.
  static std::shared_ptr<Exposition> of(const Scenario& scenario);

  RunningTotals& totals() { return *totals_; }
  /// Returns after `outputs.linger`, or when one of ending_signals() comes or came.
  void linger() const;

 private:
  explicit Exposition(const Scenario& scenario);
  std::shared_ptr<RunningTotals> totals_;
  Exporter exporter_;
  Duration linger_;
};

}  // namespace loadgen
