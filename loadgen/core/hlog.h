// Exchange of histograms in the standard HdrHistogram V2 forms, read by every HdrHistogram library
// and plotter.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "loadgen/core/histogram.h"
#include "loadgen/core/units.h"

namespace loadgen {

/// The V2 payload: header and run-length zigzag LEB128 counts, not compressed. Pure.
std::string hdr_payload(const SparseHistogram& histogram);
/// Throws std::runtime_error on anything but a V2 payload with our layout (lowest 1, 3 digits, at
/// most 1 h). The form holds buckets only: minimum, maximum and sum come back as the lowest, the
/// highest and the middle values of their buckets, so the sum is right to 1/2048. Pure.
SparseHistogram from_hdr_payload(std::string_view payload);

/// The payload compressed and in base64, as in `.hlog` files and result.json ("HISTF…"). Pure.
std::string hdr_base64(const SparseHistogram& histogram);
/// Throws as `from_hdr_payload`.
SparseHistogram from_hdr_base64(std::string_view text);

/// One line of a log: the values recorded in [start, start + length), counted from the run's start.
struct HlogInterval {
  RunOffset start{0};  // ≥ 0
  Duration length{0};
  std::string tag;  // empty: none. Commas, spaces and line breaks become '_'
  SparseHistogram histogram;
};

/// A whole V2 `.hlog` file. started_at_us: wall clock of run offset 0, µs since 1970 UTC. comment:
/// one line, may be empty. Values are µs; the column Interval_Max is in ms, as is the custom. Pure.
std::string write_hlog(std::int64_t started_at_us, std::string_view comment,
                       std::span<const HlogInterval> intervals);

}  // namespace loadgen
