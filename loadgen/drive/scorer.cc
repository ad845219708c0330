#include "loadgen/drive/scorer.h"

#include <algorithm>

#include "loadgen/core/assert.h"

namespace loadgen {

namespace {

/// A header that differs with every answer must not fill the memory: this many names per second are
/// told apart, by this many bytes.
constexpr std::size_t kMostNames = 64;
constexpr std::size_t kLongestName = 128;

Served& served_of(Tally& tally, std::string_view name) {
  name = name.substr(0, kLongestName);
  auto found = tally.served_by.find(name);
  if (found == tally.served_by.end()) {
    if (tally.served_by.size() >= kMostNames) name = Scorer::kOtherNames;
    found = tally.served_by.try_emplace(std::string(name)).first;
  }
  return found->second;
}

}  // namespace

Scorer::Scorer(const Scenario& scenario, std::uint32_t worker, std::uint64_t parts_before)
    : recorder_(worker, parts_before), groups_(scenario.groups.size()) {
  for (const Workload& workload : scenario.workloads) {
    first_operation_.push_back(operations_);
    operations_ += workload.operations().size();
    closed_loop_.push_back(workload.closed_loop());
    probe_.push_back(workload.probe != Probe::none);
  }
  remembered_.resize(groups_ * operations_);
}

Cell& Scorer::cell_at(const SliceKey& key) {
  Remembered& remembered =
      remembered_[key.group * operations_ + first_operation_[key.workload] + key.operation];
  if (remembered.second != key.second || remembered.cell == nullptr) {
    remembered.second = key.second;
    remembered.cell = &recorder_.cell(key);
  }
  return *remembered.cell;
}

Cell& Scorer::cell_now(std::uint16_t group, std::uint16_t workload, Instant at) {
  // Connections are opened before the run starts; they are shown with its first second.
  const RunSecond second = started() ? std::max<RunSecond>(0, run_second(offset(at))) : 0;
  return cell_at({group, workload, 0, second});
}

void Scorer::end(const Ending& ending) {
  Cell& cell = cell_of(ending.ticket, ending.operation);
  Tally& tally = cell.tally;
  tally.ended[static_cast<std::size_t>(ending.outcome)] += 1;
  const Times& times = ending.times;
  const OutcomeKind kind = kind_of(ending.outcome);
  if (kind == OutcomeKind::ok) {
    tally.note_ok(ending.ticket.intended);
    cell.record(Measure::response_ok, times.done - times.intended);
    cell.record(Measure::whole, times.done - times.sent);
  } else if (kind != OutcomeKind::blind) {
    tally.note_not_ok(ending.ticket.intended);
  }
  if (kind == OutcomeKind::unfinished || kind == OutcomeKind::timed_out) {
    cell.record(Measure::unfinished_age, times.done - times.intended);
  }
  // What our own stall distorted is told as blind, with no figure. A late ticket keeps its lag:
  // that is what made it blind.
  if (kind != OutcomeKind::blind || ending.outcome == Outcome::blind_late) {
    cell.record(Measure::send_lag, times.taken_up - times.intended);
  }
  if (times.sent != Times::kNone) {
    // They do not end in the order in which they were sent.
    const RunOffset sent = offset(times.sent);
    if (first_send_ == Tally::kNever || sent < first_send_) first_send_ = sent;
  }
  if (kind != OutcomeKind::blind && times.sent != Times::kNone) {
    cell.record(Measure::wait, times.sent - times.taken_up);
    if (times.first_byte != Times::kNone)
      cell.record(Measure::first_byte, times.first_byte - times.sent);
    if (ending.answered) {
      cell.record(Measure::service, times.done - times.sent);
      if (ending.served_by != nullptr && !ending.served_by->empty()) {
        Served& served = served_of(tally, *ending.served_by);
        served.answers += 1;
        served.ok += kind == OutcomeKind::ok;
      }
    }
  }
  if (probe_[ending.ticket.workload] && kind != OutcomeKind::blind) {
    ProbeAnswer answer;
    answer.group = ending.ticket.group;
    answer.workload = ending.ticket.workload;
    answer.intended = ending.ticket.intended;
    answer.done = offset(times.done);
    answer.outcome = ending.outcome;
    answer.session = ending.session;
    recorder_.add(answer);
  }
  if (closed_loop_[ending.ticket.workload] || ending.client_ends)
    freed_.push_back({ending.ticket, times.done, ending.client_ends});
}

void Scorer::stage(std::uint16_t group, std::uint16_t workload, Measure stage, Duration took,
                   Instant at) {
  cell_now(group, workload, at).record(stage, took);
}

void Scorer::connect_attempted(std::uint16_t group, std::uint16_t workload, Instant at) {
  cell_now(group, workload, at).tally.connects_attempted += 1;
}

void Scorer::connect_ok(std::uint16_t group, std::uint16_t workload, Instant at) {
  cell_now(group, workload, at).tally.connects_ok += 1;
}

void Scorer::connect_failed(std::uint16_t group, std::uint16_t workload, Outcome outcome,
                            Instant at) {
  cell_now(group, workload, at).tally.connects_failed[static_cast<std::size_t>(outcome)] += 1;
}

bool Scorer::wants_sample(const Ticket& ticket, std::uint16_t operation, Outcome outcome) const {
  return recorder_.wants_sample(
      {ticket.group, ticket.workload, operation, run_second(ticket.intended)}, outcome);
}

void Scorer::add_sample(const Ticket& ticket, std::uint16_t operation, ErrorSample sample) {
  sample.key = {ticket.group, ticket.workload, operation, run_second(ticket.intended)};
  sample.at = ticket.intended;
  recorder_.add_sample(std::move(sample));
}

void Scorer::in_flight(std::uint16_t group, std::uint16_t workload, Instant at,
                       std::uint64_t open) {
  // `at` is just past the end of the second that is reported.
  cell_now(group, workload, at - std::chrono::seconds(1)).tally.in_flight += open;
}

Part Scorer::take_part(Instant at, bool last) {
  Part part = recorder_.take_part(offset(at), last);
  std::fill(remembered_.begin(), remembered_.end(), Remembered{});
  return part;
}

}  // namespace loadgen
