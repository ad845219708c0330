#include "loadgen/cluster/garrison.h"

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
struct Garrison::Post {
  std::uint32_t share = 0;
  std::uint64_t received = 0;  // by the coordinator, when this process took the share up
  Channel end;
  std::thread thread;
  bool assigned = false;
  bool started = false;
  bool over = false;  // its thread sends nothing more
};

Garrison::Garrison(Options options) : options_(std::move(options)) {}

Garrison::~Garrison() {
  for (const auto& post : posts_) post->end = Channel();  // what ends an engine that still waits
  for (const auto& post : posts_) {
    if (post->thread.joinable()) post->thread.join();
  }
}

void Garrison::take_up(const Welcome& welcome, const std::optional<Spool::Left>& left) {
  if (posts_.empty()) {
    worker_ = welcome.worker;
    returning_ = welcome.returning;
    if (left && left->run_id == welcome.run_id && left->worker == worker_)
      spool_.emplace(Spool::reopen(*left));
    for (const ShareState& state : welcome.received) {
      posts_.push_back(std::make_unique<Post>());
      posts_.back()->share = state.share;
      posts_.back()->received = state.sequence;
    }
  }
  for (const ShareState& state : welcome.received) {
    if (spool_) spool_->acknowledge(state);
  }
}

void Garrison::obey(Addressed addressed) {
  const auto found = std::find_if(posts_.begin(), posts_.end(),
                                  [&](const auto& post) { return post->share == addressed.share; });
  if (found == posts_.end()) throw std::runtime_error("a message of a share that is not ours");
  if (lossy_) return;  // it is over for this process, which has said so
  Post& post = **found;
  Message& message = addressed.message;
  if (auto* assign = std::get_if<Assign>(&message)) return employ(post, std::move(*assign));
  if (auto* start = std::get_if<Start>(&message)) return begin(post, std::move(*start));
  if (const auto* acknowledge = std::get_if<Acknowledge>(&message)) {
    if (spool_) spool_->acknowledge({post.share, acknowledge->sequence});
  } else if (const auto* mark = std::get_if<Mark>(&message)) {
    if (spool_) spool_->append(*mark);
    if (options_.totals != nullptr) options_.totals->add(*mark);
  } else if (std::holds_alternative<Until>(message) ? post.started
                                                    : std::holds_alternative<Stop>(message)) {
    if (post.assigned) post.end.send(std::move(message));
  } else {
    throw std::runtime_error("a message that only workers send, or at the wrong time");
  }
}

/// Told again on each connection; the first time counts.
void Garrison::employ(Post& post, Assign assign) {
  if (post.assigned) return;
  post.assigned = true;
  assign.parts_before = post.received;
  if (spool_) {
    for (const ShareState& made : spool_->made()) {
      if (made.share == post.share) assign.parts_before = std::max(post.received, made.sequence);
    }
  }
  auto [here, there] = Channel::pair();
  post.end = std::move(here);
  post.end.on_arrival([this] { asio::post(options_.io, [this] { pump(); }); });
  post.end.send(std::move(assign));
  post.thread = std::thread([channel = std::move(there), &factory = options_.factory]() mutable {
    // Signals are the io_context's; a load thread that took one would lose time.
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, nullptr);
    work(std::move(channel), factory);
  });
}

void Garrison::begin(Post& post, Start start) {
  if (post.started || post.over) return;
  if (!post.assigned) throw std::runtime_error("a start before the assignment");
  try {
    if (!spool_) spool_.emplace(Spool::create(options_.directory, worker_, start.header));
  } catch (const std::exception& refused) {
    return give_up(std::string("its spool can't be made: ") + refused.what());
  }
  post.started = true;
  if (returning_) start.from = std::max(Clock::now() - start.at + kReturnLead, RunOffset{0});
  post.end.send(std::move(start));
}

void Garrison::pump() {
  for (const auto& post : posts_) {
    if (!post->assigned) continue;
    while (auto message = post->end.receive()) {
      if (const auto* part = std::get_if<Part>(&*message)) {
        keep(*post, *part);
      } else {
        said_.push_back({post->share, std::move(*message)});
      }
    }
    if (post->end.closed()) post->over = true;
  }
  options_.news();
}

/// From here on the spool answers for it.
void Garrison::keep(Post& post, const Part& part) {
  if (options_.totals != nullptr) options_.totals->add(part);
  try {
    if (!lossy_) spool_->append(part);
  } catch (const std::exception& refused) {
    give_up(std::string("its spool can't be written: ") + refused.what());
  }
  post.end.send(Acknowledge{part.sequence});
}

/// What can't be kept is not measured: the coordinator hears that this worker is no use any more.
void Garrison::give_up(const std::string& why) {
  if (lossy_) return;
  lossy_ = true;
  options_.say(why);
  for (const auto& post : posts_) said_.push_back({post->share, Failed{post->share, why}});
  stop();
  options_.news();
}

void Garrison::stop() {
  for (const auto& post : posts_) {
    if (post->assigned) post->end.send(Stop{true});
  }
}

bool Garrison::started() const {
  return lossy_ ||
         std::any_of(posts_.begin(), posts_.end(), [](const auto& post) { return post->started; });
}

bool Garrison::assigned() const {
  return std::any_of(posts_.begin(), posts_.end(), [](const auto& post) { return post->assigned; });
}

bool Garrison::over() const {
  return assigned() && std::all_of(posts_.begin(), posts_.end(),
                                   [](const auto& post) { return post->over || !post->assigned; });
}

void Garrison::leave_spool() {
  if (!spool_) return;
  if (delivered()) return spool_->remove();
  options_.say("what was not delivered is in " + spool_->path().string() +
               ": `loadgen report` reads it");
}

}  // namespace loadgen
