// Numbers from outside, drawn on the time axis of the latencies.
#include <algorithm>
#include <set>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::vector<std::string> groups_of(const Result& result, const std::string& name) {
  std::vector<std::string> groups;
  for (const Observation& each : result.observations) {
    if (each.name == name && std::find(groups.begin(), groups.end(), each.group) == groups.end()) {
      groups.push_back(each.group);
    }
  }
  return groups;
}

/// Readings of all groups on one axis; where a group was not read its line goes on.
std::string panel(const Result& result, const std::string& name) {
  const RunOffset zero = time_zero(result);
  std::set<double> instants;
  double least = 0, most = 0;
  std::size_t failed = 0;
  for (const Observation& each : result.observations) {
    if (each.name != name) continue;
    if (!each.value) {
      ++failed;
      continue;
    }
    instants.insert(to_seconds(each.at - zero));
    least = std::min(least, *each.value);
    most = std::max(most, *each.value);
  }
  const std::string readings =
      failed == 0 ? "" : std::to_string(failed) + " readings gave no number.";
  if (instants.empty()) {
    return "<figure class=\"chart\"><figcaption><h3>" + escape(name) +
           "</h3></figcaption><p class=\"none\">" + escape(readings) + "</p></figure>";
  }
  Chart chart;
  chart.id = "ob-" + id_of(name);
  chart.title = name;
  chart.description = "Readings of the observe command. " + readings;
  chart.x_name = "From the fault";
  chart.x.assign(instants.begin(), instants.end());
  chart.x_format = [](double at) { return offset(from_seconds(at), RunOffset{0}); };
  chart.y_format = [](double value) { return significant(value); };
  chart.y_from = least;
  chart.y_to = most > least ? most + (most - least) * 0.15 : least + 1;
  const std::vector<PhaseSpan> spans = phase_spans(result);
  set_time_axis(chart, result,
                spans.empty() ? chart.x.front() : to_seconds(spans.front().from - zero),
                spans.empty() ? chart.x.back() + 1 : to_seconds(spans.back().to - zero));
  for (const std::string& group : groups_of(result, name)) {
    Trace trace;
    trace.label = group.empty() ? name : group;
    trace.end_label = group.empty() ? "" : short_name(group);
    trace.ink = ink_of_group(result, group);
    trace.stroke = 1.8;
    std::map<double, double> read;
    for (const Observation& each : result.observations) {
      if (each.name == name && each.group == group && each.value) {
        read[to_seconds(each.at - zero)] = *each.value;
      }
    }
    for (const double at : chart.x) {
      const auto next = read.upper_bound(at);
      trace.values.push_back(next == read.begin() ? std::nullopt
                                                  : std::optional(std::prev(next)->second));
    }
    chart.traces.push_back(std::move(trace));
  }
  return figure(chart) + (readings.empty() ? "" : "<p class=\"note\">" + readings + "</p>");
}

}  // namespace

std::string html_observations(const Result& result) {
  std::string figures;
  for (const std::string& name : observation_names(result)) figures += panel(result, name);
  if (figures.empty()) return "";
  return section("observations", "Observations", "<div class=\"charts\">" + figures + "</div>");
}

}  // namespace loadgen::reports
