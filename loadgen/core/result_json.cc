// result.json (contract.md 6). Beyond the contract's keys it carries what the reports need: hooks,
// observations, the exact sums of the histograms, and the service times.
#include <algorithm>
#include <array>

#include "loadgen/core/capacity_json.h"
#include "loadgen/core/error.h"
#include "loadgen/core/figures_json.h"
#include "loadgen/core/hlog.h"
#include "loadgen/core/node_json.h"
#include "loadgen/core/result.h"
#include "loadgen/core/run_json.h"

namespace loadgen {
namespace {

constexpr std::array<std::string_view, 6> kVerdicts = {"PASS",         "DEGRADED", "FAILED",
                                                       "INCONCLUSIVE", "INVALID",  "NONE"};

using Tenths = std::map<std::string, std::vector<SparseHistogram>>;

/// [[sum, min, max], …]: what the HdrHistogram form rounds to bucket edges, exactly.
void write_exact(JsonWriter& out, const Tenths& tenths) {
  out.begin_object();
  for (const auto& [phase, histograms] : tenths) {
    out.key(phase);
    out.begin_array(JsonLayout::line);
    for (const SparseHistogram& h : histograms) {
      out.begin_array(JsonLayout::line);
      out.value(h.sum_us);
      out.value(h.min_us);
      out.value(h.max_us);
      out.end_array();
    }
    out.end_array();
  }
  out.end_object();
}

void write_tenths(JsonWriter& out, const Tenths& tenths) {
  out.begin_object();
  for (const auto& [phase, histograms] : tenths) {
    out.key(phase);
    out.begin_array();
    for (const SparseHistogram& h : histograms) out.value(hdr_base64(h));
    out.end_array();
  }
  out.end_object();
}

void read_tenths(const JsonNode& from, Tenths& tenths) {
  from.each_member([&](const std::string& phase, const JsonNode& list) {
    std::vector<SparseHistogram>& histograms = tenths[phase];
    list.each_item([&](const JsonNode& item) {
      std::string text;
      item.read(text);
      try {
        histograms.push_back(from_hdr_base64(text));
      } catch (const std::exception& error) {
        item.fail(std::string("not a base64 HdrHistogram V2: ") + error.what());
      }
    });
  });
}

void read_exact(const JsonNode& from, Tenths& tenths) {
  from.each_member([&](const std::string& phase, const JsonNode& list) {
    std::size_t index = 0;
    list.each_item([&](const JsonNode& item) {
      std::vector<std::int64_t> values;
      item.read(values);
      if (values.size() != 3 || values[0] < 0 || index >= tenths[phase].size()) {
        item.fail("expected [sum, min, max] for each histogram of the phase");
      }
      SparseHistogram& h = tenths[phase][index++];
      h.sum_us = static_cast<std::uint64_t>(values[0]);
      h.min_us = values[1];
      h.max_us = values[2];
    });
  });
}

/// A part of each workload that stands in a tree of its own, by group and workload.
struct Branch {
  const char* key;
  void (*write)(JsonWriter&, const WorkloadResult&);
  void (*read)(const JsonNode&, WorkloadResult&);
};

constexpr Branch kBranches[] = {
    {"series", [](JsonWriter& out, const WorkloadResult& w) { write_series(out, w.series); },
     [](const JsonNode& from, WorkloadResult& w) { read_series(from, w.series); }},
    {"histograms",
     [](JsonWriter& out, const WorkloadResult& w) { write_tenths(out, w.response_tenths); },
     [](const JsonNode& from, WorkloadResult& w) { read_tenths(from, w.response_tenths); }},
    {"histograms_exact",
     [](JsonWriter& out, const WorkloadResult& w) { write_exact(out, w.response_tenths); },
     [](const JsonNode& from, WorkloadResult& w) { read_exact(from, w.response_tenths); }},
    {"service_histograms",
     [](JsonWriter& out, const WorkloadResult& w) { write_tenths(out, w.service_tenths); },
     [](const JsonNode& from, WorkloadResult& w) { read_tenths(from, w.service_tenths); }},
    {"service_histograms_exact",
     [](JsonWriter& out, const WorkloadResult& w) { write_exact(out, w.service_tenths); },
     [](const JsonNode& from, WorkloadResult& w) { read_exact(from, w.service_tenths); }},
};

void write_groups(JsonWriter& out, const Result& result) {
  out.key("groups");
  out.begin_object();
  for (const auto& [name, group] : result.groups) {
    out.key(name);
    out.begin_object();
    out.field("role", group.role);
    out.field("target", group.target);
    out.key("workloads");
    out.begin_object();
    for (const auto& [workload_name, workload] : group.workloads) {
      out.key(workload_name);
      write_workload(out, workload);
    }
    out.end_object();
    if (!group.probes.empty()) {
      out.key("probes");
      out.begin_object();
      for (const auto& [probe_name, probe] : group.probes) {
        out.key(probe_name);
        write_workload(out, probe);
      }
      out.end_object();
    }
    if (!group.nodes.empty()) {
      out.key("nodes");
      out.begin_object();
      for (const auto& [node_name, node] : group.nodes) {
        out.key(node_name);
        write_node(out, node);
      }
      out.end_object();
    }
    out.end_object();
  }
  out.end_object();
}

void read_groups(const JsonNode& from, Result& result) {
  from.each_member([&](const std::string& name, const JsonNode& node) {
    GroupResult& group = result.groups.emplace_back(name, GroupResult{}).second;
    JsonFields fields(node);
    fields.need("role", group.role);
    fields.maybe("target", group.target);
    fields.need("workloads")
        .each_member([&](const std::string& workload_name, const JsonNode& workload) {
          read_workload(workload,
                        group.workloads.emplace_back(workload_name, WorkloadResult{}).second);
        });
    if (const auto probes = fields.maybe("probes")) {
      probes->each_member([&](const std::string& probe_name, const JsonNode& probe) {
        read_workload(probe, group.probes.emplace_back(probe_name, WorkloadResult{}).second);
      });
    }
    if (const auto nodes = fields.maybe("nodes")) {
      nodes->each_member([&](const std::string& node_name, const JsonNode& each) {
        read_node(each, group.nodes.emplace_back(node_name, NodeResult{}).second);
      });
    }
    fields.done();
  });
}

void write_branch(JsonWriter& out, const Result& result, const Branch& branch) {
  out.key(branch.key);
  out.begin_object();
  for (const auto& [name, group] : result.groups) {
    out.key(name);
    out.begin_object();
    for (const auto& [workload_name, workload] : group.workloads) {
      out.key(workload_name);
      branch.write(out, workload);
    }
    out.end_object();
  }
  out.end_object();
}

void read_branch(JsonFields& fields, Result& result, const Branch& branch) {
  const auto tree = fields.maybe(branch.key);
  if (!tree) return;
  JsonFields groups(*tree);
  for (auto& [name, group] : result.groups) {
    const auto group_node = groups.maybe(name);
    if (!group_node) continue;
    JsonFields workloads(*group_node);
    for (auto& [workload_name, workload] : group.workloads) {
      if (const auto node = workloads.maybe(workload_name)) branch.read(*node, workload);
    }
    workloads.done();
  }
  groups.done();
}

void write_verdict(JsonWriter& out, const Result& result) {
  out.key("verdict");
  out.begin_object();
  out.field("outcome", name_of(result.verdict));
  out.field("reasons", result.reasons);
  out.key("checks");
  out.begin_array();
  for (const CheckResult& check : result.checks) write_check(out, check);
  out.end_array();
  out.end_object();
}

void read_verdict(const JsonNode& from, Result& result) {
  JsonFields fields(from);
  std::string outcome;
  fields.need("outcome", outcome);
  const auto found = std::find(kVerdicts.begin(), kVerdicts.end(), outcome);
  if (found == kVerdicts.end()) from.fail("'" + outcome + "' is no verdict");
  result.verdict = static_cast<Verdict>(found - kVerdicts.begin());
  fields.need("reasons", result.reasons);
  fields.need("checks").each_item(
      [&](const JsonNode& check) { read_check(check, result.checks.emplace_back()); });
  fields.done();
}

template <class T>
void write_list(JsonWriter& out, const char* key, const std::vector<T>& list,
                void (*write)(JsonWriter&, const T&)) {
  out.key(key);
  out.begin_array();
  for (const T& each : list) write(out, each);
  out.end_array();
}

template <class T>
void read_list(JsonFields& from, const char* key, std::vector<T>& list,
               void (*read)(const JsonNode&, T&)) {
  if (const auto node = from.maybe(key)) {
    node->each_item([&](const JsonNode& item) { read(item, list.emplace_back()); });
  }
}

}  // namespace

std::string_view name_of(Verdict verdict) { return kVerdicts[static_cast<std::size_t>(verdict)]; }

std::string write_result(const Result& result) {
  JsonWriter out;
  out.begin_object();
  out.field("schema", result.schema);
  write_run(out, result);
  write_verdict(out, result);
  if (!result.steadiness.outcome.empty()) {
    out.key("steady_state");
    write_steadiness(out, result.steadiness);
  }
  out.key("trust");
  write_trust(out, result.trust);
  write_list(out, "marks", result.marks, write_mark);
  write_list(out, "hooks", result.hooks, write_hook);
  write_list(out, "observations", result.observations, write_observation);
  write_groups(out, result);
  write_list(out, "comparison", result.comparison, write_comparison);
  if (result.capacity) {
    out.key("capacity");
    write_capacity(out, *result.capacity);
  }
  for (const Branch& branch : kBranches) write_branch(out, result, branch);
  out.end_object();
  return out.text() + "\n";
}

Result read_result(std::string_view json, const std::string& path) {
  const JsonDocument document(json, path);
  Result result;
  JsonFields fields(document.root());
  fields.need("schema", result.schema);
  if (result.schema != 1) {
    document.root().fail("schema is " + std::to_string(result.schema) +
                         "; this program reads schema 1");
  }
  read_run(fields, result);
  read_verdict(fields.need("verdict"), result);
  if (const auto node = fields.maybe("steady_state")) read_steadiness(*node, result.steadiness);
  read_trust(fields.need("trust"), result.trust);
  read_list(fields, "marks", result.marks, read_mark);
  read_list(fields, "hooks", result.hooks, read_hook);
  read_list(fields, "observations", result.observations, read_observation);
  read_groups(fields.need("groups"), result);
  read_list(fields, "comparison", result.comparison, read_comparison);
  if (const auto capacity = fields.maybe("capacity"))
    read_capacity(*capacity, result.capacity.emplace());
  for (const Branch& branch : kBranches) read_branch(fields, result, branch);
  fields.done();
  return result;
}

}  // namespace loadgen
