#include "loadgen/plan/scenario_draft.h"

#include <algorithm>
#include <filesystem>

#include "loadgen/plan/hook_text.h"
#include "loadgen/plan/nearest_word.h"

namespace loadgen {

using document::Value;
using Kind = Value::Kind;

const Value* text_value(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  return value != nullptr && value->is(Kind::text) ? value : nullptr;
}

std::string text_at(const Value& table, std::string_view key, std::string_view otherwise) {
  const Value* value = text_value(table, key);
  return std::string(value != nullptr && !value->blank ? std::string_view(value->text) : otherwise);
}

std::optional<double> number_at(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  if (value == nullptr || (!value->is(Kind::integer) && !value->is(Kind::real))) return {};
  return value->real;
}

std::optional<std::uint32_t> count_at(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  if (value == nullptr || !value->is(Kind::integer)) return {};
  // Numbers beyond it were reported already.
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value->integer, 0, UINT32_MAX));
}

std::optional<Duration> duration_at(const Value& table, std::string_view key) {
  const Value* value = text_value(table, key);
  return value == nullptr ? std::nullopt : parse_duration(value->text);
}

bool flag_at(const Value& table, std::string_view key, bool otherwise) {
  const Value* value = table.find(key);
  return value != nullptr && value->is(Kind::boolean) ? value->boolean : otherwise;
}

std::vector<std::string> texts_at(const Value& table, std::string_view key) {
  std::vector<std::string> texts;
  if (const Value* value = table.find(key)) {
    for (const Value& item : value->items) texts.push_back(item.text);
  }
  return texts;
}

std::vector<std::pair<std::string, std::string>> text_map_at(const Value& table,
                                                             std::string_view key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (const Value* value = table.find(key)) {
    for (const document::Member& m : value->members) pairs.emplace_back(m.key, m.value.text);
  }
  return pairs;
}

std::vector<const Value*> tables_at(const Value& table, std::string_view key) {
  std::vector<const Value*> tables;
  if (const Value* value = table.find(key)) {
    for (const Value& item : value->items) {
      if (item.is(Kind::table)) tables.push_back(&item);
    }
  }
  return tables;
}

document::Place place_at(const Value& table, std::string_view key) {
  const Value* value = table.find(key);
  return value == nullptr ? table.place : value->place;
}

std::string resolve_path(const Draft& draft, const std::string& path) {
  if (path.empty()) return path;
  const std::filesystem::path base = std::filesystem::path(draft.source.path).parent_path();
  return (base / path).lexically_normal().string();
}

bool check_known(Draft& draft, const Value& value, std::string_view what,
                 const std::vector<std::string_view>& known) {
  if (value.blank || std::find(known.begin(), known.end(), value.text) != known.end()) return true;
  draft.findings.add(
      value,
      "unknown " + std::string(what) + " '" + value.text + "'" + did_you_mean(value.text, known),
      known.empty() ? "there is none" : listed(known));
  return false;
}

void check_unique(Draft& draft, const std::vector<const Value*>& tables, std::string_view key,
                  std::string_view what) {
  std::vector<std::string> seen;
  for (const Value* table : tables) {
    const Value* name = text_value(*table, key);
    if (name == nullptr) continue;
    if (std::find(seen.begin(), seen.end(), name->text) != seen.end()) {
      draft.findings.add(*name, "a second " + std::string(what) + " is called '" + name->text + "'",
                         "a " + std::string(key) + " of its own");
    }
    seen.push_back(name->text);
  }
}

std::vector<std::string_view> group_names(const Draft& draft) {
  std::vector<std::string_view> names;
  for (const Group& group : draft.scenario.groups) names.push_back(group.name);
  return names;
}

std::vector<std::string_view> workload_names(const Draft& draft) {
  std::vector<std::string_view> names;
  for (const Workload& workload : draft.scenario.workloads) names.push_back(workload.name);
  return names;
}

void check_hook(Draft& draft, const Value& table, std::string_view key, const Group& group) {
  const Value* hook = table.find(key);
  if (hook == nullptr) return;
  Variables variables;
  for (const Variable& v : group.vars) variables[v.name] = "";
  for (std::size_t i = 0; i < hook->items.size(); ++i) {
    const Value& argument = hook->items[i];
    if (i == 0 && argument.is(Kind::text) && argument.text.empty() && !argument.blank) {
      draft.findings.add(argument, "'" + std::string(key) + "' has no program to run");
    }
    try {
      expand_hook({argument.text}, variables);
    } catch (const UserError& error) {
      draft.findings.add(argument, std::string(error.what()) + ", in group '" + group.name + "'");
    }
  }
}

}  // namespace loadgen
