#include "loadgen/cluster/coordinator.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "loadgen/core/assert.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {
/// Parts are acknowledged when they are on the disk; syncing for several at once keeps the disk out
/// of the way.
constexpr Duration kGroupCommit = std::chrono::milliseconds(200);

/// The tallies of a part's slices that are still open, added to those of `balance`: all that the
/// conservation check needs.
void keep_balance(Recording& balance, const Part& part) {
  for (const auto& [key, slice] : part.slices) {
    auto& kept = balance.slices[key].tally;
    kept.scheduled += slice.tally.scheduled;
    for (std::size_t i = 0; i < kOutcomes; ++i) kept.ended[i] += slice.tally.ended[i];
    if (kept.open() == 0) balance.slices.erase(key);
  }
}
}  // namespace

struct Coordinator::Worker {
  explicit Worker(Channel its) : channel(std::move(its)) {}
  Channel channel;
  bool armed = false;
  bool finished = false;
  bool lost = false;
  std::uint64_t received = 0;      // highest sequence number journalled
  std::uint64_t acknowledged = 0;  // highest sequence number acknowledged
  std::vector<std::string> problems;
};

Coordinator::Coordinator(asio::io_context& io, std::filesystem::path directory, RunHeader header)
    : io_(io),
      directory_(std::move(directory)),
      header_(std::move(header)),
      changed_(io),
      commit_timer_(io) {}

Coordinator::~Coordinator() {
  for (const auto& worker : workers_) worker->channel.on_arrival(nullptr);
}

void Coordinator::add_worker(Channel channel) {
  workers_.push_back(std::make_unique<Worker>(std::move(channel)));
  workers_.back()->channel.on_arrival([this] { asio::post(io_, [this] { pump(); }); });
}

void Coordinator::send(Worker& worker, Message message) {
  if (!worker.lost) worker.channel.send(std::move(message));
}

asio::awaitable<void> Coordinator::changed(Instant deadline) {
  changed_.expires_at(deadline);
  boost::system::error_code cancelled;  // that is how `pump` says that something changed
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

asio::awaitable<std::vector<std::string>> Coordinator::arm(Assign assign, Duration timeout) {
  const Instant deadline = Clock::now() + timeout;
  assign.of = static_cast<std::uint32_t>(workers_.size());
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    assign.worker = static_cast<std::uint32_t>(i);
    send(*workers_[i], assign);
  }
  const auto settled = [](const auto& worker) { return worker->armed || worker->lost; };
  while (!std::all_of(workers_.begin(), workers_.end(), settled) && Clock::now() < deadline) {
    co_await changed(deadline);
  }
  std::vector<std::string> problems;
  for (std::size_t i = 0; i < workers_.size(); ++i) {
    if (!settled(workers_[i]))
      problems.push_back("worker " + std::to_string(i) + " did not answer in time");
    for (const std::string& problem : workers_[i]->problems) {
      // Every worker dials the same targets; what all of them find is said once.
      if (std::find(problems.begin(), problems.end(), problem) == problems.end())
        problems.push_back(problem);
    }
  }
  co_return problems;
}

void Coordinator::start(Instant at, std::int64_t started_at_us) {
  LG_ASSERT(!started_);
  header_.started_at_us = started_at_us;
  header_.workers = static_cast<std::uint32_t>(workers_.size());
  journal_.emplace(JournalWriter::create(journal_path()));
  journal_->append(RecordKind::header, encode(header_));
  journal_->sync();
  start_ = at;
  started_ = true;
  for (const auto& worker : workers_) send(*worker, Start{at});
}

void Coordinator::until(const Until& until) {
  for (const auto& worker : workers_) send(*worker, until);
}

void Coordinator::stop(bool abort) {
  for (const auto& worker : workers_) send(*worker, Stop{abort});
}

asio::awaitable<bool> Coordinator::finished(Instant deadline) {
  const auto over = [](const auto& worker) { return worker->finished || worker->lost; };
  while (!std::all_of(workers_.begin(), workers_.end(), over) && Clock::now() < deadline) {
    co_await changed(deadline);
  }
  co_return std::all_of(workers_.begin(), workers_.end(),
                        [](const auto& worker) { return worker->finished; });
}

void Coordinator::pump() {
  for (const auto& worker : workers_) {
    while (auto message = worker->channel.receive()) receive(*worker, std::move(*message));
    if (worker->channel.closed() && !worker->finished && !worker->lost) {
      worker->lost = true;
      if (!worker->problems.empty()) continue;
      if (trouble_.empty()) trouble_ = "a worker went away";
    }
  }
  changed_.cancel();
}

void Coordinator::receive(Worker& worker, Message message) {
  if (auto* armed = std::get_if<Armed>(&message)) {
    worker.armed = true;
    worker.problems = std::move(armed->problems);
  } else if (auto* failed = std::get_if<Failed>(&message)) {
    worker.lost = true;
    worker.problems.push_back(failed->reason);
    if (trouble_.empty())
      trouble_ = "worker " + std::to_string(failed->worker) + ": " + failed->reason;
  } else if (auto* part = std::get_if<Part>(&message)) {
    receive_part(worker, *part);
  }
}

void Coordinator::receive_part(Worker& worker, const Part& part) {
  if (!journal_ || worker.lost || part.sequence <= worker.received)
    return;  // a part sent again counts once
  if (const std::string wrong = imbalance(part, balance_); !wrong.empty()) {
    send(worker, Stop{true});  // what it goes on to send would be counted nowhere
    worker.lost = true;
    if (trouble_.empty()) trouble_ = wrong;
    mark({now(), "worker_lost", std::to_string(part.worker), "", wrong});
    return;
  }
  keep_balance(balance_, part);
  append(RecordKind::part, encode(part));
  live_.add(part);
  worker.received = part.sequence;
  worker.finished = part.last;
  if (commit_pending_) return;
  commit_pending_ = true;
  commit_timer_.expires_after(kGroupCommit);
  commit_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) commit();
  });
}

/// A disk that refuses is the end of the run, not of the process: faults must still be reverted.
void Coordinator::append(RecordKind kind, const std::string& body) {
  if (!journal_) return;
  try {
    journal_->append(kind, body);
  } catch (const std::exception& refused) {
    if (trouble_.empty()) trouble_ = std::string("the journal can't be written: ") + refused.what();
  }
}

void Coordinator::commit() {
  commit_pending_ = false;
  if (!journal_) return;
  try {
    journal_->sync();
  } catch (const std::exception& refused) {
    if (trouble_.empty()) trouble_ = std::string("the journal can't be written: ") + refused.what();
    return;
  }
  for (const auto& worker : workers_) {
    if (worker->acknowledged == worker->received) continue;
    worker->acknowledged = worker->received;
    send(*worker, Acknowledge{worker->received});
  }
}

void Coordinator::mark(const Mark& mark) {
  marks_.push_back(mark);
  append(RecordKind::mark, encode(mark));
  if (mark_listener_) mark_listener_(mark);
}

void Coordinator::hook(const HookRun& run) { append(RecordKind::hook, encode(run)); }

void Coordinator::observe(const Observation& observation) {
  append(RecordKind::observation, encode(observation));
}

void Coordinator::server_sample(const ServerSample& sample) {
  append(RecordKind::server_sample, encode(sample));
}

void Coordinator::end(const RunEnd& end) {
  append(RecordKind::end, encode(end));
  commit_timer_.cancel();
  commit();
  journal_.reset();
}

}  // namespace loadgen
