// The places of a connection string, their names resolved off the measuring path and anew for every
// reconnect: pods change address.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "loadgen/drive/resolver.h"
#include "pgbench_mode/conninfo.h"

namespace loadgen::pgbench {

/// Engine thread.
class Places {
 public:
  /// told: called, by Resolver::collect, when what was asked for has been answered.
  Places(const Conninfo& conninfo, Resolver& resolver, std::function<void(Instant now)> told);

  /// Addresses are known and not too old, or there is nothing to look up.
  bool known(Instant now) const { return now < known_until_; }
  /// Asks for them, unless that was done; `told` comes later.
  void ask();
  /// Where to try, in order; each name with every address it has. Empty: no name could be resolved,
  /// and `problem` says why. first: how many to put at the end.
  std::vector<Place> in_order(std::size_t first) const;
  const std::string& problem() const { return problem_; }
  /// How long the slowest look-up took.
  Duration took() const { return took_; }

 private:
  void answered(const std::string& host, const Resolver::Answer& answer);

  const Conninfo& conninfo_;
  Resolver& resolver_;
  std::function<void(Instant now)> told_;
  std::map<std::string, std::vector<std::string>> addresses_;  // by host name
  std::size_t awaited_ = 0;                                    // answers
  std::string problem_;
  Duration took_{0};
  Instant known_until_{};
};

}  // namespace loadgen::pgbench
