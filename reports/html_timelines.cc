// One time axis, t = 0 at the fault: what was asked, what came back, how fast, what failed.
#include <algorithm>
#include <array>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/grid.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

/// What all charts of one workload share.
struct Panel {
  const Result& result;
  const std::string& workload;
  Grid grid;

  Chart chart(const std::string& name, const std::string& title,
              const std::string& description) const {
    Chart chart;
    chart.id = "tl-" + id_of(workload) + "-" + id_of(name);
    chart.title = title;
    chart.description = description + " Horizontal: seconds from " +
                        (result.fault_requested ? "the fault." : "the start of the run.");
    chart.x_name = result.fault_requested ? "From the fault" : "From the start";
    chart.x = middles(grid, time_zero(result));
    chart.x_format = [half = grid.step_s / 2.0](double at) {
      // A row is called by the second in which its stretch begins, as it was counted.
      return offset(from_seconds(at - half), RunOffset{0});
    };
    const double from = grid.start_s - to_seconds(time_zero(result));
    set_time_axis(chart, result, from, from + static_cast<double>(grid.points) * grid.step_s);
    return chart;
  }

  template <class Visit>
  void each_group(Visit visit) const {
    for (const auto& [name, group] : result.groups) {
      const WorkloadResult* found = find_workload(group, workload);
      if (found != nullptr && !found->series.planned.empty()) visit(name, *found);
    }
  }
};

double largest_value(const Chart& chart) {
  double most = 0;
  for (const Trace& trace : chart.traces) {
    for (const auto& value : trace.values) most = std::max(most, value.value_or(0));
  }
  return most;
}

double smallest_value(const Chart& chart, double otherwise) {
  double least = otherwise;
  for (const Trace& trace : chart.traces) {
    for (const auto& value : trace.values) {
      if (value && *value > 0) least = std::min(least, *value);
    }
  }
  return least;
}

Trace line(const std::string& label, const std::string& end_label, const Ink& ink, double width,
           Values values) {
  Trace trace;
  trace.label = label;
  trace.end_label = end_label;
  trace.ink = ink;
  trace.stroke = width;
  trace.values = std::move(values);
  return trace;
}

std::string latency_figure(const Panel& panel) {
  const bool thinned = panel.grid.step_s > 1;
  Chart chart =
      panel.chart("latency", "Response time of successes, " + resolution(panel.grid),
                  "Thick lines: 99th percentile, thin lines: median, dots: slowest; logarithmic.");
  chart.height = 220;
  chart.width_px = 900;
  chart.y_log = true;
  chart.y_format = [](double us) { return time_us(us); };
  const bool alone = panel.result.groups.size() < 2;
  panel.each_group([&](const std::string& name, const WorkloadResult& w) {
    const Ink ink = ink_of_group(panel.result, name);
    const Series& s = w.series;
    const std::string who = alone ? "" : name + " ", brief = alone ? "" : short_name(name) + " ";
    Trace dots = line(who + "max", "", ink, 2.6, largest(panel.grid, s.start_s, s.max_us));
    dots.kind = Trace::Kind::dots;
    dots.ink.dash.clear();
    chart.traces.push_back(dots);
    chart.traces.push_back(
        line(who + "p99", brief + "p99", ink, 2.2, largest(panel.grid, s.start_s, s.p99_us)));
    chart.traces.push_back(
        line(who + "p50", brief + "p50", ink, 1.2, middle(panel.grid, s.start_s, s.p50_us)));
    if (w.latency_limit_s && chart.references.empty()) {
      chart.references.push_back({*w.latency_limit_s * 1e6, "limit"});
    }
  });
  const double most = largest_value(chart);
  if (most <= 0)
    return "<p class=\"none wide\">No request succeeded: there is no response time.</p>";
  chart.y_from = smallest_value(chart, most) * 0.7;
  chart.y_to = most * 1.4;
  if (!chart.references.empty()) {
    const double limit = chart.references[0].at;
    if (limit > chart.y_to * 3 || limit < chart.y_from) {
      chart.references.clear();
    } else {
      chart.y_to = std::max(chart.y_to, limit * 1.15);
    }
  }
  std::string out = "<div class=\"wide\">" + figure(chart);
  if (thinned) {
    out += "<p class=\"note\">Of each " + std::to_string(panel.grid.step_s) +
           " s: the middle second's p50, the worst second's p99 and the slowest request.</p>";
  }
  return out + "</div>";
}

std::string rate_figure(const Panel& panel) {
  Chart chart = panel.chart("rate", "Offered and answered ok, " + resolution(panel.grid),
                            "Grey: requests due per second; coloured: those that ended ok.");
  chart.y_format = [](double rate) { return per_second(rate); };
  const bool alone = panel.result.groups.size() < 2;
  panel.each_group([&](const std::string& name, const WorkloadResult& w) {
    const Ink ink = ink_of_group(panel.result, name);
    const bool first = chart.traces.empty();
    Values offered = rates(panel.grid, w.series.start_s, w.series.planned);
    // Both groups get the same arrivals; a second grey line is drawn only where they differ.
    if (first || offered != chart.traces.front().values) {
      chart.traces.insert(chart.traces.begin(),
                          line(first ? "offered" : "offered to " + name, "",
                               {"dim", "#6a7280", "1 4"}, 1.4, std::move(offered)));
    }
    chart.traces.push_back(line(alone ? "ok" : name + " ok", alone ? "ok" : short_name(name), ink,
                                1.8, rates(panel.grid, w.series.start_s, w.series.ok)));
  });
  chart.y_to = std::max(largest_value(chart) * 1.12, 1.0);
  return figure(chart);
}

/// How requests ended that were not ok, by class, most frequent first.
std::vector<std::pair<std::string, std::vector<std::uint64_t>>> ends_of(const Series& series) {
  std::vector<std::pair<std::string, std::vector<std::uint64_t>>> ends;
  for (const auto& [name, counts] : series.failed_by_class) {
    const auto outcome = failed_class(name);
    ends.emplace_back(outcome ? std::string(in_words(*outcome)) : name, counts);
  }
  ends.emplace_back("timed out", series.timed_out);
  ends.emplace_back("not sent", series.not_sent);
  ends.emplace_back("unfinished", series.unfinished);
  const auto total = [](const auto& end) {
    std::uint64_t sum = 0;
    for (const std::uint64_t each : end.second) sum += each;
    return sum;
  };
  ends.erase(std::remove_if(ends.begin(), ends.end(), [&](const auto& e) { return total(e) == 0; }),
             ends.end());
  std::stable_sort(ends.begin(), ends.end(),
                   [&](const auto& a, const auto& b) { return total(a) > total(b); });
  return ends;
}

/// The colour of a class is the same in every group: by its place in the list of all classes.
std::size_t place_of(std::vector<std::string>& known, const std::string& name) {
  const auto found = std::find(known.begin(), known.end(), name);
  if (found != known.end()) return static_cast<std::size_t>(found - known.begin());
  known.push_back(name);
  return known.size() - 1;
}

std::string error_figures(const Panel& panel) {
  std::string out;
  std::vector<std::string> known;
  // The subject first: it usually has the classes that matter.
  std::vector<std::pair<std::string, const WorkloadResult*>> order;
  panel.each_group([&](const std::string& name, const WorkloadResult& w) {
    order.insert(order.begin(), {name, &w});
  });
  const bool alone = order.size() < 2;
  for (const auto& [name, w] : order) {
    const std::string title = "Not ok by class" + (alone ? "" : ", " + name);
    Chart chart = panel.chart("errors-" + name, title,
                              "Stacked bars: requests per second that did not end ok, by class.");
    chart.y_format = [](double rate) { return per_second(rate); };
    for (const auto& [end, counts] : ends_of(w->series)) {
      Trace trace = line(end, "", ink_of_class(place_of(known, end)), 1,
                         rates(panel.grid, w->series.start_s, counts));
      trace.kind = Trace::Kind::bars;
      chart.traces.push_back(std::move(trace));
    }
    if (chart.traces.empty()) {
      out += "<figure class=\"chart\"><figcaption><h3>" + escape(title) +
             "</h3></figcaption><p class=\"none\">None: each of " +
             count(w->totals.tally.planned()) + " requests ended ok.</p></figure>";
      continue;
    }
    for (std::size_t i = 0; i < chart.x.size(); ++i) {
      double sum = 0;
      for (const Trace& trace : chart.traces) sum += trace.values[i].value_or(0);
      chart.y_to = std::max(chart.y_to, sum * 1.1);
    }
    out += figure(chart);
  }
  return out;
}

std::string flight_figure(const Panel& panel) {
  Chart chart = panel.chart("flight", "In flight, " + resolution(panel.grid),
                            "Requests open at the end of each second, against the cap.");
  chart.y_format = [](double n) { return significant(n); };
  const bool alone = panel.result.groups.size() < 2;
  std::uint32_t cap = 0;
  panel.each_group([&](const std::string& name, const WorkloadResult& w) {
    chart.traces.push_back(line(alone ? "in flight" : name, alone ? "" : short_name(name),
                                ink_of_group(panel.result, name), 1.6,
                                largest(panel.grid, w.series.start_s, w.series.in_flight)));
    cap = std::max(cap, w.max_in_flight);
  });
  const double most = largest_value(chart);
  chart.y_to = std::max(most * 1.15, 1.0);
  if (cap > 0 && cap <= most * 4) {
    chart.references.push_back({static_cast<double>(cap), "cap " + count(cap)});
    chart.y_to = std::max(chart.y_to, cap * 1.1);
  } else if (cap > 0) {
    chart.title += " (cap " + count(cap) + ")";
  }
  return figure(chart);
}

std::string share_figures(const Panel& panel) {
  std::string out;
  panel.each_group([&](const std::string& name, const WorkloadResult& w) {
    if (w.served_by.size() < 2) return;
    const std::string title =
        "Answers by who gave them" + (panel.result.groups.size() < 2 ? "" : ", " + name);
    Chart chart = panel.chart("share-" + name, title,
                              "Share of the answers by served_by; white: no answer at all.");
    chart.y_format = [](double share) { return percent(share); };
    std::uint64_t total = 0;
    for (const ServedBy& served : w.served_by) {
      for (const std::uint64_t each : served.answers) total += each;
    }
    if (total == 0) return;
    std::vector<Values> answers;
    for (const ServedBy& served : w.served_by) {
      answers.push_back(rates(panel.grid, w.series.start_s, served.answers));
    }
    for (std::size_t k = 0; k < answers.size(); ++k) {
      Trace trace = line(w.served_by[k].value, "", ink_of_class(k + 3), 1, Values(chart.x.size()));
      trace.kind = Trace::Kind::area;
      for (std::size_t i = 0; i < chart.x.size(); ++i) {
        double sum = 0;
        for (const Values& each : answers) sum += each[i].value_or(0);
        if (sum > 0) trace.values[i] = answers[k][i].value_or(0) / sum;
      }
      chart.traces.push_back(std::move(trace));
    }
    out += figure(chart);
  });
  return out;
}

/// One page holds all workloads in 600 KB: with many, each gets fewer points.
std::size_t points_for(std::size_t workloads) {
  return workloads <= 2 ? 240 : std::max<std::size_t>(480 / workloads, 40);
}

}  // namespace

void set_time_axis(Chart& chart, const Result& result, double from_s, double to_s) {
  chart.x_from = from_s;
  chart.x_to = to_s;
  chart.x_ticks = second_ticks(from_s, to_s);
  const RunOffset zero = time_zero(result);
  for (const PhaseSpan& span : phase_spans(result)) {
    chart.bands.push_back({to_seconds(span.from - zero), to_seconds(span.to - zero), span.name,
                           span.name == "during" && had_fault(result)});
  }
  bool requested = false, recovered = false;
  for (const Mark& mark : result.marks) {
    const double at = to_seconds(mark.at - zero);
    if (mark.kind == "requested") {
      chart.edges.push_back({at, requested ? "" : "fault"});
      requested = true;
    } else if (mark.kind == "recovered" && !recovered) {
      chart.edges.push_back({at, "healed"});
      recovered = true;
    }
  }
}

std::string html_timelines(const Result& result) {
  std::string body;
  const std::vector<std::string> names = workload_names(result);
  for (const std::string& workload : names) {
    const Panel panel{result, workload, grid_of(result, workload, points_for(names.size()))};
    if (panel.grid.points == 0) continue;
    if (names.size() > 1) body += "<h3>" + escape(workload) + "</h3>";
    body += "<div class=\"charts\">" + latency_figure(panel) + rate_figure(panel) +
            flight_figure(panel) + error_figures(panel) + share_figures(panel) + "</div>\n";
  }
  if (body.empty()) body = "<p class=\"none\">No second was recorded.</p>";
  return section("timelines", "Time lines",
                 "<p class=\"lead\">A request is counted in the second in which it was due, so an "
                 "outage fills the seconds that it hit.</p>" +
                     body);
}

}  // namespace loadgen::reports
