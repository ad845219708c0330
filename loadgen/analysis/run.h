// A run as its journal tells it, and its phases.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "loadgen/core/ledger_audit.h"
#include "loadgen/core/recording.h"
#include "loadgen/core/run_record.h"
#include "loadgen/core/server_sample.h"
#include "loadgen/core/worker_record.h"
#include "loadgen/plan/scenario.h"

namespace loadgen {

/// Where tickets were lost by the instrument itself. Slices don't know their worker; this does.
struct BlindKey {
  std::uint32_t worker = 0;
  std::uint16_t group = 0;
  std::uint16_t workload = 0;
  Outcome reason = Outcome::blind_late;
  RunSecond second = 0;
  auto operator<=>(const BlindKey&) const = default;
};

struct Run {
  RunHeader header;
  Scenario scenario;
  Recording recording;
  std::map<BlindKey, std::uint64_t> blind;  // tickets; the sums agree with the recording's
  std::vector<Mark> marks;
  std::vector<HookRun> hooks;
  std::vector<Observation> observations;
  std::vector<ServerSample> server_samples;
  std::vector<LedgerAudit> audits = {};           // in the order in which they were made
  std::map<std::uint32_t, WorkerRecord> workers;  // those in other processes
  std::optional<RunEnd>
      end;  // none: the journal ends early (loadgen was killed), or the run is still going on
  std::uint64_t torn_bytes = 0;  // cut off a torn tail
  RunOffset last{0};             // the latest instant that any record tells of
};

/// The scenario as it was run, but without secrets and files: neither is needed to judge. Throws
/// UserError when this program can't read it. Pure.
Scenario scenario_of(const RunHeader& header);

/// Reads a journal whole. A journal that ends early has its open tickets turned into unfinished
/// when `close` (not while the run is still going on). Throws UserError when it is no journal,
/// holds no header, or has a part that does not balance.
Run read_run(const std::filesystem::path& journal, bool close = true);

/// The scenario that a journal's run was of, with the present environment: its connection strings
/// and secrets, which a journal does not hold. What only the load needs may be missing meanwhile:
/// no file is read. Throws UserError as parse_scenario does.
Scenario scenario_now(const RunHeader& header);
/// The scenario as it was run, but without secrets and files: neither is needed to judge.
Scenario scenario_of(const RunHeader& header);

/// Adds a part to the run's recording and blind counts. Returns why it can't be added (see
/// `imbalance`; nothing is changed then), or an empty text.
std::string add_part(Run& run, const Part& part);

/// The latest moment at which a worker was heard; nothing when none was.
std::optional<RunOffset> last_heard(const Run& run);

/// Whether the worker told what became of every ticket of its.
bool has_finished(const Run& run, std::uint32_t worker);

/// A stretch of whole seconds [from, to) with its label.
struct PhaseSpan {
  PhaseName name = PhaseName::before;
  RunSecond from = 0, to = 0;
  bool operator==(const PhaseSpan&) const = default;
};

/// The phases that the marks tell of, in order; the last one ends at its "end" mark, or at the end
/// of what is known, and never before the last ticket that fell due. Missing marks are not
/// invented: a phase that never began is absent. Edges ascend even where marks do not. Pure.
std::vector<PhaseSpan> phases_of(const Run& run);

/// By how much the gate extended `before`, as its marks tell. Pure.
RunSecond gate_extension(const std::vector<Mark>& marks);

/// The phase's name in results: "before" is "run" in a quick run. Pure.
std::string label_of(PhaseName phase, const RunHeader& header);

}  // namespace loadgen
