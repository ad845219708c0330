#include "loadgen/analysis/recovery.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "loadgen/stats/order.h"

namespace loadgen {
namespace {

constexpr std::size_t kOnsetWindow = 5, kOnsetBad = 3;
constexpr std::size_t kStableGood = 3, kStableWindow = 30, kStableBad = 2;
constexpr std::size_t kLeastLeft = 10;  // seconds after a recovery that make it believable

double good_share(const SecondFigures& second) {
  return static_cast<double>(second.good) / static_cast<double>(second.planned);
}

double ln_p50(const SecondFigures& second) {
  return std::log(static_cast<double>(std::max<std::int64_t>(1, *second.p50_us)));
}

using Healths = std::vector<Health>;

std::size_t count_bad(const Healths& healths, std::size_t from, std::size_t length) {
  const std::size_t to = std::min(from + length, healths.size());
  std::size_t bad = 0;
  for (std::size_t i = from; i < to; ++i) bad += healths[i] == Health::bad ? 1 : 0;
  return bad;
}

/// First bad second from `from` on with 3 bad in the 5 from it.
std::optional<std::size_t> find_onset(const Healths& healths, std::size_t from) {
  for (std::size_t i = from; i < healths.size(); ++i) {
    if (healths[i] == Health::bad && count_bad(healths, i, kOnsetWindow) >= kOnsetBad) return i;
  }
  return std::nullopt;
}

/// Second `i` and the next two that have tickets are good; a blind one among them is not. Near the
/// end those that are left will do: it is the caller who can't tell then.
bool three_good(const Healths& healths, std::size_t i) {
  if (healths[i] != Health::good) return false;
  const bool near_end = healths.size() - i < kLeastLeft;
  std::size_t good = 0;
  for (; i < healths.size() && good < kStableGood; ++i) {
    if (healths[i] == Health::empty) continue;
    if (healths[i] != Health::good) return false;
    ++good;
  }
  return near_end || good == kStableGood;
}

/// First second from `from` on that begins three good ones with at most 2 bad in the 30 from it.
std::optional<std::size_t> find_recovery(const Healths& healths, std::size_t from) {
  for (std::size_t i = from; i < healths.size(); ++i) {
    if (three_good(healths, i) && count_bad(healths, i, kStableWindow) <= kStableBad) return i;
  }
  return std::nullopt;
}

/// One pass of the detector from second `from` on, as indices.
struct Detected {
  struct Stretch {
    std::size_t onset = 0;
    std::optional<std::size_t> recovered;
  };
  std::vector<Stretch> stretches;
  std::optional<std::size_t> undetermined;  // good again there, too late to tell
};

Detected detect(const Healths& healths, std::size_t from) {
  Detected found;
  for (auto onset = find_onset(healths, from); onset;) {
    found.stretches.push_back({*onset, std::nullopt});
    const auto recovered = find_recovery(healths, *onset);
    if (!recovered) break;
    if (healths.size() - *recovered < kLeastLeft) {
      found.undetermined = recovered;
      break;
    }
    found.stretches.back().recovered = recovered;
    onset = find_onset(healths, *recovered);
  }
  return found;
}

void add_note(Recovery& recovery, const std::string& note) {
  if (!recovery.note.empty()) recovery.note += "; ";
  recovery.note += note;
}

/// Turns indices into instants.
class Edges {
 public:
  explicit Edges(const Watched& watched) : watched_(watched) {}

  RunOffset start(std::size_t i) const {
    return std::chrono::seconds{watched_.first + static_cast<RunSecond>(i)};
  }

  /// The onset to the ticket, when second i ends in failures that no ok follows; else its start.
  RunOffset onset(std::size_t i) const {
    const SecondFigures& second = watched_.seconds[i];
    RunOffset at = start(i);
    if (second.first_not_ok != Tally::kNever && second.first_not_ok > second.last_ok) {
      at = std::max(at, second.first_not_ok);
    }
    return std::max(at, watched_.requested);
  }

  /// The recovery to the ticket, when the second before i ends in ok tickets that no failure
  /// follows; else the start of second i.
  RunOffset recovered(std::size_t i, std::size_t onset_at) const {
    if (i > onset_at + 1) {
      const SecondFigures& before = watched_.seconds[i - 1];
      if (!before.is_blind() && before.first_ok != Tally::kNever &&
          before.last_not_ok != Tally::kNever && before.last_not_ok < before.first_ok) {
        return before.first_ok;
      }
    }
    return start(i);
  }

 private:
  const Watched& watched_;
};

std::span<const SecondFigures> part_of(const Watched& watched, RunSecond from, RunSecond to) {
  const auto size = static_cast<RunSecond>(watched.seconds.size());
  const RunSecond begin = std::clamp(from - watched.first, 0, size);
  const RunSecond end = std::clamp(to - watched.first, begin, size);
  return watched.seconds.subspan(static_cast<std::size_t>(begin),
                                 static_cast<std::size_t>(end - begin));
}

Healths healths_of(std::span<const SecondFigures> seconds, const Baseline& baseline) {
  Healths healths;
  for (const SecondFigures& second : seconds) healths.push_back(health_of(second, baseline));
  return healths;
}

void tell_episodes(const Watched& watched, const Detected& found, Recovery& recovery) {
  const Edges edges(watched);
  for (const Detected::Stretch& stretch : found.stretches) {
    Episode episode{edges.onset(stretch.onset), std::nullopt};
    if (stretch.recovered) {
      episode.recovered =
          std::max(episode.onset, edges.recovered(*stretch.recovered, stretch.onset));
    }
    recovery.episodes.push_back(episode);
  }
  if (recovery.episodes.empty()) return;
  const Episode& first = recovery.episodes.front();
  recovery.onset = first.onset;
  recovery.time_to_detect_s = to_seconds(first.onset - watched.requested);
  recovery.recovered = first.recovered;
  if (first.recovered) {
    recovery.time_to_recover_s = to_seconds(*first.recovered - watched.requested);
  } else {
    // Right-censored: it was seen to last at least that long.
    const std::size_t seen = found.undetermined.value_or(watched.seconds.size());
    recovery.not_recovered_within_s =
        std::max(0.0, to_seconds(edges.start(seen) - watched.requested));
  }
  recovery.undetermined = found.undetermined.has_value();
  if (recovery.undetermined) add_note(recovery, "undetermined: fewer than 10 s left");
}

void tell_failures(const Watched& watched, Recovery& recovery) {
  const auto earliest = [&](RunOffset at) {
    if (at == Tally::kNever || at < watched.requested) return;
    recovery.first_failed = std::min(recovery.first_failed.value_or(at), at);
    recovery.last_failed = std::max(recovery.last_failed.value_or(at), at);
  };
  const RunSecond from = run_second(watched.requested);
  const RunSecond end = watched.first + static_cast<RunSecond>(watched.seconds.size());
  for (const SecondFigures& second : part_of(watched, from, end)) {
    earliest(second.first_not_ok);
    earliest(second.last_not_ok);
  }
}

}  // namespace

Baseline baseline_of(std::span<const SecondFigures> before) {
  Baseline baseline;
  std::vector<double> shares, levels;
  std::uint64_t planned = 0, ok = 0;
  for (const SecondFigures& second : before) {
    planned += second.planned;
    ok += second.ok;
    if (second.is_blind() || second.planned == 0) continue;
    shares.push_back(good_share(second));
    if (second.p50_us) levels.push_back(ln_p50(second));
  }
  baseline.seconds = shares.size();
  if (planned > 0) {
    baseline.error_rate = static_cast<double>(planned - ok) / static_cast<double>(planned);
  }
  if (shares.empty()) return baseline;
  std::sort(shares.begin(), shares.end());
  baseline.least_good_share = shares[(shares.size() - 1) / 100] - 0.01;
  if (levels.empty()) return baseline;
  baseline.most_ln_p50 =
      *stats::median(levels) + std::max(std::log(1.2), 4 * *stats::robust_deviation(levels));
  return baseline;
}

Health health_of(const SecondFigures& second, const Baseline& baseline) {
  if (second.is_blind()) return Health::unknown;
  if (second.is_empty()) return Health::empty;
  if (second.ok == 0) return Health::bad;
  if (baseline.seconds == 0) return Health::good;
  if (good_share(second) < baseline.least_good_share) return Health::bad;
  if (baseline.most_ln_p50 && second.p50_us && ln_p50(second) > *baseline.most_ln_p50) {
    return Health::bad;
  }
  return Health::good;
}

double requests_lost(std::span<const SecondFigures> seconds, double error_rate_before) {
  std::uint64_t planned = 0, ok = 0;
  for (const SecondFigures& second : seconds) {
    planned += second.planned;
    ok += second.ok;
  }
  return std::max(
      0.0, static_cast<double>(planned - ok) - error_rate_before * static_cast<double>(planned));
}

Recovery recovery_of(const Watched& watched) {
  Recovery recovery;
  const auto before = part_of(watched, watched.before_from, watched.before_to);
  const Baseline baseline = baseline_of(before);
  const RunSecond from = run_second(watched.requested);
  const RunSecond end = watched.first + static_cast<RunSecond>(watched.seconds.size());
  const auto since = part_of(watched, from, end);

  const Healths healths = healths_of(watched.seconds, baseline);
  tell_episodes(watched, detect(healths, watched.seconds.size() - since.size()), recovery);
  tell_failures(watched, recovery);
  recovery.outages = cut_outages(outages_of(watched.seconds, watched.first),
                                 std::chrono::seconds{from}, std::nullopt);
  const OutageTotals totals = totals_of(recovery.outages);
  recovery.longest_outage_s = totals.longest_s;
  recovery.total_outage_s = totals.total_s;
  recovery.degraded_s = totals.degraded_s;
  recovery.requests_lost = requests_lost(since, baseline.error_rate);

  if (baseline.seconds == 0) {
    add_note(recovery,
             "no data before the fault: only seconds without any ok could be seen as bad");
  } else if (find_onset(healths_of(before, baseline), 0)) {
    add_note(recovery, "the detector also sees an onset in `before`: its own noise");
  }
  const auto cap = static_cast<std::size_t>(Outcome::not_sent_cap);
  if (std::any_of(since.begin(), since.end(),
                  [&](const SecondFigures& second) { return second.ended[cap] > 0; })) {
    add_note(recovery, "the in-flight cap was reached: an outage may look longer by one timeout");
  }
  if (std::any_of(since.begin(), since.end(),
                  [](const SecondFigures& second) { return second.is_blind(); })) {
    add_note(recovery, "some seconds are blind: what happened in them is not known");
  }
  return recovery;
}

}  // namespace loadgen
