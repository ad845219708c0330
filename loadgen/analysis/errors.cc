#include "loadgen/analysis/errors.h"

#include <algorithm>
#include <set>

namespace loadgen {
namespace {

bool is_error(Outcome outcome) {
  const OutcomeKind kind = kind_of(outcome);
  return kind != OutcomeKind::ok && kind != OutcomeKind::blind;
}

/// The errors of one class in one phase; count 0 when there was none.
ErrorGroup group_of(Outcome outcome, const PhaseSpan& span, RunSecond start,
                    const std::vector<SecondFigures>& seconds) {
  ErrorGroup group;
  group.outcome = outcome;
  for (RunSecond s = span.from; s < span.to; ++s) {
    const SecondFigures& second = seconds[static_cast<std::size_t>(s - start)];
    const std::uint64_t count = second.ended[static_cast<std::size_t>(outcome)];
    if (count == 0) continue;
    const RunOffset from = std::chrono::seconds{s};
    if (group.count == 0) group.first = std::max(from, second.first_not_ok);
    group.last = std::max(group.last, std::max(from, second.last_not_ok));
    group.count += count;
  }
  return group;
}

/// At most kMostSamples of them (in time order, and so are those that are returned): each
/// operation's first before any one's second, since one class may be of several causes.
std::vector<const ErrorSample*> chosen(const std::vector<const ErrorSample*>& samples) {
  std::set<std::uint16_t> operations;
  std::vector<const ErrorSample*> first, others;
  for (const ErrorSample* sample : samples)
    (operations.insert(sample->key.operation).second ? first : others).push_back(sample);
  first.insert(first.end(), others.begin(), others.end());
  first.resize(std::min(first.size(), kMostSamples));
  std::stable_sort(first.begin(), first.end(),
                   [](const ErrorSample* a, const ErrorSample* b) { return a->at < b->at; });
  return first;
}

}  // namespace

std::vector<ErrorGroup> errors_of(const Run& run, const Selection& selection,
                                  const std::vector<PhaseSpan>& spans,
                                  const std::vector<SecondFigures>& seconds) {
  std::vector<const ErrorSample*> samples;
  for (const ErrorSample& sample : run.recording.samples) {
    if (sample.key.group == selection.group && sample.key.workload == selection.workload) {
      samples.push_back(&sample);
    }
  }
  std::stable_sort(samples.begin(), samples.end(),
                   [](const ErrorSample* a, const ErrorSample* b) { return a->at < b->at; });

  std::vector<ErrorGroup> groups;
  for (const PhaseSpan& span : spans) {
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (!is_error(outcome)) continue;
      ErrorGroup group = group_of(outcome, span, spans.front().from, seconds);
      if (group.count == 0) continue;
      group.phase = label_of(span.name, run.header);
      std::vector<const ErrorSample*> its;
      for (const ErrorSample* sample : samples) {
        const RunSecond second = sample->key.second;
        if (sample->outcome == outcome && second >= span.from && second < span.to)
          its.push_back(sample);
      }
      for (const ErrorSample* sample : chosen(its)) group.samples.push_back(*sample);
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

}  // namespace loadgen
