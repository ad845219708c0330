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

/// Calls `visit(group, probe, its result)` for each probe that was watched.
template <class Visit>
void each_probe(const Result& result, Visit visit) {
  for (const auto& [name, group] : result.groups) {
    for (const auto& [probe_name, probe] : group.probes) {
      if (probe.recovery) visit(name, probe_name, probe);
    }
  }
}

std::string probe_cell(const Result& result, const std::string& group, const std::string& probe) {
  return "<tr><td class=\"text\">" + group_tag(result, group) + "<small>" + escape(probe) +
         "</small></td>";
}

std::string cell(const std::string& text) { return "<td>" + escape(text) + "</td>"; }

std::string probe_table(const Result& result) {
  std::string rows;
  each_probe(result, [&](const auto& group, const auto& name, const WorkloadResult& probe) {
    rows += probe_cell(result, group, name);
    if (!probe.rto) {
      rows += "<td colspan=\"6\" class=\"text\">no probe failed</td></tr>\n";
      return;
    }
    const Rto& rto = *probe.rto;
    const RunOffset from = rto.last_ok.value_or(rto.first_failed);
    rows += cell(instant(result, rto.last_ok)) + cell(offset(rto.first_failed, time_zero(result))) +
            cell(instant(result, rto.first_ok)) +
            cell(rto.first_ok ? time_s(to_seconds(*rto.first_ok - from)) : "to the end") +
            cell(instant(result, rto.stable)) +
            cell(count(rto.failed) + ", first: " + std::string(in_words(rto.failure))) + "</tr>\n";
  });
  if (rows.empty()) return "";
  return "<h3>Reads and writes apart, by probes on connections of their own</h3>" +
         scroll_table("Reads and writes, on open and on new connections", "",
                      "<thead><tr><th scope=\"col\">Probe</th><th scope=\"col\">Last ok</th>"
                      "<th scope=\"col\">First failed</th><th scope=\"col\">First ok after</th>"
                      "<th scope=\"col\">In between</th><th scope=\"col\">Stable</th>"
                      "<th scope=\"col\">Probes that failed</th></tr></thead><tbody>" +
                          rows + "</tbody>");
}

struct Part {
  const char* what;
  std::optional<Duration> Rto::*took;
};
constexpr Part kParts[] = {
    {"Detect", &Rto::detect},
    {"No server", &Rto::unreachable},
    {"No primary", &Rto::role_awaited},
    {"Resolve", &Rto::resolve},
    {"Connect", &Rto::connect},
    {"Authenticate", &Rto::authenticate},
    {"Role", &Rto::role},
    {"First answer", &Rto::first_answer},
};

/// What the time until the first success went into.
std::string part_table(const Result& result) {
  std::string rows;
  each_probe(result, [&](const auto& group, const auto& name, const WorkloadResult& probe) {
    if (!probe.rto) return;
    rows += probe_cell(result, group, name);
    for (const auto& [what, took] : kParts) {
      const std::optional<Duration>& part = (*probe.rto).*took;
      rows +=
          cell(part ? time_us(static_cast<double>(part->count()) / 1000) : std::string(kNothing));
    }
    rows += cell(count(probe.rto->attempts_failed)) + cell(instant(result, probe.rto->answered)) +
            "</tr>\n";
  });
  if (rows.empty()) return "";
  std::string head = "<thead><tr><th scope=\"col\">Probe</th>";
  for (const auto& [what, took] : kParts)
    head += std::string("<th scope=\"col\">") + what + "</th>";
  return "<h3>What their recovery time went into</h3><p class=\"note\">Detect: until the first "
         "failure was known. No server: until an attempt to connect met one. No primary: until one "
         "met a server of the wanted role. The rest is of the attempt that led to the first "
         "success, whose answer came at the last instant. A part that was not seen is left out."
         "</p>" +
         scroll_table("Parts of the recovery time", "",
                      head +
                          "<th scope=\"col\">Attempts failed</th><th scope=\"col\">Answered</th>"
                          "</tr></thead><tbody>" +
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
                     part_table(result) +
                     (notes.empty() ? "" : "<p class=\"note\">Notes</p><ul>" + notes + "</ul>"));
}

}  // namespace loadgen::reports
