// Which ticket is due next: the schedules, the load windows and the closed loops of one engine,
// merged.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "loadgen/plan/rounds.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"

namespace loadgen {

/// One thread. Offsets are run offsets; nothing here reads a clock.
class Tickets {
 public:
  /// max_requests: of the whole run, over all shares and groups; 0 = no limit.
  Tickets(const Scenario& scenario, std::uint64_t seed, Share share, std::uint64_t max_requests);

  /// Nothing comes any more: all that were allowed have been taken, or every client has ended.
  bool exhausted() const {
    return left_ == 0 || (clients_ended_ > 0 && clients_ == 0 && endless_ == 0);
  }

  /// When the next ticket is due; RunOffset::max() when none is.
  RunOffset next() const { return next_; }
  /// The ticket due at `next()`, for each group that gets it, in the order in which they are to be
  /// sent: which group goes first alternates, since the second waits for the first one's system
  /// call. When the groups take turns, only the one whose turn it is gets it. Valid until the next
  /// call.
  const std::vector<Ticket>& take();

  /// What falls due before `from` is not to come; the clients of closed loops begin there. Before
  /// the first `take`.
  void leave_out_before(RunOffset from);

  /// A client of a closed loop is free again at `at`: its next ticket is due `think` later.
  void freed(const Ticket& ended, RunOffset at);
  /// A client of a closed loop has had its last ticket; or one of an open loop whose clients end
  /// by an error has ended.
  void client_ended();

  /// Load windows; a known one (same fault) only has its end moved.
  void windows(const std::vector<LoadWindow>& windows);

 private:
  /// An open-loop stream: a workload's plan for all groups, or the surplus of a load window for
  /// one.
  struct Stream {
    Schedule schedule;
    std::optional<Schedule::Due> due;
    std::uint16_t workload = 0;
    std::optional<std::uint16_t> group;  // of a window
    std::uint64_t sequence_base = 0;     // keeps a window's tickets apart from the plan's
    LoadWindow window{};
  };
  struct Turn {
    RunOffset intended;
    std::uint64_t order;  // first freed, first served among equals
    Ticket ticket;
    bool operator>(const Turn& other) const {
      return intended != other.intended ? intended > other.intended : order > other.order;
    }
  };
  void find_next();
  void add_window(const LoadWindow& window);
  void add_clients(const LoadWindow* window, std::uint16_t workload, std::uint32_t clients,
                   RunOffset at);
  bool client_leaves(const Ticket& ended, RunOffset at) const;

  const Scenario& scenario_;
  const Rounds rounds_;
  std::uint64_t seed_;
  Share share_;
  std::vector<Stream> streams_;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns_;  // closed loops
  std::vector<LoadWindow> known_windows_;
  std::vector<std::uint64_t>
      client_sequence_;  // by workload: next sequence number of its closed loop
  std::map<std::array<std::uint32_t, 3>, std::uint64_t>
      taken_by_client_;  // by workload, group, client; where a workload limits it
  std::uint64_t clients_ = 0, clients_ended_ = 0;  // those that may come to an end
  std::size_t endless_ = 0;                        // open loops whose clients do not
  RunOffset from_{0};                              // nothing comes before it
  std::uint64_t order_ = 0;
  RunOffset next_ = RunOffset::max();
  Stream* next_stream_ = nullptr;  // null: the next one is turns_.top()
  std::vector<Ticket> taken_;
  std::uint64_t left_ = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace loadgen
