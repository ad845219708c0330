// Drivers: what turns a ticket into traffic. The one virtual class of the program; implemented by
// HttpDriver and by the null driver of the tests and benchmarks.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "loadgen/core/units.h"
#include "loadgen/drive/readiness.h"
#include "loadgen/drive/resolver.h"
#include "loadgen/drive/scorer.h"
#include "loadgen/plan/scenario.h"
#include "loadgen/plan/schedule.h"
#include "loadgen/plan/template.h"

namespace loadgen {

/// What an engine lends to its drivers. Lives as long as the engine.
struct DriverSetup {
  const Scenario& scenario;
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  std::uint64_t seed = 0;
  Share share;
  const Variables& variables;               // of the group
  const std::vector<std::string>& secrets;  // values that must not stand in a sample
  Readiness& readiness;
  Resolver& resolver;
  Scorer& scorer;
  std::string_view run_id{};
};

/// Drives one workload of one group from one engine thread. Every call comes from that thread. No
/// exception leaves any of them: a failure of the target is an outcome.
class Driver {
 public:
  virtual ~Driver() = default;

  /// Begins to open the connections that the scenario wants ahead.
  virtual void open_ahead(Instant now) = 0;
  /// What is known of the target before the run: `settled` once all connections are open or one
  /// attempt failed.
  struct Standing {
    bool settled = false;
    std::string problem;  // empty: well; else one sentence naming the target
  };
  virtual Standing standing() const = 0;

  /// Which operation of the workload this ticket is. Pure: the same for the same ticket, in every
  /// group.
  virtual std::uint16_t operation_of(const Ticket& ticket) const = 0;
  /// Takes a ticket up at `now`. Calls Scorer::end exactly once, now or later.
  virtual void perform(const Ticket& ticket, std::uint16_t operation, Instant now) = 0;
  /// A descriptor that the driver put into the readiness set is ready.
  virtual void ready(Pollable& pollable, const Readiness::Event& event) = 0;
  /// The earliest instant at which `tick` has something to do; Instant::max() when none.
  virtual Instant next_deadline() const = 0;
  /// Acts on every deadline that has passed.
  virtual void tick(Instant now) = 0;

  /// The process did not run for a while: what was measured of the tickets open now is worth
  /// nothing (blind{stalled}).
  virtual void taint() = 0;
  /// Ends every open ticket: unfinished, or blind{aborted}. Opens nothing from now on.
  virtual void give_up(Instant now, bool abort) = 0;
  /// Tickets taken up and not ended.
  virtual std::uint64_t open() const = 0;
};

using DriverFactory = std::function<std::unique_ptr<Driver>(const DriverSetup&)>;

}  // namespace loadgen
