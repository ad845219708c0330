#include "loadgen/core/ledger.h"

#include <algorithm>
#include <array>

namespace loadgen {

std::string_view name_of(LedgerFate fate) {
  constexpr std::array<std::string_view, kLedgerFates> kNames{"acknowledged", "weak", "in_doubt",
                                                              "failed"};
  return kNames[static_cast<std::size_t>(fate)];
}

bool LedgerRange::extend(const LedgerRange& next) {
  if (next.first != last + 1 || next.attempt != attempt || next.fate != fate) return false;
  last = next.last;
  from = std::min(from, next.from);
  to = std::max(to, next.to);
  return true;
}

/// The first range of this attempt that does not end before `sequence`; one of another attempt, or
/// the end, when there is none.
LedgerRanges::Map::const_iterator LedgerRanges::first_ending_at(std::uint32_t attempt,
                                                                std::uint64_t sequence) const {
  auto at = ranges_.upper_bound({attempt, sequence});
  if (at == ranges_.begin()) return at;
  const auto before = std::prev(at);
  const bool reaches = before->first.first == attempt && before->second.last >= sequence;
  return reaches ? before : at;
}

bool LedgerRanges::overlaps(const LedgerRange& range) const {
  const auto at = first_ending_at(range.attempt, range.first);
  return at != ranges_.end() && at->first.first == range.attempt && at->second.first <= range.last;
}

bool LedgerRanges::add(const LedgerRange& range) {
  if (overlaps(range)) return false;
  auto here = ranges_.emplace(Place{range.attempt, range.first}, range).first;
  if (const auto next = std::next(here); next != ranges_.end() && here->second.extend(next->second))
    ranges_.erase(next);
  if (here == ranges_.begin()) return true;
  if (const auto before = std::prev(here); before->second.extend(here->second)) ranges_.erase(here);
  return true;
}

}  // namespace loadgen
