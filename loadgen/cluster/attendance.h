// Who of a run's workers is there, silent, or lost.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/units.h"

namespace loadgen {

/// Where one worker stands.
struct Presence {
  bool remote = false;  // in another process: it can come back
  bool there = false;   // its thread runs, or its process has joined
  bool armed = false;
  bool finished = false;  // its last part stands in the journal
  bool silent = false;    // not waited for
  bool lost = false;      // given up, until it comes back
  bool gone = false;      // lost for good
  bool liar = false;      // gone, and nothing that it says is believed
  bool holes = false;     // a part of its share is lost, even if it finishes
  bool missed = false;    // was silent once: it may not have heard how far the plan reaches
  Instant heard{};
  RunOffset last_made{0};  // when it made its last part
};

/// Pure: time is an argument. What follows from an event is returned as notices, to be marked.
class Attendance {
 public:
  /// A worker of which nothing was heard for this long is silent …
  static constexpr Duration kSilent = std::chrono::seconds(3);
  /// … and for this long lost, unless it comes back.
  static constexpr Duration kGivenUp = std::chrono::seconds(15);
  /// How often `look` is to be called.
  static constexpr Duration kLookEvery = std::chrono::milliseconds(500);

  struct Notice {
    std::string kind;  // of the mark: worker_silent, worker_lost, worker_back, worker_restarted
    std::uint32_t worker = 0;
    std::string detail;
    bool operator==(const Notice&) const = default;
  };
  using Notices = std::vector<Notice>;

  void add(bool remote);
  Presence& operator[](std::uint32_t worker) { return workers_.at(worker); }
  const Presence& operator[](std::uint32_t worker) const { return workers_.at(worker); }

  /// The run begins: silence counts from here.
  void begin(Instant now);
  /// Something came from it.
  Notices heard(std::uint32_t worker, Instant now);
  /// Its connection ended; it may come back.
  Notices parted(std::uint32_t worker);
  /// It is given up.
  Notices lose(std::uint32_t worker, const std::string& why);
  /// As `lose`, for good.
  Notices dismiss(std::uint32_t worker, const std::string& why);
  /// Its process is a new one.
  Notices restarted(std::uint32_t worker);
  /// Finds who was silent for too long. When this program itself did not run, nobody else was
  /// silent meanwhile.
  Notices look(Instant now);

  /// A sentence about those that have not joined, and one for each that joined and did not arm.
  std::vector<std::string> missing(Duration waited) const;
  bool all_there() const;
  /// Armed or lost.
  bool all_armed() const;
  /// Finished or lost.
  bool all_over() const;
  bool all_finished() const;
  bool any_remote() const;
  /// Its share was played to `plan_end` without holes. A remote one that did not hear in time that
  /// the plan reaches so far has played it to an earlier end.
  bool is_whole(std::uint32_t worker, RunOffset plan_end) const;
  /// At least half of the shares are not lost; all of them, when no loss is tolerated.
  bool enough(bool tolerate_loss) const;

 private:
  template <class Is>
  bool all(const Is& is) const;

  std::vector<Presence> workers_;
  bool begun_ = false;
  Instant looked_{};
};

/// "12 s", rounded. Pure.
std::string whole_seconds(Duration d);

}  // namespace loadgen
