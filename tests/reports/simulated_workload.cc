#include "tests/reports/simulated_workload.h"

#include <algorithm>
#include <cmath>

namespace loadgen::reports {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Own generator and own log-normal: the standard's distributions differ between libraries.
struct Dice {
  std::uint64_t state;
  double uniform() {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<double>(state >> 11) / 9007199254740992.0;
  }
  double normal() {  // Irwin-Hall: twelve uniforms
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
};

struct Gathered {
  Tally tally;
  Histogram response, service, lag, wait;
  std::vector<SparseHistogram> response_tenths, service_tenths;
};

std::uint64_t& of(OutcomeCounts& counts, Outcome outcome) {
  return counts[static_cast<std::size_t>(outcome)];
}

Quantiles quantiles(const Histogram& h, std::uint64_t infinite) {
  Quantiles q;
  q.has_data = h.total() + infinite > 0;
  q.p50 = h.quantile_us(0.5, infinite);
  q.p75 = h.quantile_us(0.75, infinite);
  q.p90 = h.quantile_us(0.9, infinite);
  q.p95 = h.quantile_us(0.95, infinite);
  q.p99 = h.quantile_us(0.99, infinite);
  q.p999 = h.quantile_us(0.999, infinite);
  q.p9999 = h.quantile_us(0.9999, infinite);
  if (infinite == 0 && !h.empty()) q.max = h.max_us();
  if (infinite == 0 && !h.empty()) q.mean = h.mean_us();
  return q;
}

PhaseFigures figures(const Gathered& g, RunOffset from, RunOffset to) {
  PhaseFigures f;
  f.from = from;
  f.to = to;
  f.tally = g.tally;
  const double length = to_seconds(to - from);
  const auto planned = static_cast<double>(g.tally.planned());
  const auto ok = static_cast<double>(g.tally.ok());
  const auto not_sent = static_cast<double>(count_of(g.tally.ended, OutcomeKind::not_sent));
  f.offered_per_s = planned / length;
  f.ok_per_s = ok / length;
  if (planned > 0) {
    f.achieved_rate = (planned - not_sent) / static_cast<double>(g.tally.scheduled);
    f.error_rate = (planned - ok) / planned;
    f.goodput =
        static_cast<double>(std::min(g.tally.ok(), g.response.count_at_most(250'000))) / planned;
  }
  const std::uint64_t bad = g.tally.planned() - g.tally.ok();
  f.response = quantiles(g.response, bad);
  f.ok_response = quantiles(g.response, 0);
  f.service = quantiles(g.service, 0);
  f.wait = quantiles(g.wait, 0);
  f.send_lag = quantiles(g.lag, 0);
  if (!g.service.empty()) f.stages["first_byte"] = quantiles(g.service, 0);
  return f;
}

/// One workload second by second; `errors` and samples are grouped as analysis does it.
class Simulation {
 public:
  explicit Simulation(const Plan& plan) : plan_(plan), dice_{plan.seed} {}

  WorkloadResult run() {
    workload_.kind = "http";
    workload_.max_in_flight = plan_.cap;
    workload_.latency_limit_s = 0.25;
    workload_.operation_names = {"GET /test_db"};
    workload_.served_by = {{"zone-a", {}, {}, {}}, {"zone-b", {}, {}, {}}};
    int begins = 0;
    for (const auto& [name, length] : plan_.phases) {
      phase(name, begins, length);
      begins += length;
    }
    workload_.totals = figures(all_, all_from_, seconds(begins));
    return workload_;
  }

 private:
  void phase(const std::string& name, int begins, int length) {
    Gathered gathered;
    for (int tenth = 0; tenth < 10; ++tenth) {
      Gathered slice;
      for (int s = length * tenth / 10; s < length * (tenth + 1) / 10; ++s) {
        second(name, begins + s, slice);
      }
      gathered.response_tenths.push_back(slice.response.sparse());
      gathered.service_tenths.push_back(slice.service.sparse());
      add(gathered, slice);
    }
    workload_.phases.emplace_back(name,
                                  figures(gathered, seconds(begins), seconds(begins + length)));
    workload_.response_tenths[name] = gathered.response_tenths;
    workload_.service_tenths[name] = gathered.service_tenths;
    for (std::size_t zone = 0; zone < 2; ++zone) {
      const std::string& value = workload_.served_by[zone].value;
      if (gathered.tally.served_by.count(value) > 0) {
        workload_.served_by[zone].phases[name] = gathered.tally.served_by[value];
      }
    }
    if (name == "warmup") {
      all_from_ = seconds(begins + length);
    } else {
      add(all_, gathered);
    }
  }

  static void add(Gathered& sum, const Gathered& more) {
    sum.tally += more.tally;
    sum.response += more.response;
    sum.service += more.service;
    sum.lag += more.lag;
    sum.wait += more.wait;
  }

  void second(const std::string& phase, int at, Gathered& slice) {
    const Weather weather = plan_.weather(at);
    Gathered now;
    Series& series = workload_.series;
    std::uint64_t zone_answers[2] = {0, 0};
    for (int i = 0; i < plan_.rate; ++i) {
      const RunOffset intended = seconds(at) + milliseconds(1000 * i / plan_.rate);
      ++now.tally.scheduled;
      now.lag.record_us(6 + static_cast<std::int64_t>(12 * std::exp(1.1 * dice_.normal())));
      now.wait.record_us(1);
      ticket(phase, intended, weather, now, zone_answers);
    }
    Tally& t = now.tally;
    series.planned.push_back(t.planned());
    series.ok.push_back(t.ok());
    series.failed.push_back(count_of(t.ended, OutcomeKind::failed));
    series.timed_out.push_back(count_of(t.ended, OutcomeKind::timed_out));
    series.not_sent.push_back(count_of(t.ended, OutcomeKind::not_sent));
    series.unfinished.push_back(0);
    series.blind.push_back(0);
    const double slow = weather.timed_out * plan_.rate * 8;
    series.in_flight.push_back(static_cast<std::uint64_t>(
        slow + plan_.rate * weather.median_ms / 1000 * (0.8 + 0.4 * dice_.uniform())));
    series.p50_us.push_back(now.response.quantile_us(0.5));
    series.p99_us.push_back(now.response.quantile_us(0.99));
    series.max_us.push_back(now.response.empty() ? std::optional<std::int64_t>()
                                                 : now.response.max_us());
    for (const Outcome o : {Outcome::connect_refused, Outcome::http_5xx}) {
      auto& list = series.failed_by_class[std::string(name_of(o))];
      list.resize(series.planned.size());
      list.back() = of(t.ended, o);
    }
    workload_.served_by[0].answers.push_back(zone_answers[0]);
    workload_.served_by[1].answers.push_back(zone_answers[1]);
    add(slice, now);
  }

  void ticket(const std::string& phase, RunOffset intended, const Weather& weather, Gathered& now,
              std::uint64_t (&zone_answers)[2]) {
    double luck = dice_.uniform();
    const auto ends = [&](double share) { return (luck -= share) < 0; };
    Outcome outcome = Outcome::ok;
    if (ends(weather.refused)) {
      outcome = Outcome::connect_refused;
    } else if (ends(weather.http_5xx)) {
      outcome = Outcome::http_5xx;
    } else if (ends(weather.timed_out)) {
      outcome = Outcome::timed_out;
    } else if (ends(weather.not_sent)) {
      outcome = Outcome::not_sent_cap;
    }
    ++of(now.tally.ended, outcome);
    if (outcome == Outcome::ok) {
      const auto us = static_cast<std::int64_t>(1000 * weather.median_ms *
                                                std::exp(weather.spread * dice_.normal()) *
                                                (dice_.uniform() < 0.01 ? 3 : 1));
      now.response.record_us(us + 40);
      now.service.record_us(us);
      now.tally.note_ok(intended);
    } else {
      now.tally.note_not_ok(intended);
      error(phase, outcome, intended);
    }
    if (outcome == Outcome::ok || outcome == Outcome::http_5xx) {
      const int zone = dice_.uniform() < weather.zone_a ? 0 : 1;
      Served& served = now.tally.served_by[zone == 0 ? "zone-a" : "zone-b"];
      ++served.answers;
      if (outcome == Outcome::ok) ++served.ok;
      ++zone_answers[zone];
    }
  }

  void error(const std::string& phase, Outcome outcome, RunOffset at) {
    auto group =
        std::find_if(workload_.errors.begin(), workload_.errors.end(),
                     [&](const ErrorGroup& g) { return g.outcome == outcome && g.phase == phase; });
    if (group == workload_.errors.end()) {
      group = workload_.errors.insert(group, ErrorGroup{outcome, phase, 0, at, at, {}});
    }
    ++group->count;
    group->last = at;
    if (group->samples.size() >= 2 || outcome == Outcome::timed_out) return;
    ErrorSample sample;
    sample.key.second = run_second(at);
    sample.outcome = outcome;
    sample.at = at;
    sample.peer = "127.0.0.1:8082";
    sample.excerpt = "connect: Connection refused";
    if (outcome == Outcome::http_5xx) {
      sample.status = 500;
      sample.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
      sample.excerpt =
          "HTTP/1.1 500 INTERNAL SERVER ERROR\nContent-Type: text/html\n\n<!doctype html>\n"
          "<title>500 Internal Server Error</title>\npsycopg2.OperationalError: connection to "
          "server at \"127.0.0.1\", port 5442 failed: Connection refused";
    }
    group->samples.push_back(sample);
  }

  const Plan& plan_;
  Dice dice_;
  WorkloadResult workload_;
  Gathered all_;
  RunOffset all_from_{0};
};

}  // namespace

WorkloadResult simulate(const Plan& plan) { return Simulation(plan).run(); }

}  // namespace loadgen::reports
