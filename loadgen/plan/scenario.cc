#include "loadgen/plan/scenario.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "loadgen/core/assert.h"
#include "loadgen/plan/scenario_document.h"
#include "loadgen/plan/scenario_draft.h"
#include "loadgen/plan/scenario_findings.h"
#include "loadgen/plan/scenario_shape.h"
#include "loadgen/plan/typed_text.h"

namespace loadgen {
namespace {

const Group* first_of(const std::vector<Group>& groups, Role role) {
  const auto found =
      std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.role == role; });
  return found == groups.end() ? nullptr : &*found;
}

template <typename Named>
std::size_t index_of(const std::vector<Named>& all, std::string_view name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Named& n) { return n.name == name; });
  LG_ASSERT(found != all.end());
  return static_cast<std::size_t>(found - all.begin());
}

}  // namespace

Scenario parse_scenario(const ScenarioSource& source) { return parse_typed_scenario(source, {}); }

Scenario parse_typed_scenario(const ScenarioSource& given, const std::vector<TypedText>& typed) {
  std::map<std::string, std::string> files;
  ScenarioSource source = given;
  if (given.file) {
    source.file = [&](const std::string& path) {
      std::optional<std::string> content = given.file(path);
      if (content) files[path] = *content;
      return content;
    };
  }
  Findings findings(source.path, source.text, source.overrides, typed);
  Draft draft{source, findings};
  document::Value root;
  try {
    root = document::parse(source.text);
  } catch (const document::SyntaxError& error) {
    findings.add(error.place, error.what);
    findings.throw_if_any();
  }
  root.place = {1, 1, 0};
  apply_overrides(draft, root);
  fill_variables(draft, root);
  check_shape(root, findings);
  if (draft.blank) findings.throw_if_any();
  read_groups(draft, root);
  read_basics(draft, root);
  read_workloads(draft, root);
  read_faults(draft, root);
  read_steady_state(draft, root);
  read_capacity(draft, root);
  read_rounds(draft, root);
  // What was made of empty answers is not judged: this scenario was, when it ran.
  const bool complete = !draft.scenario.groups.empty() && !draft.scenario.workloads.empty();
  if (!draft.blank || !complete) findings.throw_if_any();
  draft.scenario.warnings = findings.take_warnings();
  draft.scenario.files = std::move(files);
  return std::move(draft.scenario);
}

Rate Workload::peak_rate() const {
  if (closed_loop()) return {};
  if (stages.empty()) return rate;
  Rate peak;
  for (const Stage& stage : stages) {
    if (stage.to) peak = std::max(peak, *stage.to);
  }
  return peak;
}

std::vector<std::string> Workload::operations() const {
  std::vector<std::string> names;
  if (kind == WorkloadKind::http) {
    for (const Request& request : http.requests) names.push_back(request.name);
  } else {
    for (const ScriptChoice& choice : pgbench.scripts) names.push_back(choice.script);
  }
  // A workload that is still being put together has no request yet.
  if (names.empty()) names.push_back(name);
  return names;
}

const Group* Scenario::control() const { return first_of(groups, Role::control); }
const Group* Scenario::experimental() const { return first_of(groups, Role::experimental); }
std::size_t Scenario::group_index(std::string_view name) const { return index_of(groups, name); }
std::size_t Scenario::workload_index(std::string_view name) const {
  return index_of(workloads, name);
}

std::uint32_t Scenario::threads_per_worker() const {
  std::uint32_t threads = 1;
  for (const Workload& workload : workloads) threads = std::max(threads, workload.pgbench.threads);
  return threads;
}

std::optional<std::string> Scenario::line_file(const std::string& name) const {
  const auto found = line_files.find(name);
  return found == line_files.end() ? std::nullopt : std::optional(found->second);
}

std::string_view name_of(PhaseName phase) {
  constexpr std::array<std::string_view, 4> kNames{"warmup", "before", "during", "after"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view name_of(Role role) { return role == Role::control ? "control" : "experimental"; }

std::optional<std::string> process_environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

std::optional<std::string> read_whole_file(const std::string& path) {
  std::error_code none;
  if (std::filesystem::is_directory(path, none)) return std::nullopt;
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::ostringstream content;
  if (in.peek() != std::ifstream::traits_type::eof()) content << in.rdbuf();
  if (in.bad() || !content) return std::nullopt;
  return content.str();
}

}  // namespace loadgen
