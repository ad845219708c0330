#include "loadgen/cluster/worker_shares.h"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <csignal>
#include <exception>
#include <stdexcept>
#include <utility>

#include "loadgen/cluster/channel.h"
#include "loadgen/cluster/worker.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {
/// A worker that returns takes tickets from this long after it heard that the run goes on.
constexpr Duration kReturnLead = std::chrono::milliseconds(100);
}  // namespace

/// One share: our end of its engine's channel, and the engine's thread.
struct WorkerShares::Share {
  std::uint32_t number = 0;
  std::uint64_t received = 0;  // by the coordinator, when this process took the share up
  Channel end;
  std::thread thread;
  bool assigned = false;
  bool started = false;
  bool over = false;  // its thread sends nothing more
};

WorkerShares::WorkerShares(Options options) : options_(std::move(options)) {}

WorkerShares::~WorkerShares() {
  for (const auto& share : shares_) share->end = Channel();  // what ends an engine that still waits
  for (const auto& share : shares_) {
    if (share->thread.joinable()) share->thread.join();
  }
}

void WorkerShares::take_up(const Welcome& welcome, const std::optional<Spool::Left>& left) {
  if (shares_.empty()) {
    worker_ = welcome.worker;
    returning_ = welcome.returning;
    if (left && left->run_id == welcome.run_id && left->worker == worker_)
      spool_.emplace(Spool::reopen(*left));
    for (const ShareState& state : welcome.received) {
      shares_.push_back(std::make_unique<Share>());
      shares_.back()->number = state.share;
      shares_.back()->received = state.sequence;
    }
  }
  for (const ShareState& state : welcome.received) {
    if (spool_) spool_->acknowledge(state);
  }
}

void WorkerShares::obey(Addressed addressed) {
  const auto found = std::find_if(shares_.begin(), shares_.end(), [&](const auto& share) {
    return share->number == addressed.share;
  });
  if (found == shares_.end()) throw std::runtime_error("a message of a share that is not ours");
  if (lossy_) return;  // it is over for this process, which has said so
  Share& share = **found;
  Message& message = addressed.message;
  if (auto* assign = std::get_if<Assign>(&message)) return launch(share, std::move(*assign));
  if (auto* start = std::get_if<Start>(&message)) return begin(share, std::move(*start));
  if (const auto* acknowledge = std::get_if<Acknowledge>(&message)) {
    if (spool_) spool_->acknowledge({share.number, acknowledge->sequence});
  } else if (const auto* mark = std::get_if<Mark>(&message)) {
    if (spool_) spool_->append(*mark);
    if (options_.totals != nullptr) options_.totals->add(*mark);
  } else if (std::holds_alternative<Until>(message) ? share.started
                                                    : std::holds_alternative<Stop>(message)) {
    if (share.assigned) share.end.send(std::move(message));
  } else {
    throw std::runtime_error("a message that only workers send, or at the wrong time");
  }
}

/// Gives the share its engine. Told again on each connection; the first time counts.
void WorkerShares::launch(Share& share, Assign assign) {
  if (share.assigned) return;
  share.assigned = true;
  assign.parts_before = share.received;
  if (spool_) {
    for (const ShareState& made : spool_->made()) {
      if (made.share == share.number) assign.parts_before = std::max(share.received, made.sequence);
    }
  }
  auto [here, there] = Channel::pair();
  share.end = std::move(here);
  share.end.on_arrival([this] { asio::post(options_.io, [this] { pump(); }); });
  share.end.send(std::move(assign));
  share.thread = std::thread([channel = std::move(there), &factory = options_.factory]() mutable {
    // Signals are the io_context's; a load thread that took one would lose time.
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, nullptr);
    work(std::move(channel), factory);
  });
}

void WorkerShares::begin(Share& share, Start start) {
  if (share.started || share.over) return;
  if (!share.assigned) throw std::runtime_error("a start before the assignment");
  try {
    if (!spool_) spool_.emplace(Spool::create(options_.directory, worker_, start.header));
  } catch (const std::exception& refused) {
    return give_up(std::string("its spool can't be made: ") + refused.what());
  }
  share.started = true;
  if (returning_) start.from = std::max(Clock::now() - start.at + kReturnLead, RunOffset{0});
  share.end.send(std::move(start));
}

void WorkerShares::pump() {
  for (const auto& share : shares_) {
    if (!share->assigned) continue;
    while (auto message = share->end.receive()) {
      if (const auto* part = std::get_if<Part>(&*message)) {
        keep(*share, *part);
      } else {
        said_.push_back({share->number, std::move(*message)});
      }
    }
    if (share->end.closed()) share->over = true;
  }
  options_.news();
}

/// From here on the spool answers for it.
void WorkerShares::keep(Share& share, const Part& part) {
  if (options_.totals != nullptr) options_.totals->add(part);
  try {
    if (!lossy_) spool_->append(part);
  } catch (const std::exception& refused) {
    give_up(std::string("its spool can't be written: ") + refused.what());
  }
  share.end.send(Acknowledge{part.sequence});
}

/// What can't be kept is not measured: the coordinator hears that this worker is no use any more.
void WorkerShares::give_up(const std::string& why) {
  if (lossy_) return;
  lossy_ = true;
  options_.say(why);
  for (const auto& share : shares_) said_.push_back({share->number, Failed{share->number, why}});
  stop();
  options_.news();
}

void WorkerShares::stop() {
  for (const auto& share : shares_) {
    if (share->assigned) share->end.send(Stop{true});
  }
}

bool WorkerShares::started() const {
  return lossy_ || std::any_of(shares_.begin(), shares_.end(),
                               [](const auto& share) { return share->started; });
}

bool WorkerShares::assigned() const {
  return std::any_of(shares_.begin(), shares_.end(),
                     [](const auto& share) { return share->assigned; });
}

bool WorkerShares::over() const {
  return assigned() && std::all_of(shares_.begin(), shares_.end(), [](const auto& share) {
           return share->over || !share->assigned;
         });
}

void WorkerShares::leave_spool() {
  if (!spool_) return;
  if (delivered()) return spool_->remove();
  options_.say("what was not delivered is in " + spool_->path().string() +
               ": `loadgen report` reads it");
}

}  // namespace loadgen
