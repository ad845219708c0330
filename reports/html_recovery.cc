// What the fault did to each group, and when.
#include <algorithm>
#include <functional>

#include "reports/facts.h"
#include "reports/format.h"
#include "reports/html_sections.h"

namespace loadgen::reports {
namespace {

constexpr int kRow = 24;  // px for each event

struct Event {
  RunOffset at{0};
  std::string what;
  Ink ink;
};

std::vector<Event> events_of(const Result& result, const std::string& group,
                             const Recovery& recovery) {
  std::vector<Event> events;
  const Ink fault{"ink", "#16191d", ""}, healed{"good", "#1a6b34", ""};
  const Ink client = ink_of_group(result, group), server = ink_of_class(3);
  for (const Mark& mark : result.marks) {
    if (!mark.group.empty() && mark.group != group) continue;
    if (mark.kind == "requested" || mark.kind == "confirmed" || mark.kind == "reverted") {
      events.push_back({mark.at, "fault " + mark.kind, fault});
    } else if (mark.kind == "recovered") {
      events.push_back({mark.at, "healed, says its hook", healed});
    } else if (mark.kind.rfind("not_", 0) == 0) {
      events.push_back({mark.at, "fault " + mark.kind, {"bad", "#b3261e", ""}});
    }
  }
  for (const auto& [name, of_group] : result.groups) {
    if (name != group) continue;
    for (const auto& [node, samples] : of_group.nodes) {
      for (const NodeEvent& event : samples.events) {
        if (event.at >= time_zero(result) - std::chrono::seconds(1))
          events.push_back({event.at, in_words(node, event), server});
      }
    }
  }
  if (recovery.first_failed) events.push_back({*recovery.first_failed, "first failure", client});
  if (recovery.last_failed) events.push_back({*recovery.last_failed, "last failure", client});
  for (const Episode& episode : recovery.episodes) {
    if (episode.recovered) events.push_back({*episode.recovered, "clients recovered", healed});
  }
  std::stable_sort(events.begin(), events.end(),
                   [](const Event& a, const Event& b) { return a.at < b.at; });
  return events;
}

/// Down (solid) and brown-out (light) windows on a strip over the events.
std::string strip(const Recovery& recovery, const std::function<double(RunOffset)>& across) {
  std::string out =
      "<rect class=\"track\" fill=\"#f3f5f8\" width=\"100%\" height=\"14\" rx=\"3\"/>";
  for (const Outage& outage : recovery.outages) {
    const double from = across(outage.from), to = across(outage.to);
    out += std::string("<rect class=\"f bad\" fill=\"#b3261e\"") +
           (outage.down ? "" : " fill-opacity=\"0.4\"") + " height=\"14\" x=\"" +
           coordinate(from * 100) + "%\" width=\"" + coordinate(std::max(0.2, (to - from) * 100)) +
           "%\"/>";
  }
  return out;
}

std::string timeline(const Result& result, const std::string& workload, const std::string& group,
                     const Recovery& recovery) {
  const std::vector<Event> events = events_of(result, group, recovery);
  if (events.empty()) return "";
  RunOffset from = events.front().at, to = events.back().at;
  for (const Outage& outage : recovery.outages) {
    from = std::min(from, outage.from);
    to = std::max(to, outage.to);
  }
  const Duration margin = std::max<Duration>((to - from) / 20, std::chrono::milliseconds(200));
  from -= margin;
  to += margin;
  const auto across = [&](RunOffset at) { return to_seconds(at - from) / to_seconds(to - from); };
  const int height = 26 + static_cast<int>(events.size()) * kRow + 4;
  const std::string id = "rec-" + id_of(workload) + "-" + id_of(group);
  std::string out = "<figure class=\"chart\"><figcaption><h3>" + escape(workload) + ", " +
                    group_tag(result, group) +
                    "</h3><ul class=\"legend\"><li>bar: no request ok (solid), fewer than half ok "
                    "(light)</li></ul></figcaption><svg width=\"100%\" height=\"" +
                    std::to_string(height) + "\" role=\"img\" aria-labelledby=\"" + id +
                    "\"><title id=\"" + id + "\">What happened to " + escape(group) +
                    ", in order</title>" + strip(recovery, across);
  std::string guides, labels;  // the guides first: they pass below the labels
  int y = 26 + kRow / 2;
  for (const Event& event : events) {
    const std::string x = coordinate(across(event.at) * 100) + "%", row = std::to_string(y);
    const bool left = across(event.at) > 0.5;
    const std::string when = offset(event.at, time_zero(result));
    guides += "<line class=\"grid\" stroke=\"#e3e6ea\" x1=\"" + x + "\" x2=\"" + x +
              "\" y1=\"14\" y2=\"" + row + "\"/>";
    labels += "<circle class=\"f " + event.ink.name + "\" fill=\"" + event.ink.colour +
              "\" r=\"5\" cx=\"" + x + "\" cy=\"" + row +
              "\"/><text class=\"t event\" fill=\"#16191d\" font-size=\"11.5\" x=\"" + x +
              "\" y=\"" + std::to_string(y + 4) +
              (left ? "\" text-anchor=\"end\" dx=\"-10\">" : "\" dx=\"10\">") +
              escape(left ? when + "  " + event.what : event.what + "  " + when) + "</text>";
    y += kRow;
  }
  return out + guides + labels + "</svg></figure>\n";
}

struct Fact {
  const char* what;
  std::string (*value)(const Result&, const Recovery&);
};

std::string instant(const Result& result, const std::optional<RunOffset>& at) {
  return at ? offset(*at, time_zero(result)) : std::string("none");
}

constexpr Fact kFacts[] = {
    {"First failed request",
     [](const Result& all, const Recovery& r) { return instant(all, r.first_failed); }},
    {"Last failed request",
     [](const Result& all, const Recovery& r) { return instant(all, r.last_failed); }},
    {"First bad second (onset)",
     [](const Result& all, const Recovery& r) { return instant(all, r.onset); }},
    {"Recovered", [](const Result& all, const Recovery& r) { return instant(all, r.recovered); }},
    {"Time to detect",
     [](const Result&, const Recovery& r) {
       return r.time_to_detect_s ? time_s(*r.time_to_detect_s) : std::string("not affected");
     }},
    {"Time to recover", [](const Result&, const Recovery& r) { return recovery_in_words(r); }},
    {"Longest outage (no request ok)",
     [](const Result&, const Recovery& r) { return time_s(r.longest_outage_s); }},
    {"All outages together",
     [](const Result&, const Recovery& r) { return time_s(r.total_outage_s); }},
    {"Down or fewer than half ok",
     [](const Result&, const Recovery& r) { return time_s(r.degraded_s); }},
    {"Requests lost", [](const Result&, const Recovery& r) { return lost_in_words(r); }},
    {"Episodes",
     [](const Result&, const Recovery& r) { return std::to_string(r.episodes.size()); }},
};

struct Entry {
  std::string workload, group;
  const Recovery* recovery;
};

std::string fact_table(const Result& result, const std::vector<Entry>& entries) {
  std::string rows = "<thead><tr><th scope=\"col\">From the client's view</th>";
  for (const Entry& entry : entries) {
    rows += "<th scope=\"col\">" + group_tag(result, entry.group) + "<small>" +
            escape(entry.workload) + "</small></th>";
  }
  rows += "</tr></thead><tbody>";
  for (const Fact& fact : kFacts) {
    rows += std::string("<tr><td>") + fact.what + "</td>";
    for (const Entry& entry : entries) {
      rows += "<td>" + escape(fact.value(result, *entry.recovery)) + "</td>";
    }
    rows += "</tr>\n";
  }
  return scroll_table("Recovery facts by group", "", rows + "</tbody>");
}

/// The longest stretch in which a probe had no answer; null without one.
const Outage* longest_outage(const WorkloadResult& probe) {
  const Outage* longest = nullptr;
  for (const Outage& outage : probe.recovery->outages) {
    if (!outage.down) continue;
    if (longest == nullptr || outage.to - outage.from > longest->to - longest->from)
      longest = &outage;
  }
  return longest;
}

/// A duration of the new connections' parts: resolving, connecting, authenticating, asking the
/// role.
std::string parts_of(const WorkloadResult& probe) {
  std::string parts;
  for (const auto& [stage, q] : probe.totals.stages) {
    if (stage == "first_byte" || stage == "whole" || !q.p50) continue;
    parts += (parts.empty() ? "" : ", ") + stage + " " + time_us(q.p50);
  }
  return parts.empty() ? "–" : parts;
}

std::string probe_table(const Result& result) {
  std::string rows;
  for (const auto& [name, group] : result.groups) {
    for (const auto& [probe_name, probe] : group.probes) {
      if (!probe.recovery) continue;
      const Recovery& r = *probe.recovery;
      const Outage* outage = longest_outage(probe);
      const auto edge = [&](RunOffset Outage::*side) {
        return outage == nullptr ? std::string("–") : offset(outage->*side, time_zero(result));
      };
      rows += "<tr><td class=\"text\">" + group_tag(result, name) + "<small>" + escape(probe_name) +
              "</small></td><td>" + escape(edge(&Outage::from)) + "</td><td>" +
              escape(instant(result, r.first_failed)) + "</td><td>" + escape(edge(&Outage::to)) +
              "</td><td>" +
              (outage == nullptr ? "0 s" : time_s(to_seconds(outage->to - outage->from))) +
              "</td><td>" + escape(instant(result, r.recovered)) + "</td><td class=\"text\">" +
              escape(parts_of(probe)) + "</td></tr>\n";
    }
  }
  if (rows.empty()) return "";
  return "<h3>Reads and writes apart, by probes on connections of their own</h3>" +
         scroll_table(
             "Reads and writes, on open and on new connections", "",
             "<thead><tr><th scope=\"col\">Probe</th><th scope=\"col\">Last ok</th>"
             "<th scope=\"col\">First failed</th><th scope=\"col\">First ok after</th>"
             "<th scope=\"col\">Without answer</th><th scope=\"col\">Stable</th>"
             "<th scope=\"col\" class=\"text\">Connecting, p50 of the run</th></tr></thead>"
             "<tbody>" +
                 rows + "</tbody>");
}

}  // namespace

std::string html_recovery(const Result& result) {
  std::vector<Entry> entries;
  std::string timelines, notes;
  for (const std::string& workload : workload_names(result)) {
    for (const auto& [name, group] : result.groups) {
      const WorkloadResult* found = find_workload(group, workload);
      if (found == nullptr || !found->recovery) continue;
      entries.push_back({workload, name, &*found->recovery});
      const Recovery& r = *found->recovery;
      if (r.onset || !r.outages.empty()) timelines += timeline(result, workload, name, r);
      if (!r.note.empty()) {
        notes += "<li>" + escape(workload + ", " + name + ": " + r.note) + "</li>";
      }
    }
  }
  if (entries.empty()) {
    if (!had_fault(result)) return "";
    return section("recovery", "Recovery",
                   "<p class=\"none\">A fault was requested, but too little was recorded after it "
                   "to say what it did.</p>");
  }
  return section("recovery", "Recovery",
                 "<p class=\"lead\">Instants are counted from the moment the fault was requested."
                 "</p>" +
                     timelines + fact_table(result, entries) + probe_table(result) +
                     (notes.empty() ? "" : "<p class=\"note\">Notes</p><ul>" + notes + "</ul>"));
}

}  // namespace loadgen::reports
