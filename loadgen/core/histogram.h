// Latency histograms in the HdrHistogram layout: 1 µs to 1 h, three significant digits.
//
// Layout (as HdrHistogram with lowest 1, highest 3,600,000,000, 3 digits): the first 2,048 values
// have a bucket each; from there every doubling has 1,024 buckets, so a bucket is never wider than
// 1/1024 of its value. Source: G. Tene, HdrHistogram; checked against an independent reader in
// tests/loadgen/core/histogram_test.cc.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

namespace hdr {
inline constexpr std::int64_t kHighestUs = 3'600'000'000;
inline constexpr std::uint32_t kSubBuckets = 2048;
inline constexpr std::uint32_t kHalf = kSubBuckets / 2;
inline constexpr std::uint32_t kBuckets = 22;                     // doublings that reach kHighestUs
inline constexpr std::uint32_t kCounts = (kBuckets + 1) * kHalf;  // 23,552

/// Index of the bucket that holds `us`; values are clamped to [0, kHighestUs]. Pure.
constexpr std::uint32_t index_of(std::int64_t us) {
  const auto v = static_cast<std::uint64_t>(us < 0 ? 0 : us > kHighestUs ? kHighestUs : us);
  // 2^(bucket+11) is the first value that bucket `bucket` can't hold.
  const auto bucket = static_cast<std::uint32_t>(64 - std::countl_zero(v | (kSubBuckets - 1))) - 11;
  const auto sub = static_cast<std::uint32_t>(v >> bucket);
  return bucket == 0 ? sub : (bucket + 1) * kHalf + sub - kHalf;
}

/// Lowest value of bucket `index`, in µs. Pure.
constexpr std::int64_t lowest_us(std::uint32_t index) {
  if (index < kSubBuckets) return index;
  const std::uint32_t bucket = index / kHalf - 1;
  return static_cast<std::int64_t>(index % kHalf + kHalf) << bucket;
}

/// Number of microseconds that bucket `index` spans. Pure.
constexpr std::int64_t width_us(std::uint32_t index) {
  return index < kSubBuckets ? 1 : std::int64_t{1} << (index / kHalf - 1);
}

/// Highest value of bucket `index`, in µs. Pure.
constexpr std::int64_t highest_us(std::uint32_t index) {
  return lowest_us(index) + width_us(index) - 1;
}
}  // namespace hdr

/// A histogram at rest: the non-empty buckets in ascending order. Small, copyable, comparable.
/// Regular value; one thread at a time.
struct SparseHistogram {
  std::vector<std::pair<std::uint32_t, std::uint64_t>>
      buckets;               // (index, count > 0), ascending by index
  std::uint64_t total = 0;   // sum of the counts
  std::uint64_t sum_us = 0;  // exact sum of the recorded values
  std::int64_t min_us = 0;   // exact; 0 when empty
  std::int64_t max_us = 0;   // exact; 0 when empty

  bool empty() const { return total == 0; }
  /// Exact merge: bucket counts, totals and sums add; min and max widen. Commutative and
  /// associative.
  SparseHistogram& operator+=(const SparseHistogram& other);
  bool operator==(const SparseHistogram&) const = default;
};

/// A histogram at work: constant-time recording, pages of counts made on first use and kept for
/// reuse by `clear`. One writer thread.
class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(const SparseHistogram& sparse) { *this += sparse; }
  Histogram(Histogram&&) noexcept = default;
  Histogram& operator=(Histogram&&) noexcept = default;
  Histogram(const Histogram& other);
  Histogram& operator=(const Histogram& other);

  /// Counts one value. Below 0 counts as 0; above one hour as one hour. Rounds down to whole µs.
  void record(Duration value) { record_us(whole_us(value), 1); }
  void record_us(std::int64_t us, std::uint64_t times = 1) {
    if (us < 0) us = 0;
    if (us > hdr::kHighestUs) us = hdr::kHighestUs;
    const std::uint32_t index = hdr::index_of(us);
    Page* page = pages_ ? (*pages_)[index / kPage].get() : nullptr;
    if (page == nullptr) page = make_page(index / kPage);
    (*page)[index % kPage] += times;
    if (total_ == 0 || us < min_us_) min_us_ = us;
    if (us > max_us_) max_us_ = us;
    total_ += times;
    sum_us_ += static_cast<std::uint64_t>(us) * times;
  }

  Histogram& operator+=(const Histogram& other);
  Histogram& operator+=(const SparseHistogram& other);
  bool operator==(const Histogram& other) const { return sparse() == other.sparse(); }

  std::uint64_t total() const { return total_; }
  bool empty() const { return total_ == 0; }
  std::int64_t min_us() const { return min_us_; }
  std::int64_t max_us() const { return max_us_; }
  std::uint64_t sum_us() const { return sum_us_; }
  /// Arithmetic mean of the recorded values in µs (exact sum / count); 0 when empty.
  double mean_us() const {
    return total_ == 0 ? 0 : static_cast<double>(sum_us_) / static_cast<double>(total_);
  }
  std::uint64_t count_at(std::uint32_t index) const;

  /// The q-quantile in µs when `infinite` further values are counted as infinitely slow; nothing
  /// when it falls among those or when there is no value at all. q in [0, 1]. The value is the
  /// highest equivalent of its bucket, capped by the exact maximum. Monotone in q. Source:
  /// HdrHistogram getValueAtPercentile.
  std::optional<std::int64_t> quantile_us(double q, std::uint64_t infinite = 0) const;

  /// How many values are at most `us`, at bucket resolution (the bucket that holds `us` counts
  /// whole).
  std::uint64_t count_at_most(std::int64_t us) const;

  SparseHistogram sparse() const;
  /// Forgets every value but keeps the pages.
  void clear();

 private:
  static constexpr std::uint32_t kPage = 256;
  using Page = std::array<std::uint64_t, kPage>;
  using Pages = std::array<std::unique_ptr<Page>, hdr::kCounts / kPage>;
  Page* make_page(std::uint32_t number);

  std::unique_ptr<Pages> pages_;
  std::uint64_t total_ = 0;
  std::uint64_t sum_us_ = 0;
  std::int64_t min_us_ = 0;
  std::int64_t max_us_ = 0;
};

}  // namespace loadgen
