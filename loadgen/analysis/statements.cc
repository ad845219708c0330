#include "loadgen/analysis/statements.h"

#include <map>
#include <utility>

#include "loadgen/analysis/figures.h"

namespace loadgen {
namespace {

struct Sum {
  std::uint64_t failed = 0, retried = 0;
  Histogram took;
};

/// The name of a command, from the run's header.
std::string text_of(const Run& run, const std::string& workload, const std::string& operation,
                    std::uint16_t place) {
  const auto names = run.header.statements.find(workload + "/" + operation);
  if (names == run.header.statements.end() || place >= names->second.size()) return "";
  return names->second[place];
}

}  // namespace

std::vector<StatementResult> statements_of(const Run& run, const Selection& selection,
                                           const std::vector<PhaseSpan>& spans) {
  std::map<std::pair<std::uint16_t, std::uint16_t>, StatementResult> found;  // operation, place
  const Workload& workload = run.scenario.workloads[selection.workload];
  const std::vector<std::string> operations = workload.operations();
  for (const PhaseSpan& span : spans) {
    std::map<std::pair<std::uint16_t, std::uint16_t>, Sum> sums;
    each_slice(run.recording, selection, span.from, span.to,
               [&](const SliceKey& key, const Slice& slice) {
                 for (const auto& [place, statement] : slice.statements) {
                   Sum& sum = sums[{key.operation, place}];
                   sum.failed += statement.failed;
                   sum.retried += statement.retried;
                   sum.took += statement.took;
                 }
               });
    for (const auto& [at, sum] : sums) {
      StatementResult& statement = found[at];
      statement.operation = operations[at.first];
      statement.place = at.second;
      statement.text = text_of(run, workload.name, statement.operation, at.second);
      statement.phases.push_back({label_of(span.name, run.header), sum.failed, sum.retried,
                                  quantiles_of(sum.took), sum.took.total()});
    }
  }
  std::vector<StatementResult> statements;
  for (auto& [at, statement] : found) statements.push_back(std::move(statement));
  return statements;
}

}  // namespace loadgen
