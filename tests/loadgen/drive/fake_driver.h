// A driver without a network: it keeps its tickets until a test, or its own rule, ends them.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/drive/driver.h"

namespace loadgen::test {

/// What a fake does with its tickets. Shared by all drivers of one factory.
struct FakeRule {
  /// How long after it was taken up a ticket ends; nothing: never by itself.
  std::optional<Duration> service = Duration{0};
  Outcome outcome = Outcome::ok;
  bool settled = true;
  std::string problem;
  std::function<void(const Ticket&)> on_perform;
};

class FakeDriver final : public Driver {
 public:
  FakeDriver(const DriverSetup& setup, const FakeRule& rule) : setup_(setup), rule_(rule) {}

  void open_ahead(Instant) override { ++opened; }
  Standing standing() const override { return {rule_.settled, rule_.problem}; }
  std::uint16_t operation_of(const Ticket&) const override { return 0; }
  void perform(const Ticket& ticket, std::uint16_t operation, Instant now) override {
    Ending ending;
    ending.ticket = ticket;
    ending.operation = operation;
    ending.outcome = rule_.outcome;
    ending.times.intended = setup_.scorer.instant(ticket.intended);
    ending.times.taken_up = ending.times.sent = now;
    tickets.push_back(ticket);
    if (rule_.on_perform) rule_.on_perform(ticket);
    open_.push_back(ending);
    if (rule_.service && *rule_.service <= Duration{0}) end_first(rule_.outcome, now);
  }
  void ready(Pollable&, const Readiness::Event&) override {}
  Instant next_deadline() const override {
    if (open_.empty() || !rule_.service) return Instant::max();
    return open_.front().times.taken_up + *rule_.service;
  }
  void tick(Instant now) override {
    while (next_deadline() <= now) end_first(rule_.outcome, now);
  }
  void taint() override {
    ++taints;
    tainted_ = open_.size();
  }
  void give_up(Instant now, bool abort) override {
    while (!open_.empty()) end_first(abort ? Outcome::blind_aborted : Outcome::unfinished, now);
  }
  std::uint64_t open() const override { return open_.size(); }

  int opened = 0;
  int taints = 0;
  std::vector<Ticket> tickets;  // all that were ever taken up

 private:
  void end_first(Outcome outcome, Instant now) {
    Ending ending = std::move(open_.front());
    open_.pop_front();
    ending.outcome =
        tainted_ > 0 && outcome != Outcome::blind_aborted ? Outcome::blind_stalled : outcome;
    if (tainted_ > 0) --tainted_;
    ending.times.done = now;
    setup_.scorer.end(ending);
  }

  DriverSetup setup_;
  const FakeRule& rule_;
  std::deque<Ending> open_;
  std::size_t tainted_ = 0;  // the first so many of `open_`
};

}  // namespace loadgen::test
