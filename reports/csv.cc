#include <algorithm>

#include "reports/facts.h"
#include "reports/render.h"

namespace loadgen::reports {
namespace {

/// A field: quoted when it has to be. A leading sign that a spreadsheet would run as a formula is
/// defused with an apostrophe.
std::string field(std::string_view text) {
  std::string out(text);
  if (!out.empty() && std::string_view("=+-@\t\r").find(out[0]) != std::string_view::npos) {
    out.insert(0, "'");
  }
  if (out.find_first_of(",\"\n\r") == out.npos) return out;
  for (std::size_t at = 0; (at = out.find('"', at)) != out.npos; at += 2) out.insert(at, "\"");
  return "\"" + out + "\"";
}

std::string phase_at(const WorkloadResult& workload, RunOffset at) {
  for (const auto& [name, f] : workload.phases) {
    if (at >= f.from && at < f.to) return name;
  }
  return "";
}

void append_rows(std::string& out, const std::string& lead, const WorkloadResult& workload) {
  const Series& s = workload.series;
  const auto at = [](const auto& list, std::size_t i) {
    return i < list.size() ? list[i] : typename std::decay_t<decltype(list)>::value_type{};
  };
  const auto time = [&](const auto& list, std::size_t i) {
    const auto value = at(list, i);
    return value ? std::to_string(*value) : std::string();
  };
  for (std::size_t i = 0; i < s.planned.size(); ++i) {
    const std::int64_t second = static_cast<std::int64_t>(s.start_s) + static_cast<std::int64_t>(i);
    out += std::to_string(second) + "," + field(phase_at(workload, std::chrono::seconds(second))) +
           "," + lead;
    for (const auto* list : {&s.planned, &s.ok, &s.failed, &s.timed_out, &s.not_sent, &s.unfinished,
                             &s.blind, &s.in_flight}) {
      out += "," + std::to_string(at(*list, i));
    }
    out += "," + time(s.p50_us, i) + "," + time(s.p99_us, i) + "," + time(s.max_us, i) + "\n";
  }
}

}  // namespace

std::string csv(const Result& result) {
  std::string out =
      "second,phase,group,workload,planned,ok,failed,timed_out,not_sent,unfinished,blind,in_flight,"
      "ok_response_us_p50,ok_response_us_p99,ok_response_us_max\n";
  for (const auto& [name, group] : result.groups) {
    for (const auto& [workload_name, workload] : group.workloads) {
      append_rows(out, field(name) + "," + field(workload_name), workload);
    }
  }
  return out;
}

}  // namespace loadgen::reports
