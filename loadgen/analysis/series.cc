#include "loadgen/analysis/series.h"

#include <algorithm>

namespace loadgen {
namespace {

/// Stretches without an answer within during and after; blind and empty seconds say nothing.
void tell_silences(const std::vector<PhaseSpan>& spans, std::span<const SecondFigures> seconds,
                   ServedBy& by) {
  const bool has_during = std::any_of(spans.begin(), spans.end(), [](const PhaseSpan& span) {
    return span.name == PhaseName::during;
  });
  if (!has_during) return;
  std::uint64_t silence = 0, longest = 0, total = 0;
  for (const PhaseSpan& span : spans) {
    if (span.name != PhaseName::during && span.name != PhaseName::after) continue;
    for (RunSecond s = span.from; s < span.to; ++s) {
      const auto i = static_cast<std::size_t>(s - spans.front().from);
      if (seconds[i].is_blind() || seconds[i].is_empty()) continue;
      silence = by.answers[i] == 0 ? silence + 1 : 0;
      if (silence == 1) ++by.silences;
      if (silence > 0) ++total;
      longest = std::max(longest, silence);
    }
  }
  by.longest_silence_s = static_cast<double>(longest);
  by.total_silence_s = static_cast<double>(total);
}

}  // namespace

Series series_of(std::span<const SecondFigures> seconds, RunSecond start) {
  Series series;
  series.start_s = start;
  for (std::size_t s = 0; s < seconds.size(); ++s) {
    const SecondFigures& second = seconds[s];
    series.planned.push_back(second.planned);
    series.ok.push_back(second.ok);
    series.failed.push_back(count_of(second.ended, OutcomeKind::failed));
    series.timed_out.push_back(count_of(second.ended, OutcomeKind::timed_out));
    series.not_sent.push_back(count_of(second.ended, OutcomeKind::not_sent));
    series.unfinished.push_back(count_of(second.ended, OutcomeKind::unfinished));
    series.blind.push_back(second.blind());
    series.in_flight.push_back(second.in_flight);
    series.p50_us.push_back(second.p50_us);
    series.p99_us.push_back(second.p99_us);
    series.max_us.push_back(second.max_us);
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (second.ended[i] == 0 || kind_of(outcome) != OutcomeKind::failed) continue;
      auto& by_class = series.failed_by_class[std::string(name_of(outcome))];
      by_class.resize(seconds.size());
      by_class[s] = second.ended[i];
    }
  }
  return series;
}

std::vector<ServedBy> served_by_of(const Run& run, const Selection& selection,
                                   const std::vector<PhaseSpan>& spans,
                                   std::span<const SecondFigures> seconds) {
  if (spans.empty()) return {};
  const RunSecond from = spans.front().from;
  std::map<std::string, ServedBy> found;
  for (const PhaseSpan& span : spans) {
    const std::string phase = label_of(span.name, run.header);
    each_slice(run.recording, selection, span.from, span.to,
               [&](const SliceKey& key, const Slice& slice) {
                 for (const auto& [value, served] : slice.tally.served_by) {
                   ServedBy& by = found[value];
                   by.answers.resize(seconds.size());
                   by.answers[static_cast<std::size_t>(key.second - from)] += served.answers;
                   by.phases[phase].answers += served.answers;
                   by.phases[phase].ok += served.ok;
                 }
               });
  }
  std::vector<ServedBy> result;
  for (auto& [value, by] : found) {
    by.value = value;
    tell_silences(spans, seconds, by);
    result.push_back(std::move(by));
  }
  return result;
}

}  // namespace loadgen
