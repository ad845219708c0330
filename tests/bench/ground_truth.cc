#include "ground_truth.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace loadgen {
namespace {

constexpr double kSpread = 0.6, kTailFactor = 3, kTailShare = 0.01;

/// exp(0.6 z) for 65,536 equally likely z: one look-up instead of a logarithm and a root.
const std::vector<double>& spreads() {
  static const std::vector<double> table = [] {
    std::vector<double> made(65'536);
    // Normal quantiles by bisection of erfc: made once.
    for (std::size_t i = 0; i < made.size(); ++i) {
      const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(made.size());
      double low = -6, high = 6;
      for (int step = 0; step < 50; ++step) {
        const double z = (low + high) / 2;
        (0.5 * std::erfc(-z / std::sqrt(2.0)) < p ? low : high) = z;
      }
      made[i] = std::exp(kSpread * (low + high) / 2);
    }
    return made;
  }();
  return table;
}

/// A stationary AR(1) series of unit variance.
class Weather {
 public:
  Weather(std::uint64_t seed, double rho) : random_(seed), rho_(rho), at_(normal_(random_)) {}
  double next() {
    const double now = at_;
    at_ = rho_ * at_ + std::sqrt(1 - rho_ * rho_) * normal_(random_);
    return now;
  }

 private:
  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  double rho_, at_;
};

/// splitmix64: one multiplication chain per ticket, and good enough for that.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ull + 1) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
  }

 private:
  std::uint64_t state_;
};

double uniform(std::uint64_t bits) { return static_cast<double>(bits >> 11) * 0x1.0p-53; }

struct Now {
  double multiply = 1, errors = 0, wait_s = 0;
  bool blind = false;
};

/// A queue of c servers: when each of them is free again.
class Queue {
 public:
  explicit Queue(int servers) : free_(static_cast<std::size_t>(std::max(servers, 1))) {}
  /// Response time in seconds of a ticket that arrives then and is served for so long; nobody is
  /// served before `open_s`.
  double respond(double at_s, double service_s, double open_s) {
    const auto next = std::min_element(free_.begin(), free_.end());
    *next = std::max({*next, at_s, open_s}) + service_s;
    return *next - at_s;
  }

 private:
  std::vector<double> free_;
};

Now effects_at(const GroundTruth& truth, std::size_t group, double at_s) {
  Now now{1, truth.errors, 0, false};
  for (const TruthEffect& effect : truth.effects) {
    if (effect.group != group || at_s < effect.from_s || at_s >= effect.to_s) continue;
    const double left = effect.to_s - at_s;
    const double share = effect.ramp_back > 0 ? std::min(1.0, left / effect.ramp_back) : 1;
    now.multiply *= 1 + (effect.multiply - 1) * share;
    now.errors += effect.errors * share;
    now.blind = now.blind || effect.blind;
    if (effect.pause) now.wait_s = std::max(now.wait_s, left);
  }
  return now;
}

SparseHistogram histogram_of(std::vector<std::int64_t>& values) {
  std::sort(values.begin(), values.end());
  SparseHistogram made;
  for (const std::int64_t us : values) {
    const std::uint32_t index = hdr::index_of(us);
    if (made.buckets.empty() || made.buckets.back().first != index) {
      made.buckets.emplace_back(index, 0);
    }
    ++made.buckets.back().second;
    made.sum_us += static_cast<std::uint64_t>(us);
  }
  made.total = values.size();
  if (!values.empty()) made.min_us = values.front();
  if (!values.empty()) made.max_us = values.back();
  return made;
}

struct Second {
  SliceKey key;
  double weather = 0;  // m_t
};

constexpr double kBusy = 0.7;

/// One ticket's latency in µs.
double latency_us(const GroundTruth& truth, double level_us, const Now& now, double at_s,
                  Dice& dice, Queue& queue) {
  const std::uint64_t bits = dice.next();
  if (truth.servers > 0) {
    const double mean_s = kBusy * truth.servers / truth.rate;
    const double service_s = -std::log1p(-uniform(bits)) * mean_s * now.multiply;
    return queue.respond(at_s, service_s, at_s + now.wait_s) * 1e6;
  }
  double us = level_us * now.multiply * spreads()[bits & 0xFFFF];
  if (uniform(bits) < kTailShare) us *= kTailFactor;
  if (truth.slow_share > 0 && uniform(dice.next()) < truth.slow_share) us *= truth.slow_factor;
  return us + now.wait_s * 1e6;
}

Slice slice_of(const GroundTruth& truth, const Second& second, Dice& dice, Queue& queue) {
  Slice slice;
  const auto tickets = static_cast<std::int64_t>(std::llround(truth.rate));
  const double level = truth.base_us * std::exp(truth.sd * second.weather);
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < tickets; ++i) {
    const double at_s = second.key.second + static_cast<double>(i) / static_cast<double>(tickets);
    const Now now = effects_at(truth, second.key.group, at_s);
    if (now.blind) {
      ++slice.tally.ended[static_cast<std::size_t>(Outcome::blind_late)];
      continue;
    }
    if (now.errors > 0 && uniform(dice.next()) < now.errors) {
      ++slice.tally.ended[static_cast<std::size_t>(Outcome::connect_refused)];
      slice.tally.note_not_ok(from_seconds(at_s));
      continue;
    }
    slice.tally.note_ok(from_seconds(at_s));
    const double us = latency_us(truth, level, now, at_s, dice, queue);
    values.push_back(std::min(hdr::kHighestUs, static_cast<std::int64_t>(us)));
  }
  slice.tally.scheduled = static_cast<std::uint64_t>(tickets);
  slice.tally.ended[static_cast<std::size_t>(Outcome::ok)] = values.size();
  slice[Measure::response_ok] = histogram_of(values);
  std::vector<std::int64_t> lag(static_cast<std::size_t>(tickets), 20);
  slice[Measure::send_lag] = histogram_of(lag);
  return slice;
}

std::string scenario_of(const GroundTruth& truth) {
  const auto phase = [](const char* name, RunSecond seconds) {
    return seconds == 0 ? std::string()
                        : name + std::string(" = \"") + std::to_string(seconds) + "s\"\n";
  };
  std::string text = "schema = 1\n[phases]\n" + phase("before", truth.before) +
                     phase("during", truth.during) + phase("after", truth.after);
  // A lone group is the one that gets the fault.
  if (truth.groups > 1) text += "[groups.control]\nbase_url = \"http://127.0.0.1:1\"\n";
  text += "[groups.experimental]\nbase_url = \"http://127.0.0.1:2\"\n";
  for (std::size_t w = 0; w < truth.workloads; ++w) {
    text += "[[workloads]]\nname = \"w" + std::to_string(w) +
            "\"\nkind = \"http\"\nrate = " + std::to_string(std::llround(truth.rate)) + "\n";
  }
  if (truth.fault_s >= 0) {
    text +=
        "[[faults]]\nname = \"kill\"\nkind = \"command\"\ngroup = \"experimental\"\n"
        "inject = [\"true\"]\n";
  }
  return text + truth.scenario;
}

void mark(Run& run, double at_s, const char* kind, const char* name) {
  run.marks.push_back({from_seconds(at_s), kind, name, "", ""});
}

void add_marks(const GroundTruth& truth, Run& run) {
  const RunSecond end = truth.before + truth.during + truth.after;
  mark(run, 0, "phase", "before");
  if (truth.during > 0) mark(run, truth.before, "phase", "during");
  if (truth.fault_s >= 0) mark(run, truth.fault_s, "requested", "kill");
  if (truth.after > 0) mark(run, truth.before + truth.during, "phase", "after");
  mark(run, end, "phase", "end");
  Recording::Worker& worker = run.recording.workers[0];
  worker.last_heard = std::chrono::seconds{end};
  worker.finished = true;
  run.end = RunEnd{std::chrono::seconds{end}, false, ""};
  run.last = run.end->at;
}

}  // namespace

Run run_of(const GroundTruth& truth) {
  Run run;
  ScenarioSource source;
  source.text = scenario_of(truth);
  source.environment = [](const std::string&) { return std::optional<std::string>(""); };
  run.scenario = parse_scenario(source);
  run.header.scenario_text = source.text;
  run.header.run_id = "ground-truth";
  add_marks(truth, run);
  const RunSecond end = truth.before + truth.during + truth.after;
  std::uint64_t stream = truth.seed * 1'000;
  for (std::size_t w = 0; w < truth.workloads; ++w) {
    const std::uint64_t common_seed = ++stream;
    for (std::size_t g = 0; g < truth.groups; ++g) {
      Weather own(++stream, truth.rho), common(common_seed, truth.rho);
      Dice dice(++stream);
      Queue queue(truth.servers);
      for (RunSecond s = 0; s < end; ++s) {
        Second second{{static_cast<std::uint16_t>(g), static_cast<std::uint16_t>(w), 0, s}, 0};
        second.weather =
            std::sqrt(1 - truth.common) * own.next() + std::sqrt(truth.common) * common.next();
        run.recording.slices.emplace(second.key, slice_of(truth, second, dice, queue));
      }
    }
  }
  return run;
}

double true_quantile_us(const GroundTruth& truth, double q) {
  const double spread = std::hypot(kSpread, truth.sd);
  const auto below = [&](double ln) { return 0.5 * std::erfc(-ln / spread / std::sqrt(2.0)); };
  double low = -6, high = 6;
  for (int step = 0; step < 60; ++step) {
    const double ln = (low + high) / 2;
    const double p = (1 - kTailShare) * below(ln) + kTailShare * below(ln - std::log(kTailFactor));
    (p < q ? low : high) = ln;
  }
  return truth.base_us * std::exp((low + high) / 2);
}

}  // namespace loadgen
