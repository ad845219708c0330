// Who the clients of one thread are: their numbers, random states and first variables.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "loadgen/plan/schedule.h"
#include "pgbench_mode/random.h"
#include "pgbench_mode/variables.h"

namespace loadgen::pgbench {

struct ClientIdentity {
  int number = 0;  // :client_id
  Random random;
  Variables variables;
};

struct Crew {
  std::uint64_t seed = 0;     // of the run: pgbench's --random-seed
  std::uint32_t clients = 1;  // of all shares
  Share share;                // a share is what a thread is in pgbench
  std::uint32_t scale = 1;
  std::vector<std::pair<std::string, std::string>> define;  // -D, in order
};

/// The clients of this share with the numbers, generators and variables that pgbench gives to the
/// clients of thread `share.index`. Throws UserError for a name that no variable may have. Pure.
struct ClientIdentities {
  explicit ClientIdentities(const Crew& crew);

  std::vector<ClientIdentity> clients;
  Random choose;  // which script comes next: one number per ticket of this share
  /// A client beyond those planned, for a load fault: the number-th of them, from 0.
  ClientIdentity surplus(std::uint32_t number) const;

 private:
  ClientIdentity identity(int number, const Random& random) const;

  Variables common_;  // what is the same for all
  bool own_client_id_ = false;
  Random surplus_;
  std::uint32_t planned_ = 0;
};

}  // namespace loadgen::pgbench
