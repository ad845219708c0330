#include "loadgen/core/histogram.h"

#include <algorithm>
#include <cmath>

#include "loadgen/core/assert.h"

namespace loadgen {

SparseHistogram& SparseHistogram::operator+=(const SparseHistogram& other) {
  if (other.empty()) return *this;
  if (empty()) return *this = other;
  std::vector<std::pair<std::uint32_t, std::uint64_t>> merged;
  merged.reserve(buckets.size() + other.buckets.size());
  auto a = buckets.begin();
  auto b = other.buckets.begin();
  while (a != buckets.end() && b != other.buckets.end()) {
    if (a->first == b->first) {
      merged.emplace_back(a->first, a->second + b->second);
      ++a, ++b;
    } else {
      merged.push_back(a->first < b->first ? *a++ : *b++);
    }
  }
  merged.insert(merged.end(), a, buckets.end());
  merged.insert(merged.end(), b, other.buckets.end());
  buckets = std::move(merged);
  min_us = std::min(min_us, other.min_us);
  max_us = std::max(max_us, other.max_us);
  total += other.total;
  sum_us += other.sum_us;
  return *this;
}

Histogram::Histogram(const Histogram& other) { *this += other; }

Histogram& Histogram::operator=(const Histogram& other) {
  if (this == &other) return *this;
  clear();
  return *this += other;
}

Histogram& Histogram::operator+=(const Histogram& other) {
  if (other.empty()) return *this;
  for (std::uint32_t number = 0; number < other.pages_->size(); ++number) {
    if (!(*other.pages_)[number]) continue;
    const Page& from = *(*other.pages_)[number];
    Page& to = *make_page(number);
    for (std::uint32_t i = 0; i < kPage; ++i) to[i] += from[i];
  }
  min_us_ = empty() ? other.min_us_ : std::min(min_us_, other.min_us_);
  max_us_ = std::max(max_us_, other.max_us_);
  total_ += other.total_;
  sum_us_ += other.sum_us_;
  return *this;
}

Histogram& Histogram::operator+=(const SparseHistogram& other) {
  if (other.empty()) return *this;
  std::uint32_t number = 0;
  Page* page = nullptr;
  for (const auto& [index, count] : other.buckets) {
    LG_ASSERT(index < hdr::kCounts);
    if (page == nullptr || index / kPage != number) page = make_page(number = index / kPage);
    (*page)[index % kPage] += count;
  }
  min_us_ = empty() ? other.min_us : std::min(min_us_, other.min_us);
  max_us_ = std::max(max_us_, other.max_us);
  total_ += other.total;
  sum_us_ += other.sum_us;
  return *this;
}

std::uint64_t Histogram::count_at(std::uint32_t index) const {
  if (!pages_ || index >= hdr::kCounts) return 0;
  const Page* page = (*pages_)[index / kPage].get();
  return page == nullptr ? 0 : (*page)[index % kPage];
}

std::optional<std::int64_t> Histogram::quantile_us(double q, std::uint64_t infinite) const {
  LG_ASSERT(q >= 0 && q <= 1);
  const std::uint64_t n = total_ + infinite;
  if (n == 0) return std::nullopt;
  // The value wanted is the rank-th smallest, rank = ⌈q n⌉ and at least 1. q is taken one ulp lower
  // first, as HdrHistogram does: 0.07 × 100 is 7.000000000000001 in doubles and would be rank 8.
  const double exact_rank = std::ceil(std::nextafter(q, 0.0) * static_cast<double>(n));
  const std::uint64_t rank =
      std::clamp(static_cast<std::uint64_t>(exact_rank), std::uint64_t{1}, n);
  if (rank > total_) return std::nullopt;
  std::uint64_t seen = 0;
  for (std::uint32_t number = 0; number < pages_->size(); ++number) {
    const Page* page = (*pages_)[number].get();
    if (page == nullptr) continue;
    for (std::uint32_t i = 0; i < kPage; ++i) {
      seen += (*page)[i];
      if (seen >= rank) return std::min(hdr::highest_us(number * kPage + i), max_us_);
    }
  }
  LG_ASSERT(seen == total_);
  return max_us_;
}

std::uint64_t Histogram::count_at_most(std::int64_t us) const {
  if (us < 0 || empty()) return 0;
  const std::uint32_t last = hdr::index_of(us);
  std::uint64_t count = 0;
  for (std::uint32_t number = 0; number <= last / kPage; ++number) {
    const Page* page = (*pages_)[number].get();
    if (page == nullptr) continue;
    const std::uint32_t end = number == last / kPage ? last % kPage + 1 : kPage;
    for (std::uint32_t i = 0; i < end; ++i) count += (*page)[i];
  }
  return count;
}

SparseHistogram Histogram::sparse() const {
  SparseHistogram result;
  if (empty()) return result;
  for (std::uint32_t number = 0; number < pages_->size(); ++number) {
    const Page* page = (*pages_)[number].get();
    if (page == nullptr) continue;
    for (std::uint32_t i = 0; i < kPage; ++i) {
      if ((*page)[i] != 0) result.buckets.emplace_back(number * kPage + i, (*page)[i]);
    }
  }
  result.total = total_;
  result.sum_us = sum_us_;
  result.min_us = min_us_;
  result.max_us = max_us_;
  return result;
}

void Histogram::clear() {
  if (empty()) return;
  if (pages_) {  // not after a move
    for (auto& page : *pages_) {
      if (page) page->fill(0);
    }
  }
  total_ = 0;
  sum_us_ = 0;
  min_us_ = 0;
  max_us_ = 0;
}

Histogram::Page* Histogram::make_page(std::uint32_t number) {
  if (!pages_) pages_ = std::make_unique<Pages>();
  auto& page = (*pages_)[number];
  if (!page) page = std::make_unique<Page>();
  return page.get();
}

}  // namespace loadgen
