#include "loadgen/cluster/channel.h"

#include <deque>
#include <mutex>

namespace loadgen {

/// One direction: messages on their way, and whom to wake.
struct Channel::Mailbox {
  std::mutex mutex;  // guards everything here
  std::deque<Message> messages;
  std::function<void()> wake;
  bool sender_gone = false;
  bool receiver_gone = false;
};

struct Channel::Hold {
  Hold(std::shared_ptr<Mailbox> incoming, std::shared_ptr<Mailbox> outgoing)
      : in(std::move(incoming)), out(std::move(outgoing)) {}
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;
  std::shared_ptr<Mailbox> in, out;

  ~Hold() {
    {
      const std::lock_guard lock(in->mutex);
      in->receiver_gone = true;
      in->wake = nullptr;
    }
    const std::lock_guard lock(out->mutex);
    out->sender_gone = true;
    if (out->wake) out->wake();
  }
};

std::pair<Channel, Channel> Channel::pair() {
  const auto there = std::make_shared<Mailbox>();
  const auto back = std::make_shared<Mailbox>();
  Channel a, b;
  a.in_ = b.out_ = back;
  a.out_ = b.in_ = there;
  a.hold_ = std::make_shared<Hold>(back, there);
  b.hold_ = std::make_shared<Hold>(there, back);
  return {std::move(a), std::move(b)};
}

bool Channel::send(Message message) {
  const std::lock_guard lock(out_->mutex);
  if (out_->receiver_gone || out_->messages.size() >= kMailbox) return false;
  out_->messages.push_back(std::move(message));
  if (out_->wake) out_->wake();
  return true;
}

std::optional<Message> Channel::receive() {
  const std::lock_guard lock(in_->mutex);
  if (in_->messages.empty()) return std::nullopt;
  Message message = std::move(in_->messages.front());
  in_->messages.pop_front();
  return message;
}

void Channel::on_arrival(std::function<void()> wake) {
  const std::lock_guard lock(in_->mutex);
  in_->wake = std::move(wake);
  // What came before there was anybody to wake must not be slept through.
  if (in_->wake && (!in_->messages.empty() || in_->sender_gone)) in_->wake();
}

bool Channel::closed() const {
  const std::lock_guard lock(in_->mutex);
  return in_->sender_gone && in_->messages.empty();
}

}  // namespace loadgen
