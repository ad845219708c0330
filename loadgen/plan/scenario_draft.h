// A scenario while it is read: the readers of its sections, and how they take values out of tables.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loadgen/plan/scenario.h"
#include "loadgen/plan/scenario_document.h"
#include "loadgen/plan/scenario_findings.h"

namespace loadgen {

struct Draft {
  const ScenarioSource& source;
  Findings& findings;
  Scenario scenario{};
  bool blank = false;  // a variable was answered with "": a journal is being read
};

/// Writes the --set overrides into the document, by the keys of scenario_keys().
void apply_overrides(Draft& draft, document::Value& root);
/// Replaces ${NAME} in every text.
void fill_variables(Draft& draft, document::Value& root);

// One reader per section, in this order: each may look at what the ones before it made. The shape
// was judged already: a value of a wrong type is passed over here.
void read_groups(Draft& draft, const document::Value& root);
/// Experiment, phases, distribution, outputs, observers.
void read_basics(Draft& draft, const document::Value& root);
void read_workloads(Draft& draft, const document::Value& root);
void read_faults(Draft& draft, const document::Value& root);
void read_steady_state(Draft& draft, const document::Value& root);
void read_rounds(Draft& draft, const document::Value& root);
void read_capacity(Draft& draft, const document::Value& root);
/// The limits of [capacity] as a set of checks of `before`.
CheckSet limits_of_capacity(Draft& draft, const document::Value& limits,
                            const std::string& workload);
/// The HTTP half of a workload.
HttpPart read_http(Draft& draft, const document::Value& table, const std::string& workload);
/// The pgbench half of a workload.
PgbenchPart read_pgbench(Draft& draft, const document::Value& table);
/// The probes that a pgbench workload asks for: of reads, of writes, each on open and on new
/// connections. No name of the user's has a dot.
std::vector<Workload> probes_of(const Workload& workload);

// Members of a table, or nothing when they are absent, of another type, or blank.
const document::Value* text_value(const document::Value& table, std::string_view key);
std::string text_at(const document::Value& table, std::string_view key,
                    std::string_view otherwise = "");
std::optional<double> number_at(const document::Value& table, std::string_view key);
std::optional<std::uint32_t> count_at(const document::Value& table, std::string_view key);
std::optional<Duration> duration_at(const document::Value& table, std::string_view key);
bool flag_at(const document::Value& table, std::string_view key, bool otherwise);
std::vector<std::string> texts_at(const document::Value& table, std::string_view key);
std::vector<std::pair<std::string, std::string>> text_map_at(const document::Value& table,
                                                             std::string_view key);
/// The tables of an array; empty when it is absent.
std::vector<const document::Value*> tables_at(const document::Value& table, std::string_view key);
/// Where the member stands; the table itself when it is absent.
document::Place place_at(const document::Value& table, std::string_view key);

/// A path named in the scenario, relative to the scenario file.
std::string resolve_path(const Draft& draft, const std::string& path);

/// Reports "unknown group 'x'; did you mean …" about `value` unless it is one of `known`.
bool check_known(Draft& draft, const document::Value& value, std::string_view what,
                 const std::vector<std::string_view>& known);
/// The same for the second of two tables with one name.
void check_unique(Draft& draft, const std::vector<const document::Value*>& tables,
                  std::string_view key, std::string_view what);
std::vector<std::string_view> group_names(const Draft& draft);
std::vector<std::string_view> workload_names(const Draft& draft);
/// Reports every $variable of a hook that `group` doesn't have.
void check_hook(Draft& draft, const document::Value& table, std::string_view key,
                const Group& group);

}  // namespace loadgen
