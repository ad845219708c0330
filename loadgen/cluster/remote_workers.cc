#include "loadgen/cluster/remote_workers.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <exception>
#include <utility>

namespace loadgen {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr Duration kGreeting = std::chrono::seconds(5);  // the upgrade, and again for the hello
constexpr std::size_t kMostWaiting = 64;                 // connections that are being greeted
constexpr Duration kFrame = std::chrono::seconds(10);    // for each frame, whole, either way
constexpr Duration kPingEvery = std::chrono::seconds(1);
constexpr Duration kFirstPings = std::chrono::milliseconds(20);
constexpr std::size_t kMeasured = 8;  // round trips before a worker's clock is known
constexpr std::size_t kMostPings = 64;
constexpr Duration kNoteworthy = std::chrono::milliseconds(1);
constexpr std::size_t kMostQueued = std::size_t{256} << 20;  // bytes
constexpr Duration kFarewell = std::chrono::seconds(2);

}  // namespace

/// One connection.
struct RemoteWorkers::Session {
  Session(tcp::socket socket, asio::ssl::context* tls)
      : news(socket.get_executor(), Instant::max()),
        next_round(socket.get_executor()),
        channel(channel_over(std::move(socket), tls)) {}
  asio::steady_timer news;        // cancelled when there is something to write
  asio::steady_timer next_round;  // of pings
  std::unique_ptr<ChannelSocket> channel;
  std::deque<std::string> outgoing;
  std::size_t outgoing_bytes = 0;
  Slot* slot = nullptr;
  bool over = false;
  bool evicted = false;
  bool ready = false;  // its clock is known: messages can be sent
  ClockOffset clock;
  std::map<std::uint64_t, Instant> pings;  // on their way
  std::uint64_t next_ping = 1;
  Allowance allowance;
};

/// One worker process, whatever its connection.
struct RemoteWorkers::Slot {
  std::uint32_t number = 0, first_share = 0;
  std::vector<Channel> ends;                  // of its shares: the other ones are the coordinator's
  std::vector<std::vector<Message>> history;  // of its shares: what a new process has to hear
  Seat seat;
  SessionPtr session;
  std::optional<WorkerRecord> record;  // of its first share
  bool told_start = false;             // its process knows when offset 0 is
};

RemoteWorkers::RemoteWorkers(asio::io_context& io, Coordinator& coordinator, Options options)
    : io_(io),
      coordinator_(coordinator),
      options_(std::move(options)),
      acceptor_(listen_on(io.get_executor(), options_.host, options_.port)),
      port_(acceptor_.local_endpoint().port()),
      refusals_(options_.say),
      idle_(io, Instant::max()) {
  if (!options_.tls_cert.empty()) tls_ = server_tls(options_.tls_cert, options_.tls_key);
  for (std::uint32_t number = 0; number < options_.workers; ++number) {
    slots_.push_back(std::make_unique<Slot>());
    Slot& slot = *slots_.back();
    slot.number = number;
    slot.first_share = number * options_.threads;
    slot.history.resize(options_.threads);
    for (std::uint32_t thread = 0; thread < options_.threads; ++thread) {
      auto [here, there] = Channel::pair();
      coordinator_.add_worker(std::move(there), true);
      slot.ends.push_back(std::move(here));
      slot.ends.back().on_arrival(
          [this, &slot] { asio::post(io_, [this, &slot] { pump(slot); }); });
    }
  }
  spawn(accept_all());
}

RemoteWorkers::~RemoteWorkers() {
  for (const auto& slot : slots_) {
    for (Channel& end : slot->ends) end.on_arrival(nullptr);
  }
}

void RemoteWorkers::spawn(asio::awaitable<void> task) {
  ++running_;
  asio::co_spawn(io_, std::move(task), [this](const std::exception_ptr& thrown) {
    if (--running_ == 0) idle_.cancel();
    if (thrown) std::rethrow_exception(thrown);  // our own mistake, or no memory
  });
}

asio::awaitable<void> RemoteWorkers::accept_all() {
  while (!dismissed_) {
    tcp::socket socket(io_);
    const auto [error] = co_await acceptor_.async_accept(socket, kTuple);
    if (dismissed_) co_return;
    if (error) {  // out of descriptors, most likely: some will be given back
      asio::steady_timer pause(io_, std::chrono::milliseconds(100));
      co_await pause.async_wait(kTuple);
      continue;
    }
    if (waiting_.size() >= kMostWaiting) {
      // A worker is through in milliseconds: who was here longest is the least likely to be one.
      waiting_.front()->evicted = true;
      waiting_.front()->channel->close();
      waiting_.pop_front();
    }
    auto session = std::make_shared<Session>(std::move(socket), tls_.get());
    waiting_.push_back(session);
    spawn(greet(std::move(session)));
  }
}

asio::awaitable<void> RemoteWorkers::greet(SessionPtr session) {
  ChannelSocket& channel = *session->channel;
  channel.limit(kMostHelloBytes);
  const Handshake shaken = co_await channel.accept(options_.token, kGreeting);
  std::optional<std::string> bytes;
  if (shaken == Handshake::done) bytes = co_await channel.read(kGreeting);
  waiting_.remove(session);
  std::optional<Hello> hello;
  try {
    if (bytes) hello = std::get<Hello>(decode_frame(*bytes));
  } catch (const std::exception&) {  // no frame, or no hello
  }
  if (hello) hello->host = one_line(hello->host);  // it goes into logs and marks
  if (hello && !dismissed_) co_return co_await serve(std::move(session), std::move(*hello));
  const char* kind = shaken == Handshake::wrong_token ? "wrong token" : "not a worker";
  if (session->evicted || shaken == Handshake::no_answer) kind = "silent";
  note_refusal(kind, *session, channel.problem());
  channel.close();
}

std::vector<Seat> RemoteWorkers::seats() const {
  std::vector<Seat> seats;
  for (const auto& slot : slots_) seats.push_back(slot->seat);
  return seats;
}

asio::awaitable<void> RemoteWorkers::serve(SessionPtr session, Hello hello) {
  // While a journal is read again its run is not known.
  const Admitting state{options_.version, coordinator_.header().run_id, coordinator_.started()};
  const Admission admission = admit(hello, seats(), state, Clock::now());
  if (!admission.worker) {
    note_refusal("not taken in", *session, hello.host + ": " + admission.refused.reason);
    co_await session->channel->write(encode(Frame(admission.refused)), kGreeting);
    session->channel->close();
    co_return;
  }
  take_in(session, *slots_[*admission.worker], hello, admission.returning);
  spawn(write_all(session));
  spawn(ping(session));
  session->channel->limit(kMostFrameBytes);
  std::string wrong;
  while (!session->over && wrong.empty()) {
    const auto bytes = co_await session->channel->read(kFrame);
    if (!bytes || session->over) break;
    if (const Duration wait = session->allowance.take(bytes->size(), Clock::now()); wait.count()) {
      asio::steady_timer pause(io_, wait);
      co_await pause.async_wait(kTuple);
      if (session->over) break;
    }
    session->slot->seat.heard = Clock::now();
    try {
      wrong = obey(*session, decode_frame(*bytes));
    } catch (const std::runtime_error& malformed) {
      wrong = malformed.what();
    }
  }
  if (!wrong.empty()) note_refusal("broken frame", *session, hello.host + ": " + wrong);
  end(*session);
}

void RemoteWorkers::take_in(const SessionPtr& session, Slot& slot, const Hello& hello,
                            bool returning) {
  if (slot.session) {
    slot.session->slot = nullptr;  // it was superseded: its end means nothing any more
    end(*slot.session);
  }
  const bool known = slot.seat.taken && slot.seat.identity == hello.identity;
  if (!known) slot.record.reset();
  slot.told_start = known && slot.told_start;
  slot.seat = {true, true, Clock::now(), hello.identity, hello.host};
  slot.session = session;
  session->slot = &slot;
  Welcome welcome{coordinator_.header().run_id, slot.number, options_.workers, returning, {}};
  for (std::uint32_t thread = 0; thread < options_.threads; ++thread) {
    const std::uint32_t share = slot.first_share + thread;
    welcome.received.push_back({share, coordinator_.received(share)});
    if (returning) coordinator_.restarted(share);
  }
  if (!slot.record) {
    slot.record = WorkerRecord{
        slot.first_share, hello.host, hello.version, hello.commit, hello.cores, {}, {}, {}};
  }
  send(*session, encode(Frame(std::move(welcome))));
}

asio::awaitable<void> RemoteWorkers::write_all(SessionPtr session) {
  while (!session->over) {
    if (session->outgoing.empty()) {
      co_await session->news.async_wait(kTuple);
      continue;
    }
    std::string frame = std::move(session->outgoing.front());
    session->outgoing.pop_front();
    session->outgoing_bytes -= frame.size();
    const bool written = co_await session->channel->write(std::move(frame), kFrame);
    if (!written) end(*session);
  }
}

asio::awaitable<void> RemoteWorkers::ping(SessionPtr session) {
  while (!session->over) {
    if (session->pings.size() < kMostPings) {
      send(*session, encode(Frame(Ping{session->next_ping})));
      session->pings[session->next_ping++] = Clock::now();
    }
    session->next_round.expires_after(session->next_ping <= kMeasured + 1 ? kFirstPings
                                                                          : kPingEvery);
    co_await session->next_round.async_wait(kTuple);
  }
}

std::string RemoteWorkers::obey(Session& session, Frame frame) {
  if (const auto* pong = std::get_if<Pong>(&frame)) {
    note_clock(session, *pong);
    return "";
  }
  if (const auto* leave = std::get_if<Leave>(&frame)) {
    for (std::uint32_t thread = 0; thread < options_.threads; ++thread)
      coordinator_.left(session.slot->first_share + thread, one_line(leave->reason));
    return "";
  }
  if (auto* addressed = std::get_if<Addressed>(&frame))
    return forward(session, std::move(*addressed));
  return "a frame that only coordinators send";
}

std::string RemoteWorkers::forward(Session& session, Addressed addressed) {
  const Slot& slot = *session.slot;
  const std::uint32_t share = addressed.share;
  if (share < slot.first_share || share >= slot.first_share + options_.threads)
    return "a message of another worker's share";
  std::optional<std::uint32_t> told;
  if (const auto* armed = std::get_if<Armed>(&addressed.message)) told = armed->worker;
  if (const auto* part = std::get_if<Part>(&addressed.message)) told = part->worker;
  if (const auto* failed = std::get_if<Failed>(&addressed.message)) told = failed->worker;
  if (told != share) return "a message that only coordinators send, or of another share";
  Channel& end = session.slot->ends[share - slot.first_share];
  return end.send(std::move(addressed.message)) ? "" : "more than the coordinator can take";
}

void RemoteWorkers::note_clock(Session& session, const Pong& pong) {
  const auto sent = session.pings.find(pong.number);
  if (sent == session.pings.end()) return;
  session.clock.add(clock_reading(sent->second, pong.at, Clock::now()));
  session.pings.erase(session.pings.begin(), std::next(sent));
  const ClockReading best = *session.clock.best();
  WorkerRecord& record = *session.slot->record;
  if (!session.ready) {
    if (session.clock.count() < kMeasured) return;
    if (record.clock_bound == Duration{0}) {  // its first connection
      record.clock_offset = best.offset;
      record.clock_bound = best.bound;
    }
    note_ready(session);
  }
  const Duration moved = clock_change({record.clock_offset, record.clock_bound}, best);
  const Duration told = std::chrono::abs(record.clock_moved);
  if (std::chrono::abs(moved) < std::max(kNoteworthy, told + told / 2)) return;
  record.clock_moved = moved;
  note_record(*session.slot);
}

void RemoteWorkers::note_record(const Slot& slot) {
  WorkerRecord record = *slot.record;
  for (std::uint32_t thread = 0; thread < options_.threads; ++thread) {
    record.worker = slot.first_share + thread;
    coordinator_.joined(record);
  }
}

/// Its clock is known: what its shares have to hear is sent, again if need be.
void RemoteWorkers::note_ready(Session& session) {
  Slot& slot = *session.slot;
  session.ready = true;
  const WorkerRecord& record = *slot.record;
  options_.say("worker " + std::to_string(slot.number) + " of " + std::to_string(options_.workers) +
               " is there: " + record.host + " (" + session.channel->peer() + "), " +
               std::to_string(record.cores) + " cores, its clock known within " +
               std::to_string(whole_us(record.clock_bound)) + " µs");
  note_record(slot);
  for (std::uint32_t thread = 0; thread < options_.threads; ++thread) {
    for (const Message& message : slot.history[thread])
      send(session, slot.first_share + thread, message);
  }
  pump(slot);
}

void RemoteWorkers::pump(Slot& slot) {
  const bool connected = slot.session && slot.session->ready;
  for (std::uint32_t thread = 0; thread < options_.threads; ++thread) {
    auto& history = slot.history[thread];
    while (auto message = slot.ends[thread].receive()) {
      const bool acknowledge = std::holds_alternative<Acknowledge>(*message);
      if (connected || (acknowledge && slot.session))
        send(*slot.session, slot.first_share + thread, *message);
      if (acknowledge) continue;  // told by each Welcome, too
      if (std::holds_alternative<Until>(*message)) {
        std::erase_if(history,
                      [](const Message& old) { return std::holds_alternative<Until>(old); });
      }
      history.push_back(std::move(*message));
    }
  }
}

void RemoteWorkers::send(Session& session, std::uint32_t share, Message message) {
  if (auto* start = std::get_if<Start>(&message)) start->at += clock_at_start(*session.slot);
  send(session, encode(Frame(Addressed{share, std::move(message)})));
}

/// The worker goes by its own clock, as it is known when it is told first: so does the result.
Duration RemoteWorkers::clock_at_start(Slot& slot) {
  const ClockReading best = *slot.session->clock.best();
  if (std::exchange(slot.told_start, true)) return best.offset;
  slot.record->clock_offset = best.offset;
  slot.record->clock_bound = best.bound;
  slot.record->clock_moved = Duration{0};
  note_record(slot);
  return best.offset;
}

void RemoteWorkers::send(Session& session, std::string frame) {
  if (session.over) return;
  session.outgoing_bytes += frame.size();
  session.outgoing.push_back(std::move(frame));
  session.news.cancel();
  if (session.outgoing_bytes > kMostQueued) end(session);  // it does not read
}

void RemoteWorkers::end(Session& session) {
  if (session.over) return;
  session.over = true;
  session.channel->close();
  session.news.cancel();
  session.next_round.cancel();
  Slot* slot = session.slot;
  if (slot == nullptr) return;
  slot->seat.connected = false;
  slot->session = nullptr;
  if (dismissed_) return;
  options_.say("worker " + std::to_string(slot->number) + " is gone: " +
               (session.channel->problem().empty() ? "closed" : session.channel->problem()));
  for (std::uint32_t thread = 0; thread < options_.threads; ++thread)
    coordinator_.parted(slot->first_share + thread);
}

void RemoteWorkers::note_refusal(const char* kind, const Session& session, const std::string& why) {
  if (!dismissed_) refusals_.count(kind, session.channel->peer(), why);
}

asio::awaitable<void> RemoteWorkers::dismiss(Done done) {
  const std::string frame = encode(Frame(done));
  for (const auto& slot : slots_) {
    pump(*slot);  // the last acknowledgements
    if (slot->session) send(*slot->session, frame);
  }
  dismissed_ = true;
  acceptor_.close();
  for (const SessionPtr& session : std::exchange(waiting_, {})) session->channel->close();
  // Workers close when they have read it.
  const Instant give_up = Clock::now() + kFarewell;
  const auto connected = [](const auto& slot) { return slot->session != nullptr; };
  asio::steady_timer timer(io_);
  while (std::any_of(slots_.begin(), slots_.end(), connected) && Clock::now() < give_up) {
    timer.expires_after(std::chrono::milliseconds(10));
    co_await timer.async_wait(kTuple);
  }
  for (const auto& slot : slots_) {
    if (slot->session) end(*slot->session);
  }
  while (running_ > 0) co_await idle_.async_wait(kTuple);
}

}  // namespace loadgen
