#include "loadgen/analysis/nodes.h"

#include <algorithm>

#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

/// Samples are a second apart; without one for longer than this there was none to be had.
constexpr Duration kLongestGap = std::chrono::milliseconds(2500);
/// A difference over more than this says nothing about one second.
constexpr Duration kOneSecond = std::chrono::milliseconds(1500);
constexpr const char* kNoSample = "no sample was taken";

using Samples = std::vector<const ServerSample*>;

std::uint32_t sessions_of(const ServerSample& sample) {
  std::uint32_t sum = 0;
  for (const auto& [state, n] : sample.states) sum += n;
  return sum;
}

std::uint32_t active_of(const ServerSample& sample) {
  const auto active = sample.states.find("active");
  return active == sample.states.end() ? 0 : active->second;
}

/// How far its standbys are behind, or it is itself.
std::optional<std::uint64_t> lag_of(const ServerSample& sample) {
  std::optional<std::uint64_t> most;
  if (sample.upstream) most = sample.upstream->lag_bytes;
  for (const StandbyLink& standby : sample.standbys) {
    if (standby.lag_bytes) most = std::max(most.value_or(0), *standby.lag_bytes);
  }
  return most;
}

std::optional<Duration> replay_lag_of(const ServerSample& sample) {
  std::optional<Duration> most;
  for (const StandbyLink& standby : sample.standbys) {
    if (standby.replay_lag) most = std::max(most.value_or(Duration{0}), *standby.replay_lag);
  }
  return most;
}

template <class Value>
void raise(std::optional<Value>& most, const std::optional<Value>& value) {
  if (value) most = std::max(most.value_or(*value), *value);
}

/// What was counted between two samples of one start; nothing when the counts went back (somebody
/// reset them) or the server was started in between.
std::optional<ServerCounts> difference(const ServerSample& before, const ServerSample& after) {
  if (before.started_us != after.started_us || before.system_identifier != after.system_identifier)
    return std::nullopt;
  ServerCounts counts;
  for (std::size_t i = 0; i < kServerCounters; ++i) {
    if (after.counts[i] < before.counts[i]) return std::nullopt;
    counts[i] = after.counts[i] - before.counts[i];
  }
  return counts;
}

std::string role_of(const ServerSample& sample) {
  return sample.in_recovery ? "standby" : "primary";
}

std::string timelines(const ServerSample& before, const ServerSample& after) {
  return "timeline " + std::to_string(before.timeline) + " → " + std::to_string(after.timeline);
}

/// Tells what happened to one node, sample by sample.
class Story {
 public:
  explicit Story(NodeResult& node) : node_(node) {}

  void go_on(const ServerSample& sample) {
    if (!sample.problem.empty()) return blind(sample);
    if (last_ != nullptr && !blind_since_ && sample.at - last_->at > kLongestGap) {
      blind_since_ = last_->at + std::chrono::seconds(1);
      why_ = latest_why_ = kNoSample;
    }
    if (blind_since_) event(*blind_since_, "blind", whys(), sample.at);
    blind_since_.reset();
    if (last_ != nullptr) compare(*last_, sample);
    last_ = &sample;
    if (!sample.settings.empty()) settings(sample);
  }

  /// until: as far as the run is known.
  void end(RunOffset until) {
    if (!blind_since_ && last_ != nullptr && until - last_->at > kLongestGap) {
      blind_since_ = last_->at + std::chrono::seconds(1);
      why_ = latest_why_ = kNoSample;
    }
    if (blind_since_) event(*blind_since_, "blind", whys());
  }

 private:
  void blind(const ServerSample& sample) {
    if (!blind_since_) why_ = sample.problem;
    latest_why_ = sample.problem;
    blind_since_ = blind_since_.value_or(sample.at);
  }

  std::string whys() const {
    return why_ == latest_why_ ? why_ : why_ + "; in the end: " + latest_why_;
  }

  void event(RunOffset at, const char* kind, const std::string& detail,
             std::optional<RunOffset> to = std::nullopt) {
    NodeEvent made;
    made.at = at;
    made.to = to;
    made.kind = kind;
    made.detail = detail;
    node_.events.push_back(std::move(made));
  }

  void compare(const ServerSample& before, const ServerSample& after) {
    if (before.system_identifier != after.system_identifier) {
      event(after.at, "other_server",
            "system identifier " + std::to_string(before.system_identifier) + " → " +
                std::to_string(after.system_identifier));
    } else if (after.started_us < before.started_us) {
      event(after.at, "other_server",
            "one that has been running since " + iso_utc(after.started_us));
    } else if (after.started_us > before.started_us) {
      const bool moved = before.address != after.address;
      event(after.at, "restart",
            "started at " + iso_utc(after.started_us) +
                (moved ? ", at " + before.address + " before, at " + after.address + " now" : ""));
    }
    if (before.in_recovery && !after.in_recovery) {
      event(after.at, "promotion", timelines(before, after));
    } else if (!before.in_recovery && after.in_recovery) {
      event(after.at, "demotion", "it is a standby now");
    } else if (before.timeline != after.timeline && before.timeline != 0 && after.timeline != 0) {
      event(after.at, "timeline", timelines(before, after));
    }
  }

  void settings(const ServerSample& sample) {
    std::string changed;
    for (const auto& [name, value] : sample.settings) {
      const auto known = node_.settings.find(name);
      if (known == node_.settings.end() || known->second == value) continue;
      changed +=
          (changed.empty() ? "" : ", ") + name + " = " + value + " (was " + known->second + ")";
    }
    if (!changed.empty()) event(sample.at, "settings", changed);
    node_.settings = sample.settings;
  }

  NodeResult& node_;
  const ServerSample* last_ = nullptr;  // with an answer
  std::optional<RunOffset> blind_since_;
  std::string why_, latest_why_;
};

bool within(const PhaseSpan& span, RunOffset at) {
  return run_second(at) >= span.from && run_second(at) < span.to;
}

void average(std::map<std::string, double>& sums, std::uint64_t samples) {
  for (auto& [name, sum] : sums) sum /= static_cast<double>(std::max<std::uint64_t>(1, samples));
}

NodePhase phase_of(const Samples& answered, const PhaseSpan& span, const std::string& label) {
  NodePhase phase;
  phase.phase = label;
  std::optional<RunSecond> last_second;
  std::uint64_t seconds = 0;
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const ServerSample& sample = *answered[i];
    if (!within(span, sample.at)) continue;
    ++phase.samples;
    if (last_second != run_second(sample.at)) ++seconds;
    last_second = run_second(sample.at);
    phase.sessions_max = std::max(phase.sessions_max, sessions_of(sample));
    phase.active_max = std::max(phase.active_max, active_of(sample));
    for (const auto& [state, n] : sample.states) phase.states[state] += n;
    for (const auto& [wait, n] : sample.waits) phase.waits[wait] += n;
    raise(phase.lag_bytes_max, lag_of(sample));
    raise(phase.replay_lag_max, replay_lag_of(sample));
    phase.took_max = std::max(phase.took_max, sample.took);
    const auto counted = i == 0 ? std::nullopt : difference(*answered[i - 1], sample);
    if (!counted) continue;
    phase.counted_s += to_seconds(sample.at - answered[i - 1]->at);
    for (std::size_t c = 0; c < kServerCounters; ++c) phase.counted[c] += (*counted)[c];
  }
  phase.blind_s = static_cast<std::uint64_t>(span.to - span.from) - seconds;
  average(phase.states, phase.samples);
  average(phase.waits, phase.samples);
  return phase;
}

NodeSeries series_of(const Samples& answered, RunSecond from, RunSecond to) {
  NodeSeries series;
  series.start_s = from;
  const auto seconds = static_cast<std::size_t>(std::max(0, to - from));
  series.commits.resize(seconds);
  series.rollbacks.resize(seconds);
  series.sessions.resize(seconds);
  series.active.resize(seconds);
  series.lag_bytes.resize(seconds);
  series.primary.resize(seconds);
  for (std::size_t i = 0; i < answered.size(); ++i) {
    const ServerSample& sample = *answered[i];
    const RunSecond second = run_second(sample.at);
    if (second < from || second >= to) continue;
    const auto at = static_cast<std::size_t>(second - from);
    series.sessions[at] = sessions_of(sample);
    series.active[at] = active_of(sample);
    series.lag_bytes[at] = lag_of(sample);
    series.primary[at] = !sample.in_recovery;
    if (i == 0 || sample.at - answered[i - 1]->at > kOneSecond) continue;
    if (const auto counted = difference(*answered[i - 1], sample)) {
      series.commits[at] = (*counted)[static_cast<std::size_t>(ServerCounter::commits)];
      series.rollbacks[at] = (*counted)[static_cast<std::size_t>(ServerCounter::rollbacks)];
    }
  }
  return series;
}

NodeResult node_of(const Run& run, const Samples& samples, const std::vector<PhaseSpan>& spans) {
  NodeResult node;
  Story story(node);
  Samples answered;
  std::uint32_t hidden = 0;
  for (const ServerSample* sample : samples) {
    story.go_on(*sample);
    if (!sample->problem.empty()) continue;
    answered.push_back(sample);
    hidden = std::max(hidden, sample->hidden);
  }
  const RunSecond from = spans.empty() ? 0 : spans.front().from;
  const RunSecond to = spans.empty() ? 0 : spans.back().to;
  story.end(std::chrono::seconds(to));
  if (!answered.empty()) {
    const ServerSample& last = *answered.back();
    node.system_identifier = last.system_identifier;
    node.started_at = iso_utc(last.started_us);
    node.role = role_of(last);
    node.timeline = last.timeline;
  }
  if (hidden > 0) {
    node.note = "the states of up to " + std::to_string(hidden) +
                " sessions can't be seen: the role lacks pg_monitor";
  }
  for (const PhaseSpan& span : spans) {
    node.phases.push_back(phase_of(answered, span, label_of(span.name, run.header)));
  }
  node.series = series_of(answered, from, to);
  return node;
}

}  // namespace

std::vector<std::pair<std::string, NodeResult>> nodes_of(const Run& run, const std::string& group,
                                                         const std::vector<PhaseSpan>& spans) {
  std::vector<std::pair<std::string, Samples>> by_node;
  for (const ServerSample& sample : run.server_samples) {
    if (sample.group != group) continue;
    const auto found = std::find_if(by_node.begin(), by_node.end(),
                                    [&](const auto& entry) { return entry.first == sample.node; });
    if (found == by_node.end()) {
      by_node.emplace_back(sample.node, Samples{&sample});
    } else {
      found->second.push_back(&sample);
    }
  }
  std::vector<std::pair<std::string, NodeResult>> nodes;
  for (const auto& [name, samples] : by_node)
    nodes.emplace_back(name, node_of(run, samples, spans));
  return nodes;
}

}  // namespace loadgen
