#include "loadgen/cluster/settlement.h"

#include "loadgen/analysis/lost_share.h"
#include "loadgen/cluster/worker.h"
#include "loadgen/core/journal.h"
#include "loadgen/drive/engine.h"

namespace loadgen {

std::map<SliceKey, std::uint64_t> due_tickets(const Assign& assign, const PlanReached& reached,
                                              const DriverFactory& factory) {
  std::vector<MemoryFile> files;
  const Scenario scenario = scenario_of(assign, files);
  Engine engine({scenario,
                 assign.seed,
                 {assign.worker, assign.of},
                 assign.variables,
                 assign.secrets,
                 assign.max_requests,
                 assign.run_id,
                 0},
                factory);
  return engine.rehearse(reached.end, reached.windows);
}

std::vector<Part> settlements(const std::filesystem::path& journal,
                              const std::vector<std::uint32_t>& shares, Assign assign,
                              const PlanReached& reached, const DriverFactory& factory) {
  std::map<std::uint32_t, Recording> reported;
  for (const std::uint32_t share : shares) reported[share];
  read_journal(journal, [&](RecordKind kind, std::string_view body) {
    if (kind == RecordKind::header) assign.of = decode_header(body).workers;
    if (kind != RecordKind::part) return;
    const Part part = decode_part(body);
    const auto wanted = reported.find(part.worker);
    if (wanted != reported.end()) wanted->second += part;
  });
  std::vector<Part> adjustments;
  for (const auto& [share, recording] : reported) {
    assign.worker = share;
    std::map<SliceKey, std::uint64_t> due;
    if (factory) due = due_tickets(assign, reached, factory);
    adjustments.push_back(settle_share(share, recording, due));
  }
  return adjustments;
}

}  // namespace loadgen
