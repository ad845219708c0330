// Frames: what travels between a coordinator and a worker process, and its bytes. PROTOCOL.md says
// in which order, and what each side does about the other's silence.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "loadgen/cluster/messages.h"

namespace loadgen {

/// Of PROTOCOL.md. Both sides must have the same.
inline constexpr std::uint32_t kProtocol = 1;
inline constexpr std::size_t kMostHelloBytes = std::size_t{64} << 10;
/// A part's record fits, and so does every scenario with its files.
inline constexpr std::size_t kMostFrameBytes = std::size_t{64} << 20;

/// How far a share has come: its highest sequence number, 0 when there is none.
struct ShareState {
  std::uint32_t share = 0;
  std::uint64_t sequence = 0;
  bool operator==(const ShareState&) const = default;
};

/// Worker → coordinator, first. `protocol` stays its first field in every version; the rest of one
/// of another version is not read.
struct Hello {
  std::uint32_t protocol = kProtocol;
  std::string version, commit;  // of the program
  std::string host;
  std::uint32_t cores = 0;
  std::uint64_t identity = 0;          // drawn by the process: tells a reconnection from a restart
  std::optional<std::uint32_t> index;  // the worker that it is to be (an Indexed Job's index)
  std::string run_id;                  // of a run that it has worked for; empty: none
  std::uint32_t worker = 0;            // which worker of that run it is
  bool running = false;                // it works on that run now, and only lost its connection
  bool operator==(const Hello&) const = default;
};

/// Coordinator → worker: taken in, as worker `worker` of `of`, with these shares, of which so much
/// stands in the journal.
struct Welcome {
  std::string run_id;
  std::uint32_t worker = 0, of = 1;
  bool returning = false;  // the share was begun by a process that is gone
  std::vector<ShareState> received;
  bool operator==(const Welcome&) const = default;
};

/// Coordinator → worker: not taken in, or no longer wanted; the connection ends.
struct Refused {
  std::string reason;
  bool again = false;  // it may be otherwise in a while
  bool operator==(const Refused&) const = default;
};

/// Coordinator → worker, each second; answered at once by a Pong that repeats the number.
struct Ping {
  std::uint64_t number = 0;
  bool operator==(const Ping&) const = default;
};
struct Pong {
  std::uint64_t number = 0;
  Instant at{};  // by the worker's clock
  bool operator==(const Pong&) const = default;
};

/// Worker → coordinator: it was told to leave, and will not be back.
struct Leave {
  std::string reason;
  bool operator==(const Leave&) const = default;
};

/// Coordinator → worker: everything stands in the journal; nothing is wanted any more.
struct Done {
  bool started = false;  // load was sent
  std::string reason;    // why the run did not start, or was aborted; empty: it ended well
  bool operator==(const Done&) const = default;
};

/// A message of or to the worker that has this share.
struct Addressed {
  std::uint32_t share = 0;
  Message message;
};

using Frame = std::variant<Hello, Welcome, Refused, Ping, Pong, Leave, Done, Addressed>;

/// Format: frame.cc, above the code. decode_frame throws std::runtime_error on anything that is not
/// one whole, well-formed frame; encode(decode_frame(bytes)) == bytes but for a Hello of another
/// protocol. Pure.
std::string encode(const Frame& frame);
Frame decode_frame(std::string_view bytes);

/// The frame of a part that is encoded already (`encode(part)`). Pure.
std::string part_frame(std::uint32_t share, std::string_view part);

}  // namespace loadgen
