#include "loadgen/cluster/attendance.h"

#include <algorithm>

namespace loadgen {

std::string whole_seconds(Duration d) {
  return std::to_string(std::chrono::round<std::chrono::seconds>(d).count()) + " s";
}

void Attendance::add(bool remote) {
  Presence presence;
  presence.remote = remote;
  presence.there = !remote;
  workers_.push_back(presence);
}

void Attendance::begin(Instant now) {
  begun_ = true;
  looked_ = now;
  for (Presence& worker : workers_) worker.heard = now;
}

Attendance::Notices Attendance::heard(std::uint32_t number, Instant now) {
  Presence& worker = workers_.at(number);
  const Duration quiet = now - worker.heard;
  worker.heard = now;
  if (worker.gone || !(worker.silent || worker.lost)) return {};
  worker.silent = worker.lost = false;
  if (!begun_) return {};
  return {{"worker_back", number, "after " + whole_seconds(quiet)}};
}

Attendance::Notices Attendance::parted(std::uint32_t number) {
  Presence& worker = workers_.at(number);
  if (!begun_) {
    worker.there = worker.armed = false;  // it has to join again
    return {};
  }
  if (worker.finished || worker.silent || worker.lost) return {};
  worker.silent = worker.missed = true;
  return {{"worker_silent", number, "its connection ended"}};
}

Attendance::Notices Attendance::lose(std::uint32_t number, const std::string& why) {
  Presence& worker = workers_.at(number);
  if (worker.lost || worker.finished) return {};
  worker.lost = true;
  if (!begun_) return {};
  return {{"worker_lost", number, why}};
}

Attendance::Notices Attendance::dismiss(std::uint32_t number, const std::string& why) {
  Notices notices = lose(number, why);
  workers_.at(number).gone = true;
  return notices;
}

Attendance::Notices Attendance::restarted(std::uint32_t number) {
  Presence& worker = workers_.at(number);
  if (worker.finished) return {};
  worker.holes = true;
  return {{"worker_restarted", number,
           "a new process: what the old one had open, and what fell due meanwhile, is lost"}};
}

Attendance::Notices Attendance::look(Instant now) {
  Notices notices;
  const Duration stalled = now - looked_ - kLookEvery;
  looked_ = now;
  for (std::uint32_t number = 0; number < workers_.size(); ++number) {
    Presence& worker = workers_[number];
    if (worker.finished || worker.gone) continue;
    if (stalled > kLookEvery) worker.heard += stalled;
    const Duration quiet = now - worker.heard;
    const std::string what = "nothing was heard for " + whole_seconds(quiet);
    if (quiet > kSilent && !worker.silent) {
      worker.silent = worker.missed = true;
      notices.push_back({"worker_silent", number, what});
    }
    if (quiet <= kGivenUp) continue;
    for (Notice& notice : lose(number, what)) notices.push_back(std::move(notice));
  }
  return notices;
}

std::vector<std::string> Attendance::missing(Duration waited) const {
  std::vector<std::string> sentences;
  std::string numbers;
  for (std::uint32_t number = 0; number < workers_.size(); ++number) {
    const Presence& worker = workers_[number];
    if (worker.lost || worker.armed) continue;
    if (worker.there)
      sentences.push_back("worker " + std::to_string(number) + " did not answer in time");
    else
      numbers += (numbers.empty() ? "" : ", ") + std::to_string(number);
  }
  if (!numbers.empty()) {
    sentences.push_back("of " + std::to_string(workers_.size()) +
                        " workers these did not join in " + whole_seconds(waited) + ": " + numbers);
  }
  return sentences;
}

template <class Is>
bool Attendance::all(const Is& is) const {
  return std::all_of(workers_.begin(), workers_.end(), is);
}

bool Attendance::all_there() const {
  return all([](const Presence& worker) { return worker.there || worker.lost; });
}

bool Attendance::all_armed() const {
  return all([](const Presence& worker) { return worker.armed || worker.lost; });
}

bool Attendance::all_over() const {
  return all([](const Presence& worker) { return worker.finished || worker.lost; });
}

bool Attendance::all_finished() const {
  return all([](const Presence& worker) { return worker.finished; });
}

bool Attendance::any_remote() const {
  return !all([](const Presence& worker) { return !worker.remote; });
}

bool Attendance::is_whole(std::uint32_t number, RunOffset plan_end) const {
  const Presence& worker = workers_.at(number);
  const bool heard_all = !worker.remote || (!worker.missed && worker.last_made >= plan_end);
  return worker.finished && !worker.holes && heard_all;
}

bool Attendance::enough(bool tolerate_loss) const {
  const auto hurt = std::count_if(workers_.begin(), workers_.end(), [](const Presence& worker) {
    return worker.lost || worker.holes;
  });
  const auto lost = std::count_if(workers_.begin(), workers_.end(),
                                  [](const Presence& worker) { return worker.lost; });
  if (!tolerate_loss) return hurt == 0;
  return 2 * static_cast<std::size_t>(lost) <= workers_.size();
}

}  // namespace loadgen
