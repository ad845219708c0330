#include "loadgen/cluster/coordinator.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "loadgen/analysis/run.h"
#include "loadgen/core/assert.h"
#include "loadgen/core/error.h"

namespace loadgen {

namespace asio = boost::asio;

namespace {
/// Parts are acknowledged when they are on the disk; syncing for several at once keeps the disk out
/// of the way.
constexpr Duration kGroupCommit = std::chrono::milliseconds(200);
/// For opening connections once all workers are there.
constexpr Duration kArming = std::chrono::seconds(20);
constexpr Duration kLeadLocal = std::chrono::milliseconds(300);
constexpr Duration kLeadRemote = std::chrono::seconds(1);
constexpr Duration kPatienceLocal = std::chrono::seconds(5);

Instant instant_of_wall(std::int64_t unix_us) {
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  return Clock::now() - (wall - std::chrono::microseconds(unix_us));
}
}  // namespace

struct Coordinator::Worker {
  Worker(Channel its, std::uint32_t share) : channel(std::move(its)), number(share) {}
  Channel channel;
  const std::uint32_t number;
  std::uint64_t received = 0;      // highest sequence number journalled
  std::uint64_t acknowledged = 0;  // highest sequence number acknowledged
  bool settled = false;            // what it lost is booked
  std::vector<std::string> problems;
  std::optional<WorkerRecord> record;  // of a remote one, once it has joined
};

Coordinator::Coordinator(asio::io_context& io, std::filesystem::path directory, RunHeader header)
    : io_(io),
      directory_(std::move(directory)),
      header_(std::move(header)),
      changed_(io),
      commit_timer_(io),
      watch_timer_(io) {}

Coordinator::~Coordinator() {
  for (const auto& worker : workers_) worker->channel.on_arrival(nullptr);
}

void Coordinator::add_worker(Channel channel, bool remote) {
  const auto number = static_cast<std::uint32_t>(workers_.size());
  workers_.push_back(std::make_unique<Worker>(std::move(channel), number));
  attendance_.add(remote);
  // Only its own mail is looked for: with a thousand workers all of theirs would be looked for a
  // thousand times a second.
  workers_.back()->channel.on_arrival([this, worker = workers_.back().get()] {
    asio::post(io_, [this, worker] { pump(*worker); });
  });
}

void Coordinator::send(Worker& worker, Message message) {
  if (!attendance_[worker.number].liar) worker.channel.send(std::move(message));
}

asio::awaitable<void> Coordinator::changed(Instant deadline) {
  changed_.expires_at(deadline);
  boost::system::error_code cancelled;  // that is how `pump` says that something changed
  co_await changed_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

void Coordinator::assign_all(Assign assign) {
  assign.of = static_cast<std::uint32_t>(workers_.size());
  for (const auto& worker : workers_) {
    assign.worker = worker->number;
    send(*worker, assign);
  }
}

asio::awaitable<std::vector<std::string>> Coordinator::arm(Assign assign, Duration timeout) {
  assign_all(std::move(assign));
  const Instant join_by = Clock::now() + timeout;
  while (!attendance_.all_there() && Clock::now() < join_by) co_await changed(join_by);
  const bool all_joined = attendance_.any_remote() && attendance_.all_there();
  const Instant arm_by = all_joined ? std::max(join_by, Clock::now() + kArming) : join_by;
  while (!attendance_.all_armed() && Clock::now() < arm_by) co_await changed(arm_by);
  co_return problems_before_start(timeout);
}

std::vector<std::string> Coordinator::problems_before_start(Duration timeout) const {
  std::vector<std::string> problems = attendance_.missing(timeout);
  for (const auto& worker : workers_) {
    for (const std::string& problem : worker->problems) {
      // Every worker dials the same targets; what all of them find is said once.
      if (std::find(problems.begin(), problems.end(), problem) == problems.end())
        problems.push_back(problem);
    }
    if (attendance_[worker->number].lost && worker->problems.empty())
      problems.push_back("worker " + std::to_string(worker->number) + " went away");
  }
  return problems;
}

Duration Coordinator::start_lead() const {
  if (!attendance_.any_remote()) return kLeadLocal;
  Duration lead = kLeadRemote;
  for (const auto& worker : workers_) {
    // A bound is half a round trip; a lost packet costs several.
    if (worker->record) lead = std::max(lead, kLeadRemote + 8 * worker->record->clock_bound);
  }
  return lead;
}

void Coordinator::start(Instant at, std::int64_t started_at_us) {
  LG_ASSERT(!started_);
  header_.started_at_us = started_at_us;
  header_.workers = static_cast<std::uint32_t>(workers_.size());
  journal_.emplace(JournalWriter::create(journal_path()));
  journal_->append(RecordKind::header, encode(header_));
  for (const auto& worker : workers_) {
    if (worker->record) journal_->append(RecordKind::worker, encode(*worker->record));
  }
  journal_->sync();
  balance_ = Balance(scenario_of(header_));
  start_ = at;
  started_ = true;
  attendance_.begin(at);
  for (const auto& worker : workers_) send(*worker, Start{at, RunOffset{0}, encode(header_)});
  watch();
}

void Coordinator::resume(Assign assign) {
  LG_ASSERT(!started_);
  bool ended = false;
  read_journal(journal_path(), [&](RecordKind kind, std::string_view body) {
    if (kind == RecordKind::header) {
      header_ = decode_header(body);
      balance_ = Balance(scenario_of(header_));
    }
    if (kind == RecordKind::mark) {
      marks_.push_back(decode_mark(body));
      if (totals_ != nullptr) totals_->add(marks_.back());
    }
    if (kind == RecordKind::part) add(decode_part(body));
    if (kind == RecordKind::adjustment) note_settled(decode_part(body));
    if (kind == RecordKind::end) ended = true;
  });
  const std::string where = directory_.string();
  if (ended) throw UserError(where + ": this run has ended; read it with `loadgen report`");
  if (header_.workers != workers_.size()) {
    throw UserError(where + ": its run has " + std::to_string(header_.workers) +
                    " workers in all, not " + std::to_string(workers_.size()) +
                    "; give the same --workers");
  }
  journal_.emplace(JournalWriter::resume(journal_path()));
  start_ = instant_of_wall(header_.started_at_us);
  started_ = true;
  attendance_.begin(Clock::now());
  assign_all(std::move(assign));
  for (const auto& worker : workers_) {
    worker->acknowledged = worker->received;
    attendance_[worker->number].holes =
        std::any_of(marks_.begin(), marks_.end(), [&](const Mark& mark) {
          return mark.kind == "worker_restarted" && mark.name == std::to_string(worker->number);
        });
    send(*worker, Start{start_, RunOffset{0}, encode(header_)});
    for (const Mark& mark : marks_) send(*worker, mark);
  }
  watch();
}

void Coordinator::joined(const WorkerRecord& record) {
  workers_.at(record.worker)->record = record;
  attendance_[record.worker].there = true;
  if (started_) append(RecordKind::worker, encode(record));
  changed_.cancel();
}

void Coordinator::restarted(std::uint32_t number) {
  tell(attendance_.restarted(number));
  if (attendance_.enough(tolerate_loss_) || !trouble_.empty()) return;
  trouble_ = "worker " + std::to_string(number) + " was lost for a while";
}

void Coordinator::parted(std::uint32_t number) {
  tell(attendance_.parted(number));
  if (!started_) workers_[number]->problems.clear();
}

void Coordinator::left(std::uint32_t number, const std::string& why) {
  if (attendance_[number].finished) return;
  attendance_[number].holes = true;
  tell(attendance_.dismiss(number, why));
  changed_.cancel();
}

std::uint64_t Coordinator::received(std::uint32_t worker) const {
  return workers_.at(worker)->received;
}

void Coordinator::until(const Until& until) {
  plan_end_ = until.end;
  for (const auto& worker : workers_) send(*worker, until);
}

void Coordinator::stop(bool abort) {
  if (started_) plan_end_ = std::min(plan_end_, now());
  for (const auto& worker : workers_) send(*worker, Stop{abort});
}

asio::awaitable<bool> Coordinator::finished(Instant deadline) {
  while (!attendance_.all_over() && Clock::now() < deadline) co_await changed(deadline);
  co_return attendance_.all_finished();
}

Duration Coordinator::patience() const {
  return attendance_.any_remote() ? Attendance::kGivenUp + kPatienceLocal : kPatienceLocal;
}

std::vector<std::uint32_t> Coordinator::incomplete() const {
  std::vector<std::uint32_t> numbers;
  for (const auto& worker : workers_) {
    if (!worker->settled && !attendance_.is_whole(worker->number, plan_end_))
      numbers.push_back(worker->number);
  }
  return numbers;
}

void Coordinator::give_up_missing() {
  for (const auto& worker : workers_)
    tell(attendance_.lose(worker->number, "its last part did not come"));
}

void Coordinator::settle(const Part& adjustment) {
  if (const std::string wrong = balance_.refuses(adjustment, now()); !wrong.empty()) {
    if (trouble_.empty()) trouble_ = "can't settle a lost share: " + wrong;
    return;
  }
  note_settled(adjustment);
  if (!adjustment.slices.empty()) append(RecordKind::adjustment, encode(adjustment));
}

void Coordinator::note_settled(const Part& adjustment) {
  balance_.add(adjustment);
  if (totals_ != nullptr) totals_->add(adjustment);
  if (adjustment.worker < workers_.size()) workers_[adjustment.worker]->settled = true;
}

void Coordinator::pump(Worker& worker) {
  while (auto message = worker.channel.receive()) receive(worker, std::move(*message));
  if (worker.channel.closed()) tell(attendance_.dismiss(worker.number, "it went away"));
  changed_.cancel();
}

void Coordinator::receive(Worker& worker, Message message) {
  if (attendance_[worker.number].liar) return;
  tell(attendance_.heard(worker.number, Clock::now()));
  if (auto* armed = std::get_if<Armed>(&message)) {
    attendance_[worker.number].armed = true;
    worker.problems = std::move(armed->problems);
  } else if (auto* failed = std::get_if<Failed>(&message)) {
    worker.problems.push_back(failed->reason);
    tell(attendance_.dismiss(worker.number, failed->reason));
  } else if (auto* part = std::get_if<Part>(&message)) {
    receive_part(worker, *part);
  }
}

void Coordinator::receive_part(Worker& worker, const Part& part) {
  if (!journal_ || part.sequence <= worker.received) return;  // a part sent again counts once
  std::string wrong = balance_.refuses(part, now());
  if (part.sequence != worker.received + 1) {
    wrong = "part " + std::to_string(part.sequence) + " came after part " +
            std::to_string(worker.received);
  }
  if (!wrong.empty()) {
    send(worker, Stop{true});  // what it goes on to send would be counted nowhere
    tell(attendance_.dismiss(worker.number, wrong));
    attendance_[worker.number].liar = true;
    return;
  }
  // What is not journalled is not acknowledged either: its worker keeps it.
  if (journal_failed_ || !append(RecordKind::part, encode(part))) {
    attendance_[worker.number].finished = part.last;
    return;
  }
  add(part);
  if (commit_pending_) return;
  commit_pending_ = true;
  commit_timer_.expires_after(kGroupCommit);
  commit_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) commit();
  });
}

/// What a part in the journal means.
void Coordinator::add(const Part& part) {
  balance_.add(part);
  live_.add(part);
  if (totals_ != nullptr) totals_->add(part);
  if (part.worker >= workers_.size()) return;  // told by `resume`
  workers_[part.worker]->received = part.sequence;
  attendance_[part.worker].last_made = part.made_at;
  attendance_[part.worker].finished = part.last;
}

void Coordinator::watch() {
  watch_timer_.expires_after(Attendance::kLookEvery);
  watch_timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled || !journal_) return;
    for (const auto& worker : workers_) pump(*worker);  // what has come already is no silence
    tell(attendance_.look(Clock::now()));
    watch();
  });
}

/// Marks what is new about the workers; too few of them left are the end of the run.
void Coordinator::tell(const Attendance::Notices& notices) {
  for (const Attendance::Notice& notice : notices) {
    const auto& record = workers_[notice.worker]->record;
    Mark told;
    told.at = now();
    told.kind = notice.kind;
    told.name = std::to_string(notice.worker);
    told.detail = notice.detail + (record ? " (" + record->host + ")" : "");
    mark(told);
    if (notice.kind == "worker_back") continue;
    live_.forget(notice.worker);
    if (notice.kind != "worker_lost" || attendance_.enough(tolerate_loss_)) continue;
    if (trouble_.empty()) trouble_ = "worker " + told.name + ": " + told.detail;
  }
}

/// A disk that refuses is the end of the run, not of the process: faults must still be reverted.
bool Coordinator::append(RecordKind kind, const std::string& body) {
  if (!journal_) return false;
  try {
    journal_->append(kind, body);
    return true;
  } catch (const std::exception& refused) {
    journal_refused(refused);
    return false;
  }
}

void Coordinator::journal_refused(const std::exception& why) {
  journal_failed_ = true;
  if (trouble_.empty()) trouble_ = std::string("the journal can't be written: ") + why.what();
}

void Coordinator::commit() {
  commit_pending_ = false;
  if (!journal_) return;
  try {
    journal_->sync();
  } catch (const std::exception& refused) {
    return journal_refused(refused);
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
  for (const auto& worker : workers_) {
    if (attendance_[worker->number].remote) send(*worker, mark);
  }
  if (totals_ != nullptr) totals_->add(mark);
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
  watch_timer_.cancel();
  commit();
  journal_.reset();
}

}  // namespace loadgen
