#include "loadgen/drive/engine.h"

#include <sys/resource.h>

#include <algorithm>

#include "loadgen/core/assert.h"
#include "loadgen/drive/priority.h"

namespace loadgen {

namespace {

/// Waits are no longer than this, so that a stop of the process inside a wait shows as a gap (see
/// note_gap).
constexpr Duration kLongestWait = std::chrono::milliseconds(50);
constexpr int kMostAtOnce = 64;
/// A thread that runs for more of a second than this is no longer one that mostly waits.
constexpr std::int64_t kBusyUs = 600'000;
constexpr Duration kDrainMost = std::chrono::seconds(2);

Duration longest_timeout(const Scenario& scenario) {
  Duration longest{0};
  for (const Workload& workload : scenario.workloads) longest = std::max(longest, workload.timeout);
  return longest;
}

std::int64_t microseconds(const timeval& t) { return t.tv_sec * 1'000'000 + t.tv_usec; }

}  // namespace

Engine::Engine(const Options& options, const DriverFactory& factory)
    : scenario_(options.scenario),
      workloads_(options.scenario.workloads.size()),
      resolver_([this] { readiness_.wake(); }),
      scorer_(options.scenario, options.share.index, options.parts_before),
      tickets_(options.scenario, options.seed, options.share, options.max_requests),
      drain_(std::min(longest_timeout(options.scenario), kDrainMost)) {
  prefer_punctuality();
  for (std::uint16_t group = 0; group < scenario_.groups.size(); ++group) {
    for (std::uint16_t workload = 0; workload < workloads_; ++workload) {
      drivers_.push_back(factory({scenario_, group, workload, options.seed, options.share,
                                  options.variables[group], options.secrets, readiness_, resolver_,
                                  scorer_, options.run_id}));
    }
  }
  ran_until_ = Clock::now();
}

Engine::~Engine() = default;

std::uint64_t Engine::open() const {
  std::uint64_t sum = 0;
  for (const auto& driver : drivers_) sum += driver->open();
  return sum;
}

std::vector<std::string> Engine::open_ahead(Duration patience) {
  const Instant begun = Clock::now();
  for (const auto& driver : drivers_) driver->open_ahead(begun);
  const auto settled = [&] {
    return std::all_of(drivers_.begin(), drivers_.end(),
                       [](const auto& d) { return d->standing().settled; });
  };
  while (!settled() && Clock::now() < begun + patience) step(begun + patience);
  std::vector<std::string> problems;
  for (const auto& driver : drivers_) {
    const Driver::Standing standing = driver->standing();
    if (!standing.settled)
      problems.push_back(standing.problem.empty() ? "no answer in time" : standing.problem);
    else if (!standing.problem.empty())
      problems.push_back(standing.problem);
  }
  return problems;
}

void Engine::start(Instant at, RunOffset from) {
  started_ = true;
  if (from > RunOffset{0}) tickets_.leave_out_before(from);
  start_ = at;
  scorer_.start(at);
  // Back in the middle of a run, the first part comes with the next second.
  const RunOffset now = std::max(Clock::now() - at, RunOffset{0});
  next_second_ = at + std::chrono::floor<std::chrono::seconds>(now) + std::chrono::seconds(1);
}

void Engine::until(RunOffset end, const std::vector<LoadWindow>& windows) {
  LG_ASSERT(started_);
  if (!stopped_) end_ = start_ + end;
  tickets_.windows(windows);
}

void Engine::stop(bool abort) {
  stopped_ = true;
  aborted_ = aborted_ || abort;
  end_ = std::min(end_, Clock::now());
}

std::map<SliceKey, std::uint64_t> Engine::rehearse(RunOffset end,
                                                   const std::vector<LoadWindow>& windows) {
  LG_ASSERT(!started_);
  std::map<SliceKey, std::uint64_t> due;
  tickets_.windows(windows);
  while (tickets_.next() < end) {
    for (const Ticket& ticket : tickets_.take()) {
      if (scenario_.workloads[ticket.workload].closed_loop()) continue;
      const Driver& driver = *drivers_[ticket.group * workloads_ + ticket.workload];
      due[{ticket.group, ticket.workload, driver.operation_of(ticket),
           run_second(ticket.intended)}] += 1;
    }
  }
  return due;
}

void Engine::take_up(const Ticket& ticket, Instant now) {
  Driver& driver = *drivers_[ticket.group * workloads_ + ticket.workload];
  const std::uint16_t operation = driver.operation_of(ticket);
  scorer_.due(ticket, operation);
  if (now - (start_ + ticket.intended) <= kTooLate) {
    driver.perform(ticket, operation, now);
    return;
  }
  // No catch-up: sending it now would measure a burst that nobody planned.
  Ending ending;
  ending.ticket = ticket;
  ending.operation = operation;
  ending.outcome = Outcome::blind_late;
  ending.times.intended = start_ + ticket.intended;
  ending.times.taken_up = ending.times.done = now;
  scorer_.end(ending);
}

void Engine::take_up_due(Instant now) {
  // Bounded, so that answers are read even when the plan asks for more than this thread can send.
  for (int turn = 0; turn < kMostAtOnce && started_ && tickets_.next() != RunOffset::max();
       ++turn) {
    const Instant due = start_ + tickets_.next();
    if (due > now || due >= end_) return;
    const std::vector<Ticket>& taken = tickets_.take();
    for (std::size_t i = 0; i < taken.size(); ++i) {
      // Read anew: this one waited for the system call of the one before, and that is lag.
      if (turn > 0 || i > 0) now = Clock::now();
      take_up(taken[i], now);
    }
  }
}

void Engine::take_up_freed() {
  auto& freed = scorer_.freed();
  if (freed.empty()) return;
  for (const Scorer::Freed& one : freed) {
    if (one.client_ends)
      tickets_.client_ended();
    else
      tickets_.freed(one.ticket, scorer_.offset(one.done));
  }
  freed.clear();
}

/// A stopped process (SIGSTOP, a frozen virtual machine, a starved core) reads its answers late:
/// the times of the tickets open meanwhile say nothing about the target. `expected`: when this
/// thread should have run again.
void Engine::note_gap(Instant now, Instant expected) {
  if (now - expected > kTooLate) {
    for (const auto& driver : drivers_) driver->taint();
  }
  ran_until_ = now;
}

Instant Engine::next_wake() const {
  Instant wake = next_second_;
  if (started_ && tickets_.next() != RunOffset::max()) {
    const Instant due = start_ + tickets_.next();
    if (due < end_) wake = std::min(wake, due);
  }
  for (const auto& driver : drivers_) wake = std::min(wake, driver->next_deadline());
  return wake;
}

/// One pass: wait for sockets and deadlines, act on them, take up what fell due meanwhile.
void Engine::step(Instant deadline) {
  const Instant before = Clock::now();
  note_gap(before, ran_until_);
  const Instant wake = std::min(deadline, next_wake());
  const int ready = readiness_.wait(before, wake);
  Instant now = Clock::now();
  // Events may have ended the wait early; then `wake` is in the future and no gap is seen here.
  note_gap(now, std::max(before, std::min(now, wake)));
  take_up_due(now);
  if (ready > 0) note_gap(Clock::now(), ran_until_);
  for (int i = 0; i < ready; ++i) {
    const Readiness::Event event = readiness_.event(i);
    if (event.owner->driver == nullptr) continue;
    event.owner->driver->ready(*event.owner, event);
    take_up_freed();
    now = Clock::now();
    note_gap(now, ran_until_);  // before the answers that are read after it
    if (started_ && tickets_.next() != RunOffset::max() && start_ + tickets_.next() <= now)
      take_up_due(now);
  }
  resolver_.collect();
  for (const auto& driver : drivers_) {
    if (driver->next_deadline() <= now) driver->tick(now);
  }
  take_up_freed();
}

Part Engine::make_part(Instant now, bool last) {
  for (std::uint16_t group = 0; group < scenario_.groups.size(); ++group) {
    for (std::uint16_t workload = 0; workload < workloads_; ++workload) {
      scorer_.in_flight(group, workload, now, drivers_[group * workloads_ + workload]->open());
    }
  }
  Part part = scorer_.take_part(now, last);
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  part.cpu_user_us = microseconds(usage.ru_utime) - cpu_user_us_;
  part.cpu_system_us = microseconds(usage.ru_stime) - cpu_system_us_;
  if (part.cpu_user_us + part.cpu_system_us > kBusyUs) prefer_fairness();
  cpu_user_us_ += part.cpu_user_us;
  cpu_system_us_ += part.cpu_system_us;
  const Withheld withheld = withheld_cpu_.take();
  part.cpu_throttled_us = withheld.throttled_us;
  part.cpu_stolen_us = withheld.stolen_us;
  part.first_send = scorer_.first_send();
  return part;
}

void Engine::second_over(Instant now, const Owner& owner) {
  if (now < next_second_) return;
  owner.part(make_part(now, false));
  while (next_second_ <= now) next_second_ += std::chrono::seconds(1);
}

void Engine::run(const Owner& owner) {
  ran_until_ = Clock::now();
  bool given_up = false;
  for (;;) {
    if (readiness_.woken()) owner.mail();
    const Instant now = Clock::now();
    if (stopped_ && !started_) return;
    if (started_) {
      if (tickets_.exhausted() && now < end_) {
        // A number of requests was asked for, not a time: each of them is waited for.
        end_ = now;
        drain_ = longest_timeout(scenario_);
      }
      second_over(now, owner);
      const Instant give_up = aborted_ || end_ == Instant::max() ? end_ : end_ + drain_;
      if (now >= end_ && !given_up && (open() == 0 || now >= give_up)) {
        given_up = true;
        for (const auto& driver : drivers_) driver->give_up(now, aborted_);
        scorer_.freed().clear();
        owner.part(make_part(Clock::now(), true));
        return;
      }
      if (now >= end_) {
        step(std::min(give_up, now + std::chrono::milliseconds(10)));
        continue;
      }
    }
    step(std::min(end_, now + kLongestWait));
  }
}

}  // namespace loadgen
