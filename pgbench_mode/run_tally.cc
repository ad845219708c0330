#include "pgbench_mode/run_tally.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <utility>

#include "loadgen/core/error.h"

namespace loadgen::pgbench {
namespace {

double microseconds_of(Duration d) { return std::chrono::duration<double, std::micro>(d).count(); }

double latency_us(const PostgresOptions::Ended& ended) {
  return microseconds_of(ended.flight.times.done - ended.flight.times.intended);
}

/// Until it was begun, or given up.
double lag_us(const PostgresOptions::Ended& ended) {
  const Times& times = ended.flight.times;
  if (times.sent == Times::kNone) return latency_us(ended);
  return microseconds_of(times.sent - times.intended);
}

Tally tally_of(const PostgresOptions::Ended& ended) {
  Tally one;
  switch (ended.outcome) {
    case Outcome::ok:
      one.ok = 1;
      one.latency.add(latency_us(ended));
      one.lag.add(lag_us(ended));
      break;
    case Outcome::not_sent_late_limit:
      one.skipped = 1;
      break;
    case Outcome::serialization:
      one.serialization_failures = 1;
      break;
    case Outcome::deadlock:
      one.deadlock_failures = 1;
      break;
    default:
      one.other_failures = 1;
  }
  if (ended.tries > 1) {
    one.retried = 1;
    one.retries = static_cast<std::int64_t>(ended.tries - 1);
  }
  return one;
}

/// What pgbench's log calls a failed transaction.
std::string_view kind_in_log(Outcome outcome, bool detailed) {
  if (outcome == Outcome::not_sent_late_limit) return "skipped";
  if (detailed && outcome == Outcome::serialization) return "serialization";
  if (detailed && outcome == Outcome::deadlock) return "deadlock";
  return "failed";
}

}  // namespace

TallySoFar& TallySoFar::operator+=(const TallySoFar& other) {
  total += other.total;
  scripts.resize(std::max(scripts.size(), other.scripts.size()));
  for (std::size_t i = 0; i < other.scripts.size(); ++i) scripts[i] += other.scripts[i];
  above_limit += other.above_limit;
  lost += other.lost;
  clients_left += other.clients_left;
  first_due = std::min(first_due, other.first_due);
  last_done = std::max(last_done, other.last_done);
  return *this;
}

RunTally::RunTally(TallyOptions options) : options_(std::move(options)) {
  tally_.scripts.resize(options_.scripts);
  if (options_.log_path.empty()) return;
  log_.open(options_.log_path);
  if (!log_) {
    throw UserError("could not open logfile \"" + options_.log_path +
                    "\": " + std::strerror(errno));
  }
}

bool RunTally::nobody_is_left() const {
  const std::lock_guard lock(mutex_);
  return options_.clients > 0 &&
         static_cast<std::uint64_t>(tally_.clients_left) >= options_.clients;
}

void RunTally::note(const PostgresOptions::Ended& ended) {
  const bool leaves = ended.flight.client != nullptr && ended.flight.client->left;
  // What the instrument lost never happened for pgbench's summary; it is told below it. But a
  // client that ended with it is not there for the rest of the run.
  if (kind_of(ended.outcome) == OutcomeKind::blind && !leaves) return;
  // Nor does what falls due in the moment between the end of the last client and that of the run.
  if (ended.flight.client == nullptr && nobody_is_left()) return;
  const Times& times = ended.flight.times;
  // The transaction that a client ends with is not one of its transactions, says pgbench.
  const Tally one = leaves ? Tally{} : tally_of(ended);
  const bool late = one.ok > 0 && options_.latency_limit_us > 0 &&
                    one.latency.longest_us > static_cast<double>(options_.latency_limit_us);
  {
    const std::lock_guard lock(mutex_);
    tally_.total += one;
    tally_.scripts.at(ended.flight.operation) += one;
    tally_.above_limit += late ? 1 : 0;
    tally_.clients_left += leaves ? 1 : 0;
    // An SQL error is an answer; whatever else ended it is what pgbench's clients die of.
    tally_.lost += one.other_failures > 0 && !ended.flight.answered ? 1 : 0;
    tally_.first_due = std::min(tally_.first_due, times.intended);
    tally_.last_done = std::max(tally_.last_done, times.done);
  }
  if (log_.is_open() && !leaves) log(ended);
}

/// pgbench's line: client_id transaction_no time script_no time_epoch time_us [lag] [retries].
void RunTally::log(const PostgresOptions::Ended& ended) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(wall).count();
  char line[200];
  std::string text = std::to_string(std::max(ended.client, 0)) + " " +
                     std::to_string(++numbers_[ended.client]) + " ";
  if (ended.outcome == Outcome::ok) {
    std::snprintf(line, sizeof line, "%.0f", latency_us(ended));
    text += line;
  } else {
    text += kind_in_log(ended.outcome, options_.failures_detailed);
  }
  std::snprintf(line, sizeof line, " %u %lld %lld", unsigned{ended.flight.operation},
                static_cast<long long>(us / 1'000'000), static_cast<long long>(us % 1'000'000));
  text += line;
  if (options_.throttled) {
    std::snprintf(line, sizeof line, " %.0f", lag_us(ended));
    text += line;
  }
  if (options_.log_tries) text += " " + std::to_string(ended.tries > 0 ? ended.tries - 1 : 0);
  log_ << text << '\n';
}

TallySoFar RunTally::so_far() const {
  const std::lock_guard lock(mutex_);
  return tally_;
}

bool RunTally::log_complete() {
  if (!log_.is_open()) return true;
  log_.flush();
  return static_cast<bool>(log_);
}

}  // namespace loadgen::pgbench
