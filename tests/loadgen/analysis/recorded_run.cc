#include "recorded_run.h"

#include <algorithm>

namespace loadgen {
namespace {

constexpr std::pair<Outcome, std::uint64_t Tickets::*> kEndings[] = {
    {Outcome::ok, &Tickets::ok},
    {Outcome::connect_refused, &Tickets::refused},
    {Outcome::http_5xx, &Tickets::http_5xx},
    {Outcome::timed_out, &Tickets::timed_out},
    {Outcome::not_sent_cap, &Tickets::cap},
    {Outcome::unfinished, &Tickets::unfinished},
    {Outcome::blind_late, &Tickets::late},
    {Outcome::blind_aborted, &Tickets::aborted},
};

Tally tally_of(RunSecond second, const Tickets& t) {
  Tally tally;
  tally.scheduled = t.open;
  for (const auto& [outcome, count] : kEndings) tally.scheduled += t.*count;
  std::int64_t number = 0;
  for (const auto& [outcome, count] : kEndings) {
    tally.ended[static_cast<std::size_t>(outcome)] = t.*count;
    for (std::uint64_t i = 0; i < t.*count; ++i, ++number) {
      const RunOffset intended =
          std::chrono::seconds{second} + std::chrono::nanoseconds{1'000'000'000} * number /
                                             static_cast<std::int64_t>(tally.scheduled);
      if (outcome == Outcome::ok) {
        tally.note_ok(intended);
      } else if (kind_of(outcome) != OutcomeKind::blind) {
        tally.note_not_ok(intended);
      }
    }
  }
  tally.in_flight = t.in_flight;
  if (!t.served_by.empty()) tally.served_by[t.served_by] = {t.ok, t.ok};
  return tally;
}

SparseHistogram alike(std::int64_t us, std::uint64_t times) {
  Histogram histogram;
  if (times > 0) histogram.record_us(us, times);
  return histogram.sparse();
}

}  // namespace

RecordedRun::RecordedRun(const std::string& scenario) {
  ScenarioSource source;
  source.text = scenario;
  source.environment = [](const std::string&) { return std::optional<std::string>(""); };
  run.scenario = parse_scenario(source);
  run.header.scenario_text = scenario;
  run.header.run_id = "by-hand";
  run.header.started_at_us = 1'787'220'364'000'000;
  run.header.tool_version = "0.1.0";
}

RecordedRun& RecordedRun::mark(double at_s, const std::string& kind, const std::string& name,
                               const std::string& group, const std::string& detail) {
  run.marks.push_back({from_seconds(at_s), kind, name, group, detail});
  return *this;
}

RecordedRun& RecordedRun::phases() {
  mark(0, "phase", "warmup").mark(5, "phase", "before").mark(25, "phase", "during");
  return mark(45, "phase", "after").mark(65, "phase", "end");
}

RecordedRun& RecordedRun::seconds(std::uint16_t group, std::pair<RunSecond, RunSecond> span,
                                  const Tickets& tickets, SliceKey other) {
  for (RunSecond s = span.first; s < span.second; ++s) {
    add({group, other.workload, other.operation, s}, tickets);
  }
  return *this;
}

RecordedRun& RecordedRun::both(std::pair<RunSecond, RunSecond> span, const Tickets& tickets) {
  return seconds(0, span, tickets).seconds(1, span, tickets);
}

RecordedRun& RecordedRun::end(double at_s, bool aborted, const std::string& reason) {
  for (std::uint32_t worker = 0; worker < run.header.workers; ++worker) {
    Part part;
    part.worker = worker;
    part.sequence = ++sequence_;
    part.made_at = from_seconds(at_s);
    part.last = true;
    REQUIRE(add_part(run, part).empty());
  }
  run.end = RunEnd{from_seconds(at_s), aborted, reason};
  run.last = run.end->at;
  return *this;
}

void RecordedRun::add(const SliceKey& key, const Tickets& tickets) {
  Part part;
  part.worker = tickets.worker;
  part.sequence = ++sequence_;
  part.made_at = std::chrono::seconds{key.second + 1};
  Slice& slice = part.slices[key];
  slice.tally = tally_of(key.second, tickets);
  slice[Measure::response_ok] = slice[Measure::service] = alike(tickets.ok_us, tickets.ok);
  slice[Measure::send_lag] = alike(tickets.lag_us, slice.tally.planned());
  slice[Measure::send_lag] += alike(tickets.late_lag_us, tickets.late);
  REQUIRE(add_part(run, part).empty());
  run.last = std::max(run.last, part.made_at);
}

bool says(const std::vector<std::string>& sentences, const std::string& part) {
  for (const std::string& sentence : sentences) {
    if (sentence.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace loadgen
