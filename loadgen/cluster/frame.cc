// Bytes of a frame, in the pieces of codec.h: one byte that says which kind, then the fields in the
// order of frame.h and messages.h. An optional value is a flag and, if set, the value. A list is
// its count and the items. A steady-clock instant is its signed nanoseconds. Of an addressed
// message the share comes first; a part and a mark fill the rest as they stand in the journal.
#include "loadgen/cluster/frame.h"

#include <cmath>
#include <type_traits>

#include "loadgen/core/codec.h"

namespace loadgen {
namespace {

/// The numbers are the protocol: append only.
enum class Kind : std::uint8_t {
  hello = 1,
  welcome = 2,
  refused = 3,
  ping = 4,
  pong = 5,
  leave = 6,
  done = 7,
  assign = 16,
  armed = 17,
  start = 18,
  until = 19,
  part = 20,
  acknowledge = 21,
  stop = 22,
  failed = 23,
  mark = 24,
};

constexpr std::size_t kLongestName = 1024;
constexpr std::uint32_t kMostShares = 1U << 20;

void put(Encoder& to, Instant instant) { to.offset(instant.time_since_epoch()); }
Instant take_instant(Decoder& from) { return Instant(from.offset()); }

void put(Encoder& to, const std::vector<ShareState>& states) {
  to.u64(states.size());
  for (const ShareState& state : states) {
    to.u64(state.share);
    to.u64(state.sequence);
  }
}

std::vector<ShareState> take_states(Decoder& from) {
  std::vector<ShareState> states;
  for (std::size_t left = from.count(2, kMostShares); left > 0; --left) {
    ShareState state;
    state.share = from.number<std::uint32_t>();
    state.sequence = from.u64();
    states.push_back(state);
  }
  return states;
}

void put(Encoder& to, const Hello& hello) {
  to.u64(hello.protocol);
  if (hello.protocol != kProtocol) return;
  to.text(hello.version);
  to.text(hello.commit);
  to.text(hello.host);
  to.u64(hello.cores);
  to.u64(hello.identity);
  to.flag(hello.index.has_value());
  if (hello.index) to.u64(*hello.index);
  to.text(hello.run_id);
  to.u64(hello.worker);
  to.flag(hello.running);
}

Hello take_hello(Decoder& from) {
  Hello hello;
  hello.protocol = from.number<std::uint32_t>();
  if (hello.protocol != kProtocol) return hello;
  hello.version = from.text(kLongestName);
  hello.commit = from.text(kLongestName);
  hello.host = from.text(kLongestName);
  hello.cores = from.number<std::uint32_t>();
  hello.identity = from.u64();
  if (from.flag()) hello.index = from.number<std::uint32_t>();
  hello.run_id = from.text(kLongestName);
  hello.worker = from.number<std::uint32_t>();
  hello.running = from.flag();
  from.expect_end();
  return hello;
}

void put(Encoder& to, const Welcome& welcome) {
  to.text(welcome.run_id);
  to.u64(welcome.worker);
  to.u64(welcome.of);
  to.flag(welcome.returning);
  put(to, welcome.received);
}

Welcome take_welcome(Decoder& from) {
  Welcome welcome;
  welcome.run_id = from.text(kLongestName);
  welcome.worker = from.number<std::uint32_t>();
  welcome.of = from.number<std::uint32_t>();
  welcome.returning = from.flag();
  welcome.received = take_states(from);
  return welcome;
}

void put(Encoder& to, const Assign& assign) {
  to.text(assign.run_id);
  to.u64(assign.worker);
  to.u64(assign.of);
  to.u64(assign.seed);
  to.text(assign.scenario_text);
  to.text(assign.scenario_path);
  to.texts(assign.overrides);
  to.map(assign.environment);
  to.map(assign.files);
  to.u64(assign.variables.size());
  for (const Variables& variables : assign.variables) to.map(variables);
  to.texts(assign.secrets);
  to.flag(assign.preflight);
  to.u64(assign.max_requests);
  to.u64(assign.parts_before);
}

Assign take_assign(Decoder& from) {
  Assign assign;
  assign.run_id = from.text(kLongestName);
  assign.worker = from.number<std::uint32_t>();
  assign.of = from.number<std::uint32_t>();
  if (assign.of > kMostShares || assign.worker >= assign.of) from.refuse("a share of no whole");
  assign.seed = from.u64();
  assign.scenario_text = from.text();
  assign.scenario_path = from.text();
  assign.overrides = from.texts();
  assign.environment = from.map();
  assign.files = from.map();
  for (std::size_t left = from.count(1); left > 0; --left)
    assign.variables.push_back(from.map<Variables>());
  assign.secrets = from.texts();
  assign.preflight = from.flag();
  assign.max_requests = from.u64();
  assign.parts_before = from.u64();
  return assign;
}

void put(Encoder& to, const Until& until) {
  to.offset(until.end);
  to.u64(until.windows.size());
  for (const LoadWindow& window : until.windows) {
    to.text(window.fault);
    to.u64(window.group);
    to.u64(window.workload);
    to.real(window.multiply);
    to.offset(window.from);
    to.offset(window.to);
  }
}

Until take_until(Decoder& from) {
  constexpr std::size_t kWindowBytes = 13;
  Until until;
  until.end = from.offset();
  for (std::size_t left = from.count(kWindowBytes); left > 0; --left) {
    LoadWindow window;
    window.fault = from.text(kLongestName);
    window.group = from.number<std::uint16_t>();
    window.workload = from.number<std::uint16_t>();
    window.multiply = from.real();
    if (!std::isfinite(window.multiply) || window.multiply < 0)
      from.refuse("a factor is no factor");
    window.from = from.offset();
    window.to = from.offset();
    until.windows.push_back(std::move(window));
  }
  return until;
}

std::string rest(Decoder& from, std::string_view bytes) {
  return std::string(bytes.substr(bytes.size() - from.remaining()));
}

/// Writes the kind of a message, its share, and itself.
struct PutMessage {
  Encoder& to;
  std::uint32_t share;

  void head(Kind kind) const {
    to.byte(static_cast<std::uint8_t>(kind));
    to.u64(share);
  }
  void operator()(const Assign& assign) const { head(Kind::assign), put(to, assign); }
  void operator()(const Armed& armed) const {
    head(Kind::armed);
    to.u64(armed.worker);
    to.texts(armed.problems);
  }
  void operator()(const Start& start) const {
    head(Kind::start);
    put(to, start.at);
    to.offset(start.from);
    to.text(start.header);
  }
  void operator()(const Until& until) const { head(Kind::until), put(to, until); }
  void operator()(const Part& part) const { head(Kind::part), to.append(encode(part)); }
  void operator()(const Acknowledge& acknowledge) const {
    head(Kind::acknowledge);
    to.u64(acknowledge.sequence);
  }
  void operator()(const Stop& stop) const { head(Kind::stop), to.flag(stop.abort); }
  void operator()(const Failed& failed) const {
    head(Kind::failed);
    to.u64(failed.worker);
    to.text(failed.reason);
  }
  void operator()(const Mark& mark) const { head(Kind::mark), to.append(encode(mark)); }
};

/// Writes the kind of a frame, and itself.
struct PutFrame {
  Encoder& to;

  void head(Kind kind) const { to.byte(static_cast<std::uint8_t>(kind)); }
  void operator()(const Hello& hello) const { head(Kind::hello), put(to, hello); }
  void operator()(const Welcome& welcome) const { head(Kind::welcome), put(to, welcome); }
  void operator()(const Refused& refused) const {
    head(Kind::refused);
    to.text(refused.reason);
    to.flag(refused.again);
  }
  void operator()(const Ping& ping) const { head(Kind::ping), to.u64(ping.number); }
  void operator()(const Pong& pong) const {
    head(Kind::pong);
    to.u64(pong.number);
    put(to, pong.at);
  }
  void operator()(const Leave& leave) const { head(Kind::leave), to.text(leave.reason); }
  void operator()(const Done& done) const {
    head(Kind::done);
    to.flag(done.started);
    to.text(done.reason);
  }
  void operator()(const Addressed& addressed) const {
    std::visit(PutMessage{to, addressed.share}, addressed.message);
  }
};

Message take_message(Kind kind, Decoder& from, std::string_view bytes) {
  switch (kind) {
    case Kind::assign:
      return take_assign(from);
    case Kind::armed: {
      Armed armed;
      armed.worker = from.number<std::uint32_t>();
      armed.problems = from.texts();
      return armed;
    }
    case Kind::start: {
      Start start;
      start.at = take_instant(from);
      start.from = from.offset();
      start.header = from.text();
      return start;
    }
    case Kind::until:
      return take_until(from);
    case Kind::acknowledge:
      return Acknowledge{from.u64()};
    case Kind::stop:
      return Stop{from.flag()};
    case Kind::failed: {
      Failed failed;
      failed.worker = from.number<std::uint32_t>();
      failed.reason = from.text();
      return failed;
    }
    case Kind::part:
      return decode_part(rest(from, bytes));
    case Kind::mark:
      return decode_mark(rest(from, bytes));
    default:
      break;
  }
  from.refuse("a kind of frame that is not known");
}

bool is_whole(const Message& message) {
  return std::holds_alternative<Part>(message) || std::holds_alternative<Mark>(message);
}

Frame take_frame(Kind kind, Decoder& from, std::string_view bytes) {
  switch (kind) {
    case Kind::welcome:
      return take_welcome(from);
    case Kind::refused: {
      Refused refused;
      refused.reason = from.text();
      refused.again = from.flag();
      return refused;
    }
    case Kind::ping:
      return Ping{from.u64()};
    case Kind::pong: {
      Pong pong;
      pong.number = from.u64();
      pong.at = take_instant(from);
      return pong;
    }
    case Kind::leave:
      return Leave{from.text()};
    case Kind::done: {
      Done done;
      done.started = from.flag();
      done.reason = from.text();
      return done;
    }
    default:
      break;
  }
  Addressed addressed;
  addressed.share = from.number<std::uint32_t>();
  addressed.message = take_message(kind, from, bytes);
  return addressed;
}

}  // namespace

std::string encode(const Frame& frame) {
  Encoder to;
  std::visit(PutFrame{to}, frame);
  return to.take();
}

Frame decode_frame(std::string_view bytes) {
  Decoder from(bytes);
  const auto kind = static_cast<Kind>(from.byte());
  if (kind == Kind::hello) return take_hello(from);
  Frame frame = take_frame(kind, from, bytes);
  const auto* addressed = std::get_if<Addressed>(&frame);
  if (addressed == nullptr || !is_whole(addressed->message)) from.expect_end();
  return frame;
}

std::string part_frame(std::uint32_t share, std::string_view part) {
  Encoder to;
  to.byte(static_cast<std::uint8_t>(Kind::part));
  to.u64(share);
  to.append(part);
  return to.take();
}

}  // namespace loadgen
