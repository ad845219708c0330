#include <algorithm>
#include <cmath>

#include "reports/capacity.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

std::string level_of(const Capacity& capacity, double level) {
  return significant(level) + (capacity.over_clients ? "" : "/s");
}

/// p50 and p99 over the load, one point per step; a step whose quantile was not reached has none.
Chart chart_of(const Capacity& capacity) {
  Chart chart;
  chart.id = "capacity-chart";
  chart.title = "Response time by load";
  chart.description =
      "p50 and p99 of each step, failures as infinitely slow; the marked stretch lies between the "
      "highest load that held and the lowest that did not.";
  chart.x_name = capacity.over_clients ? "clients" : "rate";
  std::vector<const CapacityStep*> steps;
  for (const CapacityStep& step : capacity.steps) steps.push_back(&step);
  std::stable_sort(steps.begin(), steps.end(),
                   [](const auto* a, const auto* b) { return a->level < b->level; });
  Trace median, tail;
  median.kind = tail.kind = Trace::Kind::dots;
  median.label = "p50";
  median.ink = ink_of_class(0);
  tail.label = "p99";
  tail.ink = ink_of_class(1);
  double least = 0, most = 0;
  const auto take = [&](Trace& trace, const std::optional<std::int64_t>& us) {
    trace.values.emplace_back();
    if (!us) return;
    const auto value = static_cast<double>(std::max<std::int64_t>(*us, 1));
    trace.values.back() = value;
    least = least == 0 ? value : std::min(least, value);
    most = std::max(most, value);
  };
  for (const CapacityStep* step : steps) {
    chart.x.push_back(step->level);
    take(median, step->p50_us);
    take(tail, step->p99_us);
  }
  chart.x_from = 0;
  chart.x_to = steps.back()->level * 1.05;
  for (int i = 0; i <= 4; ++i) {
    const double at = chart.x_to * i / 4;
    chart.x_ticks.push_back({at, level_of(capacity, at), i == 4});
  }
  if (capacity.highest && capacity.missed)
    chart.bands.push_back({*capacity.highest, *capacity.missed, "capacity", true});
  chart.y_log = true;
  chart.y_from = std::max(least, 1.0) * 0.8;
  chart.y_to = std::max(most, 10.0) * 1.3;
  chart.y_format = [](double us) { return time_us(us); };
  chart.x_format = [&capacity](double level) { return level_of(capacity, level); };
  chart.traces = {median, tail};
  return chart;
}

}  // namespace

std::string html_capacity(const Result& result) {
  if (!result.capacity || result.capacity->steps.empty()) return "";
  const Capacity& capacity = *result.capacity;
  std::string rows = std::string("<thead><tr><th scope=\"col\">") +
                     (capacity.over_clients ? "Clients" : "Rate") +
                     "</th><th scope=\"col\">Held for</th><th scope=\"col\" "
                     "class=\"text\">Result</th><th scope=\"col\">ok/s</th><th "
                     "scope=\"col\">Not ok</th><th scope=\"col\">p50</th><th "
                     "scope=\"col\">p99</th><th scope=\"col\" class=\"text\">Why</th></tr></thead>"
                     "<tbody>";
  for (const CapacityStep& step : capacity.steps) {
    const char* tone = step.result == "held" ? "good" : step.result == "missed" ? "bad" : "warn";
    const auto time = [](const std::optional<std::int64_t>& us) {
      return us ? escape(time_us(us)) : std::string("not reached");
    };
    rows += "<tr><td>" + escape(level_of(capacity, step.level)) + "</td><td>" +
            escape(time_s(step.seconds)) + "</td><td class=\"" + tone +
            " text\"><span class=\"pill\">" + escape(step.result) + "</span></td><td>" +
            escape(significant(step.ok_per_s)) + "</td><td>" + escape(percent(step.error_rate)) +
            "</td><td>" + time(step.p50_us) + "</td><td>" + time(step.p99_us) +
            "</td><td class=\"text\">" + escape(step.why) + "</td></tr>\n";
  }
  return section("capacity", "Capacity",
                 "<p class=\"lead\">" + escape(capacity_sentence(capacity)) +
                     ". Each step is a run of its own, with fresh connections; what held last was "
                     "held twice. All that follows is the run at that load.</p><div "
                     "class=\"charts\">" +
                     figure(chart_of(capacity)) + "</div>" +
                     scroll_table("Steps of the search", "", rows + "</tbody>"));
}

}  // namespace loadgen::reports
