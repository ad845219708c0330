// What coordinator and workers say to each other. Values; a channel carries them.
//
// Order: Assign → Armed → Start → (Part / Acknowledge / Until / Mark)* → [Stop] → last Part → its
// Acknowledge. A worker here is one engine thread with one share; PROTOCOL.md says how those of
// another machine are reached.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "loadgen/core/recording.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/units.h"
#include "loadgen/plan/schedule.h"
#include "loadgen/plan/template.h"

namespace loadgen {

/// Coordinator → worker: everything a worker needs to know to compute its share of the plan.
struct Assign {
  std::string run_id = {};
  std::uint32_t worker = 0;  // also its share k
  std::uint32_t of = 1;      // n
  std::uint64_t seed = 0;
  std::string scenario_text;
  std::string scenario_path;  // for relative file names
  std::vector<std::string> overrides;
  std::map<std::string, std::string> environment;  // of every ${NAME} in the text
  std::map<std::string, std::string> files;        // content of every file that it names, by path
  std::vector<Variables> variables;  // per group: {var:…}, resolved by the coordinator
  std::vector<std::string> secrets;  // values that must not stand in a sample
  bool preflight = true;
  std::uint64_t max_requests = 0;  // of the whole run, over all workers; 0 = no limit
  /// Sequence numbers that this share has used already: a worker that returns goes on after them.
  std::uint64_t parts_before = 0;
};

/// Worker → coordinator: connections are open (or preflight found problems, one sentence each,
/// naming the target).
struct Armed {
  std::uint32_t worker = 0;
  std::vector<std::string> problems;
};

/// Coordinator → worker: run offset 0 is at this instant of the worker's clock.
struct Start {
  Instant at{};
  /// A worker that returns leaves out what fell due before this offset: it is lost already.
  RunOffset from{0};
  std::string header{};  // of the journal, encoded: the first record of a spool
};

/// Coordinator → worker: the plan reaches to `end`; tickets due from then on are not sent.
/// Supersedes earlier ones.
struct Until {
  RunOffset end{0};
  std::vector<LoadWindow> windows;
};

/// Coordinator → worker: the part stands in the journal.
struct Acknowledge {
  std::uint64_t sequence = 0;
};

/// Coordinator → worker: issue nothing more. Open tickets get the drain, or are blind{aborted} when
/// `abort`.
struct Stop {
  bool abort = false;
};

/// Coordinator → worker, as a Mark: what it marked. A remote worker keeps it beside its parts,
/// so that they can be understood without the journal.

/// A worker that can't go on says why; it sends nothing more.
struct Failed {
  std::uint32_t worker = 0;
  std::string reason;
};

using Message = std::variant<Assign, Armed, Start, Until, Part, Acknowledge, Stop, Failed, Mark>;

}  // namespace loadgen
