#include "loadgen/core/slice.h"

#include <algorithm>
#include <numeric>

#include "loadgen/core/assert.h"

namespace loadgen {
namespace {

// kNever is the smallest RunOffset, so the later of two instants is their maximum; the earlier one
// has to look.
RunOffset earlier(RunOffset a, RunOffset b) {
  if (a == Tally::kNever) return b;
  if (b == Tally::kNever) return a;
  return std::min(a, b);
}

RunOffset later(RunOffset a, RunOffset b) { return std::max(a, b); }

void add(OutcomeCounts& to, const OutcomeCounts& from) {
  for (std::size_t i = 0; i < kOutcomes; ++i) to[i] += from[i];
}

}  // namespace

std::string_view name_of(Measure measure) {
  switch (measure) {
    case Measure::response_ok:
      return "response_ok";
    case Measure::service:
      return "service";
    case Measure::wait:
      return "wait";
    case Measure::send_lag:
      return "send_lag";
    case Measure::resolve:
      return "resolve";
    case Measure::connect:
      return "connect";
    case Measure::tls:
      return "tls";
    case Measure::first_byte:
      return "first_byte";
    case Measure::whole:
      return "whole";
    case Measure::unfinished_age:
      return "unfinished_age";
    case Measure::authenticate:
      return "authenticate";
    case Measure::role:
      return "role";
  }
  LG_ASSERT(!"a measure");
}

std::uint64_t Tally::ended_total() const {
  return std::accumulate(ended.begin(), ended.end(), std::uint64_t{0});
}

void Tally::note_ok(RunOffset intended) {
  first_ok = earlier(first_ok, intended);
  last_ok = later(last_ok, intended);
}

void Tally::note_not_ok(RunOffset intended) {
  first_not_ok = earlier(first_not_ok, intended);
  last_not_ok = later(last_not_ok, intended);
}

Tally& Tally::operator+=(const Tally& other) {
  scheduled += other.scheduled;
  add(ended, other.ended);
  stale_retries += other.stale_retries;
  retried += other.retried;
  retries += other.retries;
  connects_attempted += other.connects_attempted;
  connects_ok += other.connects_ok;
  add(connects_failed, other.connects_failed);
  in_flight += other.in_flight;
  for (const auto& [value, served] : other.served_by) {
    Served& mine = served_by[value];
    mine.answers += served.answers;
    mine.ok += served.ok;
  }
  first_ok = earlier(first_ok, other.first_ok);
  last_ok = later(last_ok, other.last_ok);
  first_not_ok = earlier(first_not_ok, other.first_not_ok);
  last_not_ok = later(last_not_ok, other.last_not_ok);
  return *this;
}

Statement& Statement::operator+=(const Statement& other) {
  failed += other.failed;
  retried += other.retried;
  took += other.took;
  return *this;
}

Slice& Slice::operator+=(const Slice& other) {
  tally += other.tally;
  for (std::size_t m = 0; m < kMeasures; ++m) histograms[m] += other.histograms[m];
  for (const auto& [place, statement] : other.statements) statements[place] += statement;
  return *this;
}

}  // namespace loadgen
