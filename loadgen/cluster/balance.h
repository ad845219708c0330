// What of a run is still open: enough to tell a part that can't be.
#pragma once

#include <string>

#include "loadgen/core/recording.h"

namespace loadgen {

/// Holds the tallies of those seconds of which tickets are still to end, and no others. One thread.
class Balance {
 public:
  /// Empty, or why the part does not go with those before it: see `imbalance`. Pure.
  std::string refuses(const Part& part) const { return imbalance(part, open_); }
  void add(const Part& part);

 private:
  Recording open_;  // of its slices the counts of tickets only
};

}  // namespace loadgen
