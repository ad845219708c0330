// Percentile spectrum: the whole distribution, its tail stretched.
#include <cmath>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

/// Where a quantile stands on the axis: nines, 0 for the minimum, 1 for p90, 2 for p99 …
double nines(double quantile) { return -std::log10(1 - quantile); }

Histogram sum_of(const WorkloadResult& workload, const std::string& phase, bool service) {
  const auto& all = service ? workload.service_tenths : workload.response_tenths;
  Histogram sum;
  if (const auto found = all.find(phase); found != all.end()) {
    for (const SparseHistogram& tenth : found->second) sum += tenth;
  }
  return sum;
}

constexpr double kMostNines = 5;
constexpr int kStepsPerNine = 12;

/// Values at equal steps of nines, until fewer than 10 samples remain beyond.
Trace trace_of(const Histogram& histogram, std::size_t points) {
  Trace trace;
  trace.values.resize(points);
  for (std::size_t i = 0; i < points; ++i) {
    const double beyond = std::pow(10, -static_cast<double>(i) / kStepsPerNine);
    if (static_cast<double>(histogram.total()) * beyond < 10) break;
    if (const auto us = histogram.quantile_us(1 - beyond)) {
      trace.values[i] = static_cast<double>(std::max<std::int64_t>(*us, 1));
    }
  }
  return trace;
}

Chart empty_chart(const std::string& workload, const std::string& phase) {
  Chart chart;
  chart.id = "sp-" + id_of(workload) + "-" + id_of(phase);
  chart.title = phase;
  chart.description =
      "Response time of successes by percentile (thick) and service time (thin), both axes "
      "logarithmic.";
  chart.x_name = "Percentile";
  chart.y_log = true;
  chart.height = 200;
  chart.width_px = 260;
  chart.y_format = [](double us) { return time_us(us); };
  chart.x_format = [](double at) { return percent(1 - std::pow(10, -at)); };
  return chart;
}

/// Cuts the axis where the longest trace ends and sets the ticks.
void fit(Chart& chart) {
  std::size_t last = 0;
  double least = 0, most = 0;
  for (const Trace& trace : chart.traces) {
    for (std::size_t i = 0; i < trace.values.size(); ++i) {
      if (!trace.values[i]) continue;
      const double value = *trace.values[i];
      last = std::max(last, i);
      least = least == 0 ? value : std::min(least, value);
      most = std::max(most, value);
    }
  }
  chart.x.resize(last + 1);
  for (Trace& trace : chart.traces) trace.values.resize(last + 1);
  chart.x_from = 0;
  chart.x_to = std::max(chart.x.back(), 0.3);
  static constexpr std::pair<double, const char*> kTicks[] = {
      {0.0, "min"},     {0.5, "p50"},       {0.9, "p90"},        {0.99, "p99"},
      {0.999, "p99.9"}, {0.9999, "p99.99"}, {0.99999, "p99.999"}};
  for (const auto& [quantile, label] : kTicks) {
    if (nines(quantile) <= chart.x_to + 1e-9)
      chart.x_ticks.push_back({nines(quantile), label, quantile == 0});
  }
  chart.y_from = least * 0.8;
  chart.y_to = most * 1.3;
}

std::string spectrum(const Result& result, const std::string& workload, const std::string& phase) {
  Chart chart = empty_chart(workload, phase);
  const auto points = static_cast<std::size_t>(kMostNines * kStepsPerNine) + 1;
  for (std::size_t i = 0; i < points; ++i) {
    chart.x.push_back(static_cast<double>(i) / kStepsPerNine);
  }
  const bool alone = result.groups.size() < 2;
  for (const auto& [name, group] : result.groups) {
    const WorkloadResult* found = find_workload(group, workload);
    if (found == nullptr) continue;
    for (const bool service : {false, true}) {
      const Histogram histogram = sum_of(*found, phase, service);
      if (histogram.total() < 10) continue;
      Trace trace = trace_of(histogram, points);
      trace.ink = ink_of_group(result, name);
      trace.stroke = service ? 0.9 : 2.2;
      trace.label = (alone ? "" : name + " ") + (service ? "service" : "response");
      chart.traces.push_back(std::move(trace));
    }
  }
  if (chart.traces.empty()) {
    return "<figure class=\"chart\"><figcaption><h3>" + escape(phase) +
           "</h3></figcaption><p class=\"none\">Fewer than 10 successes: nothing to "
           "draw.</p></figure>";
  }
  fit(chart);
  return figure(chart);
}

}  // namespace

std::string html_spectrum(const Result& result) {
  std::string body;
  const std::vector<std::string> names = workload_names(result);
  for (const std::string& workload : names) {
    std::string figures;
    std::size_t number = 0;
    for (const PhaseSpan& span : phase_spans(result)) {
      if (span.name == "warmup") continue;
      figures += spectrum(result, workload, span.name);
      ++number;
    }
    if (figures.empty()) continue;
    if (names.size() > 1) body += "<h3>" + escape(workload) + "</h3>";
    body += std::string("<div class=\"charts") + (number >= 3 ? " three" : "") + "\">" + figures +
            "</div>\n";
  }
  if (body.empty()) return "";
  return section("spectrum", "Percentile spectrum",
                 "<p class=\"lead\">Successes only. Response time (thick) counts from the instant "
                 "a request was due, service time (thin) from its first byte sent. Cut where fewer "
                 "than 10 samples remain.</p>" +
                     body);
}

}  // namespace loadgen::reports
