#include "loadgen/drive/tickets.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "loadgen/core/assert.h"
#include "loadgen/plan/first_due.h"

namespace loadgen {

namespace {

/// Sequence numbers of load windows start here, far from those of any plan.
constexpr std::uint64_t kWindowSequences = std::uint64_t{1} << 48;

/// The plan from `from` on, `factor` times as steep, with `from` as the new origin.
std::vector<Segment> surplus_segments(const std::vector<Segment>& plan, RunOffset from,
                                      double factor) {
  std::vector<Segment> result;
  for (const Segment& segment : plan) {
    const bool endless = segment.length == Duration::max();
    const RunOffset end = endless ? RunOffset::max() : segment.begin + segment.length;
    if (end <= from) continue;
    Segment cut = segment;
    if (segment.begin < from) {
      if (!endless) {
        const double gone = to_seconds(from - segment.begin) / to_seconds(segment.length);
        cut.from = segment.from + (segment.to - segment.from) * gone;
        cut.length = end - from;
      }
      cut.begin = from;
    }
    cut.begin -= from;
    cut.from *= factor;
    cut.to *= factor;
    result.push_back(cut);
  }
  return result;
}

}  // namespace

Tickets::Tickets(const Scenario& scenario, std::uint64_t seed, Share share,
                 std::uint64_t max_requests)
    : scenario_(scenario), rounds_(scenario), seed_(seed), share_(share) {
  if (max_requests > 0) {
    left_ = part_of(max_requests, share);
  }
  client_sequence_.resize(scenario.workloads.size() * scenario.groups.size());
  for (std::uint16_t w = 0; w < scenario.workloads.size(); ++w) {
    const Workload& workload = scenario.workloads[w];
    if (workload.closed_loop()) {
      add_clients(nullptr, w, part_of(workload.clients, share), RunOffset{0});
    } else {
      streams_.push_back(
          {Schedule(segments_of(workload), workload.arrival, stream_seed(seed, w), share),
           std::nullopt,
           w,
           std::nullopt,
           0,
           {}});
      streams_.back().due = streams_.back().schedule.next();
      if (workload.kind == WorkloadKind::pgbench &&
          workload.pgbench.on_error == OnError::end_client) {
        // Each share has at least one of them, since each has tickets.
        const std::uint32_t clients = std::max(share.of, workload.pgbench.clients);
        clients_ += part_of(clients, share) * scenario.groups.size();
      } else {
        ++endless_;
      }
    }
  }
  find_next();
}

void Tickets::leave_out_before(RunOffset from) {
  from_ = from;
  for (Stream& stream : streams_) {
    while (stream.due && stream.due->intended < from) {
      stream.due = stream.schedule.next();
      if (stream.group && stream.due) stream.due->intended += stream.window.from;
    }
  }
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> later;
  for (; !turns_.empty(); turns_.pop()) {
    Turn turn = turns_.top();
    turn.intended = rounds_.next(turn.ticket.group, std::max(turn.intended, from));
    later.push(turn);
  }
  turns_ = std::move(later);
  // A number is not used twice, whatever was sent by then: no client takes a ticket each µs.
  for (std::uint64_t& sequence : client_sequence_)
    sequence = std::max(sequence, static_cast<std::uint64_t>(whole_us(from)));
  find_next();
}

void Tickets::add_clients(const LoadWindow* window, std::uint16_t workload, std::uint32_t clients,
                          RunOffset at) {
  const Duration think = scenario_.workloads[workload].think;
  for (std::uint32_t client = 0; client < clients; ++client) {
    // With a think time the first requests are spread over it, as they will be later.
    const RunOffset intended = at + think * client / std::max(1U, clients);
    for (std::uint16_t group = 0; group < scenario_.groups.size(); ++group) {
      if (window != nullptr && window->group != group) continue;
      Ticket ticket;
      ticket.group = group;
      ticket.workload = workload;
      // A window's clients carry its number, so that they can be told to leave.
      const auto number =
          window == nullptr ? 0 : static_cast<std::uint32_t>(window - known_windows_.data()) + 1;
      ticket.client = number << 24 | client;
      turns_.push({rounds_.next(group, intended), order_++, ticket});
      ++clients_;
    }
  }
}

bool Tickets::client_leaves(const Ticket& ended, RunOffset at) const {
  const std::uint32_t window = ended.client >> 24;
  return window != 0 && at >= known_windows_[window - 1].to;
}

void Tickets::freed(const Ticket& ended, RunOffset at) {
  const Workload& workload = scenario_.workloads[ended.workload];
  const RunOffset intended = rounds_.next(ended.group, at + workload.think);
  if (client_leaves(ended, intended)) return;
  if (const std::uint64_t most = workload.pgbench.transactions_per_client; most > 0) {
    if (++taken_by_client_[{ended.workload, ended.group, ended.client}] >= most)
      return client_ended();
  }
  turns_.push({intended, order_++, ended});
  find_next();
}

void Tickets::client_ended() {
  --clients_;
  ++clients_ended_;
}

void Tickets::find_next() {
  if (left_ == 0) {
    next_ = RunOffset::max();
    return;
  }
  // A window's end may have moved since their turn was put down.
  while (!turns_.empty() && client_leaves(turns_.top().ticket, turns_.top().intended)) turns_.pop();
  next_ = turns_.empty() ? RunOffset::max() : turns_.top().intended;
  next_stream_ = nullptr;
  for (Stream& stream : streams_) {
    if (!stream.due || stream.due->intended >= next_) continue;
    if (stream.group && stream.due->intended >= stream.window.to) continue;
    next_ = stream.due->intended;
    next_stream_ = &stream;
  }
}

const std::vector<Ticket>& Tickets::take() {
  LG_ASSERT(next_ != RunOffset::max());
  taken_.clear();
  if (next_stream_ == nullptr) {
    Ticket ticket = turns_.top().ticket;
    ticket.intended = next_;
    std::uint64_t& sequence =
        client_sequence_[ticket.workload * scenario_.groups.size() + ticket.group];
    ticket.sequence = sequence++ * share_.of + share_.index;
    turns_.pop();
    taken_.push_back(ticket);
  } else {
    Stream& stream = *next_stream_;
    Ticket ticket;
    ticket.workload = stream.workload;
    ticket.sequence = stream.sequence_base + stream.due->sequence;
    ticket.intended = next_;
    const auto groups = static_cast<std::uint16_t>(scenario_.groups.size());
    for (std::uint16_t i = 0; i < (stream.group ? 1 : groups); ++i) {
      ticket.group = stream.group
                         ? *stream.group
                         : static_cast<std::uint16_t>((ticket.sequence / share_.of + i) % groups);
      if (rounds_.has(ticket.group, next_)) taken_.push_back(ticket);
    }
    stream.due = stream.schedule.next();
    if (stream.group && stream.due) stream.due->intended += stream.window.from;
  }
  if (taken_.size() > left_) taken_.resize(left_);
  left_ -= taken_.size();
  find_next();
  return taken_;
}

void Tickets::windows(const std::vector<LoadWindow>& windows) {
  for (const LoadWindow& window : windows) {
    const auto known = std::find_if(known_windows_.begin(), known_windows_.end(),
                                    [&](const LoadWindow& k) { return k.fault == window.fault; });
    if (known == known_windows_.end()) {
      add_window(window);
      continue;
    }
    known->to = window.to;
    for (Stream& stream : streams_) {
      if (stream.group && stream.window.fault == window.fault) stream.window.to = window.to;
    }
  }
  find_next();
}

void Tickets::add_window(const LoadWindow& window) {
  known_windows_.push_back(window);
  const Workload& workload = scenario_.workloads[window.workload];
  const double factor = window.multiply - 1;
  if (workload.closed_loop()) {
    const auto extra = static_cast<std::uint32_t>(std::lround(workload.clients * factor));
    add_clients(&known_windows_.back(), window.workload, part_of(extra, share_),
                std::max(window.from, from_));
    return;
  }
  const std::size_t number = known_windows_.size();
  const std::uint64_t seed = stream_seed(seed_, scenario_.workloads.size() + number);
  Stream stream{Schedule(surplus_segments(segments_of(workload), window.from, factor),
                         workload.arrival, seed, share_),
                std::nullopt,
                window.workload,
                window.group,
                kWindowSequences * number,
                window};
  stream.due = stream.schedule.next();
  if (stream.due) stream.due->intended += window.from;
  while (stream.due && stream.due->intended < from_) {
    stream.due = stream.schedule.next();
    if (stream.due) stream.due->intended += window.from;
  }
  streams_.push_back(std::move(stream));
}

}  // namespace loadgen
