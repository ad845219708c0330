// A two-way channel of messages. In one process it is a pair of mailboxes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "loadgen/cluster/messages.h"

namespace loadgen {

/// One end of an in-memory channel. Movable. The mailboxes are shared by the two ends and nobody
/// else. Each end belongs to one thread; the two ends may belong to different threads.
class Channel {
 public:
  /// Two ends that reach each other.
  static std::pair<Channel, Channel> pair();

  Channel() = default;
  /// Never blocks. False when the other end is gone or its mailbox is full (kMailbox messages).
  bool send(Message message);
  /// The oldest message that has arrived, or nothing. Never blocks.
  std::optional<Message> receive();
  /// `wake` is called from the sender's thread after a message was put into this end's mailbox, and
  /// when the other end goes away. It must be quick and thread-safe (write an eventfd, post to an
  /// io_context).
  void on_arrival(std::function<void()> wake);
  /// The other end was destroyed and every message it sent has been received.
  bool closed() const;

  static constexpr std::size_t kMailbox = 4096;

  struct Mailbox;

 private:
  struct Hold;  // closes its mailbox when this end goes away
  std::shared_ptr<Mailbox> in_;
  std::shared_ptr<Mailbox> out_;
  std::shared_ptr<Hold> hold_;
};

}  // namespace loadgen
