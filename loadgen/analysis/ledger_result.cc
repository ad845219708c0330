#include "loadgen/analysis/ledger_result.h"

#include <algorithm>

#include "loadgen/analysis/wording.h"

namespace loadgen {
namespace {

void add_known(const LedgerRanges& ranges, AuditResult& result) {
  for (const auto& [place, range] : ranges.ranges()) {
    switch (range.fate) {
      case LedgerFate::acknowledged:
        result.acknowledged += range.size();
        break;
      case LedgerFate::weak:
        result.weak += range.size();
        break;
      case LedgerFate::in_doubt:
        result.in_doubt += range.size();
        break;
      case LedgerFate::failed:
        result.failed += range.size();
        break;
    }
  }
}

std::optional<std::size_t> deciding(const std::vector<AuditFigures>& readings) {
  for (std::size_t i = readings.size(); i > 0; --i) {
    const AuditFigures& one = readings[i - 1];
    if (one.in_recovery) continue;
    const bool outlived = std::any_of(readings.begin(), readings.end(), [&](const auto& other) {
      return !one.system_identifier.empty() && !other.in_recovery &&
             other.system_identifier == one.system_identifier && other.timeline > one.timeline;
    });
    if (!outlived) return i - 1;
  }
  return std::nullopt;
}

std::string not_audited(const Run& run, std::uint16_t group, bool on_standby) {
  std::string why = "not audited yet: run `loadgen audit` on the run's directory";
  if (on_standby) why += "; it was read on a standby only, which may lack what it has to replay";
  for (auto audit = run.audits.rbegin(); audit != run.audits.rend(); ++audit) {
    if (audit->group != group || audit->problem.empty()) continue;
    return why + " (" + iso_utc(audit->at_us) + ": " + audit->problem + ")";
  }
  return why;
}

}  // namespace

std::string untold(const Run& run) {
  for (std::uint32_t worker = 0; worker < run.header.workers; ++worker) {
    if (has_finished(run, worker)) continue;
    return "what worker " + std::to_string(worker) +
           " had acknowledged after its last report is not known";
  }
  return {};
}

std::optional<AuditResult> audit_of(const Run& run, std::uint16_t group, std::uint16_t workload) {
  if (!run.scenario.workloads[workload].pgbench.audit) return std::nullopt;
  AuditResult result;
  for (const auto& [key, stream] : run.recording.ledger) {
    if (stream.group == group && stream.workload == workload) add_known(stream.ranges, result);
  }
  for (const LedgerAudit& audit : run.audits) {
    const auto reading = audit.workloads.find(workload);
    if (audit.group != group || !audit.problem.empty() || reading == audit.workloads.end())
      continue;
    result.readings.push_back({iso_utc(audit.at_us), audit.server, audit.system_identifier,
                               audit.timeline, audit.in_recovery, reading->second});
  }
  result.decides = deciding(result.readings);
  result.doubt = result.decides ? untold(run) : not_audited(run, group, !result.readings.empty());
  return result;
}

}  // namespace loadgen
