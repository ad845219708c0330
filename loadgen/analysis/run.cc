#include "loadgen/analysis/run.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

#include "loadgen/core/error.h"
#include "loadgen/core/journal.h"

namespace loadgen {
namespace {

/// Takes the records in order and complains with their number.
class RunReader {
 public:
  explicit RunReader(Run& run) : run_(run) {}

  void take(RecordKind kind, std::string_view body) {
    switch (kind) {
      case RecordKind::header:
        run_.header = decode_header(body);
        has_header_ = true;
        return;
      case RecordKind::part:
      case RecordKind::adjustment: {  // what the coordinator settles for a worker that was lost
        const Part part = decode_part(body);
        const std::string complaint = add_part(run_, part);
        if (!complaint.empty()) throw std::runtime_error(complaint);
        reach(part.made_at);
        return;
      }
      case RecordKind::mark:
        run_.marks.push_back(decode_mark(body));
        reach(run_.marks.back().at);
        return;
      case RecordKind::hook:
        run_.hooks.push_back(decode_hook(body));
        reach(run_.hooks.back().ended);
        return;
      case RecordKind::observation:
        run_.observations.push_back(decode_observation(body));
        reach(run_.observations.back().at);
        return;
      case RecordKind::server_sample:
        run_.server_samples.push_back(decode_server_sample(body));
        reach(run_.server_samples.back().at);
        return;
      case RecordKind::worker: {
        const WorkerRecord record = decode_worker(body);
        run_.workers[record.worker] = record;
        return;
      }
      case RecordKind::end:
        run_.end = decode_end(body);
        reach(run_.end->at);
        return;
      case RecordKind::audit:
        run_.audits.push_back(decode_ledger_audit(body));
        return;
    }
    throw std::runtime_error("unknown kind of record " + std::to_string(static_cast<int>(kind)));
  }
  bool has_header() const { return has_header_; }

 private:
  void reach(RunOffset at) { run_.last = std::max(run_.last, at); }

  Run& run_;
  bool has_header_ = false;
};

ScenarioSource source_of(const RunHeader& header) {
  ScenarioSource source;
  source.text = header.scenario_text;
  source.path = header.scenario_path;
  source.overrides = header.overrides;
  return source;
}

}  // namespace

Scenario scenario_of(const RunHeader& header) {
  ScenarioSource source = source_of(header);
  source.environment = [](const std::string&) { return std::optional<std::string>(""); };
  return parse_scenario(source);
}

Scenario scenario_now(const RunHeader& header) {
  ScenarioSource source = source_of(header);
  source.environment = process_environment;
  return parse_scenario(source);
}

Run read_run(const std::filesystem::path& journal, bool close) {
  Run run;
  RunReader reader(run);
  std::uint64_t number = 0;
  const JournalEnd end = read_journal(journal, [&](RecordKind kind, std::string_view body) {
    ++number;
    try {
      reader.take(kind, body);
    } catch (const std::runtime_error& error) {
      throw UserError(journal.string() + ": record " + std::to_string(number) + ": " +
                      error.what());
    }
  });
  if (!reader.has_header()) {
    throw UserError(journal.string() +
                    ": the journal holds no header; the run ended before it began");
  }
  run.torn_bytes = end.torn_bytes;
  run.scenario = scenario_of(run.header);
  // A revert that was caught up on hours later also stands in the journal: ages end at the last
  // part.
  if (close && run.recording.open() > 0) {
    run.recording.close_open(last_heard(run).value_or(run.last));
  }
  return run;
}

std::string add_part(Run& run, const Part& part) {
  std::string complaint = imbalance(part, run.recording);
  if (!complaint.empty()) return complaint;
  run.recording += part;
  for (const auto& [key, slice] : part.slices) {
    for (std::size_t i = 0; i < kOutcomes; ++i) {
      const auto outcome = static_cast<Outcome>(i);
      if (slice.tally.ended[i] == 0 || kind_of(outcome) != OutcomeKind::blind) continue;
      run.blind[{part.worker, key.group, key.workload, outcome, key.second}] +=
          slice.tally.ended[i];
    }
  }
  return complaint;
}

bool has_finished(const Run& run, std::uint32_t worker) {
  const auto found = run.recording.workers.find(worker);
  return found != run.recording.workers.end() && found->second.finished;
}

std::optional<RunOffset> last_heard(const Run& run) {
  std::optional<RunOffset> last;
  for (const auto& [id, worker] : run.recording.workers) {
    last = std::max(last.value_or(worker.last_heard), worker.last_heard);
  }
  return last;
}

namespace {

std::optional<PhaseName> phase_named(std::string_view name) {
  for (const PhaseName phase :
       {PhaseName::warmup, PhaseName::before, PhaseName::during, PhaseName::after}) {
    if (name_of(phase) == name) return phase;
  }
  return std::nullopt;
}

/// The second after the last one in which a ticket fell due, at least `least`.
RunSecond end_of_tickets(const Recording& recording, RunSecond least) {
  RunSecond end = least;
  for (const auto& [key, slice] : recording.slices) {
    if (slice.tally.scheduled > 0) end = std::max(end, key.second + 1);
  }
  return end;
}

constexpr RunSecond kDay = 24 * 3600;

/// Edges are whole seconds; a mark may have been written a moment beside its edge. Whatever a clock
/// did, edges ascend, and lie within a day of what workers told.
RunSecond edge_of(const Mark& mark, RunSecond least, RunSecond most) {
  const RunOffset nearest =
      std::clamp<RunOffset>(mark.at, std::chrono::seconds{-kDay}, std::chrono::seconds{most}) +
      std::chrono::milliseconds(500);
  return std::clamp(run_second(nearest), std::min(least, most), most);
}

}  // namespace

std::vector<PhaseSpan> phases_of(const Run& run) {
  std::vector<PhaseSpan> spans;
  bool ended = false;
  const auto heard = last_heard(run);
  const RunSecond most = (heard ? std::max(run_second(*heard), 0) : 0) + kDay;
  for (const Mark& mark : run.marks) {
    if (mark.kind != "phase" || ended) continue;
    const RunSecond edge = edge_of(mark, spans.empty() ? -kDay : spans.back().from, most);
    if (!spans.empty()) spans.back().to = edge;
    ended = mark.name == "end";
    const auto phase = phase_named(mark.name);
    if (phase && (spans.empty() || spans.back().name != *phase)) {
      spans.push_back({*phase, edge, edge});
    }
  }
  if (spans.empty()) return spans;
  // Without an end mark: as far as workers were heard.
  PhaseSpan& last = spans.back();
  if (!ended) last.to = run_second(last_heard(run).value_or(run.last));
  last.to = std::min(most, end_of_tickets(run.recording, std::max(last.from, last.to)));
  std::erase_if(spans, [](const PhaseSpan& span) { return span.to <= span.from; });
  return spans;
}

RunSecond gate_extension(const std::vector<Mark>& marks) {
  constexpr std::string_view kBy = "by ";  // "by 15 s; …", as the gate says it
  RunSecond sum = 0;
  for (const Mark& mark : marks) {
    if (mark.kind != "gate" || mark.name != "extended" || mark.detail.rfind(kBy, 0) != 0) continue;
    RunSecond by = 0;
    std::from_chars(mark.detail.data() + kBy.size(), mark.detail.data() + mark.detail.size(), by);
    sum += std::max<RunSecond>(by, 0);
  }
  return sum;
}

std::string label_of(PhaseName phase, const RunHeader& header) {
  if (header.quick && phase == PhaseName::before) return "run";
  return std::string(name_of(phase));
}

}  // namespace loadgen
