#include "loadgen/analysis/outage.h"

#include <algorithm>

namespace loadgen {
namespace {

RunOffset start_of(RunSecond second) { return std::chrono::seconds{second}; }

/// Where the down window that begins with second `at` began: in the second before it, after its
/// last ok, when that second ends in failures.
RunOffset down_from(std::span<const SecondFigures> seconds, RunSecond first, std::size_t at) {
  const RunOffset whole = start_of(first + static_cast<RunSecond>(at));
  if (at == 0) return whole;
  const SecondFigures& before = seconds[at - 1];
  if (before.is_blind() || before.last_ok == Tally::kNever) return whole;
  if (before.last_not_ok <= before.last_ok) return whole;
  // The first failure after the last ok: known when no failure stands before it; else the last ok
  // is at most one gap between tickets too early.
  return before.first_not_ok > before.last_ok ? before.first_not_ok : before.last_ok;
}

/// Where the down window whose last second is `at` ended: at the first ok of the second after it,
/// when failures stand before that.
RunOffset down_to(std::span<const SecondFigures> seconds, RunSecond first, std::size_t at) {
  const RunOffset whole = start_of(first + static_cast<RunSecond>(at) + 1);
  if (at + 1 >= seconds.size()) return whole;
  const SecondFigures& after = seconds[at + 1];
  if (after.is_blind() || after.first_ok == Tally::kNever) return whole;
  const bool failures_first =
      after.first_not_ok != Tally::kNever && after.first_not_ok < after.first_ok;
  return failures_first ? after.first_ok : whole;
}

/// The last second of the run of seconds from `at` for which `is` holds, with empty ones bridged.
template <class Predicate>
std::size_t end_of_stretch(std::span<const SecondFigures> seconds, std::size_t at, Predicate is) {
  std::size_t last = at;
  for (std::size_t i = at + 1; i < seconds.size(); ++i) {
    if (is(seconds[i])) {
      last = i;
    } else if (seconds[i].is_blind() || !seconds[i].is_empty()) {
      break;
    }
  }
  return last;
}

}  // namespace

std::vector<Outage> outages_of(std::span<const SecondFigures> seconds, RunSecond first) {
  std::vector<Outage> down;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (!seconds[i].is_down()) continue;
    const std::size_t last =
        end_of_stretch(seconds, i, [](const SecondFigures& s) { return s.is_down(); });
    down.push_back({down_from(seconds, first, i), down_to(seconds, first, last), true});
    i = last;
  }
  // A second into which a down window reaches is accounted for by that window.
  const auto explained = [&](std::size_t i) {
    const RunOffset from = start_of(first + static_cast<RunSecond>(i));
    return std::any_of(down.begin(), down.end(), [&](const Outage& window) {
      return window.from < from + std::chrono::seconds{1} && from < window.to;
    });
  };
  std::vector<Outage> all = down;
  for (std::size_t i = 0; i < seconds.size(); ++i) {
    if (!seconds[i].is_brown_out() || explained(i)) continue;
    std::size_t last =
        end_of_stretch(seconds, i, [](const SecondFigures& s) { return s.is_brown_out(); });
    while (last > i && explained(last)) --last;
    all.push_back({start_of(first + static_cast<RunSecond>(i)),
                   start_of(first + static_cast<RunSecond>(last) + 1), false});
    i = last;
  }
  std::sort(all.begin(), all.end(),
            [](const Outage& a, const Outage& b) { return a.from < b.from; });
  return all;
}

std::vector<Outage> cut_outages(const std::vector<Outage>& outages, RunOffset from,
                                std::optional<RunOffset> to) {
  std::vector<Outage> cut;
  for (Outage window : outages) {
    if (window.to <= from || (to && window.from >= *to)) continue;
    window.from = std::max(window.from, from);
    if (to) window.to = std::min(window.to, *to);
    cut.push_back(window);
  }
  return cut;
}

OutageTotals totals_of(const std::vector<Outage>& outages) {
  OutageTotals totals;
  for (const Outage& window : outages) {
    const double length = to_seconds(window.to - window.from);
    totals.degraded_s += length;
    if (!window.down) continue;
    totals.longest_s = std::max(totals.longest_s, length);
    totals.total_s += length;
  }
  return totals;
}

}  // namespace loadgen
