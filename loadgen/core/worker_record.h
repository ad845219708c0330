// What a journal knows of a worker beside its parts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "loadgen/core/units.h"

namespace loadgen {

/// Of a worker in another process. Of several for one worker the last counts.
struct WorkerRecord {
  std::uint32_t worker = 0;
  std::string host;             // as it calls itself
  std::string version, commit;  // of its program
  std::uint32_t cores = 0;
  Duration clock_offset{0};  // its monotonic clock − the coordinator's, when it joined,
  Duration clock_bound{0};   // certain within ± this
  Duration clock_moved{0};   // since then, by more than the bounds explain; 0 = not
  bool operator==(const WorkerRecord&) const = default;
};

/// Binary form: the fields in this order, durations as offsets, in the pieces of codec.h.
/// decode_worker throws std::runtime_error on anything malformed. Pure.
std::string encode(const WorkerRecord& record);
WorkerRecord decode_worker(std::string_view bytes);

}  // namespace loadgen
